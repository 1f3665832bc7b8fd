from statistics import fmean

from hypothesis import given
from hypothesis import strategies as st

from firmware.duty import Duty
from firmware.sensors import FAILED, RESTING, WELL, Sensor
from firmware.simulated.clockwork import Clockwork
from firmware.simulated.rig import Rig
from tests.firmware.units import Unit, f1


class Told(Sensor):
    def __init__(self):
        super().__init__("told", ("pm1", "pm25"), Clockwork())

    def say(self, *counts):
        self.counts = list(counts)
        self.well()


COUNT = st.one_of(st.none(), st.integers(-(2**31), 2**31))


@given(st.lists(st.tuples(COUNT, COUNT), max_size=40))
def test_reading_is_the_mean_of_what_was_read_and_nothing_where_nothing_was(readings):
    sensor = Told()
    duty = Duty(sensor)
    duty.begin()
    for reading in readings:
        sensor.say(*reading)
        duty.gather(0)
    duty.end()
    known = [
        [count for count in column if count is not None] for column in zip(*readings, strict=True)
    ]
    if any(known):
        for found, counts in zip(sensor.counts, known, strict=True):
            assert found is None if not counts else abs(found - fmean(counts)) <= 0.501 + 1e-6
        assert sensor.state == WELL
    assert sensor.step() == 1000  # it rests


def test_next_reading_begins_anew():
    sensor = Told()
    duty = Duty(sensor)
    for value in (100, 200):
        duty.begin()
        sensor.say(value, value)
        duty.gather(0)
        duty.end()
    assert sensor.counts == [200, 200]


def test_sensor_that_failed_stays_so_and_says_nothing():
    sensor = Told()
    duty = Duty(sensor)
    duty.begin()
    sensor.state = FAILED
    duty.gather(0)
    duty.end()
    assert not sensor.fresh(0)
    assert sensor.state == FAILED


def test_fan_of_a_box_stands_still_between_two_readings_and_its_warming_up_is_not_counted():
    unit = Unit(f1)
    device, sensor = unit.devices["SEN5x"], unit.sensor("SEN5x")
    rig = Rig(unit.board, [sensor])
    duty = Duty(sensor)
    sensor.rest()
    for _ in range(3):
        rig.run_for(235_000)
        assert device._started is None
        assert sensor.state in (RESTING, WELL)
        duty.begin()
        for second in range(65):
            rig.run_for(1000)
            if second >= 35:
                duty.gather(unit.time.ticks_ms())
        duty.end()
        assert sensor.counts[:2] == [540, 820]
        assert sensor.fresh(unit.time.ticks_ms())
