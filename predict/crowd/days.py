"""Hours of the days ahead of a place: people in zones, people through passages, and all together.

The story: from counts to people an hour, the forecasting core as far as it reaches and where enough
is known, like days beyond and where little is; the chance of each limit; sums from joint samples.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import ArrayLike

from predict.air.weather import Weather, find_known, find_useful
from predict.calendar import DAY_H, HOUR, ForecastError, to_local_hours
from predict.core import LONGEST_H, fit, predict
from predict.exceed import exceedance
from predict.fitted import Quantiles
from predict.holidays import dutch_holidays
from predict.samples import draw_samples

from .flow import check_counts, to_flow, to_ways
from .likedays import LikeDays, foresee
from .occupancy import count_people
from .place import Bool, Float, Place
from .planned import Planned, to_covariates
from .school import to_school_columns
from .situation import is_known
from .weather import NAMES, to_weather_columns

ZONE = "Europe/Amsterdam"  # by whose clock people live here
HOURS = 14 * DAY_H
LEVELS = np.array([0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95])
CORE_DAYS = 28  # that must be known before the core is asked: four of each weekday
YOUNGEST_H = 24  # known hours before anything is said of a gauge
FEWEST = 10  # days of errors before zones are taken not to be fullest all at once
CORE, WITH_WEATHER, LIKE_DAYS = "core", "core with weather", "like days"


@dataclass(frozen=True)
class DaysAhead:
    """What is expected of h hours of g gauges; NaN = not known."""

    basis: tuple[str, ...]  # (h,) CORE, WITH_WEATHER or LIKE_DAYS
    known_days: int  # with counts
    table: Float  # (h, g, l) at LEVELS: people in a zone, people a minute in a passage
    people: Float  # (h, l) in all zones together
    chance: Float  # (g, 3, h) of the mean of the hour above each limit


def look_days_ahead(
    place: Place,
    hourly: Float,
    start: int,
    events: Sequence[Planned] = (),
    hours: int = HOURS,
    weather: Weather | None = None,
) -> DaysAhead:
    """Days that follow hourly values (t, g) from ``start`` (Unix seconds): see ``to_hourly``.

    ``weather`` is that of the hours measured and what is forecast, as far as it is known.
    Raises ForecastError for another number of hours than 1 to HOURS, or nothing known at all.
    """
    if not 1 <= hours <= HOURS:
        raise ForecastError(f"days ahead are 1 to {HOURS} hours, not {hours}")
    told = np.isfinite(hourly).sum(axis=0) >= YOUNGEST_H
    if not told.any():
        raise ForecastError(
            f"{place.name}: days ahead need counts of {YOUNGEST_H} hours; there are fewer"
        )
    found, past, basis = expect(hourly[:, told], start, events, hours, weather)
    table = np.full((hours, hourly.shape[1], len(LEVELS)), np.nan)
    table[:, told] = found.table
    chance = np.full((hourly.shape[1], 3, hours), np.nan)
    limits = to_people_limits(place)
    above = [exceedance(found, limit) for limit in limits[told].T]
    chance[told] = np.stack(above, axis=-1).transpose(1, 2, 0)
    zones = np.arange(int(told[: len(place.zones.ids)].sum()))
    people = np.full((hours, len(LEVELS)), np.nan)
    if len(zones) == len(place.zones.ids) > 0:
        people = add_zones(Quantiles(LEVELS, found.table[:, zones]), past[..., zones])
    days = int(np.isfinite(hourly).any(axis=1).sum()) // DAY_H
    return DaysAhead(basis, days, table, people, chance)


def expect(
    hourly: Float,
    start: int,
    events: Sequence[Planned],
    hours: int,
    weather: Weather | None = None,
) -> tuple[Quantiles, Float, tuple[str, ...]]:
    """Quantiles (h, s, l), past errors (n, h, s) of the same hours of the day, and basis (h,)."""
    free = find_holidays(start, len(hourly) + hours)
    is_old = len(hourly) and np.isfinite(hourly).any(axis=1).sum() >= CORE_DAYS * DAY_H
    near = min(hours, LONGEST_H) if is_old else 0
    given = {"zone": ZONE, "holidays": free, "events": events}
    lead = 7 if near else 1
    alike = foresee(hourly, start, hours, LEVELS, **given, lead_d=lead)
    table, basis = alike.found.table, [LIKE_DAYS] * hours
    if near:
        table[:near], basis[:near] = ask_core(hourly, start, events, near, weather, free)
    past = to_past(alike, start + len(hourly) * HOUR, hours)
    return Quantiles(LEVELS, table), past, tuple(basis)


def ask_core(
    hourly: Float,
    start: int,
    events: Sequence[Planned],
    near: int,
    weather: Weather | None,
    holidays: frozenset[date],
) -> tuple[Float, list[str]]:
    """Quantiles (near, s, l) and basis (near,) of the core, with the weather where it is known."""
    known, rows = len(hourly), len(hourly) + near
    given = {"zone": ZONE, "holidays": holidays, "horizon": near}
    ahead = np.hstack(
        [to_covariates(events, start, rows, known), to_school_columns(start, rows, ZONE)]
    )
    learned = fit(hourly, start, ahead=ahead[:known], **given)
    table = predict(learned, hourly, start, LEVELS, ahead=ahead).table
    told = {} if weather is None else weather.at(start, rows)
    past = {name: told[name][:known] for name in NAMES if name in told}
    names = find_useful(past)
    is_told = find_known(told, names)[known:] if names else np.zeros(near, np.bool_)
    if is_told.any():
        first = int(find_known(past, names).argmax())
        ahead = np.hstack([ahead, to_weather_columns(told, names, start, ZONE)])
        learned = fit(hourly[first:], start + HOUR * first, ahead=ahead[first:known], **given)
        informed = predict(learned, hourly, start, LEVELS, ahead=ahead).table
        table = np.where(is_told[:, None, None], informed, table)
    return table, [WITH_WEATHER if each else CORE for each in is_told]


def to_past(alike: LikeDays, start: int, hours: int) -> Float:
    """Errors (n, h, s) of past days at the hours of the day of the hours ahead."""
    return alike.errors[:, to_local_hours(start, hours, ZONE) % DAY_H]


def add_zones(found: Quantiles, past: Float) -> Float:
    """Quantiles (h, l) of the people in all zones (h, z, l), which are not full all at once.

    From few days nobody knows how zones go together: then as if they were, which is the widest.
    """
    known = np.isfinite(past).any(axis=(1, 2))
    if known.sum() < FEWEST:
        return found.table.sum(axis=1)
    with_all = np.where(np.isfinite(past[known]), past[known], 0.0)
    samples = draw_samples(found, with_all).sum(axis=2)
    return np.quantile(samples, found.levels, axis=0).T


def to_hourly(place: Place, counts: ArrayLike, step_s: int, is_empty: Bool) -> Float:
    """Mean of whole hours (t, g): people in zones, people a minute in passages; NaN = unknown.

    ``counts`` (n, k) are people per interval of ``step_s`` seconds, which divides an hour, from a
    whole hour on; ``is_empty`` (n,) marks intervals at whose start zones are empty.
    """
    if HOUR % step_s:
        raise ForecastError(f"days ahead need an interval that divides an hour: {step_s} s do not")
    ways = to_ways(place, check_counts(place, counts))
    inside = count_people(place, ways, is_empty)
    people = np.where(is_known(inside.covered), inside.people, np.nan)
    passing = to_flow(place, ways, step_s) * place.passages.width_m
    values = np.hstack([people, passing])
    parts = values[: len(values) // (HOUR // step_s) * (HOUR // step_s)]
    parts = parts.reshape(-1, HOUR // step_s, values.shape[1])
    number = np.isfinite(parts).sum(axis=1)
    enough = 2 * number >= HOUR // step_s
    return np.where(enough, np.nansum(parts, axis=1) / np.maximum(number, 1), np.nan)


def to_people_limits(place: Place) -> Float:
    """Limits (g, 3) as people in a zone, and people a minute in a passage."""
    return np.vstack(
        [
            place.zones.limits * place.zones.area_m2[:, None],
            place.passages.limits * place.passages.width_m[:, None],
        ]
    )


def find_holidays(start: int, rows: int) -> frozenset[date]:
    """Dutch holidays of the years that the hours from ``start`` on touch."""
    first, last = (date.fromtimestamp(at).year for at in (start, start + rows * HOUR))
    return dutch_holidays(range(first, last + 2))
