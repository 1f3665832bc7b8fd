"""`meten crowd whatif`: what is expected beside what would be; prints it and keeps nothing."""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from rich.console import Console
from rich.table import Table

from lokaalmeten.errors import SettingsError
from predict.crowd.facts import find_level
from predict.crowd.place import Float, Place
from predict.crowd.situation import Situation
from predict.crowd.warning import time_to
from predict.crowd.whatif import Change, Scenario, imagine
from storage.store import Store

from .crowd_rounds import HISTORY, look_at, open_place, read_counts
from .crowd_tables import UNITS

MOST_PEOPLE = 1_000_000
LIMITS = ("yellow", "orange", "red")
MIDDLE = find_level(0.5)


def show_whatif(
    dsn: str,
    name: str,
    closed: Sequence[str],
    delay_min: int,
    added: Sequence[str],
    now: float,
    out: Console,
) -> None:
    """Print each zone and passage now and with the change; nothing is stored, nobody told."""
    with Store(dsn) as store:
        store.check_known()
        watched = open_place(store, name)
        place, step_s = watched.place, watched.registered.step_s
        change = read_change(place, closed, delay_min, added)
        with out.status("reckoning"):
            at, found = look_at(store, watched, now)
            after = int(at.timestamp()) // step_s
            first = after - int(HISTORY.total_seconds()) // step_s
            counts = read_counts(store, watched, first, after)
            scenario = imagine(place, counts, step_s, found, change)
    said = f"SCENARIO, not a forecast: {name} from {at:%Y-%m-%d %H:%M} UTC, if "
    out.print(said + to_words(closed, delay_min, added), soft_wrap=True, highlight=False)
    out.print(to_table(watched.gauges, found, scenario))
    out.print("nothing of this is kept, and nobody is told", highlight=False)


def read_change(
    place: Place, closed: Sequence[str], delay_min: int, added: Sequence[str]
) -> Change:
    """What is assumed; SettingsError for a passage or zone that is not there, or nothing at all."""
    if not closed and not delay_min and not added:
        raise SettingsError("a scenario needs --close, --delay or --add")
    passages = tuple(find(place.passages.ids, name, "passage") for name in closed)
    people = np.zeros(len(place.zones.ids))
    for text in added:
        number, at, zone = text.partition("@")
        if not at or not number.isdecimal() or not 1 <= int(number) <= MOST_PEOPLE:
            raise SettingsError(f"--add is like 500@pier, people at a zone, not {text!r}")
        people[find(place.zones.ids, zone, "zone")] += int(number)
    return Change(passages, delay_min * 60, people)


def find(ids: Sequence[str], name: str, kind: str) -> int:
    """Which of some ids a name is, with or without its kind before it."""
    bare = name.removeprefix(f"{kind}/")
    if bare not in ids:
        raise SettingsError(f"there is no {kind} {name!r}; choose among {', '.join(ids)}")
    return ids.index(bare)


def to_words(closed: Sequence[str], delay_min: int, added: Sequence[str]) -> str:
    """What is assumed, as a sentence.

    >>> to_words(["gate"], 15, ["500@pier"])
    'gate is closed, arrivals come 15 minutes later, 500 people more are at pier'
    """
    more = [text.split("@") for text in added]
    parts = [f"{name} is closed" for name in closed]
    parts += [f"arrivals come {delay_min} minutes later"] if delay_min else []
    return ", ".join([*parts, *(f"{number} people more are at {zone}" for number, zone in more)])


def to_table(gauges: Sequence[str], found: Situation, scenario: Scenario) -> Table:
    """One line a gauge and time ahead that differ; expected -> in the scenario."""
    table = Table("", "until", "highest", *LIMITS, "time to orange", box=None)
    soon, then = (time_to(each, found.ahead_s)[:, 1] for each in (found.chance, scenario.chance))
    for g, gauge in enumerate(gauges):
        if np.isnan(found.peak[:, g]).any():
            table.add_row(gauge, "", "not known")
            continue
        unit = UNITS[gauge.partition("/")[0]]
        for h, seconds in enumerate(found.ahead_s.tolist()):
            values = found.peak[h, g, MIDDLE], scenario.peak[h, g, MIDDLE]
            chances = zip(found.chance[g, :, h], scenario.chance[g, :, h], strict=True)
            table.add_row(
                gauge if not h else "",
                f"{seconds / 60:g} min",
                f"{values[0]:.2f} -> {values[1]:.2f} {unit}",
                *(f"{before:.0%} -> {after:.0%}" for before, after in chances),
                "" if h else f"{to_minutes(soon, g)} -> {to_minutes(then, g)}",
            )
    return table


def to_minutes(seconds: Float, gauge: int) -> str:
    """Time to a limit in minutes, or that it is not likely."""
    return "unlikely" if np.isnan(seconds[gauge]) else f"{seconds[gauge] / 60:g} min"


def now_s() -> float:
    """The time of day (Unix seconds)."""
    return datetime.now(UTC).timestamp()
