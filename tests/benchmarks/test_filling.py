"""Filling and asking a database, on both servers: what is written is there, and all added up."""

import math
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from lokaalmeten.quantities import SLOT
from storage.pool import connect
from storage.reader import Count
from storage.rollups import waiting
from tests.benchmarks import history, questions
from tests.benchmarks.bench_write import HOUR_S, START
from tests.benchmarks.city import City
from tests.benchmarks.filling import KINDS, Filling

BOXES, BIKES, HOURS, AWAY_H = 200, 5, 9, 2
PLACE = SLOT["pm25"] + 1


@pytest.fixture(scope="module")
def city():
    return City.make(BOXES, BIKES)


@pytest.fixture
def connection(database):
    with connect(database) as connection:
        yield connection


@pytest.fixture
def filling(connection, city):
    city.register(connection)
    filling = Filling(connection, city, AWAY_H)
    filling.write_hours(HOURS)
    return filling


def test_every_row_that_is_counted_is_there(connection, filling):
    assert connection.execute("SELECT count(*) FROM private.observation").fetchone()[0] == (
        filling.rows
    )
    assert connection.execute("SELECT count(*) FROM public.ride").fetchone()[0] == BIKES * 3


@pytest.mark.parametrize("late", ["pages", "samples"])
def test_a_late_row_takes_the_place_of_another(connection, city, late):
    filling = Filling(connection, city, AWAY_H)
    node = np.arange(1, BOXES + 1)
    plain, other = (filling.make_batch(node, 6, kind) for kind in ("plain", late))
    assert sum(map(len, plain)) == sum(map(len, other)) == 198 * 60
    assert [len(part) for part in other] == [196 * 60, 2 * 60]
    assert other[1].time.max() < START + (6 - AWAY_H + 2) * HOUR_S


def test_who_comes_back_was_away_the_day_before(connection, city):
    filling = Filling(connection, city, AWAY_H)
    node = np.arange(1, BOXES + 1)
    _, late = filling.make_batch(node, 6, "pages")
    (then,) = filling.make_batch(node, 6 - AWAY_H, "plain")
    assert not set(late.node) & set(then.node)
    assert set(late.node) | set(then.node) == set(node)


def test_all_is_added_up_also_what_was_written_without_a_note(connection, filling):
    assert waiting(connection).notes == 0
    counted = connection.execute(
        "SELECT node_id, date_bin('1 hour', time, '2000-01-01 00:00:00+00'), count(pm25)::integer"
        " FROM private.observation WHERE node_id <= %s GROUP BY 1, 2 ORDER BY 1, 2",
        [BOXES],
    ).fetchall()
    rolled_up = connection.execute(
        "SELECT node_id, hour, samples[%s] FROM private.rollup_hour WHERE node_id <= %s"
        " ORDER BY 1, 2",
        [PLACE, BOXES],
    ).fetchall()
    assert rolled_up == counted


def test_every_kind_of_batch_is_timed(filling):
    assert set(KINDS) <= set(filling.writes)
    numbers = filling.numbers()
    assert all(math.isfinite(number) for number in numbers.values())
    assert numbers["rows_per_s"] > 0


def test_the_year_before_has_a_sample_a_day_and_rollups_like_the_first_day(
    connection, city, filling
):
    assert history.write_year(connection, city) == 365 * BOXES
    before = history.read_rollup_bytes(connection)
    assert history.copy_first_day(connection) == history.read_rollup_bytes(connection) - before > 0
    days = "SELECT count(*), count(DISTINCT day), count(DISTINCT (node_id, total)) FROM "
    assert connection.execute(f"{days} private.rollup_day".encode()).fetchone() == (
        366 * BOXES,
        366,
        BOXES,
    )
    hours = connection.execute(
        "SELECT count(DISTINCT hour) FROM private.rollup_hour WHERE hour < to_timestamp(%s)",
        [START],
    ).fetchone()[0]
    assert hours == 30 * (HOURS + 1)  # the last pages reach into the next


def test_a_year_of_the_municipality_is_that_of_its_boxes(connection, city, filling):
    history.copy_first_day(connection)
    start = datetime.fromtimestamp(START, UTC)
    found = questions.list_questions(connection, city.names, HOURS)["area_year"]()
    assert isinstance(found, pd.DataFrame)
    rows = connection.execute(
        "SELECT o.pm25 FROM private.value o JOIN private.node n ON n.id = o.node_id"
        " WHERE NOT n.moving AND flag_of(o.flags, %s) = 1 AND o.pm25 IS NOT NULL"
        " AND (o.time AT TIME ZONE 'Europe/Amsterdam')::date = %s",
        [SLOT["pm25"], start.date()],
    ).fetchall()
    assert len(found) == 365
    assert np.allclose(found["mean"], np.mean(rows))
    assert (found["count"] == len(rows)).all()
    assert (found["nodes"] == BOXES).all()


def test_every_question_has_an_answer_and_a_time(connection, city, filling, monkeypatch):
    history.copy_first_day(connection)
    asked = questions.list_questions(connection, city.names, HOURS)
    for name in set(asked) - {"count"}:
        assert len(asked[name]()) > 0, name
    assert asked["count"]().samples > 0
    monkeypatch.setattr(questions, "ASKS", 2)
    assert all(number > 0 for number in questions.ask_all(asked).values())


def test_a_slow_question_is_asked_less_often(monkeypatch):
    monkeypatch.setattr(questions, "PATIENCE_S", 0.0)
    assert len(questions.time_asks(lambda: Count(1, estimated=True))) == questions.FEWEST
