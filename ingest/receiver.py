"""The receiver: messages from the broker, a batch at a time, acknowledged only after commit.

    connect and subscribe: the session outlives us, nothing is missed while we are away
    gather: read what the socket holds in one go, until a batch is full or old enough
    acknowledge: every message of a batch in one go
    publish: our own messages go out with the next batch
    when the connection breaks: wait, connect again; what was not acknowledged comes again

One thread calls all methods but ``wake``. A broker writes each message on its own; here they come
together for a millisecond, so that a hundred of them cost one call to read.
"""

import logging
import random
import select
import socket
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from itertools import repeat
from typing import Any

from lokaalmeten.errors import BrokerError
from lokaalmeten.settings import Address

from . import mqtt
from .batch import Limits
from .connection import (
    FAREWELL_S,
    LASTING_S,
    OF_A_GROUP_S,
    PATIENCE_S,
    Connection,
    read_version,
)
from .decode import Message
from .mqtt import PacketError, to_reason
from .outgoing import Outgoing

LOG = logging.getLogger("lokaalmeten.ingest")
NAP_S = 0.001  # in which messages come together
BYTES = 32 << 20  # of payloads that wait for acknowledgement, whatever their number
FIRST_RETRY_S, LAST_RETRY_S = 0.2, 10.0
STEADY_S = 10.0  # a connection that lasted so long was a good one
SUBSCRIPTION = 1  # its packet id


class Receiver:
    """Receives what comes on ``topics``; at most ``window`` messages wait for acknowledgement.

    Under MQTT 5 the broker is told so, under 3.1.1 a full window makes us stop reading.
    ``connections`` counts how often the broker let us in; ``trouble`` says in a sentence why we
    are not connected now, and is empty when we are.
    """

    def __init__(
        self, address: Address, client_id: str, topics: Sequence[str], *, window: int = 4000
    ) -> None:
        """Open the session and subscribe; BrokerError when that is not possible now."""
        self.connections = 0
        self.trouble = ""
        self._address = address
        self._client_id = client_id
        self._topics = list(topics)
        self._window = window
        self._line: Connection | None = None
        self._batch: list[Message] = []  # what came and was not yet asked for
        self._closes = 0.0  # when it is old enough
        self._outgoing = Outgoing()
        self._attempts = 0
        self._retry_at = 0.0
        self._version = read_version(address, client_id)
        in_group = any(topic.startswith("$share/") for topic in topics)
        self._session_s = OF_A_GROUP_S if in_group else LASTING_S
        if self._version < 5 and in_group:
            raise BrokerError(
                f"the MQTT broker at {address} speaks only MQTT 3.1.1, which knows no shared "
                "subscriptions: set LOKAALMETEN_SHARE to nothing, or use a broker of MQTT 5"
            )
        self._connect()
        self._bell, self._rope = socket.socketpair()
        self._bell.setblocking(False)
        self._rope.setblocking(False)
        self._await_subscription()

    def gather(
        self,
        limits: Limits,
        wants: Callable[[bool], bool] = lambda full: True,
        clock: Callable[[], float] = time.monotonic,
    ) -> list[Message]:
        """Messages of one batch in the order of arrival; empty when none is closed in ``wait_s``.

        A batch is full by number, or when the window is: nothing more would come. It closes when
        it is full or old enough and the caller wants it; ``wants(full)`` says so. Never raises;
        while the broker is away it may take PATIENCE_S longer.
        """
        until = clock() + limits.wait_s
        while True:
            self._take(limits.messages - len(self._batch))
            self.breathe()  # after reading, which may have made room for messages of ours
            now = clock()
            if self._batch and not self._closes:
                self._closes = now + limits.age_s
            full = self._is_full() or len(self._batch) >= limits.messages
            due = self._batch and (full or now >= self._closes)
            if due and wants(full):
                return self._close_batch(limits.messages)
            if now >= until or self._is_woken():
                return []
            # who did not want a batch that is due wakes us
            closes = until if due or not self._batch else min(until, self._closes)
            self._wait(closes - now, reading=not full)

    def _close_batch(self, most: int) -> list[Message]:
        batch, self._batch = self._batch[:most], self._batch[most:]
        self._closes = 0.0
        return batch

    def wake(self) -> None:
        """Have ``gather`` return soon, if only to be called again; any thread may call it."""
        with suppress(BlockingIOError):  # then the bell has rung often enough
            self._rope.send(b"\0")

    def _is_woken(self) -> bool:
        """Tell whether the bell rang since it was last looked at."""
        with suppress(BlockingIOError):
            return len(self._bell.recv(4096)) > 0
        return False

    def acknowledge(self, messages: Iterable[Message]) -> None:
        """Tell the broker that these are committed and need not come again.

        Those of an earlier connection are passed over: they come again anyway.
        """
        tickets: list[Any] = [message.ticket for message in messages]
        ours = [ticket for ticket in tickets if ticket[0] == self.connections]
        if self._line is None or not ours:
            return
        self._held -= len(ours)
        self._held_bytes -= sum(size for _, _, size in ours)
        self._line.outbox += mqtt.to_pubacks([number for _, number, _ in ours if number])
        self._send()

    def publish(self, topic: str, payload: bytes, *, retain: bool = True) -> None:
        """Send at QoS 1 with the next batch, without waiting; outlives a broken connection.

        Of several payloads that wait for one topic only the newest is sent.
        """
        self._outgoing.add(topic, payload, retain=retain)

    def breathe(self) -> None:
        """Send what waits, and a ping when it is time.

        Whoever does not gather for long calls it every few seconds, or the broker drops us.
        """
        if self._line is not None:
            self._line.ping()
            self._send()

    def close(self) -> None:
        """Leave, when our own messages have arrived; what is unacknowledged stays at the broker."""
        until = time.monotonic() + FAREWELL_S
        while self._line and self._outgoing and time.monotonic() < until:
            self._batch, self._held, self._held_bytes = [], 0, 0  # whatever comes, comes again
            self._take(self._window)
            self.breathe()
            self._wait(NAP_S)
        if self._line is not None:
            self._line.close(politely=True)
            self._line = None
        self._bell.close()
        self._rope.close()

    # connecting

    def _connect(self) -> None:
        """Log in and ask for our topics; raises BrokerError."""
        line = Connection(
            self._address, self._version, self._client_id, self._window, self._session_s
        )
        line.outbox += mqtt.to_subscribe(self._version, SUBSCRIPTION, self._topics)
        self._line = line
        self._granted: list[int] | None = None
        self._held = self._held_bytes = 0
        self.connections += 1

    def _await_subscription(self) -> None:
        """Return when the broker let us subscribe; raises BrokerError when it does not.

        A session that resumes brings its messages first, and the answer behind them may have to
        wait until they are acknowledged: a full window is answer enough.
        """
        until = time.monotonic() + PATIENCE_S
        while self._granted is None and not self._is_full():
            self.breathe()
            self._take(self._window)
            left = until - time.monotonic()
            if self._line is None or left <= 0:
                self.close()
                raise BrokerError(
                    f"the MQTT broker at {self._address} does not let us subscribe to "
                    f"{', '.join(self._topics)}"
                )
            if self._granted is None:
                self._line.wait(left, 0.0, self._bell)
        refused = self._refused_topics()
        if refused:
            self.close()
            raise BrokerError(
                f"the MQTT broker at {self._address} does not let us subscribe to {refused}"
            )

    def _refused_topics(self) -> str:
        reasons = zip(self._topics, self._granted or [], strict=False)
        return ", ".join(
            f"{topic} ({to_reason(reason)})" for topic, reason in reasons if reason >= mqtt.FAILURE
        )

    def _reconnect(self) -> None:
        """Try once; on failure the next try comes later."""
        try:
            self._connect()
        except BrokerError as error:
            self._retry_later(str(error))
            return
        assert self._line is not None
        self.trouble = ""
        kept = "" if self._line.answer.session_present else ", but has forgotten our session"
        LOG.warning("the broker at %s is back%s", self._address, kept)

    def _lose(self, line: Connection, error: Exception) -> None:
        """Give up a broken connection; its messages come again, ours go out again."""
        line.close()
        self._line = None
        self._outgoing.start_over()
        if time.monotonic() - line.began > STEADY_S:
            self._attempts = 0
        self._retry_later(f"the broker at {self._address} is lost ({error})")

    def _retry_later(self, why: str) -> None:
        """Set the next try, later each time; say why, unless it is why the last one failed."""
        if why != self.trouble:
            LOG.warning("%s; trying again", why)
        self.trouble = why
        wait = min(FIRST_RETRY_S * 2**self._attempts, LAST_RETRY_S)
        self._attempts = min(self._attempts + 1, 10)
        # several that lost one broker should not all come back at once
        self._retry_at = time.monotonic() + wait * random.uniform(0.5, 1)  # noqa: S311

    # receiving

    def _is_full(self) -> bool:
        return self._held >= self._window or self._held_bytes >= BYTES

    def _take(self, most: int) -> None:
        """Add messages that are here already to the batch."""
        line = self._line
        if line is None or most <= 0 or self._is_full():
            return
        try:
            if not self._read(line, most) and line.receive():
                self._read(line, most)
        except (OSError, PacketError) as error:
            self._lose(line, error)

    def _read(self, line: Connection, most: int) -> int:
        """Add messages that the stream holds, see to packets of other types; how many it were."""
        packets = line.stream.read(min(most, self._window - self._held))
        for kind, body in packets.others:
            self._answer(kind, body)
        line.outbox += mqtt.to_pubacks([number for number in packets.retained if number])
        sizes = list(map(len, packets.payloads))
        self._held += len(sizes)
        self._held_bytes += sum(sizes)
        tickets = zip(repeat(self.connections), packets.ids, sizes, strict=False)
        now = repeat(int(time.time()))
        self._batch += map(Message, packets.topics, packets.payloads, now, tickets)
        return len(sizes)

    def _answer(self, kind: int, body: bytes) -> None:
        """See to a packet that is no message."""
        if kind == mqtt.PUBACK:
            self._outgoing.confirm(*mqtt.decode_puback(body))
        elif kind == mqtt.SUBACK:
            self._granted = mqtt.decode_suback(self._version, body)
            if refused := self._refused_topics():
                LOG.error("the broker does not let us subscribe to %s", refused)
        elif kind == mqtt.DISCONNECT:
            raise ConnectionResetError(to_reason(mqtt.decode_disconnect(body)))
        elif kind != mqtt.PINGRESP:
            raise PacketError(f"a packet of type {kind >> 4}")

    def _wait(self, left: float, *, reading: bool = True) -> None:
        """Let time pass until there may be something to do, at most ``left`` seconds."""
        if self._line is None:
            pause = self._retry_at - time.monotonic()
            if pause > 0:
                select.select([self._bell], [], [], min(pause, left))
            else:
                self._reconnect()
        elif reading:
            self._line.wait(left, NAP_S if self._batch else 0.0, self._bell)
        else:
            select.select([self._bell], [], [], left)

    def _send(self) -> None:
        """Send what the other side takes."""
        line = self._line
        if line is None:
            return
        line.outbox += self._outgoing.to_packets(self._version, line.answer.receive_maximum)
        try:
            line.send()
        except OSError as error:
            self._lose(line, error)
