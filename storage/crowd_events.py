"""Events that are planned at a place, and the days ahead that were forecast with them.

1. plan an event (``add_planned``): two at once at one place are refused unless they are meant
2. read those that touch a span (``read_planned``), remove one (``remove_planned``)
3. write what is expected of the days ahead (``write_ahead``), read the newest (``read_ahead``)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from lokaalmeten.errors import StorageError

from .events import note
from .failures import Connection, say_failures

KEPT = timedelta(days=7)  # that what was said of the days ahead stays: 11 kB a gauge each time

_LOCK = "SELECT id FROM private.crowd_place WHERE name = %s FOR UPDATE"
_CLASH = """
SELECT id, name, starts, ends FROM private.crowd_planned
WHERE place_id = %s AND starts < %s AND ends > %s ORDER BY starts LIMIT 1
"""
_ADD = """
INSERT INTO private.crowd_planned (place_id, name, kind, starts, ends, attendance)
VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (place_id, name, starts) DO NOTHING RETURNING id
"""
_READ = """
SELECT e.id, e.name, e.kind, e.starts, e.ends, e.attendance
FROM private.crowd_planned e JOIN private.crowd_place p ON p.id = e.place_id
WHERE p.name = %s AND e.ends > %s AND e.starts < %s ORDER BY e.starts, e.id
"""
_REMOVE = """
DELETE FROM private.crowd_planned e USING private.crowd_place p
WHERE p.id = e.place_id AND p.name = %s AND e.id = %s RETURNING p.id
"""
_WRITE_AHEAD = """
INSERT INTO private.crowd_ahead
SELECT id, %(issued)s, %(starts)s, %(gauges)s, %(basis)s, %(known_days)s, %(levels)s::real[],
    %(quantiles)s::real[], %(people)s::real[], %(chance)s::real[]
FROM private.crowd_place WHERE name = %(place)s
ON CONFLICT (place_id, issued) DO UPDATE SET
    starts = EXCLUDED.starts, gauges = EXCLUDED.gauges, basis = EXCLUDED.basis,
    known_days = EXCLUDED.known_days, levels = EXCLUDED.levels, quantiles = EXCLUDED.quantiles,
    people = EXCLUDED.people, chance = EXCLUDED.chance
"""
_FORGET_AHEAD = """
DELETE FROM private.crowd_ahead a USING private.crowd_place p
WHERE p.id = a.place_id AND p.name = %s AND a.issued < %s
"""
_READ_AHEAD = """
SELECT a.issued, a.starts, a.gauges, a.basis, a.known_days, a.levels, a.quantiles, a.people,
    a.chance
FROM private.crowd_ahead a JOIN private.crowd_place p ON p.id = a.place_id
WHERE p.name = %s AND a.issued <= %s ORDER BY a.issued DESC LIMIT 1
"""


@dataclass(frozen=True)
class Planned:
    """An event that is planned, or was."""

    number: int  # 0 before it is stored
    name: str
    kind: str
    starts: datetime
    ends: datetime
    attendance: int  # people that are expected


@dataclass(frozen=True)
class Ahead:
    """What was expected of h hours of the days ahead, of g gauges at l levels; NaN = not known."""

    issued: datetime
    starts: datetime  # of the first hour
    gauges: list[str]
    basis: list[str]  # (h,) "core", "core with weather" or "like days"
    known_days: int  # with counts, that it rests on
    levels: np.ndarray  # (l,)
    quantiles: np.ndarray  # (h, g, l) people in a zone, people a minute in a passage
    people: np.ndarray  # (h, l) in all zones together
    chance: np.ndarray  # (g, 3, h) of yellow, orange, red


def add_planned(connection: Connection, place: str, event: Planned, *, beside: bool) -> int:
    """Number of a new event. Raises StorageError for another at the same time, unless ``beside``.

    Who plans two at once has them planned one after the other: the place is locked meanwhile.
    """
    with say_failures(connection), connection.transaction():
        row = connection.execute(_LOCK, [place]).fetchone()
        if row is None:
            raise StorageError(f"there is no place called {place!r}; see: meten crowd list")
        clash = connection.execute(_CLASH, [row[0], event.ends, event.starts]).fetchone()
        if clash and not beside:
            number, name, starts, ends = clash
            raise StorageError(
                f"{place}: {event.name!r} overlaps event {number}, {name!r}, of"
                f" {starts.astimezone(UTC):%Y-%m-%d %H:%M} to"
                f" {ends.astimezone(UTC):%Y-%m-%d %H:%M} UTC; if both take place, add --beside"
            )
        facts = [row[0], event.name, event.kind, event.starts, event.ends, event.attendance]
        made = connection.execute(_ADD, facts).fetchone()
        if made is None:
            raise StorageError(
                f"{place}: an event {event.name!r} that begins then is there already"
            )
        note(connection, "event planned", place=row[0], event=made[0])
    return made[0]


def read_planned(
    connection: Connection, place: str, start: datetime, stop: datetime
) -> list[Planned]:
    """Events at a place that touch a span, the earliest first."""
    with say_failures(connection):
        rows = connection.execute(_READ, [place, start, stop]).fetchall()
    return [Planned(*row) for row in rows]


def remove_planned(connection: Connection, place: str, number: int) -> None:
    """Forget an event; StorageError when there is none."""
    with say_failures(connection), connection.transaction():
        gone = connection.execute(_REMOVE, [place, number]).fetchone()
        if gone is None:
            raise StorageError(
                f"place {place!r} has no event {number}; see: meten crowd event list {place}"
            )
        note(connection, "planned event removed", place=gone[0], event=number)


def write_ahead(connection: Connection, place: str, said: Ahead) -> None:
    """Store what is expected of the days ahead; what is older than KEPT is forgotten."""
    values: Mapping[str, Any] = {
        key: np.ravel(value).tolist() if isinstance(value, np.ndarray) else value
        for key, value in vars(said).items()
    }
    with say_failures(connection), connection.transaction():
        connection.execute(_WRITE_AHEAD, {**values, "place": place})
        connection.execute(_FORGET_AHEAD, [place, said.issued - KEPT])


def read_ahead(connection: Connection, place: str, until: datetime) -> Ahead | None:
    """What was last said of the days ahead up to a moment; None without it."""
    with say_failures(connection):
        row = connection.execute(_READ_AHEAD, [place, until]).fetchone()
    if row is None:
        return None
    issued, starts, gauges, basis, days, *numbers = row
    levels, quantiles, people, chance = (np.array(part, np.float64) for part in numbers)
    hours, series, number = len(basis), len(gauges), len(levels)
    return Ahead(
        issued,
        starts,
        gauges,
        basis,
        days,
        levels,
        quantiles.reshape(hours, series, number),
        people.reshape(hours, number),
        chance.reshape(series, 3, hours),
    )
