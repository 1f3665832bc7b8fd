"""Columns of values of any source to samples: units, places, rows of one second joined."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from lokaalmeten.geo import PER_DEGREE, to_cells
from lokaalmeten.observations import MISSING, Int32, Observations, to_observations

from .columns import Numbers, Refusals, Seconds, saturate, to_counts, to_steps
from .table import Chunk

Values = dict[str, Numbers]  # (n,) in the unit of the quantity, NaN where there is none


class Column(NamedTuple):
    """Where a quantity is, and how it comes into our unit: ``number * factor + offset``."""

    name: str
    factor: float = 1.0
    offset: float = 0.0


def read_values(chunk: Chunk, columns: Mapping[str, Column], refusals: Refusals) -> Values:
    """Values of each quantity that a chunk has a column of; rows with other text are refused."""
    return {
        key: chunk.numbers(column.name, refusals) * column.factor + column.offset
        for key, column in columns.items()
        if chunk.has(column.name)
    }


def refuse_silent(values: Values, refusals: Refusals) -> None:
    """Refuse rows in which there is no value at all."""
    silent = np.logical_and.reduce([np.isnan(row) for row in values.values()])
    refusals.refuse(np.asarray(silent, np.bool_), "no value")


def take(values: Values, rows: np.ndarray) -> Values:
    """Rows by mask or index."""
    return {key: row[rows] for key, row in values.items()}


def to_samples(
    node: Int32,
    seconds: Seconds,
    values: Values,
    lat: Numbers | None = None,
    lon: Numbers | None = None,
    *,
    bits: Int32 | None = None,
    period_s: int = 0,
) -> Observations:
    """Put values into our steps; positions are degrees, WGS84, NaN or 0,0 where there is none."""
    keys = tuple(values)
    counts = saturate(keys, [to_steps(row, key) for key, row in values.items()])
    place = {} if lat is None or lon is None else to_places(lat, lon)
    period = np.full(len(seconds), period_s, np.int32) if period_s else None
    return to_observations(node, seconds, keys, counts, **place, bits=bits, period=period)


def to_places(lat: Numbers, lon: Numbers) -> dict[str, np.ndarray]:
    """Columns of a position; what is not on the earth is none."""
    there = (np.abs(lat) <= 90) & (np.abs(lon) <= 180) & ~((lat == 0) & (lon == 0))
    steps = [np.where(there, to_counts(axis, PER_DEGREE), MISSING) for axis in (lat, lon)]
    lat_steps, lon_steps = (row.astype(np.int32) for row in steps)
    return {"lat": lat_steps, "lon": lon_steps, "cell": to_cells(lat_steps, lon_steps)}


def join_seconds(node: Int32, seconds: Seconds, columns: Values) -> tuple[Int32, Seconds, Values]:
    """Rows of one node and second as one, in the order of node and time.

    A column of it is the mean of what the rows have there.
    """
    key = (node.astype(np.int64) << 32) | seconds
    found, place = np.unique(key, return_inverse=True)
    joined = {}
    for name, column in columns.items():
        there = ~np.isnan(column)
        total = np.bincount(place[there], column[there], len(found))
        count = np.bincount(place[there], minlength=len(found))
        joined[name] = np.divide(total, count, np.full(len(found), np.nan), where=count > 0)
    return (found >> 32).astype(np.int32), found & 0xFFFFFFFF, joined
