"""Who is told of the alerts of a place, and what became of each notice.

1. subscribe (``subscribe``), read and end subscriptions
2. queue notices in the transaction that notes the change (``queue``, called by crowd.py)
3. take the next that is due, for this program alone (``take``)
4. say how it went (``settle``); what waits is taken again later
5. read what went out (``read_notices``)
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from psycopg.types.json import Jsonb

from lokaalmeten.errors import StorageError

from .events import note
from .failures import Connection, say_failures
from .queries import read_queries

NOTICES = read_queries(Path(__file__).with_name("notices.sql"))
LEASE = timedelta(minutes=2)  # that a notice is taken for; no channel waits so long
MOST = 1000


@dataclass(frozen=True)
class Subscription:
    """Who is told of a place; ``target`` is an address, and may hold a secret."""

    number: int
    channel: str  # email, webhook, mqtt
    target: str = field(repr=False)
    level: int  # the least that is told: 1 yellow to 3 red
    language: str  # nl, en


@dataclass(frozen=True)
class Due:
    """A notice that is to go out now."""

    number: int
    time: datetime  # of what it tells
    target: str = field(repr=False)
    language: str
    said: Mapping[str, Any]
    tries: int  # this one too


@dataclass(frozen=True)
class Notified:
    """What became of one notice."""

    time: datetime
    what: str
    gauge: str | None
    level: int | None
    subscription: int
    channel: str
    state: str  # waiting, sent, overtaken, failed, unsure
    tries: int
    done_at: datetime | None
    failure: str


def subscribe(
    connection: Connection, place: str, channel: str, target: str, level: int, language: str
) -> int:
    """Number of a new subscription, or of the same one with another level or language.

    Raises StorageError when there is no such place.
    """
    values = {"place": place, "channel": channel, "target": target}
    values |= {"level": level, "language": language}
    with say_failures(connection), connection.transaction():
        row = connection.execute(NOTICES["subscribe"].encode(), values).fetchone()
        if row is None:
            raise StorageError(f"there is no place called {place!r}; see: meten crowd list")
        note(connection, "subscription added or changed", subscription=row[0])
    return row[0]


def read_subscriptions(connection: Connection, place: str) -> list[Subscription]:
    """Who is told of the alerts of a place."""
    with say_failures(connection):
        rows = connection.execute(NOTICES["subscriptions"].encode(), {"place": place}).fetchall()
    return [Subscription(*row) for row in rows]


def unsubscribe(connection: Connection, place: str, number: int) -> None:
    """End a subscription, with all that waits for it; StorageError when there is none."""
    with say_failures(connection), connection.transaction():
        values = {"place": place, "number": number}
        if not connection.execute(NOTICES["unsubscribe"].encode(), values).rowcount:
            raise StorageError(
                f"place {place!r} has no subscription {number};"
                f" see: meten crowd notify list {place}"
            )
        note(connection, "subscription removed", subscription=number)


def queue(connection: Connection, event: int, said: Mapping[str, Any], now: datetime) -> None:
    """Queue a notice of an event for each who wants it, in the transaction of the caller.

    ``said["reach"]`` is the highest level that it is about: of an alert that ends, the one before.
    """
    values = {"event": event, "said": Jsonb(said), "reach": said["reach"], "now": now}
    connection.execute(NOTICES["queue"].encode(), values)


def take(connection: Connection, place: str, channel: str, now: datetime) -> Due | None:
    """The next notice that is due, for LEASE for the caller alone; None when there is none."""
    values = {"place": place, "channel": channel, "now": now, "until": now + LEASE}
    with say_failures(connection), connection.transaction():
        connection.execute(NOTICES["mark_unsure"].encode(), values)
        connection.execute(NOTICES["mark_overtaken"].encode(), values)
        row = connection.execute(NOTICES["take"].encode(), values).fetchone()
    return None if row is None else Due(*row)


def read_notices(
    connection: Connection, place: str, since: datetime, until: datetime
) -> list[Notified]:
    """Notices of what happened at a place after ``since``, up to ``until``, the latest first."""
    values = {"place": place, "since": since, "until": until, "most": MOST}
    with say_failures(connection):
        rows = connection.execute(NOTICES["notices"].encode(), values).fetchall()
    return [Notified(*row) for row in rows]
