"""What the latest round says of days: chances of limits, and the air quality index.

1. write the index of all places from one cutoff (``write_index``); chances are written with their
   round (forecasts.py)
2. read both of one place (``read_chances``, ``read_index``)
3. read one day of all places of a kind (``read_day``, ``read_indices``)
"""

from datetime import UTC, date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from psycopg import sql

from lokaalmeten.forecasts import INDEX_CLASSES, INDEX_LEVELS, QUANTITIES, IndexRound

from .copy import Column
from .failures import Connection, say_failures
from .forecasts import PER_ONE, take_turn
from .frame import read_frame
from .queries import read_queries
from .sending import copy_rows

OUTLOOK = read_queries(Path(__file__).with_name("outlook.sql"))
INDEX = sql.Identifier("private", "forecast_index")
HOUR_S = 3600


class PlaceIndex(NamedTuple):
    """The latest index of one place."""

    issue_time: Any
    cutoff: Any
    substances: tuple[str, ...]
    hours: pd.DataFrame  # time, low, middle, high
    days: pd.DataFrame  # day (date), low, middle, high of its highest hour; class1 to class5


def write_index(connection: Connection, issued: IndexRound) -> None:
    """Store the index of all places instead of what is there from the same cutoff."""
    with say_failures(connection), connection.transaction():
        take_turn(connection)
        connection.execute(OUTLOOK["forget_index"].encode(), {"cutoff": issued.cutoff})
        if len(issued.series):
            copy_rows(connection, to_columns(issued), INDEX)


def to_columns(issued: IndexRound) -> dict[str, Column]:
    """The index of places (s,) for private.forecast_index."""
    places = len(issued.series)
    cutoff, issue_time = (
        np.full(places, int(moment.timestamp()), np.int64)
        for moment in (issued.cutoff, issued.issue_time)
    )
    first_day = np.full(places, (issued.first_day - date(2000, 1, 1)).days, np.int32)
    bits = [
        sum(1 << QUANTITIES.index(key) for key in substances) for substances in issued.substances
    ]
    return {
        "cutoff": Column("timestamptz", cutoff),
        "issue_time": Column("timestamptz", issue_time),
        "series_id": Column("integer", issued.series),
        "first_day": Column("integer", first_day),  # a date is sent as days since 2000
        "substances": Column("smallint", np.array(bits, np.int16)),
        "hours": Column("smallint[]", by_place(issued.hours)),
        "days": Column("smallint[]", by_place(issued.days)),
        "classes": Column("smallint[]", by_place(np.round(PER_ONE * issued.classes))),
    }


def by_place(table: NDArray[Any]) -> NDArray[np.int16]:
    """Rows (s, n) of what is told by hour or day first (n, s, m)."""
    return np.moveaxis(table, 1, 0).reshape(table.shape[1], -1).astype(np.int16)


def read_chances(connection: Connection, kind: str, place: str, quantity: str) -> pd.DataFrame:
    """Chances that the latest round tells of a place: day (text), norm, bound, chance (0 to 1)."""
    values = {"kind": kind, "place": place, "quantity": quantity}
    return read_frame(connection, OUTLOOK["chances"], values)


def read_day(
    connection: Connection, kind: str, quantity: str, day: date, norm: str
) -> pd.DataFrame:
    """Chances of one day and norm at all places of a kind: place, bound, chance."""
    values = {"kind": kind, "quantity": quantity, "day": day, "norm": norm}
    return read_frame(connection, OUTLOOK["chances_of_day"], values)


def read_index(connection: Connection, kind: str, place: str) -> PlaceIndex | None:
    """The latest index of a place; None when there is none."""
    with say_failures(connection):
        row = connection.execute(
            OUTLOOK["index"].encode(), {"kind": kind, "place": place}
        ).fetchone()
    if row is None:
        return None
    issue_time, cutoff, first_day, bits, hours, days, classes = row
    substances = tuple(key for bit, key in enumerate(QUANTITIES) if bits >> bit & 1)
    numbers = np.array(hours).reshape(-1, len(INDEX_LEVELS))
    start = np.datetime64(cutoff.astimezone(UTC).replace(tzinfo=None), "us")
    times = start + np.arange(len(numbers)) * np.timedelta64(HOUR_S, "s")
    moments = pd.Series(times, dtype="datetime64[us]").dt.tz_localize("UTC")
    highest = to_days(first_day, days)
    chances = np.array(classes).reshape(-1, INDEX_CLASSES) / PER_ONE
    named = {f"class{at + 1}": chances[:, at] for at in range(INDEX_CLASSES)}
    by_hour = pd.DataFrame({"time": moments, **to_named(numbers)})
    return PlaceIndex(issue_time, cutoff, substances, by_hour, highest.assign(**named))


def read_indices(connection: Connection, kind: str) -> pd.DataFrame:
    """The latest index of all places of a kind: place, day (date), low, middle, high."""
    with say_failures(connection):
        rows = connection.execute(OUTLOOK["indices"].encode(), {"kind": kind}).fetchall()
    parts = [to_days(first, days).assign(place=place) for place, first, days in rows]
    none = to_days(date(2000, 1, 1), []).assign(place=[])
    return pd.concat(parts, ignore_index=True) if parts else none


def to_days(first: date, numbers: list[int]) -> pd.DataFrame:
    """Days from ``first`` on: day, low, middle, high."""
    table = np.array(numbers, int).reshape(-1, len(INDEX_LEVELS))
    days = [first + timedelta(days=at) for at in range(len(table))]
    return pd.DataFrame({"day": days, **to_named(table)})


def to_named(numbers: NDArray[np.int_]) -> dict[str, NDArray[np.int_]]:
    """Numbers (n, 3) by name."""
    return dict(zip(("low", "middle", "high"), numbers.T, strict=True))
