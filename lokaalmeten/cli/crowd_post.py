"""`meten crowd watch` tells who wants to know: mail, web and MQTT, each in a thread of its own.

1. a round queues a notice for each subscription, in the transaction that notes the change
2. a thread a channel takes what is due, tries it, and notes how that went (notices/delivery.py)
3. one that is broken tries again later; the others, and the rounds, know nothing of it

With ``--dry-run`` nothing is stored and nobody told: what would go out is printed.
"""

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import quote

from rich.console import Console

from ingest.retained import publish_state
from lokaalmeten.errors import BrokerError, NoticeError, SettingsError
from lokaalmeten.notices.delivery import Due, Outbox, Send
from lokaalmeten.notices.words import to_link, to_text
from lokaalmeten.settings import Settings, to_address
from storage import notices
from storage.store import Store

from .crowd_rounds import Change, Watched, decide, look_at, moments, open_place, recall
from .post import Post, StoredOutbox, mail_notice, post_notice, to_receiver


def open_post(dsn: str, place: str, settings: Settings) -> Post:
    """What tells of a place while the ``with`` block lasts."""
    outbox = partial(to_outbox, place=place)
    return Post(dsn, open_channels(settings, place), outbox, "crowd")


def to_outbox(store: Store, place: str, channel: str) -> Outbox:
    """Where notices of a place wait for a channel."""
    take = partial(notices.take, place=place, channel=channel)
    return StoredOutbox(store, take, "crowd_notice")


def open_channels(settings: Settings, place: str) -> dict[str, Send]:
    """What sends over each channel; one that is not set up says so at each try."""
    return {
        "email": partial(send_by_mail, settings, place),
        "webhook": partial(send_to_web, settings, place),
        "mqtt": partial(send_to_broker, settings, place),
    }


def send_by_mail(settings: Settings, place: str, due: Due, hand: Callable[[], object]) -> None:
    """Send a mail; raises NoticeError or UnsureError."""
    subject, text = to_text(place, due.said, due.language, settings.site)
    mail_notice(settings, due, str(due.number), subject, text, hand)


def send_to_web(settings: Settings, place: str, due: Due, _hand: Callable[[], object]) -> None:
    """Post the facts and the text, signed; raises NoticeError."""
    subject, text = to_text(place, due.said, due.language, settings.site)
    body = to_body(place, due.said, settings.site, due.language)
    body |= {"notice": due.number, "subject": subject, "text": text}
    post_notice(settings, due, str(due.number), body)


def send_to_broker(settings: Settings, place: str, due: Due, _hand: Callable[[], object]) -> None:
    """Publish the state of a zone or passage, retained; raises NoticeError."""
    body = to_body(place, due.said, settings.site, due.language)
    topic, sent = to_topic(place, due.said["gauge"]), json.dumps(body).encode()
    try:
        address = to_address(settings.broker.get_secret_value())
        publish_state(address, f"lokaalmeten-crowd-{place}", topic, sent)
    except (BrokerError, SettingsError) as error:
        raise NoticeError(str(error)) from error


def to_body(place: str, said: Mapping[str, Any], site: str, language: str) -> dict[str, Any]:
    """What a program is told."""
    link = to_link(site, language, place) if site else None
    return {"place": place, **said, "link": link}


def to_topic(place: str, gauge: str) -> str:
    """Topic of the state of a zone or passage; an id that a topic cannot hold is written as %2F.

    >>> to_topic("pier", "zone/north/1")
    'lm/1/crowd/pier/zone/north%2F1'
    """
    kind, _, name = gauge.partition("/")
    return f"lm/1/crowd/{place}/{kind}/{quote(name, safe='')}"


def rehearse(dsn: str, name: str, stop: threading.Event, out: Console, *, once: bool) -> None:
    """Updates that store nothing and tell nobody; what would go out is printed."""
    with Store(dsn) as store:
        store.check_known()
        alerts = None
        for moment in moments(open_place(store, name).registered.step_s, stop, once=once):
            watched = open_place(store, name)
            at, found = look_at(store, watched, moment)
            if alerts is None or len(alerts.level) != len(watched.gauges):
                alerts = recall(store, watched, at)
            alerts, changes = decide(watched, at, found, alerts)
            who = store.ask(notices.read_subscriptions, name)
            show_rehearsal(watched, at, changes, who, out)


def show_rehearsal(
    watched: Watched,
    at: datetime,
    changes: Sequence[Change],
    who: Sequence[notices.Subscription],
    out: Console,
) -> None:
    """What would go out to whom."""
    name, lines = watched.registered.name, []
    for change in changes:
        for each in who:
            if each.level <= change.facts["reach"]:
                subject, _ = to_text(name, change.facts, each.language, "")
                lines.append(f"would go over {each.channel} to {to_receiver(each)}: {subject}")
    said = lines or [f"nothing to tell at {at:%Y-%m-%d %H:%M} UTC"]
    for line in said:
        out.print(line, soft_wrap=True, highlight=False, markup=False)
