"""The hours of a quantity as tables: nodes, official stations, and places where several nodes are.

Each share learns by itself: a cheap sensor errs unlike a reference analyser, and a place is the
mean of nodes that are there already.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.forecasts import Int32, Series
from lokaalmeten.quantities import BY_KEY, CORRECTED

from ..series import drop_thin, to_grid
from .desk import Desk

Float = NDArray[np.float64]

SHARES = ("node", "station", "place")
HOUR = timedelta(hours=1)
HISTORY_DAYS = 400  # a year, and what a profile of a year ago rests on
PIECE_DAYS = 28  # read at a time: bounds what is in memory as rows
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
    values: Float


def read_hours(desk: Desk, quantity: str, cutoff: datetime) -> list[Hours]:
    """All that is known of a quantity before a cutoff, a table a share; without empty ones.

    A node of which corrected values exist is known by these, and by no raw ones: they never mix in
    one series. A place is, when all its nodes are.
    """
    start = cutoff - timedelta(days=HISTORY_DAYS)
    found: list[Hours] = []
    first = int(start.timestamp())
    if quantity in BY_KEY:
        raw = read_table(desk, "node", quantity, start, cutoff)
        better = Table((), np.empty((len(raw.values), 0)))
        if quantity in CORRECTED:
            better = read_table(desk, "node", f"{quantity}_corrected", start, cutoff)
        found.append(number(desk, "node", first, *choose(quantity, raw, better)))
        places = to_places(desk, quantity, cutoff, raw, better)
        found.append(number(desk, "place", first, *places))
    stations = read_table(desk, "station", quantity, start, cutoff)
    named = [Series("station", name, quantity) for name in stations.names]
    found.append(number(desk, "station", first, named, stations.values))
    return [hours for hours in found if len(hours.series) and np.isfinite(hours.table).any()]


def number(desk: Desk, share: str, start: int, series: list[Series], table: Float) -> Hours:
    """Hours with the numbers of the store, without places that are gone meanwhile."""
    numbers = desk.number_series(series)
    there = numbers > 0
    kept = tuple(each for each, known in zip(series, there.tolist(), strict=True) if known)
    return Hours(share, start, kept, numbers[there], table[:, there])


def read_table(desk: Desk, kind: str, quantity: str, start: datetime, stop: datetime) -> Table:
    """Hourly means of nodes or stations, hours with few measurements left open."""
    pieces = []
    for first, after in cut(start, stop):
        rows = desk.read_hours(kind, quantity, first, after)
        names = rows["place"].to_numpy(object)
        seconds = rows["time"].to_numpy("datetime64[s]").astype(np.int64)
        means = drop_thin(names, rows["mean"], rows["count"], THIN)
        pieces.append(
            to_grid(names, seconds, means, int(first.timestamp()), int(after.timestamp()))
        )
    names = np.unique(
        np.array([name for piece in pieces for name in piece.names], object).astype(str)
    )
    values = np.full((sum(len(piece.table) for piece in pieces), len(names)), np.nan)
    row = 0
    for piece in pieces:
        values[row : row + len(piece.table), np.searchsorted(names, piece.names)] = piece.table
        row += len(piece.table)
    return Table(tuple(names.tolist()), values)


def cut(start: datetime, stop: datetime) -> Iterator[tuple[datetime, datetime]]:
    """A period in pieces of at most PIECE_DAYS."""
    while start < stop:
        after = min(start + timedelta(days=PIECE_DAYS), stop)
        yield start, after
        start = after


def choose(quantity: str, raw: Table, better: Table) -> tuple[list[Series], Float]:
    """Each node by its corrected values where there are enough, else by its raw ones."""
    taken = is_corrected(raw, better)
    values = np.where(taken, widen(better, raw.names), raw.values)
    keys = np.where(taken, f"{quantity}_corrected", quantity).tolist()
    return [Series("node", *pair) for pair in zip(raw.names, keys, strict=True)], values


def is_corrected(raw: Table, better: Table) -> NDArray[np.bool_]:
    """True (s,) of nodes with corrected hours for at least half of the raw ones lately."""
    recent = slice(-CHOSEN_DAYS * 24, None)
    known = np.isfinite(raw.values[recent]).sum(axis=0)
    corrected = np.isfinite(widen(better, raw.names)[recent]).sum(axis=0)
    return (corrected > 0) & (2 * corrected >= known)


def widen(table: Table, names: tuple[str, ...]) -> Float:
    """Values (t, names) of a table, NaN for names that it does not have."""
    wide = np.full((len(table.values), len(names)), np.nan)
    place = {name: at for at, name in enumerate(names)}
    kept = [at for at, name in enumerate(table.names) if name in place]
    wide[:, [place[table.names[at]] for at in kept]] = table.values[:, kept]
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
    corrected, plain = mean_of(widen(better, raw.names), member), mean_of(raw.values, member)
    keys = np.where(whole, f"{quantity}_corrected", quantity).tolist()
    series = [Series(*pair, key) for pair, key in zip(named, keys, strict=True)]
    return series, np.where(whole, corrected, plain)


def mean_of(values: Float, member: NDArray[np.bool_]) -> Float:
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
