"""Simulated boards with everything connected, and the sensors of the real board modules on them.

Runs under MicroPython and CPython. The simulated `machine` is handed in, so that nothing depends
on which one is found first.
"""

from firmware.boards import Surroundings, b1, b2, f1, make_sensors
from firmware.simulated import machine
from firmware.simulated.board import Board
from firmware.simulated.clockwork import Clockwork
from firmware.simulated.devices import Air
from firmware.simulated.devices.bme280 import Bme280
from firmware.simulated.devices.receiver import Receiver
from firmware.simulated.devices.registers import Axp2101, Lis3dh, Qmi8658
from firmware.simulated.devices.sen5x import Sen5x
from firmware.simulated.devices.sgp41 import Sgp41
from firmware.simulated.devices.sps30 import Sps30
from firmware.simulated.rig import Rig

NOON = 1_795_435_200  # 2026-11-23T12:00:00Z


class Memory:
    """A store without a file."""

    def __init__(self):
        self.numbers = {}

    def read(self, name):
        return self.numbers.get(name)

    def write(self, name, number):
        self.numbers[name] = number


class Unit:
    """A board, its devices by name, and its sensors by name, on one clockwork."""

    def __init__(self, board, started_ms=0):
        self.module = board
        self.air = Air()
        self.time = Clockwork(NOON, started_ms)
        self.board = Board(self.time).put_in_place()
        self.devices = connect(board, self.board, self.air)
        self.store = Memory()
        self.store.write("sps30_cleaned", NOON)
        self.heard = []
        around = Surroundings(
            machine, self.time, self.store, self.unix, lambda *time: self.heard.append(time)
        )
        self.sensors = make_sensors(board, around)
        self.rig = Rig(self.board, self.sensors)

    def unix(self):
        return NOON + self.time.ms // 1000

    def sensor(self, name):
        return [sensor for sensor in self.sensors if sensor.name == name][0]  # noqa: RUF015


def connect(module, board, air):
    """Devices of a board, by the names of their sensors."""
    pins = module.PINS
    i2c = {
        name: board.i2c(pins[lines[0]], pins[lines[1]])
        for name, kind, _, *lines in module.BUSES
        if kind == "i2c"
    }
    found = {}
    if module is f1:
        found["SEN5x"] = i2c["i2c"].add(Sen5x(air))
        found["BME280"] = i2c["i2c"].add(Bme280(air))
        return found
    found["GNSS"] = board.uart(pins["gnss_rx"]).add(Receiver(NOON))
    if module is b1:
        found["AXP2101"] = i2c["power"].add(Axp2101())
        found["SPS30"] = i2c["qwiic"].add(Sps30(air))
        found["BME280"] = i2c["i2c"].add(Bme280(air, 0x77))
        found["QMI8658"] = board.spi(pins["motion_select"]).add(Qmi8658())
        return found
    assert module is b2
    board.microvolts[pins["battery"]] = 1_935_000
    found["SPS30"] = i2c["i2c"].add(Sps30(air))
    found["SGP41"] = i2c["i2c"].add(Sgp41(air))
    found["BME280"] = i2c["i2c"].add(Bme280(air))
    found["LIS3DH"] = i2c["i2c"].add(Lis3dh())
    return found
