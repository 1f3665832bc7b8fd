"""The stream of a broker: received bytes, and the MQTT packets in them, many at a time.

    feed what the socket gave -> read whole packets: a PUBLISH as one entry in each of three
    lists, packets of other types as type and body

No socket and no clock; `mqtt.py` draws the packets.
"""

from dataclasses import dataclass

from .mqtt import PUBLISH, PacketError, read_varint, skip_properties

LARGEST = 1 << 20  # bytes of one packet that are kept; a full page has 2,400


@dataclass(frozen=True)
class Packets:
    """What came. The packet id of a message at QoS 0, which wants no PUBACK, is 0.

    ``retained`` are the packet ids of messages that lay at the broker when we subscribed. They
    were taken when they came; taken again they would be new samples where they name no time.
    """

    topics: list[str]
    payloads: list[bytes]
    ids: list[int]
    retained: list[int]
    others: list[tuple[int, bytes]]


class Stream:
    """Received bytes that are not yet read; ``version`` is 5, or 4 for MQTT 3.1.1."""

    def __init__(self, version: int) -> None:
        self._version = version
        self._data = b""
        self._at = 0  # beyond the data while the rest of a packet that was cut is still to come

    def __len__(self) -> int:
        """Bytes that wait."""
        return max(len(self._data) - self._at, 0)

    def feed(self, chunk: bytes | memoryview) -> None:
        """Append what the socket gave."""
        missing = self._at - len(self._data)
        if missing < 0:
            self._data = b"".join((memoryview(self._data)[self._at :], chunk))
            self._at = 0
        else:
            self._data = bytes(chunk[missing:])
            self._at = max(missing - len(chunk), 0)

    def read(self, limit: int) -> Packets:
        """Take whole packets out, until the next would be message number ``limit`` + 1.

        Of a packet larger than LARGEST only as many bytes are kept, so that the message can be
        refused by name; to break off would have the broker send it again for ever. Raises
        PacketError at a packet that is not MQTT, when all before it have been taken.
        """
        packets = Packets([], [], [], [], [])
        try:
            self._read(packets, limit)
        except (IndexError, PacketError) as error:
            if not (packets.ids or packets.retained or packets.others):
                raise PacketError(f"the broker sent what is not MQTT: {error}") from None
        return packets

    def _read(self, packets: Packets, limit: int) -> None:  # noqa: C901, PLR0912 - the hot loop
        topics, payloads, ids = packets.topics, packets.payloads, packets.ids
        data, end, has_properties = self._data, len(self._data), self._version >= 5
        while end - self._at >= 2:
            first, length, body = data[self._at], data[self._at + 1], self._at + 2
            if length > 0x7F:
                length, body = read_varint(data, self._at + 1)
                if length < 0:
                    break
            kept = body + (length if length <= LARGEST else LARGEST)
            if kept > end:
                break
            if first & 0xF0 == PUBLISH:
                if len(ids) >= limit:
                    break
                start = body + 2 + (data[body] << 8 | data[body + 1])
                topic, packet_id = data[body + 2 : start], 0
                if first & 0x06:
                    packet_id = data[start] << 8 | data[start + 1]
                    start += 2
                if has_properties:
                    size = data[start]
                    start = start + 1 + size if size < 0x80 else skip_properties(data, start)
                # QoS 2 was not asked for, and without a topic it would be a topic alias
                if start > kept or not topic or first & 0x04 or (first & 0x02 and not packet_id):
                    raise PacketError(f"PUBLISH {data[self._at : kept][:16].hex()}")
                if first & 0x01:
                    packets.retained.append(packet_id)
                else:
                    topics.append(str(topic, "utf-8", "replace"))
                    payloads.append(data[start:kept])
                    ids.append(packet_id)
            elif length > LARGEST:
                raise PacketError(f"{length} bytes in a packet of type {first >> 4}")
            else:
                packets.others.append((first & 0xF0, data[body:kept]))
            self._at = body + length
