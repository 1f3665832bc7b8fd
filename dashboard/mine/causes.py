"""Why a node is not on the map, or not as it should be: rules over what is known of it.

Each rule looks at facts and yields causes; a cause has a text of what it is (``mine.cause.KEY``)
and one of what to do (``mine.do.KEY``). Those that keep a node from the map come first.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from lokaalmeten.findings import to_checks

from .facts import WEEK, Facts
from .said import find_failed, read_count, read_number, read_text

SILENT = timedelta(hours=2)  # a page waits for an hour at most (docs/node-link.md)
AHEAD = timedelta(minutes=10)  # the checks call a minute suspect
CLOCK_S = 300  # between the clock of a node and ours, with what a message takes
BACKLOG = 100  # pages: some days of a box
MOSTLY = 0.5  # share of values that are good, below which a mean of an hour has gaps
SHOWN_ON_MAP = ("pm25", "pm10", "no2", "temperature", "humidity", "sound_laeq", "count_in")
DAMAGED = ("short", "magic", "version", "schema", "empty", "length", "crc")


@dataclass(frozen=True)
class Cause:
    """One reason; ``facts`` are filled in its texts."""

    key: str
    facts: dict[str, Any] = field(default_factory=dict)
    keeps_off: bool = True  # keeps the node from the map


def find_causes(facts: Facts) -> list[Cause]:
    """Causes of all rules, those first that keep the node from the map."""
    rules = [*COMMON, *(MOVING if facts.node.moving else FIXED)]
    found = [cause for rule in rules for cause in rule(facts)]
    return sorted(found, key=lambda cause: not cause.keeps_off)


def find_closed(facts: Facts) -> Iterator[Cause]:
    """Its owner wants nothing of it to be public."""
    if not facts.node.open:
        yield Cause("closed")


def find_ahead(facts: Facts) -> Iterator[Cause]:
    """Samples from the future."""
    if facts.node.last is not None and facts.node.last > facts.now + AHEAD:
        yield Cause("ahead", {"at": facts.node.last})


def find_silence(facts: Facts) -> Iterator[Cause]:
    """Never heard, heard without samples, or silent since."""
    node = facts.node
    if node.last is not None:
        if node.last < facts.now - SILENT:
            yield Cause("silent", {"at": node.last})
    elif node.heard is not None:
        yield Cause("words", {"at": node.heard})
    elif not facts.refusals:
        yield Cause("never")


def find_offline(facts: Facts) -> Iterator[Cause]:
    """The broker lost it; a bike at rest is no fault."""
    node = facts.node
    if node.online is False and not node.moving:
        keeps = node.last is None or node.last < facts.now - SILENT
        yield Cause("offline", {"at": node.heard}, keeps)


def find_refusals(facts: Facts) -> Iterator[Cause]:
    """What came lately and could not be used, by kind of reason."""
    seen = set()
    for refusal in facts.refusals:
        if refusal.last < facts.now - WEEK and facts.node.last is not None:
            continue
        key = to_refused(refusal.reason)
        if key not in seen:
            seen.add(key)
            said = {"count": refusal.messages, "at": refusal.last, "reason": refusal.reason}
            later = facts.node.last is not None and facts.node.last > refusal.last
            yield Cause(f"refused.{key}", said, not later)


def to_refused(reason: str) -> str:
    """Kind of a reason.

    >>> to_refused("crc"), to_refused("no time"), to_refused("something new")
    ('damaged', 'clock', 'other')
    """
    if reason in DAMAGED:
        return "damaged"
    if reason in ("no time", "future", "other clock", "impossible anchor"):
        return "clock"
    return {"unknown node": "unknown", "wrong schema for node": "kind"}.get(reason, "other")


def find_clock(facts: Facts) -> Iterator[Cause]:
    """A clock that is not set, or runs otherwise than ours."""
    node = facts.node
    if node.said_at is None or "time" not in node.said:
        return
    told = read_number(node.said, "time")
    if told is None:
        yield Cause("clock.unset", {"at": node.said_at})
    elif abs(off := told - node.said_at.timestamp()) > CLOCK_S:
        yield Cause("clock.off", {"seconds": abs(off)})


def find_faults(facts: Facts) -> Iterator[Cause]:
    """Sensors that failed, a configuration that is wrong, pages that wait or are lost."""
    said = facts.node.said
    if failed := find_failed(said):
        yield Cause("sensors", {"names": ", ".join(failed)}, keeps_off=False)
    if wrong := read_text(said, "config_error"):
        yield Cause("config", {"said": wrong}, keeps_off=False)
    kept, dropped = (read_count(said, "outbox", part) for part in ("kept", "dropped"))
    if kept is not None and kept >= BACKLOG:
        yield Cause("backlog", {"count": kept}, keeps_off=False)
    if dropped:
        yield Cause("dropped", {"count": dropped}, keeps_off=False)


def find_place(facts: Facts) -> Iterator[Cause]:
    """A fixed node without a place is on no map."""
    if not facts.node.placed:
        yield Cause("place")


def find_flagged(facts: Facts) -> Iterator[Cause]:
    """Quantities of the map of which most values of the last day are not good."""
    for each in facts.judged:
        if each.quantity not in SHOWN_ON_MAP or each.good >= MOSTLY * each.known:
            continue
        bits = 0
        for finding in facts.findings:
            if finding.quantity == each.quantity:
                bits |= finding.checks
        said = {"quantity": each.quantity, "checks": to_checks(bits)}
        bad = each.suspect + each.fail
        said["share"] = bad / each.known if bad else 1 - each.good / each.known
        yield Cause("flagged" if bits else "flagged.at_once", said, each.good == 0)


def find_no_place(facts: Facts) -> Iterator[Cause]:
    """A bike that measures and does not know where."""
    samples = sum(day.samples for day in facts.days)
    if samples and not sum(day.placed for day in facts.days):
        yield Cause("fix", {"count": samples})


def find_no_ride(facts: Facts) -> Iterator[Cause]:
    """A bike that was never heard, or measured and did not ride."""
    node = facts.node
    if not node.own or facts.rides:
        return
    if node.last is None and node.heard is None and not facts.refusals:
        yield Cause("never")
    elif node.last is not None:
        yield Cause("ride")
    elif node.heard is not None:
        yield Cause("words", {"at": node.heard})


def find_hidden(facts: Facts) -> Iterator[Cause]:
    """Rides of which the public sees nothing: they wait, are too short, or too few rode there."""
    hidden = [ride for ride in facts.rides if ride.public_name is None]
    waiting = [r for r in hidden if r.public_start is None and r.due is not None]
    cut = [r for r in hidden if r.public_start is None and r.due is None]
    alone = [r for r in hidden if r.public_start is not None]
    all_hidden = len(hidden) == len(facts.rides)
    for key, rides in (("waits", waiting), ("cut", cut), ("alone", alone)):
        if rides:
            yield Cause(key, {"count": len(rides)}, all_hidden)


Rule = Callable[[Facts], Iterator[Cause]]
COMMON: tuple[Rule, ...] = (
    find_closed,
    find_ahead,
    find_offline,
    find_refusals,
    find_clock,
    find_faults,
)
FIXED: tuple[Rule, ...] = (find_silence, find_place, find_flagged)
MOVING: tuple[Rule, ...] = (find_no_place, find_no_ride, find_hidden)
