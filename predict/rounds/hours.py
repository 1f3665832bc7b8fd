"""The hours of a quantity as tables: nodes, official stations, and places where several nodes are.

Each share learns by itself: a cheap sensor errs unlike a reference analyser, and a place is the
mean of nodes that are there already.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lokaalmeten.forecasts import RESCORED_DAYS, Int32, Series
from lokaalmeten.quantities import BY_KEY, CORRECTED

from ..series import to_grid
from .desk import Desk

Float = NDArray[np.float64]
Float32 = NDArray[np.float32]

SHARES = ("node", "station", "place")
HOUR = timedelta(hours=1)
HOUR_S = 3600
HISTORY_DAYS = 400  # a year, and what a profile of a year ago rests on
PIECE = timedelta(days=7)  # read at a time: bounds what is in memory as rows
SETTLED = timedelta(days=RESCORED_DAYS + 3)  # what is older is not read again on the same day
THIN = 0.5  # share of the usual number of measurements below which an hour counts as unknown
CHOSEN_DAYS = 28  # in which corrected hours must be at least half of the raw ones
FEWEST_NODES = 2  # of a cell; of one node it would say the same again


@dataclass(frozen=True)
class Hours:
    """t hours of s places that learn together."""

    share: str  # one of SHARES
    start: int  # Unix seconds of the first hour
    series: tuple[Series, ...]  # (s,)
    numbers: Int32  # (s,) by which the store knows them
    table: Float  # (t, s), NaN where unknown, in the unit of the quantity

    @property
    def stop(self) -> int:
        """Unix seconds after the last hour."""
        return self.start + 3600 * len(self.table)


@dataclass(frozen=True)
class Table:
    """Hours (t, s) of places by name, sorted."""

    names: tuple[str, ...]
    hours: Float32


@dataclass
class Memory:
    """Old hours from one round to the next of the same day: a year of a city takes minutes."""

    day: date | None = None
    pieces: dict[tuple[str, str, datetime], Table] = field(default_factory=dict)

    def forget(self, now: datetime) -> None:
        """Begin anew on another day: what is old may have been imported or corrected since."""
        if self.day != now.date():
            self.day, self.pieces = now.date(), {}


def read_hours(
    desk: Desk, quantity: str, cutoff: datetime, memory: Memory | None = None
) -> list[Hours]:
    """All that is known of a quantity before a cutoff, a table a share; without empty ones.

    A node of which corrected values exist is known by these, and by no raw ones: they never mix in
    one series. A place is, when all its nodes are. What ``memory`` holds is not read again.
    """
    memory = memory or Memory()
    memory.forget(cutoff)
    start = find_start(cutoff)
    span = (start, cutoff)
    found: list[Hours] = []
    first = int(start.timestamp())
    if quantity in BY_KEY:
        raw = read_table(desk, "node", quantity, span, memory)
        better = Table((), np.empty((len(raw.hours), 0), np.float32))
        if quantity in CORRECTED:
            better = read_table(desk, "node", f"{quantity}_corrected", span, memory)
        found.append(number(desk, "node", first, *choose(quantity, raw, better)))
        places = to_places(desk, quantity, cutoff, raw, better)
        found.append(number(desk, "place", first, *places))
    stations = read_table(desk, "station", quantity, span, memory)
    named = [Series("station", name, quantity) for name in stations.names]
    found.append(number(desk, "station", first, named, stations.hours.astype(np.float64)))
    return [hours for hours in found if len(hours.series) and np.isfinite(hours.table).any()]


def number(desk: Desk, share: str, start: int, series: list[Series], table: Float) -> Hours:
    """Hours with the numbers of the store, without places that are gone meanwhile."""
    numbers = desk.number_series(series)
    there = numbers > 0
    kept = tuple(each for each, known in zip(series, there.tolist(), strict=True) if known)
    return Hours(share, start, kept, numbers[there], table[:, there])


def read_table(
    desk: Desk, kind: str, quantity: str, span: tuple[datetime, datetime], memory: Memory
) -> Table:
    """Hourly means of nodes or stations, hours with few measurements left open."""
    start, stop = span
    pieces = []
    for first, after in cut(start, stop):
        key = (kind, quantity, first)
        piece = memory.pieces.get(key)
        if piece is None:
            piece = to_table(desk.read_hours(kind, quantity, first, after), first, after)
            if after <= stop - SETTLED:
                memory.pieces[key] = piece
        pieces.append(piece)
    names = sorted({name for piece in pieces for name in piece.names})
    hours = np.full((sum(len(piece.hours) for piece in pieces), len(names)), np.nan, np.float32)
    row = 0
    for piece in pieces:
        after_row = row + len(piece.hours)
        column = np.searchsorted(names, piece.names) if names else []
        hours[row:after_row, column] = piece.hours
        row = after_row
    return Table(tuple(names), hours)


def to_table(rows: pd.DataFrame, start: datetime, stop: datetime) -> Table:
    """Rows place, time, mean, count on a grid; SeriesError when two have one place and hour.

    As ``series.to_grid`` does it, which tells what is wrong, and in a fifth of its time.
    """
    column, names = pd.factorize(rows["place"], sort=True)
    seconds = rows["time"].to_numpy("datetime64[s]").astype(np.int64)
    row = (seconds - int(start.timestamp())) // HOUR_S
    means = drop_thin(column, rows["mean"].to_numpy(float), rows["count"].to_numpy(float))
    table = np.full((int((stop - start) / HOUR), len(names)), np.nan, np.float32)
    taken = np.bincount(row * len(names) + column, minlength=1)
    if taken.max() > 1:
        to_grid(rows["place"], seconds, means, int(start.timestamp()), int(stop.timestamp()))
    table[row, column] = means
    return Table(tuple(map(str, names)), table)


def drop_thin(column: NDArray[np.intp], means: Float, counts: Float) -> Float:
    """Means (n,) with NaN where they rest on less than THIN of what their series usually has.

    ``column`` (n,) is the series of each; usual is the median of its ``counts``.

    >>> drop_thin(np.array([0, 0, 0]), np.array([5.0, 6.0, 7.0]), np.array([60.0, 60.0, 20.0]))
    array([ 5.,  6., nan])
    """
    if not len(column):
        return means
    order = np.lexsort([counts, column])
    first = np.searchsorted(column[order], np.arange(column.max() + 2))
    usual = counts[order][(first[:-1] + first[1:]) // 2]
    return np.where(counts < THIN * usual[column], np.nan, means)


def cut(start: datetime, stop: datetime) -> Iterator[tuple[datetime, datetime]]:
    """A period in pieces of PIECE, of which the last may be shorter."""
    while start < stop:
        after = min(start + PIECE, stop)
        yield start, after
        start = after


def find_start(cutoff: datetime) -> datetime:
    """Where the pieces of a history begin: the same from week to week, so that they are known."""
    weeks = (cutoff - timedelta(days=HISTORY_DAYS)).timestamp() // PIECE.total_seconds()
    return datetime.fromtimestamp(weeks * PIECE.total_seconds(), UTC)


def choose(quantity: str, raw: Table, better: Table) -> tuple[list[Series], Float]:
    """Each node by its corrected values where there are enough, else by its raw ones."""
    taken = is_corrected(raw, better)
    values = np.where(taken, widen(better, raw.names), raw.hours).astype(np.float64)
    keys = np.where(taken, f"{quantity}_corrected", quantity).tolist()
    return [Series("node", *pair) for pair in zip(raw.names, keys, strict=True)], values


def is_corrected(raw: Table, better: Table) -> NDArray[np.bool_]:
    """True (s,) of nodes with corrected hours for at least half of the raw ones lately."""
    recent = slice(-CHOSEN_DAYS * 24, None)
    known = np.isfinite(raw.hours[recent]).sum(axis=0)
    corrected = np.isfinite(widen(better, raw.names)[recent]).sum(axis=0)
    return (corrected > 0) & (2 * corrected >= known)


def widen(table: Table, names: tuple[str, ...]) -> Float32:
    """Values (t, names) of a table, NaN for names that it does not have."""
    wide = np.full((len(table.hours), len(names)), np.nan, np.float32)
    place = {name: at for at, name in enumerate(names)}
    kept = [at for at, name in enumerate(table.names) if name in place]
    wide[:, [place[table.names[at]] for at in kept]] = table.hours[:, kept]
    return wide


def to_places(
    desk: Desk, quantity: str, cutoff: datetime, raw: Table, better: Table
) -> tuple[list[Series], Float]:
    """Zones with a node in them, and cells with several: the mean of their nodes, hour by hour.

    An hour in which less than half as many nodes are known as usual counts as unknown.
    """
    pairs = desk.read_members(cutoff)
    row = {name: at for at, name in enumerate(raw.names)}
    inside = defaultdict[tuple[str, str], list[int]](list)
    for kind, place, node in zip(pairs["kind"], pairs["place"], pairs["node"], strict=True):
        if node in row:
            inside[kind, place].append(row[node])
    named = [key for key, at in inside.items() if key[0] == "zone" or len(at) >= FEWEST_NODES]
    member = np.zeros((len(raw.names), len(named)), bool)
    for column, key in enumerate(named):
        member[inside[key], column] = True
    taken = is_corrected(raw, better)
    whole = np.array([taken[nodes].all() for nodes in member.T], bool)
    corrected, plain = mean_of(widen(better, raw.names), member), mean_of(raw.hours, member)
    keys = np.where(whole, f"{quantity}_corrected", quantity).tolist()
    series = [Series(*pair, key) for pair, key in zip(named, keys, strict=True)]
    return series, np.where(whole, corrected, plain)


def mean_of(values: Float | Float32, member: NDArray[np.bool_]) -> Float:
    """Means (t, p) of the known values (t, s) of the members (s, p) of each place."""
    known = np.isfinite(values)
    count = known.astype(np.float32) @ member.astype(np.float32)
    total = np.where(known, values, 0.0) @ member.astype(np.float64)
    usual = np.array([np.median(each[each > 0]) if each.any() else 1.0 for each in count.T])
    enough = (count > 0) & (count >= 0.5 * usual)
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=enough)


def find_newest(hours: list[Hours]) -> datetime | None:
    """Start of the latest hour of which anything is known."""
    rows = [np.flatnonzero(np.isfinite(each.table).any(axis=1))[-1] for each in hours]
    starts = [each.start + 3600 * int(row) for each, row in zip(hours, rows, strict=True)]
    return datetime.fromtimestamp(max(starts), UTC) if starts else None
