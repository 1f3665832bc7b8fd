"""`meten crowd list|show` as tables."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from lokaalmeten.errors import SettingsError
from predict.crowd.facts import to_letter
from predict.crowd.place import Place
from predict.crowd.plan import read_place as to_place
from predict.crowd.warning import time_to
from storage import crowd
from storage.pool import connect

from .crowd_rounds import COLOURS, FAULTS

UNITS = {"zone": "per m2", "passage": "per m and min"}
RECENT = timedelta(hours=24)
MOST = 10  # events that are shown


def show_places(dsn: str, out: Console) -> None:
    """The places and when each was last updated."""
    with connect(dsn, reading=True) as connection:
        found = crowd.read_places(connection)
    if found.empty:
        out.print("no place yet; register one with: meten crowd add PLAN.geojson --name NAME")
        return
    table = Table("place", "interval", "open", "last update (UTC)", box=None)
    for name, step_s, is_open, newest in found.to_numpy(object).tolist():
        when = "never" if pd.isna(newest) else f"{newest:%Y-%m-%d %H:%M}"
        table.add_row(name, f"{step_s / 60:g} min", "yes" if is_open else "no", when)
    out.print(table)


def show_place(dsn: str, name: str, out: Console) -> None:
    """How full a place is, what is expected, and what happened; the fullest first."""
    now = datetime.now(UTC)
    with connect(dsn, reading=True) as connection:
        registered = crowd.read_place(connection, name)
        said = crowd.read_latest(connection, name, now)
        events = (
            [] if said is None else crowd.read_events(connection, name, said["time"] - RECENT, now)
        )
    if said is None:
        out.print(f"nothing is known of {name} yet; start: meten crowd watch {name}")
        return
    out.print(to_head(said, registered.step_s, now), soft_wrap=True, highlight=False)
    out.print(to_table(said, to_place(registered.plan)))
    broken = [
        f"{FAULTS[fault]}: {counter}"
        for counter, fault in zip(said["counters"], said["judged"], strict=True)
        if fault
    ]
    for line in [*broken, *map(to_line, events[:MOST])]:
        out.print(line, soft_wrap=True, highlight=False)


def to_head(said: dict[str, Any], step_s: int, now: datetime) -> str:
    """When it was, and whether that is too long ago."""
    age_min = (now - said["time"]).total_seconds() / 60
    stale = age_min * 60 > 3 * step_s
    old = f": {age_min:,.0f} minutes ago, nobody updates it" if stale else ""
    return f"as counted up to {said['time'].astimezone(UTC):%Y-%m-%d %H:%M} UTC{old}"


def to_table(said: dict[str, Any], place: Place) -> Table:
    """One line a gauge: now with its level of Fruin, each time ahead, how soon the next limit.

    A gauge that the plan has no more is shown without its capacity.
    """
    gauges, aheads, levels = said["gauges"], said["ahead_s"], said["levels"]
    shape = len(aheads), len(gauges), len(levels)
    table = np.array(said["quantiles"], np.float64).reshape(shape)
    chance = np.array(said["chance"], np.float64).reshape(len(gauges), 3, len(aheads))
    low, middle, high = (int(np.argmin(np.abs(np.array(levels) - p))) for p in (0.1, 0.5, 0.9))
    heads = [f"in {seconds / 60:g} min" for seconds in aheads]
    ends = ("chance of red", "next limit")
    shown = Table("", "signal", "alert", "people", "now", "Fruin", *heads, *ends, box=None)
    capacity = dict(zip(place.zones.ids, place.zones.capacity.tolist(), strict=True))
    soon = time_to(chance, np.array(aheads))
    order = sorted(range(len(gauges)), key=lambda g: rank(said["signal"][g], chance[g]))
    for g in order:
        alert = said["alerts"][gauges[g]]["level"]
        cells = [to_span(table[h, g], low, middle, high) for h in range(len(aheads))]
        people, value = said["people"][g], said["value"][g]
        shown.add_row(
            gauges[g],
            "unknown" if said["signal"][g] < 0 else COLOURS[said["signal"][g]],
            COLOURS[alert] if alert else "",
            to_people(people, capacity.get(gauges[g].removeprefix("zone/"), np.nan)),
            "unknown" if np.isnan(value) else f"{value:.2f} {UNITS[gauges[g].partition('/')[0]]}",
            to_letter(value, is_zone=gauges[g].startswith("zone/")) or "",
            *cells,
            "" if np.isnan(chance[g]).all() else f"{np.nanmax(chance[g, 2]):.0%}",
            to_next(soon[g], said["signal"][g]),
        )
    return shown


def to_people(people: float, capacity: float) -> str:
    """How many are there, and which part of those that can be.

    >>> to_people(1620.0, 2000.0), to_people(1620.0, np.nan)
    ('1,620 (81 %)', '1,620')
    """
    if np.isnan(people):
        return ""
    part = "" if np.isnan(capacity) else f" ({100 * people / capacity:.0f} %)"
    return f"{people:,.0f}{part}"


def to_next(soon: np.ndarray, signal: int) -> str:
    """The next limit that is likely passed, and within how many minutes; empty when none is.

    >>> to_next(np.array([900.0, 3600.0, np.nan]), 1)
    'orange in 60 min'
    """
    level = max(signal, 0)
    if level >= len(soon) or np.isnan(soon[level]):
        return ""
    return f"{COLOURS[level + 1]} in {soon[level] / 60:g} min"


def rank(signal: int, chance: np.ndarray) -> tuple[float, ...]:
    """Fullest first, then by the chance of each limit, red before yellow."""
    highest = np.nan_to_num(chance).max(axis=1)[::-1]
    return (-signal, *(-highest).tolist())


def to_span(quantiles: np.ndarray, low: int, middle: int, high: int) -> str:
    """Median and, in brackets, what eight of ten times it lies between."""
    if np.isnan(quantiles).any():
        return ""
    return f"{quantiles[middle]:.2f} ({quantiles[low]:.2f}-{quantiles[high]:.2f})"


def to_line(event: crowd.Happened) -> str:
    """What happened, on one line."""
    where = event.gauge or "the place"
    level = "" if event.level is None else f" {COLOURS[event.level]}"
    note = f": {event.note}" if event.note else ""
    return f"{event.time.astimezone(UTC):%d %b %H:%M} {where} {event.what}{level}{note}"


def check_gauge(gauges: Sequence[str], gauge: str) -> str:
    """The full name of a gauge that was given by its name or its id alone."""
    found = [name for name in gauges if gauge in (name, name.partition("/")[2])]
    if len(found) == 1:
        return found[0]
    raise SettingsError(f"there is no zone or passage {gauge!r}; choose among {', '.join(gauges)}")
