"""Stands in for MicroPython's network: a station in a neighbourhood of access points.

``STA_IF`` and ``WLAN`` are as on the board. ``air`` is what is on the air: its moments pass by the
``time`` module, virtual or not.
"""

import time

STA_IF, AP_IF = 0, 1
STAT_IDLE, STAT_CONNECTING, STAT_GOT_IP = 1000, 1001, 1010


class Air:
    """Access points by name: (password, strength in dBm, ms that joining takes)."""

    def __init__(self):
        self.points = {}
        self.away = False
        self.station = None  # the one that was made last
        self.lost = 0  # times that the air went away: connections of before are dead

    def go(self, away):
        """Let the network go or come back."""
        if away and not self.away:
            self.lost += 1
        self.away = away

    @property
    def online(self):
        """Tell whether the board's station has an address."""
        return self.station is not None and self.station.isconnected()


air = Air()


class WLAN:
    """A station."""

    def __init__(self, interface=STA_IF):
        self._active = False
        self._joined = None  # (name, ticks at which it has an address, how often the air was lost)
        if interface == STA_IF:
            air.station = self

    def active(self, on=None):
        """Switch the radio on or off, or tell."""
        if on is not None:
            self._active = on
            if not on:
                self._joined = None
        return self._active

    def config(self, **settings):
        """Keep what an access point is to be."""
        self.settings = settings

    def scan(self):
        """(name, bssid, channel, strength, security, hidden) of each point that is heard."""
        if not self._active:
            raise OSError("Wifi Not Started")
        if air.away:
            return []
        return [
            (name.encode(), b"\0" * 6, 1, strength, 3, False)
            for name, (_, strength, _) in air.points.items()
        ]

    def connect(self, name, password):
        """Begin to join; whether it works shows later."""
        if not self._active:
            raise OSError("Wifi Not Started")
        self._joined = None
        point = air.points.get(name)
        if point is not None and point[0] == password and not air.away:
            self._joined = (name, time.ticks_add(time.ticks_ms(), point[2]), air.lost)

    def disconnect(self):
        """Leave."""
        self._joined = None

    def isconnected(self):
        """Tell whether there is an address."""
        if self._joined is None or not self._active:
            return False
        _, ready, lost = self._joined
        return lost == air.lost and time.ticks_diff(time.ticks_ms(), ready) >= 0

    def status(self):
        """As the ESP32 tells it."""
        if self._joined is None:
            return STAT_IDLE
        return STAT_GOT_IP if self.isconnected() else STAT_CONNECTING


class Line:
    """A connection that falls silent, and stays so, when the network goes away."""

    def __init__(self, stream, sleep_ms):
        """``stream`` is a real one of asyncio."""
        self._stream = stream
        self._sleep_ms = sleep_ms
        self._lost = air.lost

    @property
    def dead(self):
        """Tell whether it fell silent."""
        return self._lost != air.lost

    async def readinto(self, view):
        """Bytes from the other end, while the network is there."""
        count = await self._stream.readinto(view)
        while self.dead:
            await self._sleep_ms(60_000)
        return count

    def write(self, data):
        """Bytes to the other end, or to nowhere."""
        if not self.dead:
            self._stream.write(data)

    async def drain(self):
        """As asyncio's."""
        if not self.dead:
            await self._stream.drain()

    def end(self):
        """End it; the other end is told even then, and notices sooner than in the field."""
        self._stream.s.close()

    async def wait_closed(self):
        """As asyncio's."""
        self.end()
