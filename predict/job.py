"""A round of forecasts: score what was measured since, learn when due, say what may come.

1. read the hours of nodes, official stations, zones and cells (rounds/hours.py)
2. score earlier forecasts of hours that were measured since, or changed (rounds/scoring.py), and
   chances of days (rounds/day_scoring.py)
3. watch whether intervals still hold what they promise (rounds/watching.py)
4. learn each share of the places anew when that is due (rounds/learning.py), and what weather
   that is known ahead does (rounds/weather.py)
5. forecast, or say why not: silent, or too young (rounds/telling.py); and what that means for
   days (rounds/outlook.py)
6. write the round whole, and a map of the latest hour between sensors (air/between.py)

The index is made of the draws of all quantities, when each has had its round (rounds/index.py).

Reading, writing and the time of day come in as arguments; this part knows no database and no clock.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.forecasts import (
    HORIZON_H,
    LEVELS,
    NO_WEATHER,
    SHORT,
    SILENT,
    YOUNG,
    Kept,
    Last,
    Round,
    Weathered,
)

from . import core
from .air.between import draw_map
from .air.forecast import DENSE
from .air.weather import Weather
from .core import Core
from .drift import Drift
from .rounds.day_scoring import score_chances
from .rounds.desk import Desk
from .rounds.hours import Hours, Memory, find_newest, read_hours
from .rounds.learning import MODEL, Better, find_due, forecast, learn
from .rounds.outlook import Drawn, join_chances, join_drawn, look_at_days
from .rounds.scoring import score_all
from .rounds.telling import Basis, find_basis, find_digest, find_naive
from .rounds.watching import watch
from .rounds.weather import (
    WITH,
    find_columns,
    find_reach,
    is_due,
    join_weather,
    learn_weather,
    name_model,
    use_weather,
    weaken,
)

Say = Callable[[str], object]

TOLD = np.searchsorted(DENSE, np.array(LEVELS) - 1e-9)  # levels that are kept, among all


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
    scored_days: int = 0  # days of places whose chances were scored
    weather: Weathered = NO_WEATHER
    drawn: Drawn | None = field(default=None, repr=False)  # for the index; None: not of it


def run(
    desk: Desk,
    now: datetime,
    quantity: str,
    say: Say = lambda _: None,
    memory: Memory | None = None,
    by: Core = core,
) -> Told:
    """Score, learn when due and forecast a quantity, HORIZON_H hours from this hour on.

    The hour that is under way at ``now`` (aware) is forecast, not used. The same hours from the
    same cutoff make no second round; when anything came or changed, the round is made anew and
    takes the place of the first. ``say`` hears what is going on; ``memory`` keeps old hours for the
    next round, ``by`` learns and predicts. Raises SeriesError when rows contradict each other, and
    what the desk and ``by`` raise.
    """
    cutoff = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    say("reading hours")
    hours = read_hours(desk, quantity, cutoff, memory)
    scored, days, drifted = look_back(desk, quantity, hours, cutoff, now, say)
    last, seen, newest = desk.read_last(quantity), find_digest(hours), find_newest(hours)
    same = last is not None and (last.cutoff, last.seen) == (cutoff, seen)
    news = has_news(last, cutoff, newest, same)
    told = Told(quantity, cutoff, newest, news, scored, drifted, scored_days=days)
    if not hours or same:
        return told
    learned: dict[str, str] = {}
    bases = [find_basis(each.table) for each in hours]
    weather = read_weather(desk, hours, now)
    parts = [
        look_ahead(desk, quantity, each, basis, weather, now, learned, say, by)
        for each, basis in zip(hours, bases, strict=True)
    ]
    tables, used = [table for table, _ in parts], weaken([used for _, used in parts if used])
    say("telling of days")
    outlooks = [
        look_at_days(quantity, each, table) for each, table in zip(hours, tables, strict=True)
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
            np.concatenate([table[..., TOLD] for table in tables], axis=1).astype(np.float32),
            join_chances([each.chances for each in outlooks], [len(each.series) for each in hours]),
            used,
        )
    )
    say("drawing a map")
    mapped = draw_map(quantity, hours, desk.read_spots(), cutoff)
    if mapped is not None:
        desk.write_map(mapped)
    counts = [reasons.count(reason) for reason in ("", SILENT, YOUNG)]
    return replace(
        told,
        written=True,
        issued=counts[0],
        silent=counts[1],
        young=counts[2],
        mapped=0 if mapped is None else len(mapped.cells),
        learned=learned,
        weather=used,
        drawn=join_drawn(cutoff, hours, tables, outlooks),
    )


def look_back(
    desk: Desk, quantity: str, hours: list[Hours], cutoff: datetime, now: datetime, say: Say
) -> tuple[int, int, dict[str, Drift]]:
    """Score what was measured since, then look at coverage.

    Hours that were scored, days that were, and drift by share.
    """
    scored, days, drifted = 0, 0, {}
    for each in hours:
        say(f"scoring {each.share}s")
        scored += score_all(desk, quantity, each, cutoff)
        days += score_chances(desk, quantity, each, cutoff)
        kept = desk.read_fit(quantity, each.share)
        drift = None if kept is None else watch(desk, quantity, each, kept, now)
        if drift is not None:
            drifted[each.share] = drift
    return scored, days, drifted


def read_weather(desk: Desk, hours: list[Hours], now: datetime) -> Weather | None:
    """Weather of all hours and of those ahead, as it is known now; None when there is none."""
    start = datetime.fromtimestamp(min(each.start for each in hours), UTC)
    stop = datetime.fromtimestamp(hours[0].stop, UTC) + timedelta(hours=HORIZON_H)
    return join_weather(desk.read_weather(now, start), start, stop)


def look_ahead(
    desk: Desk,
    quantity: str,
    hours: Hours,
    basis: Basis,
    weather: Weather | None,
    now: datetime,
    learned: dict[str, str],
    say: Say,
    by: Core,
) -> tuple[NDArray[np.float64], Weathered | None]:
    """Quantiles (HORIZON_H, s, DENSE), NaN of places that are refused, and what weather did.

    ``learned`` is added to; None where all are refused.
    """
    refused = np.array([bool(reason) for reason in basis.reasons])
    table = np.full((HORIZON_H, len(refused), len(DENSE)), np.nan)
    if refused.all():
        return table, None
    kept = desk.read_fit(quantity, hours.share)
    why = find_due(kept, hours, now)
    if kept is None or why:
        say(f"learning {hours.share}s")
        kept = Kept(now, None, MODEL, hours.numbers, learn(hours, by))
        desk.write_fit(quantity, hours.share, kept, why)
        learned[hours.share] = why
    say(f"forecasting {hours.share}s")
    better, used = look_at_weather(desk, quantity, hours, kept, weather, say, by)
    table[:, ~refused] = forecast(kept.state, hours, DENSE, better, by)[:, ~refused]
    return table, used


def look_at_weather(
    desk: Desk,
    quantity: str,
    hours: Hours,
    plain: Kept,
    weather: Weather | None,
    say: Say,
    by: Core,
) -> tuple[Better | None, Weathered]:
    """What makes quantiles better with the weather, if anything does, and how far it is known.

    What it does is learned when that is due, also while its forecast is old.
    """
    if weather is None:
        return None, NO_WEATHER
    columns = find_columns(hours, weather)
    if not columns:
        return None, Weathered(SHORT)
    share = f"{hours.share} {WITH}"
    kept = desk.read_fit(quantity, share)
    if kept is None or is_due(kept, plain, hours, columns):
        say(f"learning what the weather does to {hours.share}s")
        state = learn_weather(hours, weather, columns, by)
        kept = Kept(plain.fitted_at, None, name_model(columns), hours.numbers, state)
        desk.write_fit(quantity, share, kept, "weather")
    better = partial(use_weather, kept.state, hours, weather, columns, by=by)
    return better, find_reach(hours, weather, columns)


def has_news(last: Last | None, cutoff: datetime, newest: datetime | None, same: bool) -> bool:
    """Tell whether anything was measured, or changed, since the round before."""
    if last is None or last.newest is None or newest is None:
        return newest is not None
    return newest > last.newest or (last.cutoff == cutoff and not same)
