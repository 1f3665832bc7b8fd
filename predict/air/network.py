"""A whole network at once: rows of many places and quantities in, forecasts and the index out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from ..calendar import DAY_H, HOUR, ForecastError
from ..core import HORIZON_H
from ..series import Grid, drop_thin, to_grid
from .forecast import ZONE, AirForecast, fit_air, issue_air
from .index import IndexForecast, index_samples
from .weather import Weather

Float = NDArray[np.float64]
Int64 = NDArray[np.int64]
Place = tuple[str, str]  # kind and name

KINDS = ("node", "cell", "area", "station")
LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
THIN = 0.5  # share of its usual measurements below which an hour counts as unknown
MEMORY_H = 2 * 365 * DAY_H  # of history that is made use of
STALE_H = 3 * DAY_H  # a place that has been silent for so long is told apart
APART = "|"


@dataclass(frozen=True)
class Hours:
    """n hourly means; one row is one hour of one quantity at one place."""

    kind: Sequence[str]  # (n,) of KINDS; stations are official ones
    name: Sequence[str]  # (n,)
    quantity: Sequence[str]  # (n,) such as pm25
    time: Int64  # (n,) start of the hour, Unix seconds
    mean: Float  # (n,) ug/m3, NaN where unknown
    count: Float  # (n,) measurements behind it


@dataclass(frozen=True)
class NetworkForecast:
    """What may come of one quantity at all of its places."""

    places: tuple[Place, ...]  # (s,)
    heard: NDArray[np.bool_]  # (s,) whether anything was known in the last STALE_H hours
    forecast: AirForecast


def forecast(
    hours: Hours,
    cutoff: int,
    *,
    weather: Weather | None = None,
    levels: Sequence[float] = LEVELS,
    zone: str = ZONE,
    holidays: Collection[date] = (),
    horizon: int = HORIZON_H,
) -> dict[str, NetworkForecast]:
    """Forecast every quantity of every place from the hour ``cutoff`` (Unix seconds) on.

    Rows from the cutoff on are not used: the hour that is under way, and what a wrong clock dated
    ahead. Official stations are places like any other; they improve the others. Raises
    ForecastError for another kind of place, columns of unlike length and when nothing is known;
    SeriesError for two rows of one hour and place, and for times that are no whole hours.
    """
    columns = check_hours(hours)
    used = (columns["time"] < cutoff) & (columns["time"] >= cutoff - HOUR * MEMORY_H)
    if not used.any():
        raise ForecastError(f"none of {len(used)} rows lies in the two years before {cutoff}")
    start = int(columns["time"][used].min()) // HOUR * HOUR
    found = {}
    for quantity in np.unique(columns["quantity"][used]).tolist():
        rows = used & (columns["quantity"] == quantity)
        grid = read_grid({name: column[rows] for name, column in columns.items()}, start, cutoff)
        model = fit_air(
            grid.table,
            start,
            zone=zone,
            quantity=quantity,
            holidays=holidays,
            weather=weather,
            horizon=horizon,
        )
        found[quantity] = NetworkForecast(
            tuple((kind, name) for kind, _, name in (each.partition(APART) for each in grid.names)),
            np.isfinite(grid.table[-STALE_H:]).sum(axis=0) > 0,
            issue_air(model, grid.table, start, levels, horizon, weather),
        )
    return found


def find_index(parts: Mapping[str, NetworkForecast]) -> tuple[tuple[Place, ...], IndexForecast]:
    """Places (s,) and their index, of the substances that each of them has.

    ``parts`` are those of one call of ``forecast``, so that draws belong together.
    """
    places = tuple(sorted({place for part in parts.values() for place in part.places}))
    row = {place: at for at, place in enumerate(places)}
    samples = {}
    for quantity, part in parts.items():
        own = part.forecast.samples
        table = np.full((*own.shape[:2], len(places)), np.nan, np.float32)
        table[..., [row[place] for place in part.places]] = own
        samples[quantity] = table
    return places, index_samples(samples)


def check_hours(hours: Hours) -> dict[str, NDArray]:
    """Columns as arrays (n,); ForecastError for unlike lengths and kinds that are none."""
    columns = {
        "kind": np.asarray(hours.kind, object).astype(str),
        "name": np.asarray(hours.name, object).astype(str),
        "quantity": np.asarray(hours.quantity, object).astype(str),
        "time": np.asarray(hours.time, np.int64),
        "mean": np.asarray(hours.mean, np.float64),
        "count": np.asarray(hours.count, np.float64),
    }
    shapes = {name: column.shape for name, column in columns.items()}
    if len(set(shapes.values())) != 1 or columns["time"].ndim != 1:
        raise ForecastError(f"columns of hours must be of one length, not {shapes}")
    strange = sorted(set(columns["kind"].tolist()) - set(KINDS))
    if strange:
        raise ForecastError(f"a place is a {', '.join(KINDS)}, not a {strange[0]!r}")
    return columns


def read_grid(columns: Mapping[str, NDArray], start: int, cutoff: int) -> Grid:
    """Hours of one quantity on a grid; those with few measurements are unknown."""
    names = np.char.add(np.char.add(columns["kind"], APART), columns["name"])
    means = drop_thin(names, columns["mean"], columns["count"], THIN)
    return to_grid(names, columns["time"], np.where(np.isinf(means), np.nan, means), start, cutoff)
