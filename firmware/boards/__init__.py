"""From a board, which is data, to sensors, which live.

A board is a module with NAME, SCHEMA, PINS, BUSES and DEVICES, the same as its file in
`hardware/boards/`; a test compares them. Drivers are loaded when a board has the device: what it
does not have takes no memory. This module is forgotten when the sensors are made; so nothing that
lives on may be a part of it.
"""

import gc

from micropython import const

from firmware.pins import SWITCHES
from firmware.sensors import find_sensor
from firmware.sensors.bus import Bus

_LINE_BYTES = const(
    1024
)  # a second of a serial line at 9600 baud; the chip's own buffer holds a quarter
_SOUND_BYTES = const(
    16_000
)  # an eighth of a second of a microphone, while the node does other things
DRIVERS = {  # module of `firmware.sensors` of a device whose name it does not have
    "INMP441": "microphone",
    "MAX-M10S": "gnss",
    "SEN55": "sen5x",
    "beams": "counter",  # a pulse per person on the pins count_in and count_out
}


class Surroundings:
    """What drivers need beside their bus."""

    def __init__(self, machine, time, store, unix, on_time, wake_on_ext0=None):
        """``machine`` and ``time`` of the board; the rest as the drivers, and `Sleep`, say."""
        self.machine = machine
        self.time = time
        self.store = store
        self.unix = unix
        self.on_time = on_time
        self.wake_on_ext0 = wake_on_ext0


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
            part = Part(buses.get(bus), address, keys, board.PINS, around)
            sensors.append(_load(DRIVERS.get(name) or name.lower()).make(part))
    if "battery" in board.PINS:
        part = Part(None, None, ("battery",), board.PINS, around)
        sensors.append(_load("battery").make(part))
    _introduce(sensors)
    return sensors


def switch_on(board, machine):
    """Give power to what has a switch of its own."""
    for name in SWITCHES:
        if name in board.PINS:
            machine.Pin(board.PINS[name], machine.Pin.OUT, value=1)


def make_buses(board, machine):
    """Buses by name, numbered by kind; a third bus on I2C is done by pins alone."""
    make = {"i2c": _make_i2c, "uart": _make_uart, "spi": _make_spi, "i2s": _make_i2s}
    found = {}
    numbers = dict.fromkeys(make, 0)
    for name, kind, rate, *lines in board.BUSES:
        pins = [board.PINS[line] for line in lines]
        found[name] = make[kind](machine, numbers[kind], rate, *pins)
        numbers[kind] += 1
    return found


def _load(name):
    """Driver's module; imported here, so that a board loads its own only.

    What the compiler leaves behind is swept up first: modules that lie close together leave room
    in one piece for buffers.
    """
    gc.collect()
    return __import__("firmware.sensors." + name, None, None, ("make",))


def _introduce(sensors):
    """Let the gas sensor know the climate, and the particle sensor whether the unit moves."""
    gas, laser = find_sensor(sensors, "SGP41"), find_sensor(sensors, "SPS30")
    for sensor in sensors:
        if gas and gas.climate is None and "humidity" in sensor.keys:
            gas.climate = sensor
        if laser and hasattr(sensor, "moves"):
            laser.riding = sensor.moves


def _make_uart(machine, number, rate, tx, rx):
    # 0 is the serial console; without a timeout a read returns what has come
    tx, rx = machine.Pin(tx), machine.Pin(rx)
    return machine.UART(1 + number, baudrate=rate, tx=tx, rx=rx, rxbuf=_LINE_BYTES, timeout=0)


def _make_spi(machine, number, rate, sck, mosi, miso):
    sck, mosi, miso = machine.Pin(sck), machine.Pin(mosi), machine.Pin(miso)
    return machine.SPI(1 + number, baudrate=rate, sck=sck, mosi=mosi, miso=miso)  # 0 is the flash


def _make_i2s(machine, number, rate, sck, ws, sd):
    return machine.I2S(
        number,
        sck=machine.Pin(sck),
        ws=machine.Pin(ws),
        sd=machine.Pin(sd),
        mode=machine.I2S.RX,
        bits=32,
        format=machine.I2S.MONO,
        rate=rate,
        ibuf=_SOUND_BYTES,
    )


def _make_i2c(machine, number, rate, sda, scl):
    return Bus(machine, number, rate, sda, scl)
