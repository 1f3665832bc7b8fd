"""What is wrong with nodes: when a trouble begins, and when it is over.

What begins at one mark ends at another, so that a node at the mark is not told of again and again:
a silent node is back when it goes on measuring for an hour, a low battery is over when it was
charged. A limit that is passed stays so for its year, unless values turn out to be others.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from lokaalmeten.node_health import (
    RECOVERED_MV,
    Health,
    Rules,
    find_patience,
    is_low,
    is_silent,
    read_battery,
)

KINDS = ("silent", "battery", "limit")
SETTLED = timedelta(hours=1)  # that a node measures again before its silence is over


class Found(NamedTuple):
    """Something that is wrong with a node now."""

    node_id: int
    kind: str  # of KINDS
    about: str  # of a limit which; else empty
    since: datetime
    facts: Mapping[str, Any]

    @property
    def key(self) -> tuple[int, str, str]:
        """By which it is the same."""
        return self.node_id, self.kind, self.about


@dataclass(frozen=True)
class Trouble:
    """Something that was noted to be wrong with a node, and lasts or is over."""

    number: int
    node_id: int
    node: str
    label: str
    kind: str
    about: str
    since: datetime
    noted_at: datetime
    back_at: datetime | None
    over_at: datetime | None
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[int, str, str]:
        """By which it is the same."""
        return self.node_id, self.kind, self.about


class Changes(NamedTuple):
    """What changes by looking once; the rest is as it was."""

    begun: list[Found]
    back: list[int]  # numbers of silent nodes that measure again, for the first time
    gone: list[int]  # numbers of those that fell silent once more before it was over
    over: list[int]


def compare(
    healths: Sequence[Health],
    limits: Collection[Found] | None,
    lasting: Iterable[Trouble],
    rules: Rules,
    now: datetime,
) -> Changes:
    """What began, came back and is over since the last look.

    ``lasting`` are the troubles that were not over then. ``limits`` are those that are passed now;
    None when nobody looked, which begins and ends none.
    """
    known = {each.id: each for each in healths}
    there, changes = {trouble.key for trouble in lasting}, Changes([], [], [], [])
    found = [one for health in healths for one in find_troubles(health, rules, now)]
    changes.begun.extend(one for one in (*found, *(limits or ())) if one.key not in there)
    passed = None if limits is None else {one.key for one in limits}
    for trouble in lasting:
        health = known.get(trouble.node_id)
        if trouble.kind == "limit":
            if passed is not None and trouble.key not in passed:
                changes.over.append(trouble.number)
        elif health is not None:
            follow(trouble, health, rules, now, changes)
    return changes


def find_troubles(health: Health, rules: Rules, now: datetime) -> list[Found]:
    """Silence and low battery of one node."""
    found = []
    if is_silent(health, now, rules) and health.last is not None:
        found.append(Found(health.id, "silent", "", health.last, {}))
    if is_low(health, now, rules) and health.said_at is not None:
        facts = {"millivolt": health.battery_mv}
        found.append(Found(health.id, "battery", "", health.said_at, facts))
    return found


def follow(trouble: Trouble, health: Health, rules: Rules, now: datetime, changes: Changes) -> None:
    """Note in ``changes`` what became of a silence or a low battery."""
    if trouble.kind == "battery":
        millivolt = read_battery(health, now)
        if millivolt is not None and millivolt >= rules.battery_mv + RECOVERED_MV:
            changes.over.append(trouble.number)
        return
    last = health.last or trouble.since
    if last < now - (find_patience(health, rules) or now - trouble.since):
        if trouble.back_at is not None:
            changes.gone.append(trouble.number)
    elif trouble.back_at is None:
        if last > trouble.since:
            changes.back.append(trouble.number)
    elif now - trouble.back_at >= SETTLED and last >= trouble.back_at:
        changes.over.append(trouble.number)
