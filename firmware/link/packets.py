"""MQTT 3.1.1 packets as bytes, and bytes as packets (OASIS standard of 29 October 2014).

    byte 0       type in the upper four bits, flags in the lower
    bytes 1...   remaining length, seven bits each; the top bit says that one more follows, up to 4
    the rest     as chapter 3 draws it for each type

Pure: no sockets, no time. Whatever is not as the standard has it raises ValueError.
"""

import struct

from micropython import const

CONNACK, PUBLISH, PUBACK, SUBACK, PINGRESP = 2, 3, 4, 9, 13
PINGREQ = b"\xc0\x00"
DUP, RETAIN = 8, 1
_QOS1 = const(2)
_LENGTH_BYTES = const(4)


def to_length(size):
    """Remaining length as bytes (2.2.3)."""
    found = bytearray()
    while True:
        size, low = size >> 7, size & 127
        found.append(low | 128 if size else low)
        if not size:
            return found


def to_string(text):
    """Text or bytes with its length before it (1.5.3)."""
    data = text.encode() if isinstance(text, str) else text
    return struct.pack(">H", len(data)) + data


def puback(packet_id):
    """PUBACK (3.4)."""
    return struct.pack(">BBH", 0x40, 2, packet_id)


def read_packet_id(flags, body):
    """Packet id of a PUBACK (3.4.2)."""
    if flags or len(body) != 2:
        raise ValueError("this is no PUBACK")
    return body[0] << 8 | body[1]


def read_suback(flags, body, count):
    """Raise ValueError when one of ``count`` subscriptions was refused (3.9.3)."""
    if flags or len(body) != 2 + count:
        raise ValueError("this is no SUBACK")
    for code in body[2:]:
        if code not in (0, 1, 2):
            raise ValueError("the broker refuses a subscription")


def read_publish(flags, body):
    """(topic, packet id or 0, where the payload begins) of a PUBLISH (3.3)."""
    qos = flags >> 1 & 3
    if qos > 1 or len(body) < 2:
        raise ValueError("a message at QoS %d" % qos)
    at = 2 + (body[0] << 8 | body[1])
    end = at + 2 * qos
    if end > len(body):
        raise ValueError("a message without an end")
    packet_id = body[at] << 8 | body[at + 1] if qos else 0
    if qos and not packet_id:
        raise ValueError("a message without a number")
    try:
        return bytes(body[2:at]).decode(), packet_id, end
    except UnicodeError:
        raise ValueError("a topic that is no text") from None


class Frame:
    """A PUBLISH at QoS 1 whose payload is put in place, so that one write sends it.

    Fill ``payload``, then send what ``seal`` gives.
    """

    def __init__(self, topic, longest):
        """``longest`` payload, in bytes."""
        self._head = 1 + _LENGTH_BYTES
        self._number = self._head + 2 + len(topic)
        body = self._number + 2
        self._view = memoryview(bytearray(body + longest))
        self._view[self._head : self._number] = to_string(topic)
        self.payload = self._view[body:]
        self._body = body

    def seal(self, size, packet_id, flags=0):
        """The packet with ``size`` bytes of payload; ``flags`` are DUP and RETAIN."""
        self._view[self._number] = packet_id >> 8
        self._view[self._number + 1] = packet_id & 255
        end = self._body + size
        length = to_length(end - self._head)
        begin = self._head - len(length) - 1
        self._view[begin] = 0x30 | _QOS1 | flags
        self._view[begin + 1 : self._head] = length
        return self._view[begin:end]
