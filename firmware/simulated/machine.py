"""MicroPython's `machine` on the ESP32, over the board that was put in place.

Only what the firmware uses, with the chip's error numbers and the chip's refusals.
"""

import io

from firmware.simulated.board import current

PWRON_RESET, HARD_RESET, WDT_RESET, DEEPSLEEP_RESET, SOFT_RESET = 1, 2, 3, 4, 5
EINVAL = 22
PIN_WAKE = 2
POLL, POLL_IN, POLL_OUT = 3, 1, 4  # MP_STREAM_POLL and its bits


class Reset(SystemExit):
    """The chip starts anew: whatever runs ends, and nothing of it is caught."""


class DeepSleep(Reset):
    """The chip sleeps and then starts anew; ``ms`` None sleeps until a pin wakes it."""

    def __init__(self, ms=None):
        super().__init__(ms)
        self.ms = ms


class LightSleep(BaseException):
    """The chip sleeps and goes on; a test catches it where the node would go on."""

    def __init__(self, ms=None):
        super().__init__(ms)
        self.ms = ms


def reset():
    """Start anew."""
    raise Reset


def deepsleep(ms=None):
    """Sleep, then start anew."""
    raise DeepSleep(ms)


def lightsleep(ms=None):
    """Sleep."""
    raise LightSleep(ms)


def reset_cause():
    """Why the chip started."""
    return current().cause


def wake_reason():
    """Why a deep sleep ended: it did not sleep."""
    return 0


def unique_id():
    """Six bytes, as the address of its radio."""
    return b"\x02\x00\x00\x00\x00\x01"


def bitstream(pin, encoding, timing, data):
    """Send bytes on a pin, as an LED with a chip of its own takes them."""
    current().light = bytes(data)


class RTC:
    """The clock that runs through a restart, and its memory."""

    def datetime(self, fields):
        """Set it; the time of the simulation is that of the machine."""

    def memory(self, data=None):
        """Read or write."""
        if data is not None:
            current().memory = bytes(data)
        return current().memory


class Pin:
    """A pin; one that nobody drives is high."""

    IN, OUT, OPEN_DRAIN = 1, 3, 7
    PULL_UP, PULL_DOWN = 2, 1
    IRQ_RISING, IRQ_FALLING = 1, 2

    def __init__(self, number, mode=None, pull=None, value=None):
        self.number = number
        if value is not None:
            self.value(value)

    def value(self, level=None):
        """Read or drive."""
        if level is None:
            return current().levels.get(self.number, 1)
        return current().drive(self.number, 1 if level else 0)

    __call__ = value

    def irq(self, handler=None, trigger=IRQ_RISING | IRQ_FALLING):
        """Have a function called at an edge."""
        current().handlers[self.number] = (handler, trigger)


class I2C:
    """A bus by the chip's own hardware."""

    numbers = (0, 1)

    def __init__(self, number, scl, sda, freq=400_000, timeout=50_000):
        if number not in self.numbers:
            raise ValueError("I2C(%d) does not exist" % number)
        self._wire = current().i2c(sda.number, scl.number)
        self._hertz = freq

    def writeto(self, address, data, stop=True):
        """Write bytes; returns how many were acknowledged."""
        self._wire.reach(address, self._hertz).write(bytes(data))
        return len(data)

    def readfrom_into(self, address, buffer, stop=True):
        """Fill a buffer."""
        buffer[:] = self._wire.reach(address, self._hertz).read(len(buffer))

    def readfrom_mem_into(self, address, register, buffer, addrsize=8):
        """Fill a buffer from a register on."""
        self.writeto(address, bytes([register]), False)
        self.readfrom_into(address, buffer)

    def scan(self):
        """Addresses that answer."""
        return sorted(address for address in self._wire.devices if self._answers(address))

    def _answers(self, address):
        try:
            return bool(self._wire.reach(address, self._hertz))
        except OSError:
            return False


class SoftI2C(I2C):
    """A bus by pins alone."""

    numbers = (None,)

    def __init__(self, scl, sda, freq=400_000, timeout=50_000):
        super().__init__(None, scl, sda, freq, timeout)


class UART(io.IOBase):
    """A serial line; an asyncio stream can wait for it."""

    def __init__(self, number, baudrate=9600, tx=None, rx=None, rxbuf=256, timeout=0):
        if number not in (0, 1, 2):
            raise ValueError("UART(%d) does not exist" % number)
        self._wire = current().uart(rx.number)
        self._wire.room = rxbuf
        self.baudrate = baudrate

    def any(self):
        """How many bytes wait."""
        return len(self._wire.come_in())

    def read(self, count=-1):
        """Those bytes, None when there are none."""
        return self._wire.take(self.any() if count < 0 else count) or None

    def readinto(self, buffer):
        """Fill as much of a buffer as there is; how many bytes that was, None for none."""
        data = self._wire.take(len(buffer))
        for index, byte in enumerate(data):
            buffer[index] = byte
        return len(data) or None

    def write(self, data):
        """Send."""
        self._wire.hear(data)
        return len(data)

    def ioctl(self, request, argument):
        """Tell a poll whether it need not wait."""
        if request != POLL:
            return -EINVAL  # above all it has no number as a file of the host
        return (POLL_OUT | (POLL_IN if self.any() else 0)) & argument


class SPI:
    """A bus that reaches the device whose pin is low."""

    def __init__(self, number, baudrate=1_000_000, sck=None, mosi=None, miso=None):
        self.baudrate = baudrate

    def write(self, data):
        """Send."""
        wire = current().selected()
        if wire is not None:
            wire.write(bytes(data))

    def readinto(self, buffer):
        """Receive."""
        wire = current().selected()
        data = b"\xff" * len(buffer) if wire is None else wire.read(len(buffer))
        buffer[:] = data


class ADC:
    """A converter; a pin that nobody drives floats near nothing."""

    ATTN_0DB, ATTN_11DB = 0, 3

    def __init__(self, pin, atten=ATTN_0DB):
        self._number = pin.number
        self._most = 3_100_000 if atten == self.ATTN_11DB else 950_000

    def read_uv(self):
        """Microvolts, as far as the attenuation lets it see."""
        return min(current().microvolts.get(self._number, 40_000), self._most)


class I2S:
    """A microphone's line; with a handler, reading returns at once."""

    RX, MONO = 1, 0

    def __init__(self, number, sck, ws, sd, mode, bits, format, rate, ibuf):  # noqa: A002
        self._wire = current().i2s(sd.number)
        self._rate = rate
        self._handler = None

    def irq(self, handler):
        """Have a function called when a buffer is full."""
        self._handler = handler

    def readinto(self, buffer):
        """Begin to fill a buffer."""
        self._wire.fill(buffer, self._rate, self._handler)
        return len(buffer)


class WDT:
    """The watchdog."""

    def __init__(self, timeout=5000):
        current().watchdog_ms = timeout
        self.feed()

    def feed(self):
        """Keep it quiet."""
        board = current()
        board.fed_ms = board.time.ms
        board.feedings += 1
