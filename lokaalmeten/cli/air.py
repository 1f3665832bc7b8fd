"""`meten forecast air`: how likely the coming days are above their limits, and the index.

1. read hours of nodes and official stations
2. forecast them as one network, with the weather of a file when one is given
3. show the days of one place, or tomorrow of all
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from lokaalmeten.errors import SettingsError
from lokaalmeten.forecasts import QUANTITIES
from lokaalmeten.limits import Limit
from lokaalmeten.quantities import BY_KEY
from predict.air.forecast import ZONE
from predict.air.index import IndexForecast
from predict.air.network import Hours, NetworkForecast, Place, find_index, forecast
from predict.air.weather_files import read_weather
from predict.holidays import dutch_holidays
from storage import stations
from storage.failures import Connection
from storage.pool import connect
from storage.reader import hourly

USABLE = 2  # flags of official hours up to this one: good, and not evaluated
SIGNS = {"pm25": "PM2.5", "pm10": "PM10", "no2": "NO2", "o3": "O3"}


def show_air(dsn: str, place: str, weather: Path | None, days: int, out: Console) -> None:
    """Forecast from the hours of the last ``days`` and show what comes, ug/m3.

    Raises SettingsError for a place that has no forecast and when nothing was measured.
    """
    told = None if weather is None else read_weather(weather)
    cutoff = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    start = cutoff - timedelta(days=days)
    with out.status("reading hours"), connect(dsn, reading=True) as connection:
        hours = read_air(connection, start, cutoff)
    if not len(hours.time):
        raise SettingsError(f"nothing was measured in the {days} days before now: no forecast")
    with out.status("learning and forecasting"):
        free = dutch_holidays(range(start.year, cutoff.year + 2))
        found = forecast(hours, int(cutoff.timestamp()), weather=told, holidays=free)
    places, index = find_index(found)
    if place:
        show_days(place, found, places, index, out)
    else:
        show_tomorrow(found, places, index, out)


def read_air(connection: Connection, start: datetime, stop: datetime) -> Hours:
    """Hours of all quantities that are forecast, of nodes and stations."""
    frames = []
    for quantity in QUANTITIES:
        if quantity in BY_KEY:  # no node measures ozone
            nodes = hourly(connection, quantity, start, stop).rename(columns={"node": "name"})
            frames.append(nodes.assign(kind="node", quantity=quantity))
        official = stations.read_hours(connection, quantity, start, stop)
        usable = official["flag"].to_numpy(int) <= USABLE
        columns = {"name": "station", "time": "time", "mean": "value"}
        kept = pd.DataFrame({name: official[key][usable] for name, key in columns.items()})
        frames.append(kept.assign(kind="station", quantity=quantity, count=1))
    order = ["kind", "name", "quantity", "time", "mean", "count"]
    full = [frame[order] for frame in frames if len(frame)]
    rows = pd.concat(full) if full else frames[0][order]
    return Hours(
        rows["kind"].tolist(),
        rows["name"].tolist(),
        rows["quantity"].tolist(),
        rows["time"].to_numpy("datetime64[s]").astype(np.int64),
        rows["mean"].to_numpy(float),
        rows["count"].to_numpy(float),
    )


def show_days(
    name: str,
    found: dict[str, NetworkForecast],
    places: Sequence[Place],
    index: IndexForecast,
    out: Console,
) -> None:
    """Each coming day of one place: the chance of each limit, the index of its worst hour."""
    known = [place for place in places if place[1] == name]
    if not known:
        names = ", ".join(sorted({place[1] for place in places})[:10])
        raise SettingsError(f"there is no forecast for {name!r}; there is one for {names}")
    limits = list_limits(found)
    table = Table("day", *(to_head(limit) for limit in limits), "index", box=None)
    for day, cells in read_days(known[0], found, limits).items():
        worst = find_worst(known[0], day, found, places, index)
        table.add_row(f"{day:%a %d %b}", *cells, worst)
    out.print(f"chance that the mean of a day at {name} is above its limit", highlight=False)
    out.print(table)


def show_tomorrow(
    found: dict[str, NetworkForecast], places: Sequence[Place], index: IndexForecast, out: Console
) -> None:
    """Tomorrow at all places that were heard lately, the likeliest above a limit first."""
    limits = list_limits(found)
    tomorrow = (datetime.now(ZoneInfo(ZONE)) + timedelta(days=1)).date()
    rows = []
    for place in places:
        cells = read_days(place, found, limits).get(tomorrow)
        if cells is not None and any(is_heard(place, part) for part in found.values()):
            rows.append((place, cells, find_worst(place, tomorrow, found, places, index)))
    rows.sort(key=lambda row: [-int(cell.rstrip(" %") or 0) for cell in row[1]])
    table = Table("place", *(to_head(limit) for limit in limits), "index", box=None)
    for place, cells, worst in rows:
        table.add_row(f"{place[0]} {place[1]}", *cells, worst)
    out.print(f"chance that the mean of {tomorrow:%A %d %B} is above its limit", highlight=False)
    out.print(table)


def list_limits(found: dict[str, NetworkForecast]) -> list[Limit]:
    """Limits of all quantities that are forecast, each once."""
    return [limit for part in found.values() for limit in part.forecast.days[0].limits]


def to_head(limit: Limit) -> str:
    """Substance, value and whose limit it is."""
    return f"{SIGNS[limit.quantity]} > {limit.value:g}\n{limit.norm}"


def read_days(
    place: Place, found: dict[str, NetworkForecast], limits: Sequence[Limit]
) -> dict[date, list[str]]:
    """Chances of each day as text, empty where the place does not measure the substance."""
    days: dict[date, list[str]] = {}
    for part in found.values():
        if place not in part.places:
            continue
        at = part.places.index(place)
        for day in part.forecast.days:
            row = days.setdefault(day.date, [""] * len(limits))
            for limit, chance in zip(day.limits, day.chance[:, at], strict=True):
                row[limits.index(limit)] = f"{chance:.0%}".replace("%", " %")
    return dict(sorted(days.items()))


def find_worst(
    place: Place,
    day: date,
    found: dict[str, NetworkForecast],
    places: Sequence[Place],
    index: IndexForecast,
) -> str:
    """Highest likely index of the hours of a local day."""
    start = next(iter(found.values())).forecast.start
    moments = (start + 3600 * row for row in range(len(index.middle)))
    rows = [datetime.fromtimestamp(at, ZoneInfo(ZONE)).date() == day for at in moments]
    numbers = index.middle[np.array(rows), places.index(place)]
    return str(int(numbers.max())) if numbers.size and numbers.max() else ""


def is_heard(place: Place, part: NetworkForecast) -> bool:
    """Whether a place said anything of a quantity lately."""
    return place in part.places and bool(part.heard[part.places.index(place)])
