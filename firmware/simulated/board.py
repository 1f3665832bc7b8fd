"""The board that `machine` stands for: wires, and devices at their ends.

    board = Board(clockwork)
    board.i2c(sda=5, scl=6).add(Sps30(air))
    board.uart(rx=8).add(Receiver(sky))
    board.put_in_place()        # from now on `machine` speaks of this one

A device answers bytes as the real one does. Every device can be ``absent``, ``corrupt`` (its
checksums are wrong), ``frozen`` (it repeats itself) and, on I2C, ``stuck`` (it holds SDA).
"""

ENODEV = 19
ETIMEDOUT = 116  # as the ESP32 numbers it
CLOCKS_OF_A_BYTE = 9


class _Current:
    board = None


def current():
    """Board that was put in place last."""
    return _Current.board


POWER_ON = 1  # why the chip started, as `machine` numbers it


class Watchdog(SystemExit):
    """The watchdog bit: the chip starts anew."""


class Board:
    """Wires by the numbers of their pins."""

    def __init__(self, time):
        """``time`` as `Clockwork`."""
        self.time = time
        self.levels = {}
        self.handlers = {}
        self.microvolts = {}
        self.watchdog_ms = None
        self.fed_ms = 0
        self.feedings = 0
        self.cause = POWER_ON
        self.memory = b""
        self.light = b""
        self._i2c = {}
        self._uart = {}
        self._spi = {}
        self._i2s = {}

    def put_in_place(self):
        """Have `machine` speak of this board."""
        _Current.board = self
        return self

    def i2c(self, sda, scl):
        """Bus on those two pins."""
        return self._i2c.setdefault((sda, scl), I2cWire(self.time, scl))

    def uart(self, rx):
        """Line that comes in on that pin."""
        return self._uart.setdefault(rx, UartWire(self.time))

    def spi(self, select):
        """Device that is chosen by that pin."""
        return self._spi.setdefault(select, SpiWire(self.time))

    def i2s(self, sd):
        """Microphone on that pin."""
        return self._i2s.setdefault(sd, SoundWire(self.time))

    def selected(self):
        """Device on SPI whose pin is low."""
        for select, wire in self._spi.items():
            if self.levels.get(select, 1) == 0:
                return wire
        return None

    def drive(self, pin, level):
        """Set a pin, from inside or outside."""
        before = self.levels.get(pin, 1)
        self.levels[pin] = level
        if before != level:
            for wire in self._i2c.values():
                wire.clock(pin, level)
            for wire_select, wire in self._spi.items():
                if wire_select == pin and level == 0:
                    wire.begin()
            handler, edges = self.handlers.get(pin, (None, 0))
            if handler is not None and edges & (1 if level else 2):
                handler(pin)

    def look(self):
        """Let happen what is due: to be called whenever time passed."""
        for wire in self._i2s.values():
            wire.look()
        if self.watchdog_ms is not None and self.time.ms - self.fed_ms > self.watchdog_ms:
            raise Watchdog


class I2cWire:
    """An I2C bus."""

    def __init__(self, time, scl):
        """Nothing on it yet."""
        self._time = time
        self._scl = scl
        self._clocks = 0
        self.devices = {}

    def add(self, device):
        """Connect a device; returns it."""
        device.time = self._time
        self.devices[device.address] = device
        return device

    def reach(self, address, hertz):
        """Device that answers, else OSError."""
        if any(device.stuck and not device.absent for device in self.devices.values()):
            raise OSError(ETIMEDOUT)
        device = self.devices.get(address)
        if device is None or device.absent or hertz > device.fastest_hertz:
            raise OSError(ENODEV)
        return device

    def clock(self, pin, level):
        """Count clocks that a pin gives by hand: a device that only lost count lets go."""
        if pin == self._scl and level == 1:
            self._clocks += 1
            if self._clocks >= CLOCKS_OF_A_BYTE:
                self._clocks = 0
                for device in self.devices.values():
                    device.stuck = device.stuck and device.broken


class UartWire:
    """A serial line with one device."""

    def __init__(self, time):
        """Nothing on it yet."""
        self._time = time
        self.device = None
        self._waiting = bytearray()
        self.room = 256
        self.lost = 0

    def add(self, device):
        """Connect a device; returns it."""
        device.time = self._time
        self.device = device
        return device

    def hear(self, data):
        """Bytes for the device."""
        if self.device is not None and not self.device.absent:
            self.device.hear(bytes(data))

    def come_in(self):
        """Bytes that have come and were not read; what has no room is lost."""
        if self.device is not None and not self.device.absent:
            said = self.device.say()
            taken = said[: self.room - len(self._waiting)]
            self.lost += len(said) - len(taken)
            self._waiting.extend(taken)
        return self._waiting

    def take(self, count):
        """Read so many of them."""
        waiting = self.come_in()
        taken = bytes(waiting[:count])
        self._waiting = bytearray(waiting[count:])
        return taken


class SpiWire:
    """One device on SPI: the first byte after it was chosen says which register."""

    def __init__(self, time):
        """Nothing on it yet."""
        self._time = time
        self.device = None
        self._register = None

    def add(self, device):
        """Connect a device; returns it."""
        device.time = self._time
        self.device = device
        return device

    def begin(self):
        """It was chosen."""
        self._register = None

    def write(self, data):
        """Register, then values for it."""
        for byte in data:
            if self._register is None:
                self._register = byte
            elif self.device is not None and not self.device.absent:
                self.device.set(self._register & 0x7F, byte)
                self._register += 1

    def read(self, count):
        """Values from that register on; nobody there reads as ones."""
        if self.device is None or self.device.absent:
            return b"\xff" * count
        return self.device.registers(self._register & 0x7F, count)


class SoundWire:
    """A microphone: buffers fill with time."""

    def __init__(self, time):
        """Nothing on it yet."""
        self._time = time
        self.device = None
        self._buffer = None
        self._done_ms = 0
        self._handler = None

    def add(self, device):
        """Connect a microphone; returns it."""
        device.time = self._time
        self.device = device
        return device

    def fill(self, buffer, rate, handler):
        """Begin to fill a buffer; the handler is called when it is full."""
        self._buffer, self._handler = buffer, handler
        self._rate = rate
        self._done_ms = self._time.ms + 1000 * len(buffer) // rate

    def look(self):
        """Finish the buffer when its time has come."""
        if self._buffer is not None and self._time.ms >= self._done_ms:
            buffer, self._buffer = self._buffer, None
            if self.device is None or not self.device.fill(buffer, self._rate):
                return
            self._handler(None)
