"""Sensors on serial lines: frames, PMS5003, SDS011 and the counter that writes lines."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.sensors import FAILED, RESTING, WARMING, WELL
from firmware.sensors.counter import LineCounter
from firmware.sensors.frames import Frames
from firmware.sensors.pms5003 import Pms5003
from firmware.sensors.pms5003 import is_whole as is_whole_pms
from firmware.sensors.sds011 import Sds011, make_command
from firmware.sensors.sds011 import is_whole as is_whole_sds
from firmware.simulated import machine
from firmware.simulated.board import Board
from firmware.simulated.clockwork import Clockwork
from firmware.simulated.devices import Air, lasers, sounds
from firmware.simulated.rig import Rig
from lokaalmeten.wire import BIT_PM_ERROR, BIT_WARM_UP

SECOND, MINUTE = 1000, 60_000


class Bench:
    """A device on a line and its driver."""

    def __init__(self, device, make):
        self.time = Clockwork()
        board = Board(self.time).put_in_place()
        self.wire = board.uart(rx=8)
        self.device = self.wire.add(device)
        uart = machine.UART(1, tx=machine.Pin(7), rx=machine.Pin(8), rxbuf=1024)
        self.sensor = make(uart, self.time)
        self.rig = Rig(board, [self.sensor])


def pms():
    keys = ("pm1", "pm25", "pm10")
    return Bench(lasers.Pms5003(Air()), lambda uart, time: Pms5003(uart, time, keys))


def sds():
    return Bench(lasers.Sds011(Air()), lambda uart, time: Sds011(uart, time, ("pm25", "pm10")))


def lines():
    return Bench(sounds.LineCounter(), LineCounter)


# frames


class Line:
    """A serial line with bytes on it."""

    def __init__(self, data):
        self.data = data

    def any(self):
        return len(self.data)

    def readinto(self, buffer):
        count = min(len(buffer), len(self.data))
        buffer[:count] = self.data[:count]
        self.data = self.data[count:]
        return count


def frame_of(fine, coarse):
    body = fine.to_bytes(2, "little") + coarse.to_bytes(2, "little") + b"\x60\xa1"
    return b"\xaa\xc0" + body + bytes([sum(body) & 0xFF, 0xAB])


def test_golden_frame_of_the_sds011():
    """Nova's protocol 1.3 gives AA C0 D4 04 3A 0A A1 60 1D AB: 123.6 and 261.8 ug/m3."""
    frame = bytes.fromhex("aac0d4043a0aa1601dab")
    assert is_whole_sds(frame)
    assert (frame[2] | frame[3] << 8, frame[4] | frame[5] << 8) == (1236, 2618)
    assert make_command(1)[:5] == bytes.fromhex("aab4060101")
    assert make_command(1)[-2:] == bytes.fromhex("06ab")  # the same document, "set work"
    assert make_command(0)[-2:] == bytes.fromhex("05ab")


@settings(deadline=None)
@given(st.lists(st.one_of(st.binary(max_size=15), st.just(None)), max_size=12))
def test_every_whole_frame_behind_noise_without_its_first_byte_is_found(pieces):
    """Noise may hold anything but the byte that begins a frame: then no frame may be lost."""
    data, expected = b"", 0
    for index, piece in enumerate(pieces):
        if piece is None:
            data += frame_of(index, 0)
            expected += 1
        else:
            data += piece.replace(b"\xaa", b"\x00")
    frames = Frames(Line(data), 10, 0xAA)
    found = 0
    while frames.next(is_whole_sds):
        found += 1
    assert found == expected


@settings(deadline=None)
@given(st.binary(max_size=200), st.integers(0, 65_535))
def test_a_frame_behind_any_noise_is_found_at_the_latest_as_the_second(noise, fine):
    data = noise + frame_of(fine, 1) + frame_of(fine, 2)
    frames = Frames(Line(data), 10, 0xAA)
    found = []
    while frames.next(is_whole_sds):
        found.append(bytes(frames.frame))
    assert found[-1] == frame_of(fine, 2)


# PMS5003


def test_plantower_is_thrown_away_for_half_a_minute_and_then_read():
    bench = pms()
    bench.rig.run_for(20 * SECOND)
    assert (bench.rig.readings(), bench.rig.bits()) == ({}, BIT_WARM_UP)
    bench.rig.run_for(20 * SECOND)
    assert bench.rig.readings() == {"pm1": 500, "pm25": 800, "pm10": 1400}
    assert bench.rig.bits() == 0


def test_plantower_takes_the_values_of_the_atmosphere_and_not_those_of_the_factory():
    frame = bytearray(lasers.Pms5003(Air()).frame(0))
    assert is_whole_pms(frame)
    assert frame[4:6] != frame[10:12]


# SDS011


def test_nova_works_twenty_seconds_of_five_minutes():
    bench = sds()
    awake = 0
    for _ in range(600):
        bench.rig.run_for(SECOND)
        awake += bench.device.awake
    assert abs(awake - 40) <= 2


def test_nova_gives_a_mean_of_what_it_says_after_its_warm_up_then_rests():
    bench = sds()
    bench.rig.run_for(10 * SECOND)
    assert bench.sensor.state == WARMING
    bench.rig.run_for(11 * SECOND)
    readings = bench.rig.readings()
    assert abs(readings["pm25"] - 830) <= 20
    assert abs(readings["pm10"] - 1375) <= 20
    bench.rig.run_for(90 * SECOND)
    assert (bench.sensor.state, bench.rig.readings(), bench.rig.bits()) == (RESTING, {}, 0)


@pytest.mark.parametrize("make", [pms, sds])
@pytest.mark.parametrize("fault", ["absent", "corrupt"])
def test_laser_that_fails_is_missing_with_its_bit_and_comes_back(make, fault):
    bench = make()
    bench.rig.run_for(MINUTE)
    setattr(bench.device, fault, True)
    bench.rig.run_for(8 * MINUTE)
    assert bench.sensor.state == FAILED
    assert (bench.rig.readings(), bench.rig.bits()) == ({}, BIT_PM_ERROR)
    setattr(bench.device, fault, False)
    seen = set()
    for _ in range(6 * 60):
        bench.rig.run_for(SECOND)
        seen |= set(bench.rig.readings())
    assert seen == set(bench.sensor.keys)
    assert bench.rig.bits() == 0


def test_plantower_that_repeats_one_frame_is_refused():
    bench = pms()
    bench.rig.run_for(MINUTE)
    bench.device.frozen = True
    bench.rig.run_for(15 * MINUTE)
    assert (bench.rig.readings(), bench.rig.bits()) == ({}, BIT_PM_ERROR)


def test_nova_that_repeats_one_frame_for_hours_is_refused():
    bench = sds()
    bench.rig.run_for(MINUTE)
    bench.device.frozen = True
    bench.rig.run_for(240 * MINUTE)
    assert (bench.sensor.state, bench.rig.bits()) == (FAILED, BIT_PM_ERROR)


# lines of a counter


def test_counter_counts_what_passed_since_the_sample_before():
    bench = lines()
    bench.rig.run_for(15 * SECOND)
    assert bench.rig.readings() == {"count_in": 0, "count_out": 0}
    bench.device.passed = [3, 1]
    bench.rig.run_for(10 * SECOND)
    bench.device.passed = [4, 0]
    bench.rig.run_for(10 * SECOND)
    assert bench.rig.readings() == {"count_in": 7, "count_out": 1}
    assert bench.rig.readings() == {"count_in": 0, "count_out": 0}


@pytest.mark.parametrize("fault", ["absent", "corrupt", "frozen"])
def test_counter_that_is_silent_or_damaged_is_missing_and_not_zero(fault):
    bench = lines()
    bench.rig.run_for(15 * SECOND)
    setattr(bench.device, fault, True)
    bench.rig.run_for(3 * MINUTE)
    assert bench.sensor.state == FAILED
    assert bench.rig.readings() == {}
    setattr(bench.device, fault, False)
    bench.rig.run_for(2 * MINUTE)
    assert bench.sensor.state == WELL


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9999), st.integers(0, 9999))), st.booleans())
def test_lines_add_up(passed, returns):
    line = LineCounter(Line(b""), Clockwork())
    for one, other in passed:
        for byte in f"{one},{other}{chr(13) * returns}\n".encode():
            line._take(byte)
    assert line.totals == [sum(one for one, _ in passed), sum(other for _, other in passed)]


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_noise_counts_nobody_unless_it_is_a_line(noise):
    line = LineCounter(Line(b""), Clockwork())
    expected = [0, 0]
    for part in noise.split(b"\n")[:-1]:
        fields = part.removesuffix(b"\r").split(b",")
        if len(fields) == 2 and all(f.isdigit() and len(f) <= 4 for f in fields):
            expected = [old + int(f) for old, f in zip(expected, fields, strict=True)]
    for byte in noise:
        line._take(byte)
    assert line.totals == expected
