"""`meten crowd ahead`: hours of the days ahead of a place, and how they are told.

1. read who passed the counters in half a year, and what is planned
2. add up to hours, forecast them (predict/crowd/days.py)
3. store what was said, and show each day by its fullest hour

`meten crowd watch` does the first two each hour, in a thread of its own.
"""

import logging
import threading
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

import numpy as np
from rich.console import Console
from rich.table import Table

from lokaalmeten.errors import LokaalmetenError
from predict.air.weather import Weather
from predict.crowd.counts import mark_empty
from predict.crowd.days import CORE, LEVELS, WITH_WEATHER, look_days_ahead, to_hourly
from predict.crowd.planned import Planned
from predict.rounds.weather import join_weather
from storage import crowd_events
from storage.crowd_events import Ahead
from storage.store import Store
from storage.weather import read_weather

from .crowd_rounds import Watched, open_place, read_counts

LOG = logging.getLogger("lokaalmeten.crowd")
HISTORY = timedelta(days=182)
REACH = timedelta(days=15)  # of events that are asked for
EVERY_S = 3600
HOUR = 3600
DAY_H = 24
DAYS = 14
ZONE = ZoneInfo("Europe/Amsterdam")


class DaysAhead:
    """Forecasts the days ahead of a place each hour, while the ``with`` block lasts.

    One that fails is said and tried again the next hour: the rounds of alerts know nothing of it.
    """

    def __init__(self, dsn: str, place: str) -> None:
        self._dsn, self._place = dsn, place
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._go_on, name="crowd-ahead")

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """End after the forecast that is under way."""
        self._stop.set()
        self._thread.join()

    def _go_on(self) -> None:
        while not self._stop.is_set():
            try:
                with Store(self._dsn) as store:
                    look_ahead(store, open_place(store, self._place), datetime.now(UTC), DAYS)
                LOG.info("%s: %d days ahead are forecast", self._place, DAYS)
            except LokaalmetenError as problem:
                LOG.warning("no days ahead this time: %s", problem)
            except Exception:  # a mistake of ours: alerts go on, and the next hour may do
                LOG.exception("no days ahead this time")
            self._stop.wait(EVERY_S)


def look_ahead(store: Store, watched: Watched, now: datetime, days: int) -> Ahead:
    """Forecast the days that follow the last whole hour, and store what was said."""
    place, step_s = watched.place, watched.registered.step_s
    starts = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    first, after = (int(at.timestamp()) // step_s for at in (starts - HISTORY, starts))
    counts = read_counts(store, watched, first, after)
    counts, first = cut_unknown(counts, first, HOUR // step_s or 1)
    empty = mark_empty(first, len(counts), step_s, watched.registered.empty_hour)
    hourly = to_hourly(place, counts, step_s, empty)
    span = starts - HISTORY, starts + REACH
    planned = store.ask(crowd_events.read_planned, watched.registered.name, *span)
    start = datetime.fromtimestamp(first * step_s, UTC)
    files = [Weather(*rows) for rows in store.ask(read_weather, now, start)]
    weather = join_weather(files, start, starts + timedelta(days=days))
    given = to_events(planned), days * DAY_H, weather
    found = look_days_ahead(place, hourly, first * step_s, *given)
    said = Ahead(
        now,
        starts,
        watched.gauges,
        list(found.basis),
        found.known_days,
        LEVELS,
        found.table,
        found.people,
        found.chance,
    )
    store.ask(crowd_events.write_ahead, watched.registered.name, said)
    return said


def cut_unknown(counts: np.ndarray, first: int, hour: int) -> tuple[np.ndarray, int]:
    """Counts from the whole hour on in which anything is known, and its number; all when nothing.

    >>> cut_unknown(np.array([[np.nan], [np.nan], [np.nan], [1.0]]), 8, 2)[1]
    10
    """
    known = np.isfinite(counts).any(axis=1)
    skip = int(known.argmax()) // hour * hour
    return counts[skip:], first + skip


def to_events(planned: list[crowd_events.Planned]) -> list[Planned]:
    """Events as the forecast knows them."""
    return [
        Planned(each.kind, each.starts.timestamp(), each.ends.timestamp(), each.attendance)
        for each in planned
    ]


def show_ahead(dsn: str, name: str, days: int, out: Console) -> None:
    """Forecast the days ahead, store and show them."""
    with Store(dsn) as store:
        store.check_known()
        with out.status("forecasting"):
            watched = open_place(store, name)
            said = look_ahead(store, watched, datetime.now(UTC), days)
        span = said.starts, said.starts + timedelta(days=days)
        planned = store.ask(crowd_events.read_planned, name, *span)
    out.print(to_days(said, planned))
    weather, plain = said.basis.count(WITH_WEATHER), said.basis.count(CORE)
    out.print(
        f"hourly means, from {said.known_days} days of counts; the first {weather + plain} hours by"
        f" the forecasting core, {weather} of them with the weather, the others by days that were"
        " alike; chance of passing yellow, red",
        soft_wrap=True,
        highlight=False,
    )


def to_days(said: Ahead, planned: list[crowd_events.Planned]) -> Table:
    """One line a gauge and local day, its fullest hour: median, interval, chance of each limit."""
    moments = [
        (said.starts + timedelta(hours=row)).astimezone(ZONE) for row in range(len(said.basis))
    ]
    dates = np.array([moment.date().toordinal() for moment in moments])
    low, middle, high = (int(np.argmin(np.abs(said.levels - p))) for p in (0.1, 0.5, 0.9))
    table = Table("day", "", "at", "people", "8 of 10 times", "yellow", "red", "event", box=None)
    for day in np.unique(dates):
        rows = np.flatnonzero(dates == day)
        date = moments[rows[0]].date()
        names = [each.name for each in planned if touches(each, moments[rows[0]], len(rows))]
        for label, values, chance in to_parts(said):
            if np.isnan(values[rows, middle]).any():
                continue
            best = rows[np.argmax(values[rows, middle])]
            table.add_row(
                f"{date:%a %d %b}",
                label,
                f"{moments[best]:%H:%M}",
                f"{values[best, middle]:,.0f}",
                f"{values[best, low]:,.0f}-{values[best, high]:,.0f}",
                *(
                    f"{chance[level, rows].max():.0%}" if chance is not None else ""
                    for level in (0, 2)
                ),
                ", ".join(names),
            )
            names = []
    return table


def to_parts(said: Ahead) -> list[tuple[str, np.ndarray, np.ndarray | None]]:
    """Label, quantiles (h, l) and chances (3, h) of all together, then of each gauge."""
    each = [
        (
            gauge if gauge.startswith("zone/") else f"{gauge} a minute",
            said.quantiles[:, g],
            said.chance[g],
        )
        for g, gauge in enumerate(said.gauges)
    ]
    return [("all zones", said.people, None), *each]


def touches(event: crowd_events.Planned, start: datetime, hours: int) -> bool:
    """Whether an event takes place in some hours."""
    return event.starts < start + timedelta(hours=hours) and event.ends > start
