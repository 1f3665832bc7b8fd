"""Who is told what of troubles: once when they begin, once when they are over, and never in floods.

When more than a handful begin, or end, within an hour, one letter tells of all of them, and for a
day there is one an hour at most: so many nodes at once have hardly failed themselves.
What lasts is told again once a week, all of it in one letter, for four weeks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from .troubles import KINDS, Trouble

HANDFUL = 5
GATHER = timedelta(hours=1)
FLOOD = timedelta(days=1)  # after a letter of many
AGAIN = timedelta(days=7)
MOST_AGAIN = 4
NAMED = 50  # nodes of a letter; of the others only how many there are
REPEATED = ("silent", "battery")  # a passed limit is nothing that anybody could mend


class Telling(NamedTuple):
    """A trouble, and what one receiver heard of it."""

    trouble: Trouble
    begun_at: datetime | None  # when it was told to begin
    over_at: datetime | None
    last_at: datetime | None  # when it was told last that it lasts, or began
    again: int  # how often it was told that it lasts
    in_digest: bool  # the latest letter told of many


@dataclass(frozen=True)
class Letter:
    """What is told in one piece."""

    what: str  # begun, again or over
    kind: str  # of KINDS
    digest: bool
    troubles: Sequence[Trouble]


def write_letters(tellings: Iterable[Telling], now: datetime) -> list[Letter]:
    """What one receiver is to be told now; ``tellings`` are all troubles of its nodes."""
    told = list(tellings)
    return [
        letter
        for kind in KINDS
        for letter in _write_kind(kind, [one for one in told if one.trouble.kind == kind], now)
    ]


def _write_kind(kind: str, told: Sequence[Telling], now: datetime) -> list[Letter]:
    begun = [one for one in told if one.trouble.over_at is None and one.begun_at is None]
    over = [one for one in told if one.begun_at and not one.over_at and _is_news(one.trouble)]
    heard = [(one, one.begun_at) for one in told if one.begun_at and not one.over_at]
    ended = [(one, one.over_at) for one in told if one.over_at]
    letters = [
        *_gather("begun", kind, begun, heard, now),
        *_gather("over", kind, over, ended, now),
    ]
    again = [one.trouble for one in told if _is_due_again(one, now)]
    if kind in REPEATED and again:
        letters.append(Letter("again", kind, len(again) > 1, again))
    return letters


def _gather(
    what: str,
    kind: str,
    news: Sequence[Telling],
    heard: Sequence[tuple[Telling, datetime]],
    now: datetime,
) -> list[Letter]:
    """One letter each, or one of all; while many fall silent or come back, one an hour at most.

    ``heard`` are those that were told the same of before, and when.
    """
    troubles = [one.trouble for one in news]
    lately = [one.trouble for one, at in heard if at > now - GATHER]
    is_flood = any(one.in_digest for one, at in heard if at > now - FLOOD)
    if not troubles or (is_flood and lately):
        return []
    if is_flood:
        return [Letter(what, kind, len(troubles) > 1, troubles)]
    if len(troubles) + len(lately) > HANDFUL:
        return [Letter(what, kind, True, [*lately, *troubles])]
    return [Letter(what, kind, False, [trouble]) for trouble in troubles]


def _is_news(trouble: Trouble) -> bool:
    """Whether it is over for a reason that somebody would want to know; not as its year is over."""
    if trouble.over_at is None:
        return False
    return trouble.kind != "limit" or trouble.over_at.year <= trouble.facts["year"]


def _is_due_again(one: Telling, now: datetime) -> bool:
    lasts = one.trouble.over_at is None and one.trouble.back_at is None
    due = one.last_at is not None and one.last_at <= now - AGAIN
    return lasts and due and one.again < MOST_AGAIN


def to_said(letter: Letter) -> dict[str, Any]:
    """Facts of a letter, as JSON holds them; no place is among them."""
    return {
        "what": letter.what,
        "kind": letter.kind,
        "digest": letter.digest,
        "count": len(letter.troubles),
        "since": min(trouble.since for trouble in letter.troubles).isoformat(),
        "nodes": [to_facts(trouble) for trouble in letter.troubles[:NAMED]],
    }


def to_facts(trouble: Trouble) -> dict[str, Any]:
    """Facts of one trouble."""
    over = trouble.over_at and trouble.over_at.isoformat()
    names = {"node": trouble.node, "label": trouble.label}
    return names | {"since": trouble.since.isoformat(), "over": over} | dict(trouble.facts)
