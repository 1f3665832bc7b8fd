"""One connection to a broker, from CONNECT until it ends: reading, writing, noticing silence.

A connection that is silent though an answer is due ends within _ANSWER_MS: a broker or a router
that went away without a word shows no other sign.
"""

import asyncio

from micropython import const

from firmware.link import packets
from firmware.loading import forget

KEEPALIVE_S = 60  # told to the broker: it ends a connection that is silent for half as long again
_PING_MS = const(25_000)  # without a word: home routers forget a connection after some minutes
_ANSWER_MS = const(15_000)
_LOOK_MS = const(5000)
_ROOM = const(2048)  # bytes of a message that are read; what is longer is cut off
_SHORT = const(4)  # bytes of all packets but messages


class Session:
    """One connection over an open ``stream``; every method raises OSError when it has ended.

    A packet from the broker that is not as it must be raises ValueError: it ends as well.
    """

    def __init__(self, stream, time, on_message, on_puback):
        """``on_message(topic, payload)``; ``on_puback(packet_id)``; ``time`` is the board's."""
        self._stream = stream
        self._time = time
        self._on_message = on_message
        self._on_puback = on_puback
        self._lock = asyncio.Lock()
        self._short = memoryview(bytearray(_SHORT))
        self._one = memoryview(bytearray(1))
        self._heard = time.ticks_ms()
        self._asked = None  # ticks since which an answer is due
        self._subscribed = 0
        self.waiting = 0  # packets that the broker has yet to acknowledge

    @property
    def asks(self):
        """Tell whether an answer of the broker is due."""
        return self._asked is not None

    async def open(self, connect):
        """Send CONNECT; return whether the broker still knew this client."""
        await self.send(connect)
        kind, flags, body = await asyncio.wait_for_ms(self._read_packet(), _ANSWER_MS)
        if kind != packets.CONNACK:
            raise ValueError("the broker does not begin with a CONNACK")
        from firmware.link.greeting import read_connack

        return read_connack(flags, body)

    async def subscribe(self, topics):
        """Ask for topics; the answer is awaited by `read`."""
        self._subscribed = len(topics)
        from firmware.link.greeting import subscribe

        await self.send(subscribe(0xFFFF, topics))
        forget("firmware.link.greeting")

    async def send(self, packet):
        """Write one packet, alone and at one go."""
        async with self._lock:
            if self._asked is None:
                self._asked = self._time.ticks_ms()
            self._stream.write(packet)
            await self._stream.drain()

    async def read(self):
        """Take what the broker sends, until it ends."""
        while True:
            kind, flags, body = await self._read_packet()
            if kind == packets.PUBACK:
                self._on_puback(packets.read_packet_id(flags, body))
            elif kind == packets.PUBLISH:
                await self._take(flags, body)
            elif kind == packets.SUBACK:
                packets.read_suback(flags, body, self._subscribed)
            elif kind != packets.PINGRESP:
                raise ValueError("the broker sent a packet of type %d" % kind)
            self._heard = self._time.ticks_ms()
            self._asked = self._heard if self.waiting else None

    async def watch(self, tick):
        """Every _LOOK_MS: ping after a silence, end after too long a one, then ``tick()``."""
        while True:
            now = self._time.ticks_ms()
            if self._asked is not None:
                if self._time.ticks_diff(now, self._asked) > _ANSWER_MS:
                    raise OSError("the broker is silent")
            elif self._time.ticks_diff(now, self._heard) > _PING_MS:
                await self.send(packets.PINGREQ)
            tick()
            await asyncio.sleep_ms(_LOOK_MS)

    async def _take(self, flags, body):
        topic, packet_id, at = packets.read_publish(flags, body)
        self._on_message(topic, bytes(body[at:]))
        if packet_id:
            await self.send(packets.puback(packet_id))

    async def _read_packet(self):
        """(type, flags, body) of the next packet; the body is valid until the next call."""
        await self._fill(self._one)
        first = self._one[0]
        length = shift = 0
        while True:
            await self._fill(self._one)
            length |= (self._one[0] & 127) << shift
            if self._one[0] < 128:
                break
            shift += 7
            if shift > 21:
                raise ValueError("a packet of an impossible length")
        room = min(length, _ROOM)
        body = self._short[:room] if room <= _SHORT else memoryview(bytearray(room))
        await self._fill(body)
        await self._skip(length - len(body))
        return first >> 4, first & 15, body

    async def _fill(self, view):
        at = 0
        while at < len(view):
            count = await self._stream.readinto(view[at:])
            if count == 0:
                raise OSError("the broker ended the connection")
            at += count or 0

    async def _skip(self, length):
        """Read over the end of a message that is too long."""
        rest = memoryview(bytearray(min(length, 256)))
        while length > 0:
            part = rest[: min(length, len(rest))]
            await self._fill(part)
            length -= len(part)
