from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.sampler import Sampler
from firmware.sensors import FAILED, RESTING, STARTING, WARMING, Sensor
from firmware.simulated.clockwork import Clockwork
from lokaalmeten import wire
from lokaalmeten.quantities import BY_KEY
from tests.firmware.fake_sensors import FakeSensor, make_sensors

NOON = 1_795_435_200


class Told(Sensor):
    """Says what it is told."""

    def __init__(self, time, fault=0, **counts):
        super().__init__("told", tuple(counts), time)
        self.counts = list(counts.values())
        self.fault = fault
        self.well()


class Recorder:
    """A sampler, its time, and the pages it keeps."""

    def __init__(self, make=lambda time: [], schema=1, samples=60):
        self.time = Clockwork()
        self.sensors = make(self.time)
        self.pages = []
        self.broken = False
        numbers = count(100)
        self.schema = schema
        self.sampler = Sampler(
            schema, self.sensors, self.keep, 7, lambda: next(numbers), self.time, samples
        )

    def keep(self, page):
        if self.broken:
            raise OSError("flash")
        assert wire.refuse_page(page) is None
        self.pages.append(bytes(page))

    def record(self, times, flags=0):
        """Samples as dictionaries, page by page."""
        for time in times:
            for sensor in self.sensors:
                if type(sensor) is not Told:
                    sensor.step()
            self.sampler.sample(time, flags)
        self.sampler.close()
        self.sampler.close()
        names = [name for name, _ in wire.record_fields(self.schema)]
        found = []
        for page in self.pages:
            _, boot, sequence, begin, flags, rows = wire.read_page(page)
            assert boot == 7
            records = [dict(zip(names, row, strict=True)) for row in rows]
            found.append(
                (sequence, flags, [row | {"time": begin + row["offset"]} for row in records])
            )
        return found

    def one(self, now=NOON):
        ((_, _, (row,)),) = self.record([now])
        return row


@pytest.mark.parametrize(
    ("state", "bits"),
    [(FAILED, wire.BIT_PM_ERROR), (WARMING, wire.BIT_WARM_UP), (STARTING, 0), (RESTING, 0)],
)
def test_sensor_that_is_not_well_gives_missing_and_its_bit_and_leaves_the_others(state, bits):
    recorder = Recorder(
        lambda time: [Told(time, wire.BIT_PM_ERROR, pm25=820), Told(time, temperature=1500)]
    )
    recorder.sensors[0].state = state
    row = recorder.one()
    assert (row["bits"], row["pm25"], row["temperature"]) == (bits, None, 1500)


def test_reading_that_grew_old_is_missing_and_stays_so_when_ticks_come_round():
    recorder = Recorder(lambda time: [Told(time, wire.BIT_PM_ERROR, pm25=820)])
    recorder.time.advance(6000)
    assert recorder.one()["pm25"] is None
    for _ in range(30):  # 30 days: twice round the ticks
        recorder.time.advance(86_400_000)
        recorder.sampler.sample(NOON + 60)
    rows = recorder.record([NOON + 120])[-1][2]
    assert {(row["pm25"], row["bits"]) for row in rows} == {(None, wire.BIT_PM_ERROR)}


def test_of_two_sensors_of_a_quantity_the_first_is_taken_while_it_is_well():
    recorder = Recorder(lambda time: [Told(time, temperature=1500), Told(time, temperature=1600)])
    assert recorder.one()["temperature"] == 1500
    recorder = Recorder(lambda time: [Told(time, temperature=1500), Told(time, temperature=1600)])
    recorder.sensors[0].state = FAILED
    assert recorder.one()["temperature"] == 1600
    recorder = Recorder(lambda time: [Told(time, temperature=None), Told(time, temperature=1600)])
    assert recorder.one()["temperature"] == 1600


def test_what_no_sensor_measures_is_missing_and_never_zero():
    row = Recorder().one()
    assert {value for key, value in row.items() if key in BY_KEY} == {None}
    assert row["bits"] == 0


def test_zero_is_a_measurement():
    row = Recorder(lambda time: [Told(time, count_in=0, count_out=0)], schema=3).one()
    assert (row["count_in"], row["count_out"], row["battery"]) == (0, 0, None)


def test_quantity_that_the_schema_does_not_have_is_left_out():
    row = Recorder(lambda time: [Told(time, count_in=5, pm25=820)], schema=1).one()
    assert row["pm25"] == 820


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([key for key, _ in wire.record_fields(2)][2:]),
        st.one_of(st.none(), st.integers(-(2**40), 2**40)),
    ),
    st.integers(0, 65_535),
)
def test_sample_is_the_one_that_the_plain_writer_makes(counts, bits):
    """The path without allocation against `PageWriter.add`, which takes a row as it is."""
    recorder = Recorder(lambda time: [Told(time, **counts)], schema=2)
    recorder.sampler.sample(NOON, 0, bits)
    recorder.sampler.close()
    writer = wire.PageWriter(2)
    writer.begin(7, 100, NOON)
    assert writer.add(NOON, bits, *[counts.get(key) for key, _ in wire.record_fields(2)[2:]])
    assert recorder.pages == [bytes(writer.seal())]


def test_pages_are_numbered_when_they_are_finished_and_hold_every_sample_once():
    times = [NOON + 60 * beat for beat in range(150)]
    pages = Recorder(make_sensors).record(times)
    assert [(sequence, flags) for sequence, flags, _ in pages] == [(100, 0), (101, 0), (102, 0)]
    assert [len(rows) for _, _, rows in pages] == [60, 60, 30]
    assert [row["time"] for _, _, rows in pages for row in rows] == times


def test_clock_that_jumps_begins_a_new_page_and_loses_nothing():
    times = [NOON, NOON + 60, NOON - 86_400, NOON - 86_340, NOON + 86_400 * 3]
    pages = Recorder(make_sensors).record(times)
    assert [[row["time"] for row in rows] for _, _, rows in pages] == [
        times[:2],
        times[2:4],
        times[4:],
    ]


def test_page_in_ticks_and_page_in_unix_seconds_are_two_pages():
    recorder = Recorder(make_sensors)
    recorder.sampler.sample(60, wire.FLAG_TICKS)
    recorder.sampler.sample(120, wire.FLAG_TICKS)
    pages = recorder.record([NOON])
    assert [(flags, [row["time"] for row in rows]) for _, flags, rows in pages] == [
        (wire.FLAG_TICKS, [60, 120]),
        (0, [NOON]),
    ]


def test_kept_page_is_not_changed_by_the_next_one():
    """The view is only valid during the call: what is kept must be whole at that moment."""
    recorder = Recorder(make_sensors, samples=2)
    for beat in range(10):
        recorder.sampler.sample(NOON + beat)
    assert len(recorder.pages) == 5


def test_page_that_cannot_be_kept_does_not_stop_the_next_one():
    recorder = Recorder(samples=2)
    recorder.sampler.sample(NOON)
    recorder.broken = True
    with pytest.raises(OSError, match="flash"):
        recorder.sampler.sample(NOON + 1)
    recorder.broken = False
    assert [row["time"] for row in recorder.record([NOON + 2, NOON + 3])[0][2]] == [
        NOON + 2,
        NOON + 3,
    ]


def test_fake_readings_lie_within_their_spans_and_repeat():
    times = [NOON + 60 * beat for beat in range(600)]
    pages = Recorder(make_sensors).record(times)
    assert pages == Recorder(make_sensors).record(times)
    rows = [row for _, _, rows in pages for row in rows]
    for quantity in BY_KEY.values():
        for row in rows:
            found = row.get(quantity.key)
            if found is not None:
                assert quantity.low * quantity.per <= found <= quantity.high * quantity.per
    failed = [row for row in rows if row["pm25"] is None]
    assert len(failed) == 600 // 17
    assert {row["bits"] for row in failed} == {wire.BIT_PM_ERROR}


def test_fake_sensor_without_failures_never_fails():
    sensor = FakeSensor({"pm25": 820}, Clockwork())
    for _ in range(100):
        sensor.step()
    assert sensor.errors == 0
