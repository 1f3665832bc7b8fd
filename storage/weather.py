"""Weather as it was known: files that were added, and what they tell together at a moment."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .failures import Connection, say_failures
from .frame import read_frame

Float = NDArray[np.float64]

HOUR_S = 3600

_ADD = """
INSERT INTO private.forecast_weather (known_at, start, hours, source, names, value)
VALUES (%s, %s, %s, %s, %s, %s::real[])
"""
_KNOWN = """
SELECT extract(epoch FROM start)::bigint, names, value FROM private.forecast_weather
WHERE known_at <= %s AND start + hours * INTERVAL '1 hour' > %s
ORDER BY known_at, id
"""
_FILES = """
SELECT
    id, known_at, source, start, start + hours * INTERVAL '1 hour' AS stop,
    array_to_string(names, ', ') AS names
FROM private.forecast_weather ORDER BY known_at, id
"""


class WeatherRows(NamedTuple):
    """Hours of weather of one file."""

    start: int  # Unix seconds of the first hour
    names: tuple[str, ...]  # (c,) keys of quantities
    table: Float  # (t, c), NaN where unknown


def trim(rows: WeatherRows) -> WeatherRows:
    """The hours from the first to the last of which anything is known.

    >>> trim(WeatherRows(0, ("rain",), np.array([[np.nan], [1.0]])))
    WeatherRows(start=3600, names=('rain',), table=array([[1.]]))
    """
    known = np.flatnonzero(np.isfinite(rows.table).any(axis=1))
    if not len(known):
        return rows._replace(table=rows.table[:0])
    first, last = int(known[0]), int(known[-1])
    return rows._replace(start=rows.start + HOUR_S * first, table=rows.table[first : last + 1])


def add_weather(connection: Connection, source: str, known_at: datetime, rows: WeatherRows) -> None:
    """Keep hours of weather that are known from ``known_at`` on."""
    start = datetime.fromtimestamp(rows.start, known_at.tzinfo)
    values = rows.table.astype(np.float32).ravel().tolist()
    facts = [known_at, start, len(rows.table), source, list(rows.names), values]
    with say_failures(connection):
        connection.execute(_ADD, facts)


def read_weather(connection: Connection, known_at: datetime, start: datetime) -> list[WeatherRows]:
    """What was known at a moment of the hours since ``start``, the earliest knowledge first."""
    with say_failures(connection):
        rows: Sequence = connection.execute(_KNOWN, [known_at, start]).fetchall()
    return [
        WeatherRows(first, tuple(names), np.array(values, float).reshape(-1, len(names)))
        for first, names, values in rows
    ]


def read_files(connection: Connection) -> pd.DataFrame:
    """Files that were added: id, known_at, source, start, stop, names."""
    return read_frame(connection, _FILES)
