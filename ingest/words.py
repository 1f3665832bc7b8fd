"""What nodes say of themselves: a thread of its own with a session and a database connection.

Pages never wait for it: it shares nothing with them. Like them, a word is acknowledged after it is
kept. The broker's retained copy is passed over by the receiver; what is new while we are away
waits in the session.
"""

import logging
from collections.abc import Iterable, Sequence
from typing import Protocol

import orjson

from lokaalmeten.errors import StorageError
from lokaalmeten.words import Log, Status

from .batch import Limits
from .beside import Beside
from .decode import Message

LOG = logging.getLogger("lokaalmeten.ingest")
TOPICS = ("lm/1/+/status", "lm/1/+/log")
LIMITS = Limits(messages=500, age_s=0.1)
MOST_STATUS, MOST_LOG = 16_384, 4_096  # bytes; a node sends less
RETRY_S = 5.0


class Source(Protocol):
    """Where messages come from."""

    def gather(self, limits: Limits) -> Sequence[Message]: ...  # noqa: D102
    def acknowledge(self, messages: Iterable[Message]) -> None: ...  # noqa: D102
    def breathe(self) -> None: ...  # noqa: D102
    def close(self) -> None: ...  # noqa: D102


class Store(Protocol):
    """Who keeps them; may raise StorageError."""

    def write_words(self, statuses: Sequence[Status], logs: Sequence[Log]) -> None: ...  # noqa: D102


class Words(Beside):
    """Keeps words until it is closed."""

    def __init__(self, source: Source, store: Store, retry_s: float = RETRY_S) -> None:
        """Start; ``source`` is closed with it."""
        self._source = source
        self._store = store
        self._retry_s = retry_s
        super().__init__()

    def _work(self) -> None:
        while not self._stop.is_set():
            messages = self._source.gather(LIMITS)
            if messages and self._keep(*read_words(messages)):
                self._source.acknowledge(messages)
        self._source.close()

    def _keep(self, statuses: Sequence[Status], logs: Sequence[Log]) -> bool:
        """Keep words, again and again; False when told to stop before."""
        while True:
            try:
                self._store.write_words(statuses, logs)
            except StorageError as error:
                LOG.warning("what nodes say of themselves is not kept yet: %s", error)
                self._source.breathe()
                if self._stop.wait(self._retry_s):
                    return False
            else:
                return True


def read_words(messages: Iterable[Message]) -> tuple[list[Status], list[Log]]:
    """Words in messages, in their order; what is none is passed over: nobody waits for it."""
    statuses: list[Status] = []
    logs: list[Log] = []
    for message in messages:
        parts = message.topic.split("/")
        node, kind = (parts[2], parts[3]) if len(parts) == 4 else ("", "")
        if kind == "status" and (status := read_status(node, message)):
            statuses.append(status)
        elif kind == "log" and 0 < len(message.payload) <= MOST_LOG:
            said = message.payload.decode(errors="replace").replace("\0", "")
            logs.append(Log(node, message.received, said))
    return statuses, logs


def read_status(node: str, message: Message) -> Status | None:
    """Status of a message; None when it is none."""
    if len(message.payload) > MOST_STATUS:
        return None
    try:
        found = orjson.loads(message.payload)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(found, dict) or not isinstance(found.get("online"), bool):
        return None
    online = found.pop("online")
    said = orjson.dumps(found).decode() if online else None
    if said is not None and "\\u0000" in said:  # which jsonb cannot hold
        return None
    return Status(node, message.received, online, said)
