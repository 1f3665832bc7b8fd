"""The next notice that is due, tried and settled; when to try again, and when to give up."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from lokaalmeten.errors import NoticeError, UnsureError

FIRST_S, LONGEST_S = 5, 300  # before the second try, and between any two
TOO_LATE = timedelta(hours=6)  # after a change of a crowd; who hears of it then is only misled
LASTING = "mqtt"  # a state is told however late: it is how it is


class Due(Protocol):
    """A notice that is to go out now."""

    @property
    def number(self) -> int:
        """Of the notice; the same when it is tried again."""
        ...

    @property
    def time(self) -> datetime:
        """Of the change that it tells."""
        ...

    @property
    def target(self) -> str:
        """Address, which may hold a secret."""
        ...

    @property
    def language(self) -> str:
        """Of the text: nl or en."""
        ...

    @property
    def said(self) -> Mapping[str, Any]:
        """The facts."""
        ...

    @property
    def tries(self) -> int:
        """How often it was tried, this time too."""
        ...


class Outbox(Protocol):
    """Where notices wait, for one channel."""

    def take(self, now: datetime) -> Due | None:
        """The next that is due, for the caller alone."""
        ...

    def hand(self, number: int, now: datetime) -> None:
        """Note that one is being handed over, where that cannot be done twice."""
        ...

    def settle(
        self, number: int, state: str, now: datetime, due: datetime, failure: str = ""
    ) -> None:
        """Note how a try went."""
        ...


Send = Callable[[Due, Callable[[], object]], object]  # a notice, and what to call before handing
Clock = Callable[[], datetime]
Say = Callable[[Due, str, str], object]  # a notice, its state, why


def deliver(
    channel: str,
    outbox: Outbox,
    send: Send,
    clock: Clock,
    say: Say,
    too_late: timedelta = TOO_LATE,
) -> None:
    """Try everything that is due now; a failed one is due again later, or given up."""
    while (due := outbox.take(clock())) is not None:
        state, failure = attempt(due, outbox, send, clock)
        now = clock()
        if state == "waiting" and channel != LASTING and now - due.time >= too_late:
            state = "failed"
        failure = hide(failure, due.target)
        outbox.settle(due.number, state, now, now + find_wait(due.tries), failure)
        say(due, state, failure)


def attempt(due: Due, outbox: Outbox, send: Send, clock: Clock) -> tuple[str, str]:
    """State after one try: sent, unsure or waiting, and what went wrong."""
    try:
        send(due, lambda: outbox.hand(due.number, clock()))
    except UnsureError as error:
        return "unsure", str(error)
    except NoticeError as error:
        return "waiting", str(error)
    return "sent", ""


def find_wait(tries: int) -> timedelta:
    """Time until the next try after so many that failed: twice as long each time.

    >>> [find_wait(tries).seconds for tries in (1, 2, 3, 20)]
    [5, 10, 20, 300]
    """
    return timedelta(seconds=min(FIRST_S * 2 ** min(tries - 1, 10), LONGEST_S))


def hide(text: str, target: str) -> str:
    """A text without the address that it is about.

    >>> hide("550 no user anna@example.org here", "anna@example.org")
    '550 no user (receiver) here'
    """
    return text.replace(target, "(receiver)") if target else text
