"""Our own messages to the broker: at QoS 1, of one topic only the newest, until it has them.

add -> wait for room -> under way, with a packet id -> confirmed
when the connection breaks: what was under way waits again
"""

import logging
from itertools import cycle

from . import mqtt
from .mqtt import to_reason

LOG = logging.getLogger("lokaalmeten.ingest")
MOST = 1000  # under way at a time
FIRST_ID = 2  # packet id 1 is that of our subscription


class Outgoing:
    """Messages that wait, by topic, and those under way, by packet id."""

    def __init__(self) -> None:
        """Nothing waits."""
        self._waiting: dict[str, tuple[bytes, bool]] = {}  # payload, and whether it is retained
        self._under_way: dict[int, tuple[str, tuple[bytes, bool]]] = {}
        self._ids = cycle(range(FIRST_ID, 1 << 16))

    def __len__(self) -> int:
        """Count the messages that the broker does not yet have."""
        return len(self._waiting) + len(self._under_way)

    def add(self, topic: str, payload: bytes, *, retain: bool) -> None:
        """Have a message sent; one that waits for the same topic is not sent any more."""
        self._waiting[topic] = (payload, retain)

    def to_packets(self, version: int, receive_maximum: int) -> bytes:
        """PUBLISH packets of as many as the broker takes now; they are under way from here on."""
        packets = []
        while self._waiting and len(self._under_way) < min(MOST, receive_maximum):
            topic = next(iter(self._waiting))
            payload, retain = self._waiting.pop(topic)
            number = next(number for number in self._ids if number not in self._under_way)
            self._under_way[number] = (topic, (payload, retain))
            packets.append(mqtt.to_publish(version, number, topic, payload, retain=retain))
        return b"".join(packets)

    def confirm(self, number: int, reason: int) -> None:
        """Note the broker's answer to one that was under way."""
        sent = self._under_way.pop(number, None)
        if sent and reason >= mqtt.FAILURE:
            LOG.warning("the broker refuses %s: %s", sent[0], to_reason(reason))

    def start_over(self) -> None:
        """Let what was under way wait again, unless something newer does.

        4.4 wants the old packet ids again; at QoS 1 the broker cannot tell the difference.
        """
        self._waiting = dict(self._under_way.values()) | self._waiting
        self._under_way = {}
