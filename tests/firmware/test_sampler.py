import pytest

from firmware.sampler import Sampler
from firmware.sensors.fake import FakeSensor, make_sensors
from lokaalmeten import wire
from lokaalmeten.quantities import BY_KEY

NOON = 1_795_435_200


class Dead:
    fault = wire.BIT_PM_ERROR

    def __init__(self, error):
        self.error = error

    def read(self):
        raise self.error


def record(sensors, times, schema=1, samples=60):
    """Pages that a sampler keeps, read back: (sequence, [record as a dictionary])."""
    pages = []
    sampler = Sampler(schema, sensors, lambda page: pages.append(bytes(page)), 7, samples)
    for time in times:
        sampler.sample(time)
    sampler.close()
    sampler.close()
    names = [name for name, _ in wire.record_fields(schema)]
    found = []
    for page in pages:
        assert wire.refuse_page(page) is None
        _, boot, sequence, begin, _, records = wire.read_page(page)
        assert boot == 7
        rows = [dict(zip(names, row, strict=True)) for row in records]
        found.append((sequence, [row | {"time": begin + row["offset"]} for row in rows]))
    return found


@pytest.mark.parametrize("error", [OSError(19, "ENODEV"), ValueError("CRC")])
def test_dead_sensor_gives_missing_and_its_bit_and_leaves_the_others(error):
    climate = FakeSensor({"temperature": 1500})
    ((_, rows),) = record([Dead(error), climate, Dead(error)], [NOON, NOON + 60])
    for row in rows:
        assert row["bits"] == wire.BIT_PM_ERROR
        assert row["pm25"] is None
        assert 1300 < row["temperature"] < 1700


def test_what_no_sensor_measures_is_missing_and_never_zero():
    ((_, rows),) = record([], [NOON])
    assert {value for key, value in rows[0].items() if key in BY_KEY} == {None}
    assert rows[0]["bits"] == 0


def test_zero_is_a_measurement():
    ((_, rows),) = record([FakeSensor({"count_in": 0, "count_out": 0})], [NOON], schema=3)
    assert (rows[0]["count_in"], rows[0]["count_out"], rows[0]["battery"]) == (0, 0, None)


def test_pages_are_numbered_and_hold_every_sample_once():
    times = [NOON + 60 * beat for beat in range(150)]
    pages = record(make_sensors(), times)
    assert [sequence for sequence, _ in pages] == [0, 1, 2]
    assert [len(rows) for _, rows in pages] == [60, 60, 30]
    assert [row["time"] for _, rows in pages for row in rows] == times


def test_clock_that_jumps_begins_a_new_page_and_loses_nothing():
    times = [NOON, NOON + 60, NOON - 86_400, NOON - 86_340, NOON + 86_400 * 3]
    pages = record(make_sensors(), times)
    assert [[row["time"] for row in rows] for _, rows in pages] == [
        times[:2],
        times[2:4],
        times[4:],
    ]


def test_kept_page_is_not_changed_by_the_next_one():
    """The view is only valid during the call: what is kept must be whole at that moment."""
    seen = []
    sampler = Sampler(1, make_sensors(), lambda page: seen.append(wire.refuse_page(page)), 1, 2)
    for beat in range(10):
        sampler.sample(NOON + beat)
    assert seen == [None] * 5


def test_fake_readings_lie_within_their_spans_and_repeat():
    pages = record(make_sensors(), [NOON + 60 * beat for beat in range(600)])
    assert pages == record(make_sensors(), [NOON + 60 * beat for beat in range(600)])
    rows = [row for _, rows in pages for row in rows]
    for quantity in BY_KEY.values():
        for row in rows:
            count = row.get(quantity.key)
            if count is not None:
                assert quantity.low * quantity.per <= count <= quantity.high * quantity.per
    failed = [row for row in rows if row["pm25"] is None]
    assert len(failed) == 600 // 17
    assert {row["bits"] for row in failed} == {wire.BIT_PM_ERROR}
