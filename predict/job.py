"""A round of forecasts: score what was measured since, learn when due, say what may come.

1. read the hours of nodes, official stations, zones and cells (rounds/hours.py)
2. score earlier forecasts of hours that were measured since, or changed (rounds/scoring.py)
3. watch whether intervals still hold what they promise (rounds/watching.py)
4. learn each share of the places anew when that is due (rounds/learning.py)
5. forecast, or say why not: silent, or too young (rounds/telling.py)
6. write the round whole, and a map of the latest hour between sensors (air/between.py)

Reading, writing and the time of day come in as arguments; this part knows no database and no clock.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.forecasts import HORIZON_H, LEVELS, SILENT, YOUNG, Kept, Last, Round

from .air.between import draw_map
from .drift import Drift
from .rounds.desk import Desk
from .rounds.hours import Hours, Memory, find_newest, read_hours
from .rounds.learning import MODEL, find_due, forecast, learn
from .rounds.scoring import score_all
from .rounds.telling import Basis, find_basis, find_digest, find_naive
from .rounds.watching import watch

Say = Callable[[str], object]


@dataclass(frozen=True)
class Told:
    """What one round did."""

    quantity: str
    cutoff: datetime  # nothing measured from here on was used
    newest: datetime | None  # the latest measured hour that is known
    news: bool  # whether anything came since the round before, or changed
    scored: int  # hours of places
    drifted: dict[str, Drift]  # by share, where found now
    written: bool = False  # False when nothing is known, or the same round is there
    issued: int = 0  # places with a forecast
    silent: int = 0  # places without one: nothing known for 72 hours
    young: int = 0  # places without one: too little history
    mapped: int = 0  # cells of the map of the latest hour
    learned: dict[str, str] = field(default_factory=dict)  # why, by share


def run(
    desk: Desk,
    now: datetime,
    quantity: str,
    say: Say = lambda _: None,
    memory: Memory | None = None,
) -> Told:
    """Score, learn when due and forecast a quantity, HORIZON_H hours from this hour on.

    The hour that is under way at ``now`` (aware) is forecast, not used. The same hours from the
    same cutoff make no second round; when anything came or changed, the round is made anew and
    takes the place of the first. ``say`` hears what is going on; ``memory`` keeps old hours for the
    next round. Raises SeriesError when rows
    contradict each other, and what the desk raises.
    """
    cutoff = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    say("reading hours")
    hours = read_hours(desk, quantity, cutoff, memory)
    scored, drifted = look_back(desk, quantity, hours, cutoff, now, say)
    last, seen, newest = desk.read_last(quantity), find_digest(hours), find_newest(hours)
    same = last is not None and (last.cutoff, last.seen) == (cutoff, seen)
    told = Told(quantity, cutoff, newest, has_news(last, cutoff, newest, same), scored, drifted)
    if not hours or same:
        return told
    learned: dict[str, str] = {}
    bases = [find_basis(each.table) for each in hours]
    tables = [
        look_ahead(desk, quantity, each, basis, now, learned, say)
        for each, basis in zip(hours, bases, strict=True)
    ]
    say("writing")
    reasons = tuple(reason for basis in bases for reason in basis.reasons)
    desk.write_round(
        Round(
            quantity,
            cutoff,
            now,
            newest,
            MODEL,
            seen,
            np.concatenate([each.numbers for each in hours]),
            np.concatenate([basis.known for basis in bases]),
            np.concatenate([basis.history for basis in bases]),
            reasons,
            np.concatenate([find_naive(each.table) for each in hours], axis=1),
            np.concatenate(tables, axis=1).astype(np.float32),
        )
    )
    say("drawing a map")
    drawn = draw_map(quantity, hours, desk.read_spots(), cutoff)
    if drawn is not None:
        desk.write_map(drawn)
    counts = [reasons.count(reason) for reason in ("", SILENT, YOUNG)]
    return replace(
        told,
        written=True,
        issued=counts[0],
        silent=counts[1],
        young=counts[2],
        mapped=0 if drawn is None else len(drawn.cells),
        learned=learned,
    )


def look_back(
    desk: Desk, quantity: str, hours: list[Hours], cutoff: datetime, now: datetime, say: Say
) -> tuple[int, dict[str, Drift]]:
    """Score what was measured since, then look at coverage; hours scored, and drift by share."""
    scored, drifted = 0, {}
    for each in hours:
        say(f"scoring {each.share}s")
        scored += score_all(desk, quantity, each, cutoff)
        kept = desk.read_fit(quantity, each.share)
        drift = None if kept is None else watch(desk, quantity, each, kept, now)
        if drift is not None:
            drifted[each.share] = drift
    return scored, drifted


def look_ahead(
    desk: Desk,
    quantity: str,
    hours: Hours,
    basis: Basis,
    now: datetime,
    learned: dict[str, str],
    say: Say,
) -> NDArray[np.float64]:
    """Quantiles (HORIZON_H, s, LEVELS), NaN of places that are refused; ``learned`` is added to."""
    refused = np.array([bool(reason) for reason in basis.reasons])
    table = np.full((HORIZON_H, len(refused), len(LEVELS)), np.nan)
    if refused.all():
        return table
    kept = desk.read_fit(quantity, hours.share)
    why = find_due(kept, hours, now)
    if kept is None or why:
        say(f"learning {hours.share}s")
        kept = Kept(now, None, MODEL, hours.numbers, learn(hours))
        desk.write_fit(quantity, hours.share, kept, why)
        learned[hours.share] = why
    say(f"forecasting {hours.share}s")
    table[:, ~refused] = forecast(kept.state, hours)[:, ~refused]
    return table


def has_news(last: Last | None, cutoff: datetime, newest: datetime | None, same: bool) -> bool:
    """Tell whether anything was measured, or changed, since the round before."""
    if last is None or last.newest is None or newest is None:
        return newest is not None
    return newest > last.newest or (last.cutoff == cutoff and not same)
