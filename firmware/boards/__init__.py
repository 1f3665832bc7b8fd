"""From a board, which is data, to sensors, which live.

A board is a module with NAME, SCHEMA, PINS, BUSES and DEVICES, the same as its file in
`hardware/boards/`; a test compares them. Drivers are loaded when a board has the device: what it
does not have takes no memory.
"""

import gc

from firmware.sensors.bus import Bus

LINE_BYTES = 1024  # a second of a serial line at 9600 baud; the chip's own buffer holds a quarter
SWITCHES = ("pm_power", "gnss_power")  # pins that let current through when they are high
HARDWARE_I2C = 2  # peripherals of the ESP32-S3


DRIVERS = {  # device of a board: module of `firmware.sensors`
    "AXP2101": "axp2101",
    "BME280": "bme280",
    "LIS3DH": "lis3dh",
    "MAX-M10S": "gnss",
    "QMI8658": "qmi8658",
    "SEN55": "sen5x",
    "SGP41": "sgp41",
    "SPS30": "sps30",
}


class Surroundings:
    """What drivers need beside their bus."""

    def __init__(self, machine, time, store, unix, on_time, riding=None):
        """``machine`` and ``time`` of the board; the rest as the drivers say."""
        self.machine = machine
        self.time = time
        self.store = store
        self.unix = unix
        self.on_time = on_time
        self.riding = riding


class Part:
    """A device of a board, as its driver's `make` takes it."""

    def __init__(self, bus, address, keys, pins, around):
        """``pins`` are all of the board."""
        self.bus = bus
        self.address = address
        self.keys = keys
        self.pins = pins
        self.around = around


def make_sensors(board, around, wanted=None):
    """Sensors of a board in the order of its list; ``wanted`` names a part of them."""
    switch_on(board, around.machine)
    buses = make_buses(board, around.machine)
    sensors = []
    for name, bus, address, keys in board.DEVICES:
        if wanted is None or name in wanted:
            part = Part(buses[bus], address, keys, board.PINS, around)
            sensors.append(_load(DRIVERS[name]).make(part))
    if "battery" in board.PINS:
        part = Part(None, None, ("battery",), board.PINS, around)
        sensors.append(_load("battery").make(part))
    _compensate(sensors)
    return sensors


def switch_on(board, machine):
    """Give power to what has a switch of its own."""
    for name in SWITCHES:
        if name in board.PINS:
            machine.Pin(board.PINS[name], machine.Pin.OUT, value=1)


def find_sensor(sensors, name):
    """Sensor of that name, None when the board has none."""
    for sensor in sensors:
        if sensor.name == name:
            return sensor
    return None


def make_buses(board, machine):
    """Buses by name; the first two on I2C have hardware of the chip, others are done by pins."""
    found = {}
    for name, kind, rate, *lines in board.BUSES:
        pins = [board.PINS[line] for line in lines]
        if kind == "i2c":
            number = sum([isinstance(bus, Bus) for bus in found.values()])
            found[name] = _make_i2c(number, rate, pins[0], pins[1], machine)
        elif kind == "uart":
            found[name] = _make_uart(rate, machine.Pin(pins[0]), machine.Pin(pins[1]), machine)
        else:
            sck, mosi, miso = [machine.Pin(pin) for pin in pins]
            found[name] = machine.SPI(1, baudrate=rate, sck=sck, mosi=mosi, miso=miso)
    return found


def _load(name):
    """Driver's module; imported here, so that a board loads its own only.

    What the compiler leaves behind is swept up first: modules that lie close together leave room
    in one piece for buffers.
    """
    gc.collect()
    return __import__("firmware.sensors." + name, None, None, ("make",))


def _compensate(sensors):
    """Let the gas sensor know humidity and temperature."""
    gas = find_sensor(sensors, "SGP41")
    for sensor in sensors:
        if gas and "humidity" in sensor.keys and "temperature" in sensor.keys:
            gas.climate = sensor
            return


def _make_uart(rate, tx, rx, machine):
    # number 0 is the serial console; without a timeout a read returns what has come
    return machine.UART(1, baudrate=rate, tx=tx, rx=rx, rxbuf=LINE_BYTES, timeout=0)


def _make_i2c(number, rate, sda, scl, machine):
    def make():
        if number < HARDWARE_I2C:
            return machine.I2C(number, sda=machine.Pin(sda), scl=machine.Pin(scl), freq=rate)
        return machine.SoftI2C(sda=machine.Pin(sda), scl=machine.Pin(scl), freq=rate)

    def line(pin):
        return lambda value: machine.Pin(pin, machine.Pin.OPEN_DRAIN, value=value)

    return Bus(make, line(sda), line(scl))
