"""What waits in the database is told: each channel in a thread of its own.

1. a thread a channel takes what is due, tries it, and notes how that went (notices/delivery.py)
2. one that is broken tries again later; the others know nothing of it
"""

import json
import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from types import TracebackType
from typing import Any, Protocol, Self

from lokaalmeten.errors import NoticeError, SettingsError, StorageError
from lokaalmeten.notices.delivery import TOO_LATE, Due, Outbox, Send, deliver
from lokaalmeten.notices.mail import send_mail, to_mail
from lokaalmeten.notices.webhook import post, sign, to_shown
from lokaalmeten.settings import Settings, to_mail_server
from storage.handing import Table, hand, settle
from storage.store import Store

LOOK_S = 2.0  # between two looks at what is due


class Post:
    """Tells while the ``with`` block lasts; once more at its end.

    ``part`` names its log and its threads; ``open_outbox`` says where a channel finds what waits.
    """

    def __init__(
        self,
        dsn: str,
        sends: Mapping[str, Send],
        open_outbox: Callable[..., Outbox],
        part: str,
        too_late: timedelta = TOO_LATE,
    ) -> None:
        self._dsn, self._sends, self._open_outbox = dsn, sends, open_outbox
        self._log, self._too_late = logging.getLogger(f"lokaalmeten.{part}"), too_late
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._go_on, args=(channel,), name=f"{part}-{channel}")
            for channel in sends
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
                    outbox = self._open_outbox(store, channel=channel)
                    say = partial(log_try, self._log, channel)
                    send = self._sends[channel]
                    deliver(channel, outbox, send, now_utc, say, self._too_late)
                except StorageError as problem:
                    self._log.warning("no notices over %s this time: %s", channel, problem)
                except Exception:  # a mistake of ours: the next notice may be told all the same
                    self._log.exception("notices over %s stopped short", channel)
                if last:
                    return


class StoredOutbox:
    """Notices of one table of the database, which ``take`` finds."""

    def __init__(self, store: Store, take: Callable[..., Due | None], table: Table) -> None:
        self._ask, self._take = store.ask, take
        self._table: Table = table

    def take(self, now: datetime) -> Due | None:
        """The next that is due."""
        return self._ask(self._take, now=now)

    def hand(self, number: int, now: datetime) -> None:
        """Note that one is being handed over."""
        self._ask(hand, self._table, number, now)

    def settle(
        self, number: int, state: str, now: datetime, due: datetime, failure: str = ""
    ) -> None:
        """Note how a try went."""
        self._ask(settle, self._table, number, state, now, due, failure)


class Subscribed(Protocol):
    """Who is told, by which channel."""

    @property
    def channel(self) -> str:
        """Email, webhook or mqtt."""
        ...

    @property
    def target(self) -> str:
        """Address, which may hold a secret."""
        ...


def now_utc() -> datetime:
    """The time of day."""
    return datetime.now(UTC)


def log_try(log: logging.Logger, channel: str, due: Due, state: str, failure: str) -> None:
    """Log how a notice fared; by its number, since an address is nobody's business."""
    fields = {"notice": due.number, "channel": channel, "state": state, "tries": due.tries}
    if state == "sent":
        log.info("notice %d sent over %s", due.number, channel, extra=fields)
    else:
        log.warning(
            "notice %d over %s is %s, try %d: %s",
            *(due.number, channel, state, due.tries, failure),
            extra=fields,
        )


def mail_notice(
    settings: Settings, due: Due, name: str, subject: str, text: str, hand: Callable[[], object]
) -> None:
    """Send a notice that is called ``name`` by mail; raises NoticeError or UnsureError."""
    try:
        server = to_mail_server(settings.smtp.get_secret_value(), settings.mail_from)
    except SettingsError as error:
        raise NoticeError(str(error)) from error
    mail = to_mail(server.sender, due.target, subject, text, name, due.time)
    send_mail(server, mail, hand)


def post_notice(settings: Settings, due: Due, name: str, body: Mapping[str, Any]) -> None:
    """Post a notice that is called ``name`` to the web, signed; raises NoticeError."""
    secret = settings.webhook_secret.get_secret_value()
    if not secret:
        raise NoticeError("notices to the web are signed: set LOKAALMETEN_WEBHOOK_SECRET")
    sent = json.dumps(body).encode()
    headers = {
        "X-Lokaalmeten-Notice": name,
        "X-Lokaalmeten-Signature": sign(secret, sent, int(now_utc().timestamp())),
    }
    post(due.target, sent, headers)


def to_receiver(each: Subscribed) -> str:
    """Who a subscription tells, without what may be a secret in an address of the web."""
    if each.channel == "webhook":
        return to_shown(each.target)
    return each.target or "the broker"
