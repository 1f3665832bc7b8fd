"""What a sensor is: a life of its own that leaves its latest reading where the sampler finds it.

A driver writes down its measuring as a generator that yields how many milliseconds it waits:

    def measure(self):
        self._wake()
        yield 20
        while True:
            yield 1000
            self.read_or_skip()

`step` runs it to its next wait. A failure costs one reading, the third in a row ends the
measuring, which is begun again after a back-off. Nothing of it touches another sensor.

`counts` holds whole steps in the order of `keys` (keys of lokaalmeten.quantities, or lat, lon and
accuracy), None for what is not known. What is not known is never made up and never 0.
"""

from micropython import const

from lokaalmeten.wire import BIT_WARM_UP

STARTING = 0  # no reading yet, nothing wrong yet
WARMING = 1  # it answers, its values do not count yet
WELL = 2
RESTING = 3  # it sleeps on purpose
FAILED = 4
STATES = ("starting", "warming up", "well", "resting", "failed")

_PATIENCE = const(3)  # failed readings in a row before the measuring begins anew
_FIRST_WAIT_MS = const(1000)
_LONGEST_WAIT_MS = const(64_000)
_ASLEEP_MS = const(1000)  # between two looks whether it is woken


class Sensor:
    """State that all sensors share; drivers add `measure` and, mostly, `read`."""

    fault = 0  # device bit that says "this one failed", see BIT_* in wire
    fresh_ms = 5000  # an older reading is no reading
    has_window = False  # whether it sums from sample to sample

    def __init__(self, name, keys, time):
        """``time`` is the board's time module; ``keys`` in the order of the readings."""
        self.name = name
        self.keys = keys
        self.counts = [None for _ in keys]  # type: list[int | None]
        self.state = STARTING
        self.errors = 0
        self.error = ""
        self._time = time
        self._read_at = 0
        self._in_a_row = 0
        self._still = 0
        self._wait_ms = _FIRST_WAIT_MS
        self._steps = None
        self._asleep = False

    def step(self):
        """Do what is due; return the milliseconds until the next step."""
        if self._asleep:
            return _ASLEEP_MS
        try:
            if self._steps is None:
                self._steps = self.measure()
            return next(self._steps)
        except Exception as error:  # a mistake in one driver must not stop it either
            self._note(error)
            self.state = FAILED
            self._steps = None
            wait_ms = self._wait_ms
            self._wait_ms = min(2 * wait_ms, _LONGEST_WAIT_MS)
            return wait_ms

    async def run(self, sleep_ms):
        """Step for ever; ``sleep_ms`` is asyncio's."""
        while True:
            await sleep_ms(self.step())

    def measure(self):
        """Yield milliseconds to wait, for ever; an exception ends it."""
        raise NotImplementedError

    def read(self):
        """Take one reading and end with `well`; OSError or ValueError when there is none."""
        raise NotImplementedError

    def read_or_skip(self):
        """Read; a failure costs this reading, the third in a row ends the measuring."""
        try:
            self.read()
            self._in_a_row = 0
        except (OSError, ValueError) as error:
            self._in_a_row += 1
            if self._in_a_row >= _PATIENCE:
                self._in_a_row = 0
                raise
            self._note(error)

    def well(self):
        """Say that `counts` holds a reading of now."""
        self._read_at = self._time.ticks_ms()
        self.state = WELL
        self._wait_ms = _FIRST_WAIT_MS

    def warming(self):
        """Say that it answers but that its values do not count yet; a failed one stays failed."""
        if self.state != FAILED:
            self.state = WARMING

    def stands_still(self, same, most):
        """Refuse a reading whose raw bytes were the same ``most`` times: such a sensor is stuck."""
        self._still = self._still + 1 if same else 0
        if self._still >= most:
            raise ValueError("the same bytes %d times" % self._still)

    def close_window(self):
        """Finish what is summed from sample to sample; called on the beat."""

    def stop(self):
        """Bring the device to rest, for a node that goes to sleep."""

    def rest(self):
        """Stop, and measure no more until `wake`."""
        if self._asleep:
            return
        self._asleep, self._steps = True, None
        self.state = RESTING
        try:
            self.stop()
        except OSError as error:
            self._note(error)  # it has no power, or is not there

    def wake(self):
        """Begin to measure anew, unless it does."""
        if self._asleep:
            self._asleep = False
            self.state = STARTING
            self._in_a_row, self._wait_ms = 0, _FIRST_WAIT_MS

    def fresh(self, ticks):
        """Tell whether `counts` may be used at ``ticks``.

        A reading that has grown old fails for good: ticks come round after 12 days, and an old
        reading must not look young again.
        """
        if self.state != WELL:
            return False
        if self._time.ticks_diff(ticks, self._read_at) > self.fresh_ms:
            self.state = FAILED
            return False
        return True

    def bits(self):
        """Device bits of this sensor for a sample."""
        if self.state == FAILED:
            return self.fault
        return BIT_WARM_UP if self.state == WARMING else 0

    def probe(self):
        """Say in a line how it is, for a self-test; OSError when it failed or never answered."""
        if self.state in (STARTING, FAILED):
            raise OSError(self.error or "no answer yet")
        if self.state != WELL:
            return STATES[self.state]
        found = ["%s %s" % (key, count) for key, count in zip(self.keys, self.counts)]
        return " ".join(found) or STATES[WELL]

    def _note(self, error):
        self.errors += 1
        self.error = str(error) or type(error).__name__


def find_sensor(sensors, name):
    """Sensor of that name, None when the board has none."""
    for sensor in sensors:
        if sensor.name == name:
            return sensor
    return None


def find_battery(sensors):
    """What measures the cell, None when nothing does."""
    for sensor in sensors:
        if "battery" in sensor.keys:
            return sensor
    return None
