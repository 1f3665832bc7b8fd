"""`meten notify watch`: one look at all nodes after the other, and who has to know what changed.

1. how every node is, and which limits are passed at it
2. what began and what is over since the last look (notices/troubles.py)
3. what each receiver is told of it: once, and never in floods (notices/letters.py)
4. all of that is stored at once; channels tell it then, and again if they fail (post.py)
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from rich.console import Console

from lokaalmeten.errors import StorageError
from lokaalmeten.limits import EU, LIMITS, WHO
from lokaalmeten.node_health import Rules, to_rules
from lokaalmeten.notices.delivery import Due, Outbox, Send
from lokaalmeten.notices.letters import Letter, to_said, write_letters
from lokaalmeten.notices.node_words import to_link, to_text
from lokaalmeten.notices.troubles import Changes, Found, compare
from lokaalmeten.settings import Settings
from storage import troubles
from storage.exceedances import exceedances
from storage.failures import Connection
from storage.health import read_health
from storage.store import Store
from storage.troubles import Receiver

from .post import Post, StoredOutbox, mail_notice, now_utc, post_notice, to_receiver

LOG = logging.getLogger("lokaalmeten.notify")
EVERY_S = 300
LIMITS_S = 6 * 3600  # between two looks at limits, which change by the day
TOO_LATE = timedelta(days=7)  # a node that is silent is so tomorrow; who hears of it late can help
IN_FORCE = (WHO, EU)
FACTS = ("norm", "period", "value", "allowed", "above", "mean")  # of a row of exceedances
LAST_DAYS = timedelta(days=7)  # of a year that come late
ZONE = ZoneInfo("Europe/Amsterdam")


def read_rules(settings: Settings) -> Rules:
    """Rules of the settings."""
    return to_rules(settings.silent_hours, settings.silent_bike_hours, settings.battery_low_mv)


def watch(settings: Settings, stop: threading.Event, *, once: bool) -> None:
    """Look, queue what has to be told, and again until told to stop; once without waiting."""
    rules, dsn = read_rules(settings), settings.need_dsn()
    with Store(dsn) as store, open_post(dsn, settings):
        store.check_known()
        for with_limits in turns(stop, once=once):
            try:
                look(store, rules, now_utc(), with_limits=with_limits)
            except StorageError as error:
                if once:
                    raise
                LOG.warning("no look at the nodes this time: %s", error)


def turns(stop: threading.Event, *, once: bool) -> Iterator[bool]:
    """A turn now, then after each interval until told to stop; true where limits are looked at."""
    looked = time.monotonic()
    yield True
    while not once and not stop.wait(EVERY_S):
        due = time.monotonic() - looked >= LIMITS_S
        looked = time.monotonic() if due else looked
        yield due


def look(store: Store, rules: Rules, now: datetime, *, with_limits: bool = True) -> Changes:
    """One look at all nodes at a moment; all that follows is stored, or nothing."""
    changes, letters = store.ask(look_at, rules, now, with_limits=with_limits)
    for receiver, letter in letters:
        LOG.info(to_sentence(receiver, letter))
    return changes


def look_at(
    connection: Connection, rules: Rules, now: datetime, *, with_limits: bool = True
) -> tuple[Changes, list[tuple[Receiver, Letter]]]:
    """One look, in one transaction: what changed, and the letters that were queued."""
    with troubles.one_look(connection):
        found = read_health(connection, now)
        numbers = {health.name: health.id for health in found}
        limits = read_limits(connection, numbers, now) if with_limits else None
        changes = compare(found, limits, troubles.read_lasting(connection), rules, now)
        troubles.write_changes(connection, changes, now)
        letters = [
            (receiver, letter)
            for receiver, tellings in troubles.read_tellings(connection).items()
            for letter in write_letters(tellings, now)
        ]
        for receiver, letter in letters:
            troubles.queue(connection, receiver, letter, now)
    return changes, letters


def read_limits(connection: Connection, numbers: Mapping[str, int], now: datetime) -> list[Found]:
    """Limits in force that are passed for certain at nodes in this year, and in one just over.

    Of a node whose values are corrected, corrected ones count and no others.
    """
    found = []
    years = {at.astimezone(ZONE).year for at in (now - LAST_DAYS, now)}
    for year, quantity in product(sorted(years), dict.fromkeys(one.quantity for one in LIMITS)):
        seen: set[str] = set()
        for key in (f"{quantity}_corrected", quantity):
            rows: list[Any] = list(exceedances(connection, year, key).itertuples(index=False))
            found += [
                to_found(numbers[row.node], year, quantity, row, now)
                for row in rows
                if row.verdict == "above"
                and row.norm in IN_FORCE
                and row.node in numbers
                and row.node not in seen
            ]
            seen |= {row.node for row in rows}
    return found


def to_found(node: int, year: int, quantity: str, row: Any, now: datetime) -> Found:
    """A passed limit as it is noted."""
    about = f"{year} {row.norm} {quantity} {row.period}"
    facts = {"year": year, "quantity": quantity}
    facts |= {key: getattr(row, key) for key in FACTS}
    facts["mean"] = None if np.isnan(row.mean) else row.mean
    return Found(node, "limit", about, now, facts)


def to_sentence(receiver: Receiver, letter: Letter) -> str:
    """What is queued, for the log: no address, and no node of an owner."""
    who = "an owner" if receiver.owner else f"subscription {receiver.subscription}"
    return f"{who} is told: {letter.kind} {letter.what}, {len(letter.troubles)} of nodes"


def open_post(dsn: str, settings: Settings) -> Post:
    """What tells of nodes while the ``with`` block lasts."""
    return Post(dsn, open_channels(settings), to_outbox, "notify", TOO_LATE)


def to_outbox(store: Store, channel: str) -> Outbox:
    """Where notices of nodes wait for a channel."""
    return StoredOutbox(store, partial(troubles.take, channel=channel), "node_notice")


def open_channels(settings: Settings) -> dict[str, Send]:
    """What sends over each channel; one that is not set up says so at each try."""
    return {"email": partial(_mail, settings), "webhook": partial(_post, settings)}


def _mail(settings: Settings, due: Due, hand: Callable[[], object]) -> None:
    subject, text = to_text(due.said, due.language, settings.site)
    mail_notice(settings, due, f"node-{due.number}", subject, text, hand)


def _post(settings: Settings, due: Due, _hand: Callable[[], object]) -> None:
    subject, text = to_text(due.said, due.language, settings.site)
    link = to_link(settings.site, due.language, None) if settings.site else None
    more = {"notice": f"node-{due.number}", "subject": subject, "text": text, "link": link}
    post_notice(settings, due, f"node-{due.number}", {**due.said, **more})


def rehearse(settings: Settings, out: Console) -> None:
    """One look that stores nothing and tells nobody; what would go out is printed."""
    with Store(settings.need_dsn()) as store:
        store.check_known()
        who = {each.number: each for each in store.ask(troubles.read_subscriptions)}
        letters = store.ask(look_in_vain, read_rules(settings), now_utc())
    for receiver, letter in letters:
        each = who.get(receiver.subscription or 0)
        to = f"over {each.channel} to {to_receiver(each)}" if each else "by mail to an owner"
        subject, _ = to_text(to_said(letter), each.language if each else "nl", "")
        out.print(f"would go {to}: {subject}", soft_wrap=True, highlight=False, markup=False)
    if not letters:
        out.print("nothing to tell")


def look_in_vain(
    connection: Connection, rules: Rules, now: datetime
) -> list[tuple[Receiver, Letter]]:
    """Letters of a look that is undone."""
    with troubles.undone(connection):
        return look_at(connection, rules, now)[1]
