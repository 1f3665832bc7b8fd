"""Crowd safety in the database: places, counts of people, situations, and what happened.

1. register a place with its plan (``add_place``), and read it back (``read_place``)
2. read who passed its counters per interval (``read_counts``)
3. write a situation and its events in one transaction (``write_situation``)
4. read the newest one (``read_latest``) and what happened (``read_events``)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from psycopg.types.json import Jsonb

from lokaalmeten.errors import StorageError

from .events import note as log
from .failures import Connection, say_failures
from .frame import read_frame
from .notices import queue
from .people import check_name
from .queries import read_queries

CROWD = read_queries(Path(__file__).with_name("crowd.sql"))
KEPT = timedelta(days=30)  # that a situation stays: 0.2 kB a gauge and update
MOST_EVENTS = 1000

_ADD = "SELECT private.save_crowd_place(%s, %s, %s, %s, %s, NULL)"
_REMOVE = "DELETE FROM private.crowd_place WHERE name = %s RETURNING id"
_READ = "SELECT plan, step_s, empty_hour, open FROM private.crowd_place WHERE name = %s"


@dataclass(frozen=True)
class Registered:
    """A place as it was registered."""

    name: str
    plan: Mapping[str, Any]  # GeoJSON
    step_s: int
    empty_hour: int  # of the Dutch day
    open: bool


@dataclass(frozen=True)
class Happened:
    """One thing that happened at a place."""

    time: datetime
    what: str  # raised, lowered, escalated, seen, measure
    gauge: str | None
    level: int | None
    note: str = ""


def add_place(connection: Connection, place: Registered) -> None:
    """Register a place, or bring it up to date, which is a new version when anything is new.

    Raises StorageError for a name that cannot be.
    """
    check_name("place", place.name)
    facts = (place.name, Jsonb(place.plan), place.step_s, place.empty_hour, place.open)
    with say_failures(connection):
        connection.execute(_ADD, facts)


def read_place(connection: Connection, name: str) -> Registered:
    """A place by its name; StorageError when there is none."""
    with say_failures(connection):
        row = connection.execute(_READ, [name]).fetchone()
    if row is None:
        raise StorageError(f"there is no place called {name!r}; see: meten crowd list")
    return Registered(name, *row)


def read_places(connection: Connection) -> pd.DataFrame:
    """All places: name, step_s, open, the time of the newest situation."""
    return read_frame(
        connection,
        "SELECT name, step_s, open, (SELECT max(time) FROM private.crowd_state WHERE place_id = id)"
        " AS newest FROM private.crowd_place ORDER BY name",
    )


def remove_place(connection: Connection, name: str) -> None:
    """Forget a place, its situations, events and versions; what its nodes counted stays."""
    with say_failures(connection), connection.transaction():
        found = connection.execute(_REMOVE, [name]).fetchone()
        if found is None:
            raise StorageError(f"there is no place called {name!r}; see: meten crowd list")
        log(connection, "crowd place removed", place=found[0])


def read_counts(
    connection: Connection, nodes: Sequence[str], start: datetime, stop: datetime, step_s: int
) -> pd.DataFrame:
    """Who passed: node, step (Unix seconds // step_s), count_in, count_out, samples, below_zero.

    ``below_zero`` says that some sample counted fewer than nobody.
    """
    values = {"nodes": list(nodes), "start": start, "stop": stop, "step_s": step_s}
    return read_frame(connection, CROWD["counts"], values)


def write_situation(
    connection: Connection,
    place: str,
    time: datetime,
    said: Mapping[str, Any],
    happened: Sequence[Happened],
    told: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Store a situation and what it led to; all of it or nothing, and old ones are forgotten.

    ``said`` holds the columns of private.crowd_state: arrays of any shape, and ``alerts`` as what
    JSON holds. ``told`` are the facts of a notice of each of ``happened``, or nothing: who wants
    to know of them is to hear. What happened is noted once, however often the same moment is
    written. Raises StorageError.
    """
    values = {key: np.ravel(value).tolist() for key, value in said.items() if key != "alerts"}
    facts = {"place": place, "time": time, "alerts": Jsonb(said["alerts"])}
    with say_failures(connection), connection.transaction():
        connection.execute(CROWD["write_state"].encode(), values | facts)
        connection.execute(CROWD["forget"].encode(), {"place": place, "before": time - KEPT})
        for number, event in enumerate(happened):
            noted = _note(connection, place, event)
            if noted is not None and told:
                queue(connection, noted, told[number], datetime.now(UTC))


def note(connection: Connection, place: str, event: Happened) -> None:
    """Note what happened at a place; StorageError when there is no such place."""
    with say_failures(connection), connection.transaction():
        if _note(connection, place, event) is None:
            raise StorageError(f"there is no place called {place!r}; see: meten crowd list")


def _note(connection: Connection, place: str, event: Happened) -> int | None:
    """Number of an event; None when it was noted before, or there is no such place."""
    values = {"place": place, **vars(event)}
    row = connection.execute(CROWD["note"].encode(), values).fetchone()
    return None if row is None else row[0]


def read_latest(connection: Connection, place: str, until: datetime) -> dict[str, Any] | None:
    """The newest situation up to a moment, as columns of private.crowd_state; None without one."""
    with say_failures(connection):
        cursor = connection.execute(CROWD["latest"].encode(), {"place": place, "until": until})
        row, names = cursor.fetchone(), [column.name for column in cursor.description or ()]
    return None if row is None else dict(zip(names, row, strict=True))


def read_events(
    connection: Connection, place: str, since: datetime, until: datetime
) -> list[Happened]:
    """What happened at a place after ``since``, up to ``until``, the latest first."""
    values = {"place": place, "since": since, "until": until, "most": MOST_EVENTS}
    with say_failures(connection):
        rows = connection.execute(CROWD["events"].encode(), values).fetchall()
    return [Happened(*row) for row in rows]
