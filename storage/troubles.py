"""Troubles of nodes, who is told of them, and what became of each notice.

1. one look at a time, all of it or nothing (``one_look``)
2. what lasts (``read_lasting``), and what changed (``write_changes``)
3. what each receiver heard (``read_tellings``), and the letters that follow (``queue``)
4. take the next that is due, for this program alone (``take``), and say how it went (``settle``)
5. subscriptions of operators, beside owners who agreed to mail (agreements.py), and what went out
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from psycopg.rows import class_row, dict_row
from psycopg.types.json import Jsonb

from lokaalmeten.errors import StorageError
from lokaalmeten.notices.letters import Letter, Telling, to_said
from lokaalmeten.notices.troubles import Changes, Trouble

from .events import note
from .failures import Connection, say_failures
from .notices import LEASE, Due
from .people import find_number
from .queries import read_queries

TROUBLES = read_queries(Path(__file__).with_suffix(".sql"))
LOCK = 0x4C4D_0009  # "LM", 9: any number of our own
KEPT = timedelta(days=30)  # after it was over
MOST = 1000
_FACTS = (
    *("number", "node_id", "node", "label", "kind", "about", "since", "noted_at", "back_at"),
    *("over_at", "facts"),
)


class Receiver(NamedTuple):
    """Who is told: a subscription, or an owner."""

    subscription: int | None
    owner: int | None


@dataclass(frozen=True)
class Subscription:
    """Who is told of fixed nodes; ``target`` is an address, and may hold a secret."""

    number: int
    channel: str  # email, webhook
    target: str = field(repr=False)
    language: str  # nl, en
    kinds: list[str]
    project: str | None
    zone: str | None


@dataclass(frozen=True)
class Notified:
    """What became of one notice."""

    at: datetime
    what: str  # begun, again, over
    kind: str
    count: int  # nodes that it tells of
    node: str  # the first of them
    subscription: int | None  # None: the owner
    state: str  # waiting, sent, failed, unsure
    tries: int
    done_at: datetime | None
    failure: str


@contextmanager
def one_look(connection: Connection) -> Iterator[None]:
    """A transaction for one look and what follows from it; another one waits."""
    with say_failures(connection), connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        yield


@contextmanager
def undone(connection: Connection) -> Iterator[None]:
    """A block of which nothing is kept."""
    with say_failures(connection), connection.transaction(force_rollback=True):
        yield


def read_lasting(connection: Connection) -> list[Trouble]:
    """Troubles that were not over at the last look."""
    with say_failures(connection), connection.cursor(row_factory=class_row(Trouble)) as cursor:
        return cursor.execute(TROUBLES["lasting"].encode()).fetchall()


def write_changes(connection: Connection, changes: Changes, now: datetime) -> None:
    """Note what changed, and forget what was over a month ago; in a transaction of the caller."""
    with say_failures(connection), connection.cursor() as cursor:
        begun = [
            one._asdict() | {"node": one.node_id, "now": now, "facts": Jsonb(dict(one.facts))}
            for one in changes.begun
        ]
        if begun:
            cursor.executemany(TROUBLES["begin"].encode(), begun)
        for name in ("back", "gone", "over"):
            if numbers := getattr(changes, name):
                cursor.execute(TROUBLES[name].encode(), {"numbers": numbers, "now": now})
        cursor.execute(TROUBLES["forget"].encode(), {"before": now - KEPT})


def read_tellings(connection: Connection) -> dict[Receiver, list[Telling]]:
    """What everybody who is told now heard of each trouble of their nodes."""
    with say_failures(connection), connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(TROUBLES["tellings"].encode()).fetchall()
    found: dict[Receiver, list[Telling]] = {}
    for row in rows:
        trouble = Trouble(**{name: row[name] for name in _FACTS})
        heard = (row["begun_at"], row["told_over_at"], row["last_at"], row["again"])
        receiver = Receiver(row["subscription_id"], row["owner_id"])
        found.setdefault(receiver, []).append(Telling(trouble, *heard, row["in_digest"]))
    return found


def queue(connection: Connection, receiver: Receiver, letter: Letter, now: datetime) -> None:
    """Queue a letter, and note of what it tells; in a transaction of the caller."""
    values = receiver._asdict() | {"what": letter.what, "digest": letter.digest, "now": now}
    with say_failures(connection):
        query = TROUBLES["queue"].encode()
        row = connection.execute(query, values | {"said": Jsonb(to_said(letter))}).fetchone()
        assert row
        numbers = [trouble.number for trouble in letter.troubles]
        told = {"notice": row[0], "numbers": numbers}
        connection.execute(TROUBLES["note_told"].encode(), told)


def take(connection: Connection, channel: str, now: datetime) -> Due | None:
    """The next notice that is due, for LEASE for the caller alone; None when there is none."""
    values = {"channel": channel, "now": now, "until": now + LEASE}
    with say_failures(connection), connection.transaction():
        connection.execute(TROUBLES["mark_unsure"].encode(), values)
        row = connection.execute(TROUBLES["take"].encode(), values).fetchone()
    return None if row is None else Due(*row)


def subscribe(
    connection: Connection,
    channel: str,
    target: str,
    language: str,
    kinds: Sequence[str],
    *,
    project: str | None = None,
    zone: str | None = None,
) -> int:
    """Number of a new subscription, or of the same one with other kinds or another language.

    It is about all fixed nodes, those of a project, or those that stand in a zone. Raises
    StorageError when there is no such project or zone.
    """
    values: dict[str, Any] = {"channel": channel, "target": target, "language": language}
    with say_failures(connection), connection.transaction():
        values["kinds"] = list(kinds)
        values["project"] = None if project is None else find_number(connection, "project", project)
        values["zone"] = None if zone is None else _find_zone(connection, zone)
        row = connection.execute(TROUBLES["subscribe"].encode(), values).fetchone()
        assert row
        note(connection, "receiver of nodes added or changed", receiver=row[0])
    return row[0]


def read_subscriptions(connection: Connection) -> list[Subscription]:
    """Who is told of nodes, beside their owners."""
    with say_failures(connection), connection.cursor(row_factory=class_row(Subscription)) as cursor:
        return cursor.execute(TROUBLES["subscriptions"].encode()).fetchall()


def unsubscribe(connection: Connection, number: int) -> None:
    """End a subscription, with all that waits for it; StorageError when there is none."""
    with say_failures(connection), connection.transaction():
        gone = connection.execute(TROUBLES["unsubscribe"].encode(), {"number": number}).rowcount
        if not gone:
            raise StorageError(f"there is no subscription {number}; see: meten notify list")
        note(connection, "receiver of nodes removed", receiver=number)


def read_notices(connection: Connection, since: datetime, most: int = MOST) -> list[Notified]:
    """Notices that were queued after ``since``, the latest first."""
    with say_failures(connection), connection.cursor(row_factory=class_row(Notified)) as cursor:
        values = {"since": since, "most": most}
        return cursor.execute(TROUBLES["notices"].encode(), values).fetchall()


def _find_zone(connection: Connection, zone: str) -> int:
    row = connection.execute(TROUBLES["zone"].encode(), {"zone": zone}).fetchone()
    if row is None:
        raise StorageError(f"there is no zone called {zone!r}; see: meten zone list")
    return row[0]
