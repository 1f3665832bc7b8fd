"""`meten crowd watch` tells who wants to know: mail, web and MQTT, each in a thread of its own.

1. a round queues a notice for each subscription, in the transaction that notes the change
2. a thread a channel takes what is due, tries it, and notes how that went (notices/delivery.py)
3. one that is broken tries again later; the others, and the rounds, know nothing of it

With ``--dry-run`` nothing is stored and nobody told: what would go out is printed.
"""

import json
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from rich.console import Console

from ingest.retained import publish_state
from lokaalmeten.errors import BrokerError, NoticeError, SettingsError, StorageError
from lokaalmeten.notices.delivery import Due, Outbox, Send, deliver
from lokaalmeten.notices.mail import send_mail, to_mail
from lokaalmeten.notices.webhook import post, sign, to_shown
from lokaalmeten.notices.words import to_link, to_text
from lokaalmeten.settings import Settings, to_address, to_mail_server
from storage import notices
from storage.store import Store

from .crowd_rounds import Change, Watched, decide, look_at, moments, open_place, recall

LOG = logging.getLogger("lokaalmeten.crowd")
LOOK_S = 2.0  # between two looks at what is due
CHANNELS = ("email", "webhook", "mqtt")


class Post:
    """Tells of a place while the ``with`` block lasts; once more at its end."""

    def __init__(self, dsn: str, place: str, settings: Settings) -> None:
        self._dsn, self._place = dsn, place
        self._sends = open_channels(settings, place)
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._go_on, args=(channel,), name=f"crowd-{channel}")
            for channel in CHANNELS
        ]

    def __enter__(self) -> Self:
        """Begin."""
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Let each channel try what is due now, and end."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _go_on(self, channel: str) -> None:
        """Tell over one channel until told to stop, and once after that."""
        with ExitStack() as stack:
            store: Store | None = None
            while True:
                last = self._stop.wait(LOOK_S)
                try:
                    store = store or stack.enter_context(Store(self._dsn))
                    outbox = to_outbox(store, self._place, channel)
                    say = partial(log_try, channel)
                    deliver(channel, outbox, self._sends[channel], now_utc, say)
                except StorageError as problem:
                    LOG.warning("no notices over %s this time: %s", channel, problem)
                except Exception:  # a mistake of ours: the next notice may be told all the same
                    LOG.exception("notices over %s stopped short", channel)
                if last:
                    return


class StoredOutbox:
    """Notices of one place and channel in the database."""

    def __init__(self, store: Store, place: str, channel: str) -> None:
        self._ask, self._place, self._channel = store.ask, place, channel

    def take(self, now: datetime) -> Due | None:
        """The next that is due."""
        return self._ask(notices.take, self._place, self._channel, now)

    def hand(self, number: int, now: datetime) -> None:
        """Note that one is being handed over."""
        self._ask(notices.hand, number, now)

    def settle(
        self, number: int, state: str, now: datetime, due: datetime, failure: str = ""
    ) -> None:
        """Note how a try went."""
        self._ask(notices.settle, number, state, now, due, failure)


def to_outbox(store: Store, place: str, channel: str) -> Outbox:
    """Where notices of a place wait for a channel."""
    return StoredOutbox(store, place, channel)


def now_utc() -> datetime:
    """The time of day."""
    return datetime.now(UTC)


def log_try(channel: str, due: Due, state: str, failure: str) -> None:
    """Log how a notice fared; by its number, since an address is nobody's business."""
    fields = {"notice": due.number, "channel": channel, "state": state, "tries": due.tries}
    if state == "sent":
        LOG.info("notice %d sent over %s", due.number, channel, extra=fields)
    else:
        LOG.warning(
            "notice %d over %s is %s, try %d: %s",
            *(due.number, channel, state, due.tries, failure),
            extra=fields,
        )


def open_channels(settings: Settings, place: str) -> dict[str, Send]:
    """What sends over each channel; one that is not set up says so at each try."""
    return {
        "email": partial(send_by_mail, settings, place),
        "webhook": partial(send_to_web, settings, place),
        "mqtt": partial(send_to_broker, settings, place),
    }


def send_by_mail(settings: Settings, place: str, due: Due, hand: Callable[[], object]) -> None:
    """Send a mail; raises NoticeError or UnsureError."""
    try:
        server = to_mail_server(settings.smtp.get_secret_value(), settings.mail_from)
    except SettingsError as error:
        raise NoticeError(str(error)) from error
    subject, text = to_text(place, due.said, due.language, settings.site)
    mail = to_mail(server.sender, due.target, subject, text, due.number, due.time)
    send_mail(server, mail, hand)


def send_to_web(settings: Settings, place: str, due: Due, _hand: Callable[[], object]) -> None:
    """Post the facts and the text, signed; raises NoticeError."""
    secret = settings.webhook_secret.get_secret_value()
    if not secret:
        raise NoticeError("notices to the web are signed: set LOKAALMETEN_WEBHOOK_SECRET")
    subject, text = to_text(place, due.said, due.language, settings.site)
    body = to_body(place, due.said, settings.site, due.language)
    body |= {"notice": due.number, "subject": subject, "text": text}
    sent = json.dumps(body).encode()
    headers = {
        "X-Lokaalmeten-Notice": str(due.number),
        "X-Lokaalmeten-Signature": sign(secret, sent, int(now_utc().timestamp())),
    }
    post(due.target, sent, headers)


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


def to_receiver(each: notices.Subscription) -> str:
    """Who a subscription tells, without what may be a secret in an address of the web."""
    if each.channel == "webhook":
        return to_shown(each.target)
    return each.target or "the broker"
