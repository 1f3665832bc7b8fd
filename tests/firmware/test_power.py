import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.power import EMPTY, FULL, LOW, Rails, Sleep, Supply
from firmware.sensors import RESTING, STARTING, Sensor
from firmware.simulated import machine
from firmware.simulated.board import Board
from firmware.simulated.clockwork import Clockwork
from tests.firmware.units import Memory, Unit, b1, b2, f1

LEVELS = (3700, 3500)


def run(readings, store=None):
    supply = Supply(LEVELS, store or Memory())
    return [supply.look(reading) for reading in readings]


def test_levels_are_those_of_the_first_units_and_a_cell_must_be_charged_to_leave_one():
    readings = [3900, 3700, 3699, 3760, 3800, 3500, 3499, 3560, 3599, 3600, 3799, 3800]
    expected = [FULL, FULL, LOW, LOW, FULL, LOW, EMPTY, EMPTY, EMPTY, LOW, LOW, FULL]
    assert run(readings) == expected


@given(st.lists(st.one_of(st.none(), st.integers(2000, 5000))))
def test_level_is_never_better_than_the_voltage_allows_and_never_worse_than_a_charged_cell(
    readings,
):
    for reading, level in zip(readings, run(readings), strict=True):
        if reading is not None:
            assert level <= (EMPTY if reading < 3500 else LOW if reading < 3700 else FULL)
            assert level >= (FULL if reading >= 3800 else LOW if reading >= 3600 else EMPTY)


@given(st.lists(st.integers(3000, 4200), min_size=1))
def test_level_outlives_a_deep_sleep(readings):
    store = Memory()
    levels = [run([reading], store)[0] for reading in readings]
    assert levels == run(readings)
    assert Supply(LEVELS, store).level == levels[-1]


def test_reading_that_fails_changes_nothing():
    assert run([3600, None, None]) == [LOW, LOW, LOW]


def test_node_on_mains_power_is_always_full():
    store = Memory()
    store.write("supply", EMPTY)
    assert Supply(None, store).look(3000) == FULL


def test_flash_is_written_only_when_the_level_changes():
    class Counted(Memory):
        written = 0

        def write(self, name, number):
            super().write(name, number)
            self.written += 1

    store = Counted()
    run([3900] * 100 + [3600] * 100, store)
    assert store.written == 1


# rails


class Recorded(Sensor):
    def __init__(self, board, pin):
        super().__init__("recorded", ("pm25",), board.time)
        self.board, self.pin = board, pin
        self.levels = []

    def measure(self):
        while True:
            self.well()
            yield 1000

    def stop(self):
        self.levels.append(self.board.levels.get(self.pin))


def test_sensor_is_told_to_stop_while_it_has_power_and_woken_when_it_has_it_again():
    board = Board(Clockwork()).put_in_place()
    board.drive(4, 1)
    sensor = Recorded(board, 4)
    rails = Rails({"pm_power": 4, "gnss_power": 9}, machine, [sensor])
    for _ in range(3):
        rails.switch(False)
    assert (sensor.levels, board.levels[4], board.levels[9]) == ([1], 0, 0)
    assert sensor.state == RESTING
    assert sensor.step() == 1000
    assert sensor.state == RESTING
    rails.switch(True)
    assert (sensor.state, board.levels[4], board.levels[9]) == (STARTING, 1, 1)
    sensor.step()
    assert sensor.fresh(board.time.ticks_ms())


def test_receiver_of_a_board_with_a_power_chip_is_switched_by_its_rail():
    unit = Unit(b1)
    unit.rig.run_for(2000)
    chip = unit.devices["AXP2101"]
    assert chip.values[0x90] & 0x09 == 0x09
    rails = Rails(b1.PINS, machine, [unit.sensor("GNSS")], unit.sensor("AXP2101"))
    rails.switch(False)
    assert chip.values[0x90] & 0x09 == 0x01
    rails.switch(True)
    assert chip.values[0x90] & 0x09 == 0x09


def test_power_chip_that_does_not_answer_when_it_is_told_does_it_when_it_comes_back():
    unit = Unit(b1)
    unit.rig.run_for(2000)
    chip = unit.devices["AXP2101"]
    rails = Rails(b1.PINS, machine, [unit.sensor("GNSS")], unit.sensor("AXP2101"))
    chip.absent = True
    rails.switch(False)
    unit.rig.run_for(400_000)
    chip.absent = False
    unit.rig.run_for(400_000)
    assert chip.values[0x90] & 0x09 == 0x01


@pytest.mark.parametrize("board", [b1, b2, f1], ids=lambda board: board.NAME)
def test_sensors_of_a_board_rest_and_wake(board):
    unit = Unit(board)
    unit.rig.run_for(60_000)
    before = set(unit.rig.readings())
    rest = [sensor for sensor in unit.sensors if "battery" not in sensor.keys]
    rails = Rails(board.PINS, machine, rest)
    rails.switch(False)
    unit.rig.run_for(100_000)
    assert set(unit.rig.readings()) <= {"battery"}
    assert unit.rig.bits() & ~2 == 0  # no position, and that is no fault
    rails.switch(True)
    unit.rig.run_for(60_000)
    assert set(unit.rig.readings()) == before


# sleep


class Chip:
    PIN_WAKE, TIMER_WAKE = 2, 4

    def __init__(self, reason=0):
        self.done, self.reason = [], reason

    def wake_reason(self):
        return self.reason

    class Pin:
        IN = 1

        def __init__(self, number, mode):
            self.number = number

    def wake_on_ext0(self, pin, level):
        self.done.append(("wake", pin and pin.number, level))

    def deepsleep(self, ms=None):
        self.done.append(("deep", ms))

    def lightsleep(self, ms):
        self.done.append(("light", ms))


def test_board_sleeps_until_it_moves_or_for_a_time():
    chip = Chip()
    sleep = Sleep(chip, chip.wake_on_ext0, b2.PINS)
    sleep.deep(None, by_movement=True)
    sleep.deep(3600, by_movement=False)
    sleep.light(1850)
    assert chip.done == [
        ("wake", 2, 1),
        ("deep", None),
        ("wake", None, 1),
        ("deep", 3_600_000),
        ("light", 1850),
    ]


def test_movement_wakes_from_deep_sleep_only_where_its_pin_can():
    assert Sleep(None, None, b2.PINS).is_deep
    assert not Sleep(None, None, b1.PINS).is_deep
    assert not Sleep(None, None, f1.PINS).is_deep


def test_board_knows_whether_movement_woke_it():
    for reason, expected in ((0, False), (Chip.TIMER_WAKE, False), (Chip.PIN_WAKE, True)):
        assert Sleep(Chip(reason), None, b2.PINS).ended_by_movement() is expected
