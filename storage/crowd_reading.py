"""Crowd safety as everybody may read it: of open places, for pages and programs.

1. which places are open (``read_open_places``), and the plan of one (``read_open_place``)
2. how it is and what is expected (``read_now``)
3. how it was (``read_course``), and what was expected then (``read_expected``)
4. alerts and measures (``read_happened``), and alerts that were open before (``read_opened``)
5. events that are planned (``read_planned``), and the days ahead (``read_ahead``)

Arrays of a situation come from the server's bytes at once: a week of a hundred zones is six
million numbers, of which a list of Python takes seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from psycopg.adapt import Buffer, Loader
from psycopg.pq import Format

from .crowd import Happened
from .crowd_events import Ahead, Planned
from .failures import Connection, say_failures
from .queries import read_queries

READING = read_queries(Path(__file__).with_name("crowd_reading.sql"))
MOST_EVENTS = 20_000
REALS = 1021  # real[] in pg_type.dat
HEAD = np.dtype(
    [("axes", ">i4"), ("nulls", ">i4"), ("oid", ">u4"), ("size", ">i4"), ("low", ">i4")]
)


@dataclass(frozen=True)
class OpenPlace:
    """A place that everybody may see, as it was registered."""

    name: str
    plan: str  # GeoJSON; as text, so that a reader knows whether it has read it before
    step_s: int


class RealsLoader(Loader):
    """A one-dimensional real[] without NULL as an array of float32.

    PostgreSQL sends a head of five integers, then each element as its length and its bytes
    (src/backend/utils/adt/arrayfuncs.c, array_send).
    """

    format = Format.BINARY

    def load(self, data: Buffer) -> np.ndarray:
        """Array (n,) of float32."""
        sent = bytes(data)
        if len(sent) < HEAD.itemsize:  # an empty array has no size
            return np.empty(0, np.float32)
        head = np.frombuffer(sent, HEAD, 1)[0]
        if head["axes"] != 1 or head["nulls"]:
            raise ValueError("an array of a situation has one axis and no NULL")
        pairs = np.frombuffer(sent, ">f4", offset=HEAD.itemsize).reshape(-1, 2)
        return pairs[:, 1].astype(np.float32)


def read_open_places(connection: Connection) -> list[dict[str, Any]]:
    """Open places: place, title, step_s, and of the newest situation time, signal and judged."""
    return _read(connection, "places", {})


def read_open_place(connection: Connection, name: str) -> OpenPlace | None:
    """An open place by its name; None when there is none, or it is not open."""
    found = _read(connection, "place", {"place": name})
    return OpenPlace(*found[0].values()) if found else None


def read_now(connection: Connection, name: str, until: datetime) -> dict[str, Any] | None:
    """The newest situation of an open place up to a moment, by column; None without one."""
    found = _read(connection, "latest", {"place": name, "until": until})
    return found[0] if found else None


def read_course(
    connection: Connection, name: str, since: datetime, until: datetime
) -> list[dict[str, Any]]:
    """Situations after ``since`` up to ``until``: time, gauges, value, signal, counters, judged."""
    return _read(connection, "course", {"place": name, "since": since, "until": until})


def read_expected(
    connection: Connection, name: str, since: datetime, until: datetime
) -> list[dict[str, Any]]:
    """Situations from ``since`` to before ``until`` with the quantiles that were expected."""
    return _read(connection, "expected", {"place": name, "since": since, "until": until})


def read_opened(connection: Connection, name: str, before: datetime) -> dict[str, int]:
    """Levels of alerts by gauge as the newest situation before a moment left them."""
    rows = _read(connection, "opened", {"place": name, "before": before})
    return {row["gauge"]: row["level"] for row in rows}


def read_happened(
    connection: Connection, name: str, since: datetime, until: datetime, most: int = MOST_EVENTS
) -> list[Happened]:
    """What happened at an open place after ``since``, up to ``until``, the latest first."""
    values = {"place": name, "since": since, "until": until, "most": most}
    return [Happened(**row) for row in _read(connection, "happened", values)]


def read_planned(
    connection: Connection, name: str, start: datetime, stop: datetime
) -> list[Planned]:
    """Events at an open place that touch a span, the earliest first."""
    values = {"place": name, "start": start, "stop": stop}
    return [Planned(**row) for row in _read(connection, "planned", values)]


def read_highest(connection: Connection, name: str) -> dict[int, int]:
    """Highest level of an alert that was raised during each event, by its number."""
    rows = _read(connection, "highest", {"place": name})
    return {row["number"]: row["level"] for row in rows}


def read_ahead(connection: Connection, name: str, until: datetime) -> Ahead | None:
    """What was last said of the days ahead of an open place; None without it."""
    found = _read(connection, "ahead", {"place": name, "until": until})
    if not found:
        return None
    said = found[0]
    hours, gauges, levels = (len(said[key]) for key in ("basis", "gauges", "levels"))
    shapes = {"quantiles": (hours, gauges, levels), "people": (hours, levels)}
    shapes["chance"] = (gauges, 3, hours)
    said |= {key: np.reshape(said[key], shape) for key, shape in shapes.items()}
    return Ahead(**said)


def _read(connection: Connection, query: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    with say_failures(connection), connection.cursor(binary=True) as cursor:
        cursor.adapters.register_loader(REALS, RealsLoader)
        rows = cursor.execute(READING[query].encode(), values).fetchall()
        names = [column.name for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in rows]
