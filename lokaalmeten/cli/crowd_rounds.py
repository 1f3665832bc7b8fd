"""`meten crowd watch`: one update after the other, from counts in the database to alerts in it.

1. read who passed the counters in the last days
2. see how full it is and will be (predict/crowd/situation.py)
3. raise and lower alerts, going on from the last update and from what was acknowledged since
4. store all of it at once, with a notice for each who wants to know (crowd_post.py tells them)
5. log what changed
"""

import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from lokaalmeten.errors import StorageError
from predict.crowd.counts import Sources, mark_empty, read_sources, to_counts
from predict.crowd.facts import to_facts
from predict.crowd.keeping import from_json, name_gauges, to_kept
from predict.crowd.place import Place
from predict.crowd.plan import read_place as to_place
from predict.crowd.situation import Situation, look
from predict.crowd.trust import SILENT, STUCK, WRONG
from predict.crowd.warning import Alerts, Rules, acknowledge, no_alerts, update_alerts
from storage import crowd
from storage.store import Store

LOG = logging.getLogger("lokaalmeten.crowd")
HISTORY = timedelta(days=4)  # that a nowcast learns from
LAG_S = 45  # after an interval that messages need to arrive
COLOURS = ("green", "yellow", "orange", "red")
FAULTS = {SILENT: "silent", STUCK: "stuck", WRONG: "counts what cannot be"}


@dataclass(frozen=True)
class Watched:
    """A place, and where its counts come from."""

    registered: crowd.Registered
    place: Place
    sources: Sources

    @property
    def gauges(self) -> list[str]:
        """Names of what has limits."""
        return name_gauges(self.place)


@dataclass(frozen=True)
class Change:
    """A change of an alert, and what a notice tells of it."""

    happened: crowd.Happened
    facts: Mapping[str, Any]


def open_place(store: Store, name: str) -> Watched:
    """A registered place, its plan read."""
    registered = store.ask(crowd.read_place, name)
    return Watched(registered, to_place(registered.plan), read_sources(registered.plan))


def watch(dsn: str, name: str, stop: threading.Event, *, once: bool) -> None:
    """Update a place after each of its intervals until told to stop; once without waiting."""
    with Store(dsn) as store:
        store.check_known()
        for moment in moments(open_place(store, name).registered.step_s, stop, once=once):
            try:  # a plan may have been changed meanwhile
                update(store, open_place(store, name), moment, notify=True)
            except StorageError as error:
                if once:
                    raise
                LOG.warning("no update this time: %s", error)


def moments(step_s: int, stop: threading.Event, *, once: bool) -> Iterator[float]:
    """When to update (Unix seconds): now, then after each interval until told to stop."""
    yield time.time() - (0 if once else LAG_S)
    while not once and not stop.wait(find_wait(time.time(), step_s)):
        yield time.time() - LAG_S


def find_wait(now: float, step_s: int) -> float:
    """Seconds until the counts of the next interval are there.

    >>> find_wait(1000.0, 300), find_wait(1245.0, 300)
    (245.0, 300.0)
    """
    return step_s - (now - LAG_S) % step_s


def update(store: Store, watched: Watched, now: float, *, notify: bool = False) -> Situation:
    """One update with the intervals that are over at ``now`` (Unix seconds).

    With ``notify`` those who want to know of changes are told; of the past nobody is.
    """
    at, found = look_at(store, watched, now)
    alerts, changes = decide(watched, at, found, recall(store, watched, at))
    happened = [change.happened for change in changes]
    told = [change.facts for change in changes] if notify else ()
    kept = to_kept(watched.place, found, alerts)
    store.ask(crowd.write_situation, watched.registered.name, at, kept, happened, told)
    tell(watched, at, found, happened)
    return found


def look_at(store: Store, watched: Watched, now: float) -> tuple[datetime, Situation]:
    """How it is at the end of the last interval that is over, and when that was."""
    registered, step_s = watched.registered, watched.registered.step_s
    after = int(now // step_s)  # number of the interval that is under way
    first = after - int(HISTORY.total_seconds()) // step_s
    counts = read_counts(store, watched, first, after)
    empty = mark_empty(first, after - first, step_s, registered.empty_hour)
    at = datetime.fromtimestamp(after * step_s, UTC)
    return at, look(watched.place, counts, step_s, empty)


def read_counts(store: Store, watched: Watched, first: int, after: int) -> np.ndarray:
    """Counts (t, k) of the intervals from number ``first`` up to ``after``."""
    step_s = watched.registered.step_s
    start, stop = (datetime.fromtimestamp(step * step_s, UTC) for step in (first, after))
    nodes = sorted(set(watched.sources.nodes))
    rows = store.ask(crowd.read_counts, nodes, start, stop, step_s)
    return to_counts(rows, watched.sources, first, after - first)


def decide(
    watched: Watched, at: datetime, found: Situation, before: Alerts
) -> tuple[Alerts, list[Change]]:
    """Alerts after a moment, and what changed with what a notice tells of it."""
    alerts, events = update_alerts(before, int(at.timestamp()), found.chance, found.signal, Rules())
    changes = [
        Change(
            crowd.Happened(at, event.what, watched.gauges[event.gauge], event.level),
            to_facts(watched.place, found, at, event, int(before.level[event.gauge])),
        )
        for event in events
    ]
    return alerts, changes


def recall(store: Store, watched: Watched, at: datetime) -> Alerts:
    """Alerts as the update before ``at`` left them, with what was acknowledged since."""
    name, gauges = watched.registered.name, watched.gauges
    last = store.ask(crowd.read_latest, name, at - timedelta(seconds=1))
    if last is None:
        return no_alerts(len(gauges))
    alerts = from_json(last["alerts"], gauges)
    since = last["time"] - timedelta(seconds=watched.registered.step_s + LAG_S)
    for event in store.ask(crowd.read_events, name, since, datetime.now(UTC)):
        if event.what == "seen" and event.gauge in gauges:
            gauge = gauges.index(event.gauge)
            if event.time.timestamp() >= alerts.raised[gauge]:  # it was there to be seen
                alerts = acknowledge(alerts, gauge)
    return alerts


def tell(
    watched: Watched,
    at: datetime,
    found: Situation,
    happened: Sequence[crowd.Happened],
) -> None:
    """Log what changed, and one line of how it is."""
    name = watched.registered.name
    for event in happened:
        fields = {"place": name, "gauge": event.gauge, "alert": event.level, "what": event.what}
        LOG.warning(to_sentence(event), extra=fields)
    for fault, word in FAULTS.items():
        broken = [watched.place.counters.ids[k] for k in np.flatnonzero(found.judged == fault)]
        if broken:
            LOG.warning("%s: %s: %s", word, name, ", ".join(broken))
    counted = [int((found.signal == level).sum()) for level in range(len(COLOURS))]
    said = ", ".join(f"{number} {word}" for number, word in zip(counted, COLOURS, strict=True))
    unknown = int((found.signal < 0).sum())
    LOG.info("%s at %s: %s, %d unknown", name, f"{at:%Y-%m-%d %H:%M} UTC", said, unknown)


def to_sentence(event: crowd.Happened) -> str:
    """What happened, for people.

    >>> to_sentence(crowd.Happened(datetime(2026, 1, 1, 12, 0), "raised", "zone/square", 2))
    'zone/square: raised to orange at 12:00 UTC'
    """
    colour = "" if event.level is None else f" to {COLOURS[event.level]}"
    what = {"escalated": "nobody has looked at the alert", "lowered": "lowered", "raised": "raised"}
    return f"{event.gauge}: {what[event.what]}{colour} at {event.time:%H:%M} UTC".replace(
        "alert to", "alert of"
    )
