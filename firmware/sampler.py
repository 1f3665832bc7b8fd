"""The sampler: fresh readings of all sensors, joined into samples, samples into pages.

A sensor that fails costs its own values and sets its bit; the others are measured as ever. When
two sensors measure the same quantity, the one that comes first in the board's list is taken as
long as it is well.
"""

from micropython import const

from firmware.packing import RecordWriter
from lokaalmeten.wire import MISSING, SAMPLES, SPAN, record_fields

_FIRST = const(2)  # place of the first value in a record, after time and bits


class Sampler:
    """Fills pages of one schema; each finished page goes to ``keep``.

    ``keep`` is called with a view that is valid during the call only: the buffer is used again.
    Nothing is allocated for a sample: it is put together in lists that are made once. On a chip of
    32 bits one thing is: Unix seconds are long integers there, and their difference takes 32 bytes.
    """

    def __init__(self, schema, sensors, keep, boot, number, time, samples=SAMPLES, guard=None):
        """``number()`` gives a finished page its sequence in ``boot``; ``time`` is the board's.

        A ``guard`` (`firmware.privacy`) says which samples go into a page.
        """
        fields = record_fields(schema)[2:]
        names = [name for name, _ in fields]
        self._lows = [SPAN[code][0] for _, code in fields]
        self._highs = [SPAN[code][1] for _, code in fields]
        self._missing = [MISSING[code] for _, code in fields]
        self._windows = [sensor for sensor in sensors if sensor.has_window]
        self._sensors = [
            (sensor, tuple([names.index(key) if key in names else -1 for key in sensor.keys]))
            for sensor in reversed(sensors)  # the first in the list has the last word
        ]
        self._keep = keep
        self._boot = boot
        self._number = number
        self._time = time
        self._writer = RecordWriter(schema, samples)
        self._flags = 0
        self._open = False
        self._guard = guard
        self.note_sample = _ignore  # called after each sample
        self._put = self._append  # made once: a bound method is an object

    def sample(self, now, flags=0, bits=0):
        """Append the sample of ``now``: Unix seconds, or see FLAG_TICKS of ``flags``."""
        ticks = self._time.ticks_ms()
        row, missing = self._writer.row, self._missing
        for place in range(len(missing)):
            row[_FIRST + place] = missing[place]
        for sensor in self._windows:
            sensor.close_window()
        for sensor, places in self._sensors:
            if sensor.fresh(ticks):
                self._take(sensor.counts, places)
            else:
                bits |= sensor.bits()
        if self._guard is None:
            self._append(now, flags, bits)
        else:
            self._guard.take(now, flags, bits, row, self._put)
        self.note_sample()

    def close(self):
        """Hand over the page that is being filled, however few samples it has."""
        if self._open:
            self._open = False
            self._keep(self._writer.seal(self._number()))

    def _take(self, counts, places):
        """Put counts where the record has them, cut to what their letters hold."""
        row, lows, highs = self._writer.row, self._lows, self._highs
        for index in range(len(places)):
            count, place = counts[index], places[index]
            if count is None or place < 0:
                continue
            if count < lows[place]:
                count = lows[place]
            elif count > highs[place]:
                count = highs[place]
            row[_FIRST + place] = count

    def _append(self, now, flags, bits):
        """Add a sample; a time that does not fit, as after a clock was set, begins a new page."""
        fits = self._open and flags == self._flags and self._writer.put(now, bits, self._writer.row)
        if not fits:
            self.close()
            self._writer.begin(self._boot, 0, now, flags)
            self._writer.put(now, bits, self._writer.row)
            self._flags = flags
            self._open = True
        if self._writer.full():
            self.close()


def _ignore():
    """Nobody wants to know."""
