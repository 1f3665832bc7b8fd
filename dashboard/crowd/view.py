"""What is known of a place at one moment: arrays by gauge, and what of it must not be believed.

1. read the plan, the newest situation, how it was in the last hours, and what happened
2. put all of it in the order of the plan's gauges (a plan may have changed since)
3. take back what cannot be told: everything when nobody updates it, calm where a counter is silent
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from predict.crowd.keeping import name_gauges
from predict.crowd.levels import GREEN, UNKNOWN
from predict.crowd.place import Place
from predict.crowd.plan import read_place
from predict.crowd.trust import SILENT, SILENT_ROWS, STUCK, WRONG
from storage import crowd_reading as stored
from storage.crowd import Happened

from ..problems import NotFoundError

Float = NDArray[np.floating[Any]]
Int = NDArray[np.int64]
Bool = NDArray[np.bool_]

PAST = timedelta(hours=3)  # that a chart shows before now
RECENT = timedelta(hours=24)  # of events that are over
STALE_STEPS, STALE_S = 2, 60  # an update comes each step, less than a minute late
FAULTS = {SILENT: "silent", STUCK: "stuck", WRONG: "wrong"}
PLANS = 32  # that are kept read


@dataclass(frozen=True)
class Course:
    """How full it was: t situations of g gauges."""

    times: list[datetime]
    value: Float  # (t, g)
    signal: Int  # (t, g)


@dataclass(frozen=True)
class Fault:
    """A counter that is not believed."""

    counter: str
    kind: str  # silent or stuck
    since: datetime | None  # None: longer than what was looked at
    gauges: Int  # places of the gauges that it counts for


@dataclass(frozen=True)
class Alert:
    """An alert that is open."""

    gauge: int
    level: int
    raised: datetime
    seen: bool
    escalated: bool
    chance: float  # of passing its limit within the times ahead; 1 when it is passed


@dataclass(frozen=True)
class Now:
    """The newest situation in the order of the gauges; h times ahead, l levels."""

    time: datetime
    people: Float  # (g,)
    value: Float  # (g,)
    signal: Int  # (g,) as it was stored
    ahead_s: Int  # (h,)
    levels: Float  # (l,)
    table: Float  # (h, g, l)
    chance: Float  # (g, 3, h)
    alerts: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class View:
    """A place at one moment."""

    name: str
    title: str
    step_s: int
    moment: datetime  # at which it is looked at
    plan: Mapping[str, Any]  # GeoJSON
    place: Place
    now: Now | None
    past: timedelta  # that charts show before now
    course: Course  # at least as long
    faults: list[Fault]
    happened: list[Happened]  # the latest first

    @cached_property
    def gauges(self) -> list[str]:
        """Full names (g,): zones, then passages."""
        return name_gauges(self.place)

    @cached_property
    def titles(self) -> list[str]:
        """Names (g,) for people."""
        return [*self.place.zones.names, *self.place.passages.names]

    @cached_property
    def limits(self) -> Float:
        """Limits (g, 3), yellow to red."""
        return np.vstack([self.place.zones.limits, self.place.passages.limits])

    @property
    def zones(self) -> int:
        """How many of the gauges are zones; they come first."""
        return len(self.place.zones.ids)

    @property
    def age_s(self) -> float:
        """Seconds since what was counted last."""
        return (self.moment - self.now.time).total_seconds() if self.now else np.inf

    @property
    def stale_s(self) -> int:
        """Age in seconds from which a situation says nothing of now."""
        return STALE_STEPS * self.step_s + STALE_S

    @property
    def is_stale(self) -> bool:
        """Whether nobody updates it."""
        return self.age_s > self.stale_s

    @cached_property
    def doubtful(self) -> Bool:
        """Gauges (g,) with a counter that is not believed."""
        found = np.zeros(len(self.gauges), bool)
        for fault in self.faults:
            found[fault.gauges] = True
        return found

    @cached_property
    def signal(self) -> Int:
        """Levels (g,) as they may be told: never calm where a counter is silent or stuck."""
        if self.now is None or self.is_stale:
            return np.full(len(self.gauges), UNKNOWN)
        return np.where(self.doubtful & (self.now.signal == GREEN), UNKNOWN, self.now.signal)

    @cached_property
    def alerts(self) -> list[Alert]:
        """Alerts that are open, the highest level first, then the newest."""
        return sorted(find_alerts(self), key=lambda a: (-a.level, -a.raised.timestamp()))

    def last_known(self, gauge: int) -> tuple[datetime, int] | None:
        """When a gauge was last known, and its level then; None when not in the last hours."""
        known = np.flatnonzero(self.course.signal[:, gauge] != UNKNOWN)
        if not len(known):
            return None
        return self.course.times[known[-1]], int(self.course.signal[known[-1], gauge])


def read_view(connection: Any, name: str, moment: datetime, past: timedelta = PAST) -> View:
    """An open place as it is at a moment, with its last hours.

    Raises:
        NotFoundError: there is no such place, or it is not open.

    """
    opened = stored.read_open_place(connection, name)
    if opened is None:
        raise NotFoundError(f"There is no place {name} that is open to everybody.")
    plan, place = parse_plan(opened.plan)
    gauges = name_gauges(place)
    said = stored.read_now(connection, name, moment)
    end = said["time"] if said else moment
    # since when a counter is silent, and what was known last, may be longer ago
    is_whole = said is None or not (any(said["judged"]) or UNKNOWN in said["signal"])
    length = past if is_whole else max(past, RECENT)
    rows = stored.read_course(connection, name, end - length, end)
    return View(
        name=name,
        title=str(plan.get("name") or name),
        step_s=opened.step_s,
        moment=moment,
        plan=plan,
        place=place,
        now=to_now(said, gauges) if said else None,
        past=past,
        course=to_course(rows, gauges),
        faults=find_faults(place, said, rows, opened.step_s) if said else [],
        happened=stored.read_happened(connection, name, min(end, moment) - RECENT, moment),
    )


@lru_cache(maxsize=PLANS)
def parse_plan(text: str) -> tuple[Mapping[str, Any], Place]:
    """A plan and its model; a plan changes seldom and takes longer to read than all else."""
    plan = json.loads(text)
    return plan, read_place(plan)


def align(found: Sequence[str], wanted: Sequence[str]) -> Int:
    """Place of each wanted name (g,) among those found; one that is not there is behind the last.

    >>> align(["zone/a", "zone/b"], ["zone/b", "zone/c"]).tolist()
    [1, 2]
    """
    at = {name: index for index, name in enumerate(found)}
    return np.array([at.get(name, len(found)) for name in wanted], np.int64)


def pick(values: Any, places: Int, missing: float = np.nan) -> Any:
    """Values (..., n) of the places (g,), ``missing`` where there is none."""
    table = np.asarray(values)
    beyond = np.full((*table.shape[:-1], 1), missing, table.dtype)
    return np.concatenate([table, beyond], axis=-1)[..., places]


def to_now(said: Mapping[str, Any], gauges: Sequence[str]) -> Now:
    """A stored situation in the order of the gauges."""
    places = align(said["gauges"], gauges)
    stored_g, ahead, levels = len(said["gauges"]), len(said["ahead_s"]), len(said["levels"])
    table = np.reshape(said["quantiles"], (ahead, stored_g, levels))
    chance = np.reshape(said["chance"], (stored_g, 3, ahead))
    return Now(
        time=said["time"],
        people=pick(said["people"], places),
        value=pick(said["value"], places),
        signal=pick(np.array(said["signal"], np.int64), places, UNKNOWN),
        ahead_s=np.array(said["ahead_s"], np.int64),
        levels=np.round(np.asarray(said["levels"], np.float64), 4),  # they are stored as float32
        table=np.moveaxis(pick(np.moveaxis(table, 1, -1), places), -1, 1),
        chance=np.moveaxis(pick(np.moveaxis(chance, 0, -1), places), -1, 0),
        alerts=said["alerts"],
    )


def to_course(rows: Sequence[Mapping[str, Any]], gauges: Sequence[str]) -> Course:
    """Stored situations in the order of the gauges."""
    times = [row["time"] for row in rows]
    value = np.full((len(rows), len(gauges)), np.nan)
    signal = np.full((len(rows), len(gauges)), UNKNOWN, np.int64)
    names, places = None, np.empty(0, np.int64)
    for number, row in enumerate(rows):
        if row["gauges"] != names:
            names, places = row["gauges"], align(row["gauges"], gauges)
        value[number] = pick(row["value"], places)
        signal[number] = pick(np.array(row["signal"], np.int64), places, UNKNOWN)
    return Course(times, value, signal)


def find_faults(
    place: Place, said: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], step_s: int
) -> list[Fault]:
    """Counters that are not believed now, and since when that is so without a break.

    A silent one counted nothing from two intervals before it was called silent; when one that is
    stuck began to stick is not known: it is when that was seen.
    """
    found = []
    for counter, judged in zip(said["counters"], said["judged"], strict=True):
        if judged not in FAULTS or counter not in place.counters.ids:
            continue
        since = find_since(counter, judged, rows)
        if since is not None and FAULTS[judged] == "silent":
            since -= timedelta(seconds=SILENT_ROWS * step_s)
        gauges = find_counted(place, place.counters.ids.index(counter))
        found.append(Fault(counter, FAULTS[judged], since, gauges))
    return found


def find_since(counter: str, judged: int, rows: Sequence[Mapping[str, Any]]) -> datetime | None:
    """First moment of the newest run of a judgement; None when it is older than the rows."""
    first = None
    for row in reversed(rows):
        if (
            counter not in row["counters"]
            or row["judged"][row["counters"].index(counter)] != judged
        ):
            return first
        first = row["time"]
    return None


def find_counted(place: Place, counter: int) -> Int:
    """Gauges that rest on a counter: its passage, and the zones at the ends of it."""
    passage = int(place.counters.passage[counter])
    ends = (place.passages.source[passage], place.passages.target[passage])
    zones = [int(end) for end in ends if end >= 0]
    return np.array([*zones, len(place.zones.ids) + passage], np.int64)


def find_alerts(view: View) -> list[Alert]:
    """Alerts that are open, with what was acknowledged since the last update."""
    if view.now is None:
        return []
    places = {name: index for index, name in enumerate(view.gauges)}
    seen = {
        each.gauge: each.time.timestamp() for each in reversed(view.happened) if each.what == "seen"
    }
    found, highest = [], np.fmax.reduce(view.now.chance, axis=-1)
    for gauge, said in view.now.alerts.items():
        level = said["level"]
        index = places.get(gauge)
        if level <= GREEN or index is None:
            continue
        found.append(
            Alert(
                index,
                level,
                datetime.fromtimestamp(said["raised"], view.moment.tzinfo),
                bool(said["seen"]) or seen.get(gauge, -np.inf) >= said["raised"],
                bool(said["escalated"]),
                1.0 if view.now.signal[index] >= level else float(highest[index, level - 1]),
            )
        )
    return found
