"""What is read of a quarter of rides, and what its days add up to; of public views alone.

The one exception is the number of bikes that rode: a count over the whole quarter, which needs the
right to read private.ride and is not told below FEWEST_NODES.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lokaalmeten.geo import distance_m, to_centres
from lokaalmeten.quality import Flag
from storage import reader
from storage.failures import Connection
from storage.reader import RideCells
from storage.riding import riders
from storage.stations import read_hours, read_stations

from .maps import choose_resolution
from .reading import Frame, Series, Track, to_moments, to_months, to_quarter

QUANTITY = "pm25"
EDGES = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)  # ug/m3, as the reports of Snuffelfiets
WEATHER = ("temperature", "humidity", "wind_speed", "rain")
SUMMED = ("rain",)  # over a week; of the others the mean is told
TRUSTED = (Flag.GOOD, Flag.NOT_EVALUATED)  # official hours that are not checked are as published
HOURS_OF_WEEK = 0.75  # that must be there for a week of weather to count, 2008/50/EC annex XI


@dataclass(frozen=True)
class Quarter:
    """What is known of the rides of a quarter."""

    year: int
    number: int
    first: date
    after: date  # not in it
    until: date  # not in it, where the quarter is not over yet
    riders: int | None  # None when the user may not know
    days: Frame  # of reader.ride_days
    judged: Frame  # values, of reader.ride_values with EDGES
    resolution: int  # of the cells
    cells: RideCells  # of the quarter
    months: Sequence[RideCells]  # of its three months
    station: str  # name of the weather station, empty when there is none
    weather: Frame  # hour (UTC), then what of WEATHER it measures


def read_quarter(
    connection: Connection, year: int, number: int, today: date, track: Track
) -> Quarter:
    """Read what a quarter holds until ``today``. Raises StorageError when the database refuses."""
    first, after = to_quarter(year, number)
    start, stop = to_moments(first, after)
    days = reader.ride_days(connection, start, stop)
    judged = reader.ride_values(connection, QUANTITY, start, stop, EDGES)
    coarse = reader.ride_cells(connection, QUANTITY, start, stop, 9)
    resolution = choose_resolution(coarse.cells["cell"].to_numpy(np.int64))
    spans = [(first, after), *to_months(year)[3 * number - 3 : 3 * number]]
    cells = [
        reader.ride_cells(connection, QUANTITY, *to_moments(*span), resolution)
        for span in track(spans, "reading hexagons")
    ]
    station, weather = read_weather(connection, first, after, cells[0].cells, track)
    return Quarter(
        year=year,
        number=number,
        first=first,
        after=after,
        until=min(after, today + timedelta(days=1)),
        riders=riders(connection, start, stop),
        days=days,
        judged=judged,
        resolution=resolution,
        cells=cells[0],
        months=cells[1:],
        station=station,
        weather=weather,
    )


def read_weather(
    connection: Connection, first: date, after: date, cells: Frame, track: Track
) -> tuple[str, Frame]:
    """Name and hours of the station with weather that is nearest to the rides, or nothing."""
    start, stop = to_moments(first, after)
    found = {
        key: read_hours(connection, key, start, stop) for key in track(WEATHER, "reading weather")
    }
    return gather_weather(found, read_stations(connection), cells)


def gather_weather(found: Mapping[str, Frame], stations: Frame, cells: Frame) -> tuple[str, Frame]:
    """Name of the nearest station that measures weather, and its hours that are not doubtful."""
    known = {key: rows[rows["flag"].isin(TRUSTED)] for key, rows in found.items()}
    there = stations[stations["code"].isin(pd.concat([rows["station"] for rows in known.values()]))]
    if there.empty:
        return "", pd.DataFrame({"hour": pd.Series([], dtype="datetime64[us, UTC]")})
    chosen = choose_station(there, cells)
    own = {key: rows[rows["station"] == chosen["code"]] for key, rows in known.items()}
    columns = [
        rows.set_index("time")["value"].rename(key) for key, rows in own.items() if len(rows)
    ]
    return str(chosen["name"]), pd.concat(columns, axis=1).rename_axis("hour").reset_index()


def choose_station(stations: Frame, cells: Frame) -> Series:
    """The station nearest to the middle of the cells; the first when there are none."""
    if len(cells) == 0:
        return stations.iloc[0]
    lat, lon = (np.median(at) for at in to_centres(cells["cell"].to_numpy(np.int64)))
    away = distance_m(stations["latitude"], stations["longitude"], lat, lon)
    return stations.iloc[int(np.argmin(away))]


# what days add up to


def to_week(days: Series) -> Series:
    """ISO week of each day, as 2026-W05: also the order of time.

    >>> to_week(pd.Series(pd.to_datetime(["2026-01-01", "2025-12-28"]))).tolist()
    ['2026-W01', '2025-W52']
    """
    return days.dt.strftime("%G-W%V")


def to_month(days: Series) -> Series:
    """Month of each day, as 2026-05."""
    return days.dt.strftime("%Y-%m")


def list_parts(quarter: Quarter, name: str) -> list[str]:
    """All weeks or months that began, with rides or without; ``name`` is week or month."""
    days = pd.Series(pd.date_range(quarter.first, quarter.until, inclusive="left"))
    return list(dict.fromkeys(PARTS[name](days)))


PARTS = {"week": to_week, "month": to_month}


def add_up(quarter: Quarter, name: str) -> Frame:
    """Sums per part of a quarter that began, one row each; ``name`` is week or month.

    Columns rides, duration_s, distance_m, count (of good values) and mean (NaN without any).
    """
    part_of = PARTS[name]
    rides = quarter.days.groupby(part_of(quarter.days["day"]))
    sums = rides[["rides", "duration_s", "distance_m"]].sum()
    good = quarter.judged[quarter.judged["flag"] == Flag.GOOD]
    values = good.groupby(part_of(good["day"]))[["count", "total"]].sum()
    found = sums.join(values, how="outer").reindex(list_parts(quarter, name))
    mean = found["total"] / found["count"].where(found["count"] > 0)
    return found.drop(columns="total").fillna(0.0).assign(mean=mean)


def spread(quarter: Quarter) -> NDArray[np.int64]:
    """Number of good values per class: below the first edge, between two, from the last on."""
    good = quarter.judged[quarter.judged["flag"] == Flag.GOOD]
    counts = np.zeros(len(EDGES) + 1, np.int64)
    np.add.at(counts, good["class"].to_numpy(np.int64), good["count"].to_numpy(np.int64))
    return counts


def count_flags(quarter: Quarter) -> dict[Flag, int]:
    """Number of values per flag, those that occur."""
    sums = quarter.judged.groupby("flag")["count"].sum()
    return {flag: int(sums[flag]) for flag in Flag if flag in sums.index}


def weigh_weather(quarter: Quarter) -> Frame:
    """Weather per week, NaN where less than HOURS_OF_WEEK of its hours in the quarter are there."""
    hours, weeks = quarter.weather, list_parts(quarter, "week")
    local = hours["hour"].dt.tz_convert("Europe/Amsterdam").dt.tz_localize(None)
    grouped = hours.drop(columns="hour").groupby(to_week(local))
    there = grouped.count().reindex(weeks, fill_value=0)
    start, stop = to_moments(quarter.first, quarter.after)
    clock = pd.Series(pd.date_range(start, stop, freq="h", inclusive="left"))
    clock = clock.dt.tz_convert("Europe/Amsterdam").dt.tz_localize(None)
    whole = to_week(clock).value_counts().reindex(weeks)
    means, sums = (of.reindex(weeks) for of in (grouped.mean(), grouped.sum()))
    chosen = means.assign(**{key: sums[key] for key in SUMMED if key in sums})
    return chosen.where(there.ge(HOURS_OF_WEEK * whole, axis=0))
