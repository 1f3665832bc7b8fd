"""Scoring: what was said of an hour, beside what was measured in it.

An hour is scored once for all forecasts of it, and anew when what was measured changes: it is
compared with the value by which it was scored. What is older than RESCORED_DAYS stays as it is.
"""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.forecasts import (
    INTERVALS,
    LEVELS,
    MILLI,
    PART_H,
    PARTS,
    RESCORED_DAYS,
    TALLIES,
    Float32,
    Int32,
    Issued,
    Scores,
)

from .desk import Desk
from .hours import Hours

Float = NDArray[np.float64]

DAY = timedelta(days=1)
HOUR_S = 3600


class Changes(NamedTuple):
    """What differs from what was scored: places by column, and hours."""

    fresh: NDArray[np.bool_]  # (t, s) measured, and not scored by this value
    gone: NDArray[np.bool_]  # (t, s) scored, and not measured any more


def score_all(desk: Desk, quantity: str, hours: Hours, cutoff: datetime) -> int:
    """Score what was measured since, or changed; how many hours of places were scored.

    A day at a time, each of which is stored whole.
    """
    first = desk.read_first(quantity)
    if first is None:
        return 0
    start = max(floor_day(first), floor_day(cutoff - timedelta(days=RESCORED_DAYS)))
    begun = max(int(start.timestamp()), hours.start)
    table = hours.table[(begun - hours.start) // HOUR_S :].astype(np.float32)
    table[: max(int(first.timestamp()) - begun, 0) // HOUR_S] = np.nan  # of these nothing was said
    changes = find_changes(table, begun, hours.numbers, desk.read_scored(hours.numbers, start))
    for at in range(0, len(table), 24):
        rows = slice(at, at + 24)
        if changes.fresh[rows].any() or changes.gone[rows].any():
            score_day(
                desk, quantity, hours.numbers, begun + at * HOUR_S, table[rows], changes, rows
            )
    return int(changes.fresh.sum())


def floor_day(moment: datetime) -> datetime:
    """Start of the day of UTC in which a moment lies."""
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def find_changes(table: Float32, start: int, numbers: Int32, scored) -> Changes:  # noqa: ANN001 - frame
    """Compare hours (t, s) from ``start`` on with the values by which they were scored."""
    known = np.full(table.shape, np.nan, np.float32)
    order = np.argsort(numbers)
    column = order[np.searchsorted(numbers[order], scored["series_id"].to_numpy(np.int32))]
    row = (scored["hour"].to_numpy(np.int64) - start) // HOUR_S
    inside = (row >= 0) & (row < len(table))
    known[row[inside], column[inside]] = scored["value"].to_numpy(np.float32)[inside]
    there = np.isfinite(table)
    return Changes(there & (table != known), np.isfinite(known) & ~there)


def score_day(
    desk: Desk,
    quantity: str,
    numbers: Int32,
    start: int,
    table: Float32,
    changes: Changes,
    rows: slice,
) -> None:
    """Score the hours (up to 24, s) of one day that are fresh, and take out those that are gone."""
    parts = []
    for row in np.flatnonzero(changes.fresh[rows].any(axis=1)).tolist():
        fresh = changes.fresh[rows][row]
        moment = start + row * HOUR_S
        issued = desk.read_issued(quantity, datetime.fromtimestamp(moment, UTC), numbers[fresh])
        parts.append(score_hour(numbers[fresh], moment, table[row, fresh], issued))
    row, column = np.nonzero(changes.gone[rows])
    gone = (numbers[column], start + row.astype(np.int64) * HOUR_S)
    desk.write_scores(date.fromtimestamp(start), join(parts), gone)


def score_hour(numbers: Int32, hour: int, measured: Float32, issued: Issued) -> Scores:
    """Scores of one hour of places (s,), from all that was said of it (n,)."""
    order = np.argsort(numbers)
    place = order[np.searchsorted(numbers[order], issued.series)]
    cell = place * PARTS + issued.ahead // PART_H
    counted = judge(issued.quantiles, issued.naive, measured[place])
    tallies = {
        name: np.bincount(cell, counted[name], len(numbers) * PARTS)
        .round()
        .astype(np.int32)
        .reshape(-1, PARTS)
        for name in TALLIES
    }
    return Scores(numbers, np.full(len(numbers), hour, np.int64), measured, tallies)


def judge(quantiles: Float32, naive: Float32, measured: Float32) -> dict[str, Float]:
    """Each of TALLIES for n forecasts (n, LEVELS) of what was measured (n,).

    The loss is twice the mean pinball loss over the levels (Koenker and Bassett 1978, "Regression
    quantiles"), so that of a single value it is the absolute error. Losses are whole thousandths.

    >>> said = np.float32([[1, 2, 3, 4, 5, 6, 7]])
    >>> found = judge(said, np.float32([2]), np.float32([5.5]))
    >>> [found[name].tolist() for name in ("inside50", "inside80", "missed", "naive")]
    [[0.0], [1.0], [1500.0], [3500.0]]
    """
    said, came = quantiles.astype(np.float64), measured.astype(np.float64)
    off = came[:, None] - said
    chances = np.array(LEVELS)
    losses = {
        "loss": 2 * np.maximum(chances * off, (chances - 1) * off).mean(axis=1),
        "missed": np.abs(off[:, LEVELS.index(0.5)]),
        "naive": np.abs(came - naive),
    }
    inside = {
        f"inside{percent}": (said[:, low] <= came) & (came <= said[:, high])
        for percent, (low, high) in INTERVALS.items()
    }
    return {
        "forecasts": np.ones(len(came)),
        **{name: held.astype(np.float64) for name, held in inside.items()},
        **{name: np.round(loss * MILLI) for name, loss in losses.items()},
    }


def join(parts: list[Scores]) -> Scores:
    """Scores of several hours together."""
    if not parts:
        none = {name: np.zeros((0, PARTS), np.int32) for name in TALLIES}
        return Scores(np.zeros(0, np.int32), np.zeros(0, np.int64), np.zeros(0, np.float32), none)
    return Scores(
        np.concatenate([part.series for part in parts]),
        np.concatenate([part.hour for part in parts]),
        np.concatenate([part.value for part in parts]),
        {name: np.concatenate([part.tallies[name] for part in parts]) for name in TALLIES},
    )
