"""MQTT in bytes, for a client that receives in bulk: packets to send, packets out of a stream.

No socket and no clock. Versions 5 and 3.1.1 by the OASIS standards of 2019-03-07 and 2014-10-29;
the numbers of sections are those of version 5.

    every packet, 2.1   tf ll..   t type, f flags, l bytes that follow as a varint (1.5.5)
    CONNECT, 3.1        10 ll  00 04 "MQTT" vv cc kk kk [pp..] client [username] [password]
    CONNACK, 3.2        20 ll  ss rr [pp..]
    PUBLISH, 3.3        3f ll  nn nn topic [ii ii] [pp..] payload    f: 8 DUP, 6 QoS, 1 RETAIN
    PUBACK, 3.4         40 ll  ii ii [rr [pp..]]
    SUBSCRIBE, 3.8      82 ll  ii ii [pp..] (nn nn filter oo)..
    SUBACK, 3.9         90 ll  ii ii [pp..] rr..
    DISCONNECT, 3.14    e0 ll  [rr [pp..]]

v version, c connect flags, k keep alive in seconds, s session present, r reason, i packet id,
n length of what follows it, o subscription options; p properties, their length first as a varint,
in version 5 only. Texts are UTF-8 after two bytes of length (1.5.4). Integers are big-endian.
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from lokaalmeten.errors import BrokerError

CONNACK, PUBLISH, PUBACK, SUBACK, PINGRESP, DISCONNECT = 0x20, 0x30, 0x40, 0x90, 0xD0, 0xE0
PINGREQ_PACKET = b"\xc0\x00"  # 3.12
DISCONNECT_PACKET = b"\xe0\x00"  # 3.14: normal; the session stays as CONNECT has asked
FAILURE = 0x80  # reasons from here on refuse, 2.4
UNSUPPORTED = (0x01, 0x84)  # of the version: in the words of 3.1.1 and of 5

# What a broker says when it refuses: 2.4, and 3.2.2.3 of version 3.1.1 for those below 0x80.
REASONS = {
    0x01: "unsupported protocol version",
    0x02: "client name refused",
    0x03: "server unavailable",
    0x04: "bad user name or password",
    0x05: "not authorized",
    0x81: "malformed packet",
    0x82: "protocol error",
    0x84: "unsupported protocol version",
    0x85: "client name refused",
    0x86: "bad user name or password",
    0x87: "not authorized",
    0x88: "server unavailable",
    0x89: "server busy",
    0x8A: "banned",
    0x8B: "server shutting down",
    0x8D: "keep alive timeout",
    0x8E: "another client took our name",
    0x8F: "topic filter invalid",
    0x93: "receive maximum exceeded",
    0x97: "quota exceeded",
    0x9E: "no shared subscriptions",
    0x9F: "connection rate exceeded",
}

# Bytes of each property that CONNACK can have, 2.2.2.2; a text, or two, says its own length.
_TEXT, _PAIR = 0, -1
_PROPERTIES = {
    **dict.fromkeys((0x11, 0x27), 4),
    **dict.fromkeys((0x13, 0x21, 0x22), 2),
    **dict.fromkeys((0x24, 0x25, 0x28, 0x29, 0x2A), 1),
    **dict.fromkeys((0x12, 0x15, 0x16, 0x1A, 0x1C, 0x1F), _TEXT),
    0x26: _PAIR,
}
_SESSION_EXPIRY, _SERVER_KEEP_ALIVE, _RECEIVE_MAXIMUM = 0x11, 0x13, 0x21


class PacketError(BrokerError):
    """What the broker sent is not MQTT; the connection cannot be used any longer (4.13)."""


def to_reason(code: int) -> str:
    """Words for a reason code.

    >>> to_reason(0x87), to_reason(0xB0)
    ('not authorized', 'reason 0xb0')
    """
    return REASONS.get(code, f"reason {code:#04x}")


# what we send


def to_connect(
    version: int,
    client_id: str,
    *,
    keep_alive_s: int,
    username: str | None = None,
    password: str | None = None,
    clean_start: bool = False,
    session_expiry_s: int = 0,
    receive_maximum: int = 0,
) -> bytes:
    """CONNECT of version 5, or 4 for MQTT 3.1.1, which knows no properties.

    A property of 0 is left out. Raises ValueError for a text of more than 65,535 bytes.
    """
    login = [text for text in (username, password) if username and text is not None]
    flags = (0, 0x80, 0xC0)[len(login)] | (0x02 if clean_start else 0)
    properties = b""
    if session_expiry_s:
        properties += struct.pack(">BI", _SESSION_EXPIRY, session_expiry_s)
    if receive_maximum:
        properties += struct.pack(">BH", _RECEIVE_MAXIMUM, receive_maximum)
    body = to_text("MQTT") + struct.pack(">BBH", version, flags, keep_alive_s)
    if version >= 5:
        body += to_varint(len(properties)) + properties
    return _to_packet(0x10, body + b"".join(map(to_text, (client_id, *login))))


def to_subscribe(version: int, packet_id: int, filters: Sequence[str]) -> bytes:
    """SUBSCRIBE to topic filters at QoS 1."""
    body = struct.pack(">H", packet_id) + _no_properties(version)
    return _to_packet(0x82, body + b"".join(to_text(topic) + b"\x01" for topic in filters))


def to_shared(filters: Iterable[str], group: str) -> list[str]:
    """Topic filters under which the broker gives each message to one of the group, 4.8.2.

    >>> to_shared(["lm/1/+/page"], "ingest")
    ['$share/ingest/lm/1/+/page']
    """
    return [f"$share/{group}/{topic}" for topic in filters]


def to_publish(
    version: int, packet_id: int, topic: str, payload: bytes, *, retain: bool = False
) -> bytes:
    """PUBLISH at QoS 1."""
    head = to_text(topic) + struct.pack(">H", packet_id) + _no_properties(version)
    return _to_packet(PUBLISH | 0x02 | retain, head + payload)


def to_pubacks(packet_ids: Sequence[int]) -> bytes:
    """PUBACK of each packet id in turn, all of them successes (so without a reason, 3.4.2.1)."""
    packets = np.empty((len(packet_ids), 2), ">u2")
    packets[:, 0] = 0x4002
    packets[:, 1] = packet_ids
    return packets.tobytes()


def to_text(text: str) -> bytes:
    """UTF-8 behind its length, 1.5.4."""
    raw = text.encode()
    if len(raw) > 0xFFFF:
        raise ValueError(f"MQTT has no text of {len(raw)} bytes: {text[:40]}...")
    return struct.pack(">H", len(raw)) + raw


def to_varint(number: int) -> bytes:
    """Seven bits a byte, the lowest first, the eighth says that more follow; 1.5.5.

    >>> to_varint(321).hex()
    'c102'
    """
    raw = bytearray()
    while number > 0x7F:
        raw.append(number & 0x7F | 0x80)
        number >>= 7
    raw.append(number)
    return bytes(raw)


def _to_packet(first: int, body: bytes) -> bytes:
    return bytes([first]) + to_varint(len(body)) + body


def _no_properties(version: int) -> bytes:
    return b"\x00" if version >= 5 else b""


# what we read


@dataclass(frozen=True)
class Connack:
    """The broker's answer to CONNECT; ``keep_alive_s`` is what it wants instead of ours, or 0."""

    session_present: bool
    reason: int
    receive_maximum: int = 0xFFFF
    keep_alive_s: int = 0


def decode_connack(version: int, body: bytes) -> Connack:
    """Read a CONNACK; one that refuses may be of an older version than ours."""
    if len(body) < 2:
        raise PacketError("CONNACK is too short")
    found: dict[int, int] = {}
    if version >= 5 and len(body) > 2:
        found = _read_numbers(body, 2)
    return Connack(
        bool(body[0] & 1),
        body[1],
        found.get(_RECEIVE_MAXIMUM, 0xFFFF) or 1,
        found.get(_SERVER_KEEP_ALIVE, 0),
    )


def decode_puback(body: bytes) -> tuple[int, int]:
    """Packet id and reason of a PUBACK; without a reason it is 0, success."""
    if len(body) < 2:
        raise PacketError("PUBACK is too short")
    return body[0] << 8 | body[1], body[2] if len(body) > 2 else 0


def decode_suback(version: int, body: bytes) -> list[int]:
    """Reasons of a SUBACK, one a filter, in the order of SUBSCRIBE."""
    start = skip_properties(body, 2) if version >= 5 else 2
    if start >= len(body):
        raise PacketError("SUBACK is too short")
    return list(body[start:])


def decode_disconnect(body: bytes) -> int:
    """Reason of the broker's DISCONNECT."""
    return body[0] if body else 0


def read_varint(data: bytes, at: int) -> tuple[int, int]:
    """Number at ``at`` and where the next field begins; -1 when not all of it is there.

    Raises PacketError when it is longer than four bytes, 1.5.5.
    """
    number = 0
    for shift in range(4):
        if at + shift >= len(data):
            return -1, at
        byte = data[at + shift]
        number |= (byte & 0x7F) << (7 * shift)
        if byte < 0x80:
            return number, at + shift + 1
    raise PacketError("a length has more than four bytes")


def skip_properties(data: bytes, at: int) -> int:
    """Where the field after the properties at ``at`` begins."""
    length, start = read_varint(data, at)
    if length < 0:
        raise PacketError("properties end before their length")
    return start + length


def _read_numbers(body: bytes, at: int) -> dict[int, int]:
    """Properties that are numbers, by identifier; texts are passed over."""
    length, at = read_varint(body, at)
    stop = at + length
    found = {}
    while at < stop <= len(body):
        key = body[at]
        size = _PROPERTIES.get(key)
        if size is None:
            raise PacketError(f"CONNACK has an unknown property {key:#04x}")
        if size > 0:
            found[key] = int.from_bytes(body[at + 1 : at + 1 + size])
            at += 1 + size
        else:
            at += 1
            for _ in range(2 if size == _PAIR else 1):
                at += 2 + int.from_bytes(body[at : at + 2])
    if at != stop or length < 0:
        raise PacketError("the properties of CONNACK do not fit in it")
    return found
