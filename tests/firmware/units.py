"""Simulated boards with everything connected, and the sensors of the real board modules on them.

Runs under MicroPython and CPython. The simulated `machine` is handed in, so that nothing depends
on which one is found first.
"""

from firmware.boards import Surroundings, b1, b2, f1, make_sensors  # noqa: F401 - for others
from firmware.simulated import built, machine
from firmware.simulated.board import Board
from firmware.simulated.clockwork import Clockwork
from firmware.simulated.devices import Air
from firmware.simulated.rig import Rig

SENSORS = (("MAX-M10S", "GNSS"), ("SEN55", "SEN5x"))  # devices, and what reads them
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
    found = built.connect(module, board, air, NOON)
    for device, sensor in SENSORS:
        if device in found:
            found[sensor] = found.pop(device)
    return found
