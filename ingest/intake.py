"""The intake: what comes from the broker and what comes through the door, as one source."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from .batch import Limits
from .decode import Message
from .door import Door, Visit


class Receiver(Protocol):
    """What comes from the broker."""

    @property
    def connections(self) -> int: ...  # noqa: D102
    @property
    def trouble(self) -> str: ...  # noqa: D102
    def gather(self, limits: Limits, wants: Callable[[bool], bool]) -> Sequence[Message]: ...  # noqa: D102
    def acknowledge(self, messages: Iterable[Message]) -> None: ...  # noqa: D102
    def publish(self, topic: str, payload: bytes) -> None: ...  # noqa: D102
    def breathe(self) -> None: ...  # noqa: D102
    def wake(self) -> None: ...  # noqa: D102
    def close(self) -> None: ...  # noqa: D102


class Intake:
    """A receiver and a door; the main loop sees one source.

    ``waiting`` counts the messages that were gathered and are not yet acknowledged.
    """

    def __init__(self, receiver: Receiver, door: Door) -> None:
        self.waiting = 0
        self._receiver = receiver
        self._door = door
        self.publish = receiver.publish
        self.breathe = receiver.breathe
        self.wake = receiver.wake

    @property
    def connections(self) -> int:
        """How often the broker let us in."""
        return self._receiver.connections

    @property
    def trouble(self) -> str:
        """Why we are not connected to the broker now; empty when we are."""
        return self._receiver.trouble

    def gather(self, limits: Limits, wants: Callable[[bool], bool]) -> list[Message]:
        """Messages of one batch; who comes through the door waits for nobody's age.

        ``wants(full)`` says whether a batch is welcome now, as for the receiver.
        """
        messages = list(self._receiver.gather(limits, wants))
        if messages or wants(False):
            messages += self._door.take()
        self.waiting += len(messages)
        return messages

    def acknowledge(self, messages: Iterable[Message]) -> None:
        """Tell the broker and the door, each of its own, that these are committed."""
        messages = list(messages)
        self.waiting -= len(messages)
        self._door.acknowledge(messages)
        self._receiver.acknowledge([m for m in messages if not isinstance(m.ticket, Visit)])

    def close(self) -> None:
        """Turn away who waits at the door, and leave the broker."""
        self._door.close()
        self._receiver.close()
