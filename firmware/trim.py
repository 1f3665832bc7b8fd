"""Both ends of a ride, cut off before anything of it is stored; see `privacy.py`."""

from array import array

from micropython import const

from firmware.zones import make_reach, make_zone
from lokaalmeten.wire import FLAG_TICKS

SHORTEST_M, LONGEST_M = 200, 600  # of an end that is cut off, drawn anew for every ride
_HELD = const(300)  # samples that may turn out to be the end of a ride


class Trim:
    """Cuts off the ends of a ride: all within a length of where it begins, and of where it ends.

    Nobody knows where a ride ends until it has ended. So samples wait here until the bike is
    farther from them than the length, and those that still wait at the end are forgotten. Of
    more than _HELD that wait the oldest is forgotten: a long stop costs what lies before it.
    """

    def __init__(self, width, random):
        """``width`` is the number of values in a row; ``random`` gives a number below a limit."""
        self._width = width
        self._random = random
        self._rows = array("i", bytes(4 * width * _HELD))
        self._times = array("I", bytes(4 * _HELD))
        self._row = array("i", bytes(4 * width))
        self.begin()

    def begin(self):
        """A ride begins, or has ended: what waits is forgotten."""
        self._first = self._count = 0
        self._start = self._end = None

    def take(self, now, flags, bits, row, put):
        """Let a sample wait that has a place, and pass on those that need not wait any longer."""
        if flags & FLAG_TICKS:
            return  # an anchor of its time may be kept before it is, which would be for nothing
        lat, lon = row[2], row[3]
        if self._start is None:
            self._start = make_zone(lat, lon, self._draw())
            self._end = make_reach(self._draw(), lat)
        if self._start.covers(lat, lon):
            return
        for index in range(self._width):
            self._row[index] = row[index]
        self._pass(lat, lon, row, put)
        self._hold(now, bits, self._row)

    def _pass(self, lat, lon, row, put):
        end = self._end
        while self._count and end is not None:
            at = self._first * self._width
            if end.covers(self._rows[at + 2] - lat, self._rows[at + 3] - lon):
                return
            for index in range(2, self._width):
                row[index] = self._rows[at + index]
            now = self._times[self._first]
            self._forget_first()
            put(now, 0, self._rows[at + 1])

    def _hold(self, now, bits, row):
        if self._count == _HELD:
            self._forget_first()
        place = (self._first + self._count) % _HELD
        for index in range(2, self._width):
            self._rows[place * self._width + index] = row[index]
        self._rows[place * self._width + 1] = bits
        self._times[place] = now
        self._count += 1

    def _forget_first(self):
        self._first = (self._first + 1) % _HELD
        self._count -= 1

    def _draw(self):
        return SHORTEST_M + self._random(LONGEST_M - SHORTEST_M + 1)
