"""Values of official networks: from the cells of a table to series, each hour of each once.

Values stay as they are published, small negative ones too: clipping them would raise the mean
(17,045 hours of 2023 in the Dutch network are below 0, down to -5). Flags say what a value is
worth; nothing is left out for its value.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lokaalmeten.quality import Flag, FlagArray
from lokaalmeten.stations import Hours, Station

from .columns import Refusals, to_numbers
from .source import BadLine, Part
from .table import Chunk, to_bad

EARLIEST = -2_208_988_800  # 1900: the oldest series of days begins in 1901
SENTINEL_LOW, SENTINEL_HIGH = -99, 60_000  # -999, -9999 and 65,535 stand for "no value"
NEGATIVE = -10  # instruments go a little below 0: noise of an analyser, loss of a filter
OVERCAST = 8  # eighths of the sky
TWICE = "this hour of this series came before"

Found = tuple[int, str]  # line counted through the whole file, and why it cannot be used


@dataclass(frozen=True)
class Table:
    """r rows and c columns of published values, in the units of their quantities."""

    codes: Sequence[str]  # of stations
    keys: Sequence[str]  # of quantities
    names: Sequence[str]  # (c,) columns of the file
    station: NDArray[np.int32]  # (r, 1) or (1, c) index into codes
    key: NDArray[np.int32]  # (r, 1) or (1, c) index into keys
    time: NDArray[np.int64]  # (r,) start of the hour, Unix seconds
    values: NDArray[np.float64]  # (r, c) NaN = missing
    wrong: NDArray[np.bool_]  # (r, c) cells that are no number


@dataclass(frozen=True)
class Cells:
    """n published values; one that is NaN was published as missing."""

    station: NDArray[np.int32]  # (n,) index into the codes of stations
    key: NDArray[np.int32]  # (n,) index into the keys of quantities
    time: NDArray[np.int64]  # (n,) start of the hour or day, Unix seconds
    value: NDArray[np.float64]  # (n,) in the unit of the quantity
    at: NDArray[np.int64]  # (n,) line, counted through the whole file

    def take(self, rows: NDArray[np.bool_]) -> "Cells":
        """Cells by mask."""
        where = (self.station[rows], self.key[rows], self.time[rows])
        return Cells(*where, self.value[rows], self.at[rows])


def to_cells(
    station: NDArray[np.int32],
    key: NDArray[np.int32],
    time: NDArray[np.int64],
    values: NDArray[np.float64],
    at: NDArray[np.int64],
) -> Cells:
    """Cells (r * c,) of station, key and values (r, c); ``time`` and ``at`` (r,) are of a row."""
    along = [np.repeat(of, values.shape[1]) for of in (time, at)]
    return Cells(station.ravel(), key.ravel(), along[0], values.ravel(), along[1])


def to_hours(codes: Sequence[str], keys: Sequence[str], cells: Cells) -> tuple[Hours, list[Found]]:
    """Hours of the cells, and the lines of those that come a second time.

    A series without any value is none: a table has a column for what a station never measured.
    """
    which = cells.station * len(keys) + cells.key
    measured = np.isin(which, np.unique(which[~np.isnan(cells.value)]))
    again = find_repeats(which, cells.time)
    bad = [(int(at), TWICE) for at in cells.at[measured & again]]
    cells, which = cells.take(measured & ~again), which[measured & ~again]
    used, index = np.unique(which, return_inverse=True)
    used_series: list[int] = used.tolist()
    series = [(codes[one // len(keys)], keys[one % len(keys)]) for one in used_series]
    flags = flag_values([key for _, key in series], index, cells.value)
    value = cells.value.astype(np.float32)
    return Hours(series, index.astype(np.int32), cells.time, value, flags), bad


def find_repeats(group: NDArray[np.int32], time: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Mask (n,) of rows whose group had a row of the same time before."""
    if not len(time):
        return np.zeros(0, np.bool_)
    _, moment = np.unique(time, return_inverse=True)
    _, first = np.unique(group.astype(np.int64) << 32 | moment, return_index=True)
    again = np.ones(len(time), np.bool_)
    again[first] = False
    return again


def flag_values(
    keys: Sequence[str], which: NDArray[np.intp], value: NDArray[np.float64]
) -> FlagArray:
    """Flags (n,) of values whose quantity is ``keys[which]``: good, unless it cannot be so.

    A wind direction of 0 (calm) or 990 (variable) is none, a cloud cover of 9 is a sky that
    cannot be seen (KNMI, legend of its hourly files).
    """
    names = np.array([*keys, ""], object)
    below_zero = ~np.isin(names, ["temperature"])[which]
    direction, cloud = (names == "wind_direction")[which], (names == "cloud")[which]
    high = np.where(names == "pressure", np.inf, SENTINEL_HIGH).astype(np.float64)[which]
    flags = np.full(len(value), Flag.GOOD, np.uint8)
    flags[below_zero & (value < NEGATIVE)] = Flag.SUSPECT
    flags[cloud & (value > OVERCAST)] = Flag.SUSPECT
    flags[direction & ((value <= 0) | (value > 360))] = Flag.FAIL
    flags[(value <= SENTINEL_LOW) | (value >= high)] = Flag.FAIL
    flags[np.isnan(value)] = Flag.MISSING
    return flags


def read_matrix(
    chunk: Chunk, names: Sequence[str], *, comma: bool = False
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Numbers (r, c) of the columns, NaN where a cell is empty, and a mask of those that are none.

    ``comma`` allows a decimal comma beside the point, where it cannot separate columns.
    """
    values = np.full((len(chunk), len(names)), np.nan)
    wrong = np.zeros(values.shape, np.bool_)
    for column, name in enumerate(names):
        text = chunk.text(name)
        values[:, column], wrong[:, column] = to_numbers(text)
        if comma and wrong[:, column].any():
            points = text.to_pandas().str.replace(",", ".", n=1)
            values[:, column], wrong[:, column] = to_numbers(pa.array(points, pa.string()))
    return np.where(wrong, np.nan, values), wrong


def list_wrong(chunk: Chunk, names: Sequence[str], wrong: NDArray[np.bool_]) -> list[Found]:
    """Lines of the cells (r, c) that are no number; the others of their rows can be used."""
    return [
        (int(chunk.at[row]), f"{names[column]} is not a number")
        for row, column in np.argwhere(wrong).tolist()
    ]


def list_bad(chunk: Chunk, found: Sequence[Found]) -> list[BadLine]:
    """All bad lines of a chunk, those that were found in its cells among them, in order."""
    own = [to_bad(chunk.pieces, at, reason) for at, reason in found]
    return [bad for _, bad in sorted([*chunk.bad, *own])]


def to_hours_part(
    chunk: Chunk,
    refusals: Refusals,
    table: Table,
    stations: Sequence[Station] = (),
) -> Part:
    """What one chunk of a table of official values gives; a refused row counts as one."""
    good = refusals.good
    cells = to_cells(
        np.broadcast_to(table.station, table.values.shape)[good],
        np.broadcast_to(table.key, table.values.shape)[good],
        table.time[good],
        table.values[good],
        chunk.at[good],
    )
    wrong = table.wrong & good[:, None]
    hours, twice = to_hours(table.codes, table.keys, cells.take(~wrong[good].ravel()))
    refused = [(int(chunk.at[row]), reason) for row, reason in refusals.list_all()]
    bad = list_bad(chunk, [*refused, *list_wrong(chunk, table.names, wrong), *twice])
    return Part(chunk.next_line, chunk.read, bad, stations=stations, hours=hours)
