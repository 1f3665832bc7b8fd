"""Events that are planned, and the days ahead, in the database."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from lokaalmeten.errors import StorageError
from storage import crowd
from storage.crowd_events import (
    KEPT,
    Ahead,
    Planned,
    add_planned,
    read_ahead,
    read_planned,
    remove_planned,
    write_ahead,
)
from storage.pool import connect

from .test_crowd import square

EIGHT = datetime(2026, 6, 5, 18, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def connection(database):
    with connect(database) as opened:
        crowd.add_place(opened, square())
        yield opened


def planned(name, start_h, stop_h):
    return Planned(0, name, "concert", EIGHT + start_h * HOUR, EIGHT + stop_h * HOUR, 4000)


def test_events_at_one_time_are_refused_unless_they_are_meant(connection):
    number = add_planned(connection, "square", planned("Choir", 0, 3), beside=False)
    with pytest.raises(
        StorageError,
        match=f"'Fair' overlaps event {number}, 'Choir', of 2026-06-05 18:00 to .* --beside",
    ):
        add_planned(connection, "square", planned("Fair", 2, 4), beside=False)
    add_planned(connection, "square", planned("After", 3, 4), beside=False)  # touches, no more
    add_planned(connection, "square", planned("Fair", 2, 4), beside=True)
    found = read_planned(connection, "square", EIGHT, EIGHT + 3 * HOUR)
    assert [event.name for event in found] == ["Choir", "Fair"]
    assert found[0] == Planned(number, "Choir", "concert", EIGHT, EIGHT + 3 * HOUR, 4000)


def test_what_is_not_there_or_there_already_is_a_sentence(connection):
    add_planned(connection, "square", planned("Choir", 0, 3), beside=False)
    with pytest.raises(StorageError, match="'Choir' that begins then is there already"):
        add_planned(connection, "square", planned("Choir", 0, 2), beside=True)
    with pytest.raises(StorageError, match="no place called 'plaza'"):
        add_planned(connection, "plaza", planned("Choir", 0, 3), beside=False)
    (event,) = read_planned(connection, "square", EIGHT, EIGHT + HOUR)
    remove_planned(connection, "square", event.number)
    with pytest.raises(StorageError, match=f"'square' has no event {event.number}"):
        remove_planned(connection, "square", event.number)


def test_days_ahead_come_back_in_their_shape_and_old_ones_are_forgotten(connection):
    assert read_ahead(connection, "square", EIGHT) is None
    for issued in (EIGHT - KEPT - HOUR, EIGHT):
        said = Ahead(
            issued,
            issued,
            ["zone/a", "passage/b"],
            ["core", "core", "like days"],
            30,
            np.array([0.25, 0.75]),
            np.arange(12.0).reshape(3, 2, 2),
            np.array([[1.0, 2.0], [3.0, np.nan], [5.0, 6.0]]),
            np.arange(18.0).reshape(2, 3, 3) / 32,
        )
        write_ahead(connection, "square", said)
    found = read_ahead(connection, "square", EIGHT + HOUR)
    assert (found.issued, found.basis, found.known_days) == (EIGHT, said.basis, 30)
    for part in ("levels", "quantiles", "people", "chance"):
        np.testing.assert_array_equal(getattr(found, part), getattr(said, part))
    assert read_ahead(connection, "square", EIGHT - HOUR) is None
