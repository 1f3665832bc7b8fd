"""The map of the latest hour between sensors, of a network of any size.

1. choose whom to draw it from: values that are corrected, when at least half of the nodes are
2. learn from four weeks how much alike neighbours are (field.py)
3. draw the cells near sensors, region by region, each from the sensors nearest to it
4. make its intervals as wide as the errors of the week before ask
5. tell how good it is: each sensor from the others, over the last day
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.air_map import RESOLUTION, AirMap, Spot
from lokaalmeten.geo import PER_DEGREE, find_around, to_cells, to_centres, to_parent

from ..rounds.hours import Hours
from .cells import map_cells
from .field import FLOOR, Estimate, Field, distance_km, fit_field, leave_out
from .values import drop_stuck, to_known

Float = NDArray[np.float64]
Int64 = NDArray[np.int64]
Ints = NDArray[np.intp]

FEWEST = 5  # sensors; of fewer no map is drawn
LEARNED_H = 28 * 24
RECENT_H = 6  # the hour of a map is at most so old
JUDGED_H = 24
LEARNED_FROM = slice(-8 * 24, -JUDGED_H, 7)  # hours that widths rest on: all of the day alike
FEWEST_ERRORS = 100  # that widths rest on
WIDTHS = (0.5, 2.0)  # times its own, that an interval may be made
MOST_JUDGED = 200  # sensors that are told from the others
RINGS = 3  # of cells around one with a sensor: 2.5 km, beyond which there is little to say
REGION = 5  # H3 resolution of what is drawn at once: 250 km2
NEAREST = 150  # sensors that a region is drawn from: more hardly change it, and cost their cube
QUANTILES = (0.1, 0.5, 0.9)


def draw_map(
    quantity: str, hours: Sequence[Hours], spots: Sequence[Spot], cutoff: datetime
) -> AirMap | None:
    """Map of the latest hour before ``cutoff``, from shares of places (rounds/hours.py).

    None when there is nothing to draw it from: fewer than FEWEST sensors, or none that measured
    lately.
    """
    corrected, table, lat, lon = choose(hours, spots)
    row = find_row(table)
    if row is None:
        return None
    known = drop_stuck(to_known(table[max(row + 1 - LEARNED_H, 0) : row + 1]))
    there = np.isfinite(known[-1])
    if there.sum() < FEWEST:
        return None
    field = fit_field(known, lat, lon)
    cells = find_near(lat[there], lon[there])
    width = find_width(field, known[LEARNED_FROM])
    values, measured = draw(field, known[-1], cells)
    values = widen(values, width)
    error, error_of_mean, inside80 = judge(field, known[-JUDGED_H:], width)
    low, median, high = (values.read(level).astype(np.float32) for level in QUANTILES)
    return AirMap(
        quantity=quantity,
        hour=cutoff.astimezone(UTC) - timedelta(hours=len(table) - row),
        corrected=corrected,
        sensors=int(there.sum()),
        error=error,
        error_of_mean=error_of_mean,
        inside80=inside80,
        nugget_share=field.nugget_share,
        cells=cells,
        low=low,
        median=median,
        high=high,
        measured=measured,
    )


def choose(hours: Sequence[Hours], spots: Sequence[Spot]) -> tuple[bool, Float, Float, Float]:
    """Whether they are corrected, hours (t, s), and the degrees (s,) of those that have a place.

    Raw nodes and stations are not drawn in one map: their levels differ by what they are.
    """
    shares = {each.share: each for each in hours if each.share in ("node", "station")}
    at = {(spot.kind, spot.place): (spot.lat, spot.lon) for spot in spots}
    node, station = shares.get("node"), shares.get("station")
    better = [] if node is None else [each.quantity.endswith("_corrected") for each in node.series]
    raw = len(better) >= FEWEST and 2 * sum(better) < len(better)
    kept: list[tuple[Hours, list[int]]] = []
    if node is not None:
        kept.append((node, [i for i, good in enumerate(better) if good != raw]))
    if station is not None and not raw:
        kept.append((station, list(range(len(station.series)))))
    tables, places = [], []
    for share, columns in kept:
        named = [(i, at.get(share.series[i][:2])) for i in columns]
        tables.append(share.table[:, [i for i, place in named if place is not None]])
        places += [place for _, place in named if place is not None]
    if not places:
        return not raw, np.empty((0, 0)), np.empty(0), np.empty(0)
    lat, lon = np.array(places, np.float64).T
    return not raw, np.concatenate(tables, axis=1), lat, lon


def find_row(table: Float) -> int | None:
    """Latest row (t, s) in which most of those are known that were lately; None when it is old.

    The last hour is often not in whole.

    >>> find_row(np.array([[1.0, 2.0, 3.0], [1.0, np.nan, 3.0], [1.0, np.nan, np.nan]]))
    1
    """
    number = np.isfinite(table[-RECENT_H:]).sum(axis=1)
    enough = np.flatnonzero((number > 0) & (number >= 0.5 * number.max(initial=0)))
    return None if not len(enough) else len(table) - len(number) + int(enough[-1])


def find_near(lat: Float, lon: Float) -> Int64:
    """Cells (m,) within RINGS of a sensor, sorted."""
    steps_lat, steps_lon = ((each * PER_DEGREE).round().astype(np.int32) for each in (lat, lon))
    home = to_cells(steps_lat, steps_lon, RESOLUTION)
    return find_around(home, RINGS)


def draw(field: Field, hour: Float, cells: Int64) -> tuple[Estimate, NDArray[np.int16]]:
    """Values of cells (m,) in one hour (s,), and how many sensors measured in each."""
    log, deviation = np.full((2, len(cells)), np.nan)
    measured = np.zeros(len(cells), np.int16)
    for inside, nearest in find_regions(field, hour, cells):
        found = map_cells(take(field, nearest), hour[nearest], cells[inside], RESOLUTION)
        log[inside], deviation[inside] = found.values.log, found.values.log_deviation
        measured[inside] = found.sensors
    return Estimate(log, deviation), measured


def find_regions(field: Field, hour: Float, cells: Int64) -> list[tuple[Ints, Ints]]:
    """Regions: which cells are in each, and which sensors that measured are nearest to it."""
    there = np.flatnonzero(np.isfinite(hour))
    parents, region = np.unique(to_parent(cells, REGION), return_inverse=True)
    far = distance_km(*to_centres(parents), field.lat[there], field.lon[there])
    nearest = there[np.argsort(far, axis=1)[:, :NEAREST]]
    return [(np.flatnonzero(region == i), nearest[i]) for i in range(len(parents))]


def take(field: Field, some: Ints) -> Field:
    """The same of some sensors."""
    return replace(field, lat=field.lat[some], lon=field.lon[some], always=field.always[some])


def find_width(field: Field, hours: Float) -> float:
    """How many times wider than said the intervals of 80 % of hours (t, s) should have been.

    By the quantile of the errors, as split conformal intervals have it (Lei et al. 2018,
    "Distribution-free predictive inference for regression", JASA 113).
    """
    some = pick(field)
    told = leave_out(take(field, some), hours[:, some])
    off = np.abs(np.log(hours[:, some] + FLOOR) - told.log) / told.log_deviation
    off = off[np.isfinite(off)]
    if len(off) < FEWEST_ERRORS:
        return 1.0
    usual = NormalDist().inv_cdf(QUANTILES[-1])
    return float(np.clip(np.quantile(off, 0.8) / usual, *WIDTHS))


def widen(values: Estimate, width: float) -> Estimate:
    """The same, so many times less sure."""
    return Estimate(values.log, values.log_deviation * width)


def pick(field: Field) -> Ints:
    """Sensors that are judged: all, or some of many."""
    return np.unique(np.linspace(0, len(field.lat) - 1, MOST_JUDGED).astype(np.intp))


def judge(field: Field, hours: Float, width: float) -> tuple[float, float, float]:
    """Of hours (t, s): error of sensors told from the others, of their mean, share in 80 %."""
    some = pick(field)
    told, values = widen(leave_out(take(field, some), hours[:, some]), width), hours[:, some]
    number = np.isfinite(values).sum(axis=1, keepdims=True)
    total = np.nansum(values, axis=1, keepdims=True)
    others = (total - values) / np.maximum(number - 1, 1)
    both = np.isfinite(values) & np.isfinite(told.log)
    if not both.any():
        return float("nan"), float("nan"), float("nan")
    low, median, high = (told.read(level) for level in QUANTILES)
    inside = ((low <= values) & (values <= high))[both].mean()
    off, off_mean = np.abs(median - values)[both].mean(), np.abs(others - values)[both].mean()
    return float(off), float(off_mean), float(inside)
