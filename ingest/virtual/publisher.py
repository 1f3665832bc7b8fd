"""Meetstad on the air: what the nodes kept while they were offline, then each minute as it comes.

    switch all nodes on some hours ago
    connect to the broker
    deliver what they measured since, as nodes do that were out of reach
    each tick: deliver what is new, pages of a few samples, so that the map lives
    when told to stop: wait for the last acknowledgements and leave

One MQTT client speaks for all nodes. A page is kept until the ingest says that it is committed,
and sent again when it does not (docs/protocol.md); but nothing is kept on disk: a restart is a new
boot of every node, and what it delivers again the receiver knows by node and time.
"""

import struct
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from queue import SimpleQueue
from threading import BoundedSemaphore, Event

from paho.mqtt.client import Client, MQTTMessage

from ingest.link import connect, open_client
from lokaalmeten.settings import Address

from .city import City
from .local import HOUR
from .nodes import Run
from .outbox import AGAIN_S, Ack, Outbox, read_acks

WINDOW = 64  # pages under way and not yet acknowledged
TICK_S = 60.0  # of the nodes' time
CATCH_UP_S = 6 * HOUR  # of the past at a time: bounds the memory of a long history
PATIENCE_S = 0.2  # how soon a wait notices that we must stop
LEAVE_S = 2.0  # for the last acknowledgements

Report = Callable[[int], None]


def publish(
    city: City,
    address: Address,
    stop: Event,
    *,
    clock: Callable[[], float] = time.time,
    history_h: float = 24,
    speed: float = 1.0,
    tick_s: float = TICK_S,
    client_id: str = "lokaalmeten-virtual",
    report: Report = lambda pages: None,
) -> int:
    """Publish the city until ``stop`` is set; returns the pages that the broker acknowledged.

    ``clock`` gives Unix seconds; from the start on the nodes' time runs ``speed`` times as
    fast. ``report`` is told the pages of each delivery. The broker may go away and come back;
    BrokerError only when there is none at the start.
    """
    opened = clock()
    start = int(opened - history_h * HOUR)
    run = Run(city, start)
    outlet = Outlet(address, client_id)
    try:
        while not stop.is_set():
            now = int(opened + (clock() - opened) * speed)
            report(outlet.deliver(run.pages(min(now, run.now + CATCH_UP_S)), stop))
            if run.now >= now:
                stop.wait(tick_s / speed)
    finally:
        outlet.close()
    return outlet.acknowledged


class Outlet:
    """Publishes pages at QoS 1, and keeps each until the ingest says that it is committed."""

    def __init__(self, address: Address, client_id: str, again_s: float = AGAIN_S) -> None:
        """Connect; BrokerError when no broker answers."""
        self.acknowledged = 0
        self._outboxes: dict[str, Outbox] = defaultdict(lambda: Outbox(again_s))
        self._acks: SimpleQueue[tuple[str, Ack]] = SimpleQueue()
        self._free = BoundedSemaphore(WINDOW)
        self._client = open_client(address, client_id)
        self._client.max_inflight_messages_set(WINDOW)
        self._client.on_publish = self._on_publish
        self._client.on_connect = self._on_connect
        self._client.on_message = self._on_message
        connect(self._client, address)
        self._client.loop_start()

    @property
    def kept(self) -> int:
        """Pages not yet known to be committed."""
        return sum(map(len, self._outboxes.values()))

    def deliver(self, pages: Iterable[tuple[str, bytes]], stop: Event) -> int:
        """Keep (node name, page) pairs and publish what is due, until ``stop``."""
        for name, page in pages:
            boot, sequence = struct.unpack_from("<II", page, 4)
            self._outboxes[name].add(boot, sequence, page)
        self._read_acks()
        sent = 0
        for name, outbox in self._outboxes.items():
            for page in outbox.due(time.monotonic()):
                while not self._free.acquire(timeout=PATIENCE_S):
                    if stop.is_set():
                        return sent
                self._client.publish(f"lm/1/{name}/page", page, qos=1)
                sent += 1
        return sent

    def close(self) -> None:
        """Wait a little for what is under way, then leave."""
        leave = time.monotonic() + LEAVE_S
        for _ in range(WINDOW):
            self._free.acquire(timeout=max(0.0, leave - time.monotonic()))
        self._client.disconnect()
        self._client.loop_stop()

    def _read_acks(self) -> None:
        while not self._acks.empty():
            name, ack = self._acks.get()
            if name in self._outboxes:
                self._outboxes[name].acknowledge(ack)

    def _on_connect(self, client: Client, *_: object) -> None:
        client.subscribe("lm/1/+/ack", qos=1)

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        for ack in read_acks(bytes(message.payload)):
            self._acks.put((message.topic.split("/")[2], ack))

    def _on_publish(self, _client: Client, _data: object, *_: object) -> None:
        self.acknowledged += 1
        self._free.release()
