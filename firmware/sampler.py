"""The sampler: readings of all sensors, joined into samples, samples into pages.

A sensor that fails costs its own values and sets its bit; the others are measured as ever.
"""

from lokaalmeten.wire import SAMPLES, PageWriter, record_fields


class Sampler:
    """Fills pages of one schema; each finished page goes to ``keep``.

    ``keep`` is called with a view that is valid during the call only: the buffer is used again.
    """

    def __init__(self, schema, sensors, keep, boot, samples=SAMPLES):
        """``boot`` is this boot's id; ``samples`` how many make a full page."""
        self._keys = [key for key, _ in record_fields(schema)][2:]
        self._sensors = sensors
        self._keep = keep
        self._boot = boot
        self._sequence = 0
        self._writer = PageWriter(schema, samples)
        self._open = False

    def sample(self, now):
        """Read every sensor once and append the sample of ``now`` (Unix seconds)."""
        bits = 0
        reading = {}
        for sensor in self._sensors:
            try:
                reading.update(sensor.read())
            except (OSError, ValueError):
                bits |= sensor.fault
        self._append(now, bits, [reading.get(key) for key in self._keys])

    def close(self):
        """Hand over the page that is being filled, however few samples it has."""
        if self._open:
            self._keep(self._writer.seal())
            self._sequence += 1
            self._open = False

    def _append(self, now, bits, counts):
        """Add a sample; a time that does not fit, as after a clock was set, begins a new page."""
        if not self._open or not self._writer.add(now, bits, *counts):
            self.close()
            self._writer.begin(self._boot, self._sequence, now)
            self._writer.add(now, bits, *counts)
            self._open = True
        if self._writer.full():
            self.close()
