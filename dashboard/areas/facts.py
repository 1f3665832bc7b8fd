"""What is known of every zone of a kind: read in a few questions, however many zones there are.

1. the zones of the kind, those alone that lie in a municipality where one is chosen
2. hours of the last day and days of the year, of all of them at once (storage/histories.py)
3. per zone: last day, month, the month before, year, and days above each limit
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.geo import read_outers
from lokaalmeten.limits import Limit, find_limits
from storage import reader
from storage.histories import zone_hours, zones_days
from storage.stations import read_hours, read_stations

from ..places.statistics import Statistics, of_days, of_hours
from ..words import ZONE

MUNICIPALITY = "municipality"
FIRST_KINDS = ("neighbourhood", "buurt", "district", "wijk")  # shown first, where there are any
MONTH_D = 30
CAPTURE = 0.75  # of the days of both months, to compare them
EQUAL = 0.05  # change of a mean that is none
AROUND = 0.05  # degrees around the zones in which official stations are told
DAY = timedelta(days=1)
Frame = Any


@dataclass(frozen=True)
class Zone:
    """A zone as it is registered."""

    name: str
    kind: str
    label: str
    nodes: int  # that stand in it now


@dataclass(frozen=True)
class Area:
    """What was measured in a zone."""

    zone: Zone
    day: Statistics  # last 24 hours
    month: Statistics  # last 30 days
    before: Statistics  # the 30 days before these
    year: Statistics  # from 1 January
    above: Sequence[tuple[Limit, int]]  # days of the year that were above each limit of a day

    @property
    def change(self) -> float | None:
        """Share by which the month is above the one before; None where too little was measured."""
        if min(self.month.capture, self.before.capture) < CAPTURE or not self.before.mean > 0:
            return None
        return self.month.mean / self.before.mean - 1


@dataclass(frozen=True)
class Station:
    """An official station, beside which low-cost sensors are read."""

    name: str
    kind: str
    day: float  # means; NaN where there is none
    month: float


@dataclass(frozen=True)
class Areas:
    """All that the page tells."""

    key: str
    stop: datetime  # end of the newest whole hour
    areas: Sequence[Area]
    stations: Sequence[Station]


def list_zones(connection: Any) -> list[Zone]:
    """All zones."""
    found = reader.zones(connection)
    columns = (found["name"], found["kind"], found["label"], found["nodes"].astype(int))
    return [Zone(*row) for row in zip(*columns, strict=True)]


def choose_kind(zones: Sequence[Zone], asked: str | None) -> str:
    """Kind that is asked for, else the first of those that are neighbourhoods, else any."""
    kinds = {zone.kind for zone in zones}
    wished = [asked, *FIRST_KINDS, MUNICIPALITY, *sorted(kinds)]
    return next(kind for kind in wished if kind in kinds)


def keep_inside(
    zones: Sequence[Zone], outlines: Mapping[str, Mapping[str, Any]], municipality: str
) -> list[Zone]:
    """Zones of which the middle lies in that of a municipality."""
    around = read_outers(outlines[municipality])
    return [zone for zone in zones if holds(around, *to_middle(read_outers(outlines[zone.name])))]


def to_middle(rings: Sequence[NDArray[np.float64]]) -> tuple[float, float]:
    """Longitude and latitude in the middle of the corners of the largest ring."""
    largest = max(rings, key=len)
    x, y = largest.mean(axis=0).tolist()
    return x, y


def holds(rings: Sequence[NDArray[np.float64]], x: float, y: float) -> bool:
    """Whether a point lies in any of some rings (n, 2): an odd number of edges is east of it."""
    for ring in rings:
        (x1, y1), (x2, y2) = ring.T, np.roll(ring, -1, axis=0).T
        crosses = (y1 > y) != (y2 > y)
        with np.errstate(divide="ignore", invalid="ignore"):
            east = x < x1 + (y - y1) * (x2 - x1) / (y2 - y1)
        if (crosses & east).sum() % 2:
            return True
    return False


def read_areas(connection: Any, zones: Sequence[Zone], key: str, newest: datetime) -> Areas:
    """What was measured in some zones up to the newest whole hour."""
    stop = newest.replace(minute=0, second=0, microsecond=0)
    today = stop.astimezone(ZONE).date()
    names = [zone.name for zone in zones]
    hours = zone_hours(connection, names, key, stop - DAY, stop)
    first = min(date(today.year, 1, 1), today - 2 * MONTH_D * DAY)
    days: Frame = zones_days(connection, names, key, first, today)
    days = days.assign(counts=days["complete"] > 0)
    limits = [limit for limit in find_limits(key) if limit.period == "day"]
    by_hour, by_day = dict(list(hours.groupby("place"))), dict(list(days.groupby("place")))
    areas = [
        to_area(
            zone,
            by_hour.get(zone.name, hours.iloc[:0]),
            by_day.get(zone.name, days.iloc[:0]),
            limits,
            stop,
        )
        for zone in zones
    ]
    return Areas(key, stop, areas, read_beside(connection, names, key, stop))


def to_area(zone: Zone, hours: Frame, days: Frame, limits: Sequence[Limit], stop: datetime) -> Area:
    """One zone, from its own hours and days."""
    today = stop.astimezone(ZONE).date()
    month, before = today - MONTH_D * DAY, today - 2 * MONTH_D * DAY
    january = date(today.year, 1, 1)
    whole = days[days["counts"] & (days["day"].to_numpy("datetime64[D]") >= np.datetime64(january))]
    return Area(
        zone=zone,
        day=of_hours(hours, stop - DAY, stop, steady=False),
        month=of_days(days, month, today),
        before=of_days(days, before, month),
        year=of_days(days, january, today),
        above=[(limit, int((whole["mean"] > limit.value).sum())) for limit in limits],
    )


def read_beside(connection: Any, names: Sequence[str], key: str, stop: datetime) -> list[Station]:
    """Official stations in or just around some zones that measured a quantity this month."""
    stations: Frame = read_stations(connection)
    if stations.empty or not names:
        return []
    outlines = reader.zone_outlines(connection)
    corners = np.concatenate([ring for name in names for ring in read_outers(outlines[name])])
    (west, south), (east, north) = corners.min(axis=0) - AROUND, corners.max(axis=0) + AROUND
    near = stations[
        stations["latitude"].between(south, north) & stations["longitude"].between(west, east)
    ]
    hours: Frame = read_hours(connection, key, stop - MONTH_D * DAY, stop, near["code"].to_list())
    month = hours.groupby("station")["value"].mean()
    day = hours[hours["time"] >= stop - DAY].groupby("station")["value"].mean()
    return [
        Station(name, kind, float(day.get(code, np.nan)), float(month[code]))
        for code, name, kind in zip(near["code"], near["name"], near["kind"], strict=True)
        if np.isfinite(month.get(code, np.nan))
    ]


def sort_areas(areas: Sequence[Area], by: str) -> list[Area]:
    """Areas by a column: names from a, numbers from the highest, what is unknown last."""
    if by == "name":
        return sorted(areas, key=lambda area: area.zone.label.casefold())
    value = SORTED[by]
    return sorted(areas, key=lambda area: (-to_rank(value(area)), area.zone.label.casefold()))


def to_rank(value: float | None) -> float:
    """Number to sort by, highest first; nothing comes last."""
    return -np.inf if value is None or value != value else float(value)  # noqa: PLR0124 - NaN


SORTED = {
    "day": lambda area: area.day.mean,
    "month": lambda area: area.month.mean,
    "trend": lambda area: area.change,
    "year": lambda area: area.year.mean,
    "above": lambda area: area.above[0][1] if area.above and area.year.measured else None,
    "capture": lambda area: area.year.capture,
    "nodes": lambda area: area.zone.nodes,
}
SORTS = ("name", *SORTED)


def find_changes(areas: Sequence[Area]) -> tuple[Area | None, Area | None]:
    """The area that rose most, and the one that fell most; None where none did."""
    known = [(area.change, area) for area in areas if area.change is not None]
    rise = max(known, key=lambda pair: pair[0], default=(0, None))
    fall = min(known, key=lambda pair: pair[0], default=(0, None))
    return rise[1] if rise[0] > EQUAL else None, fall[1] if fall[0] < -EQUAL else None
