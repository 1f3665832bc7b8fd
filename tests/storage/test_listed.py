"""What catalogue and feed are told of everything together."""

from dataclasses import replace
from datetime import timedelta

import numpy as np

from lokaalmeten.observations import to_observations
from storage import crowd
from storage.listed import read_incidents, read_measured
from storage.registry import add_node
from storage.writer import write
from tests.storage.test_crowd import NOON, square


def happen(connection, place, *events):
    for number, (what, note) in enumerate(events):
        event = crowd.Happened(NOON + timedelta(minutes=number), what, "zone/a", 2, note)
        crowd.note(connection, place, event)


def test_incidents_are_of_open_places_and_not_who_saw_them(connection):
    crowd.add_place(connection, replace(square(open=True), name="open"))
    crowd.add_place(connection, replace(square(), name="shut"))
    for place in ("open", "shut"):
        happen(connection, place, ("raised", ""), ("seen", "secret"), ("measure", "gate closed"))
    found = read_incidents(connection, NOON - timedelta(1), NOON + timedelta(1), 10)
    assert [(each.place, each.what, each.note) for each in found] == [
        ("open", "measure", "gate closed"),
        ("open", "raised", ""),
    ]
    assert len({each.number for each in found}) == 2
    assert found[1].time == NOON


def test_of_incidents_no_more_are_read_than_asked_and_only_of_the_period(connection):
    crowd.add_place(connection, replace(square(open=True), name="open"))
    happen(connection, "open", ("raised", ""), ("escalated", ""), ("lowered", ""))
    whole = NOON - timedelta(1), NOON + timedelta(1)
    assert [each.what for each in read_incidents(connection, *whole, 2)] == ["lowered", "escalated"]
    after = read_incidents(connection, NOON, NOON + timedelta(minutes=1), 10)
    assert [each.what for each in after] == ["escalated"]


def test_what_is_measured_stands_in_the_order_of_the_table_and_once(connection):
    assert read_measured(connection) == []
    node = add_node(connection, "box-1", "box", lat=52.09, lon=5.12)
    moment = np.array([int(NOON.timestamp())], np.int64)
    counts = np.array([[1200], [800]], np.int32)
    number = np.array([node.id], np.int32)
    write(connection, [to_observations(number, moment, ("no2", "pm25"), counts)])
    assert read_measured(connection) == ["pm25", "no2"]
