"""Place and time from UBX and NMEA; the oracle walks the calendar day by day."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.clock import EARLIEST
from firmware.sensors import FAILED, WELL
from firmware.sensors.gnss import Gnss, days_since_1970
from firmware.sensors.nmea import is_whole, to_place
from firmware.sensors.ubx import checksum, make_message, make_setting
from firmware.simulated import machine
from firmware.simulated.board import Board
from firmware.simulated.clockwork import Clockwork
from firmware.simulated.devices.receiver import Receiver, minutes
from firmware.simulated.rig import Rig
from lokaalmeten.wire import BIT_NO_FIX

NOON = 1_795_435_200
SECOND = 1000


class Bench:
    """A receiver and its driver."""

    def __init__(self, unix=NOON, **receiver):
        self.time = Clockwork()
        board = Board(self.time).put_in_place()
        self.wire = board.uart(rx=8)
        self.receiver = self.wire.add(Receiver(unix, **receiver))
        uart = machine.UART(1, tx=machine.Pin(7), rx=machine.Pin(8), rxbuf=1024)
        self.heard = []
        self.gnss = Gnss(uart, self.time, lambda unix, ticks: self.heard.append((unix, ticks)))
        self.rig = Rig(board, [self.gnss])


@pytest.mark.parametrize("speaks_ubx", [True, False])
def test_place_and_time_come_from_ubx_and_from_nmea(speaks_ubx):
    bench = Bench(speaks_ubx=speaks_ubx)
    bench.rig.run_for(20 * SECOND)
    assert bench.receiver.ubx == speaks_ubx
    lat, lon, accuracy = bench.gnss.counts
    assert (abs(lat - 520_907_374) <= 1, abs(lon - 51_214_201) <= 1) == (True, True)
    assert accuracy == (185 if speaks_ubx else 186)  # 0.62 of dilution times 3 m
    unix, ticks = bench.heard[-1]
    assert unix == NOON + ticks // SECOND
    assert bench.gnss.bits() == 0
    assert bench.gnss.errors == 0


def test_receiver_that_was_not_listening_yet_is_asked_again():
    bench = Bench()
    bench.receiver.absent = True
    bench.rig.run_for(SECOND)  # the question goes nowhere
    bench.receiver.plug_in()
    bench.rig.run_for(20 * SECOND)
    assert bench.receiver.ubx


@pytest.mark.parametrize("speaks_ubx", [True, False])
def test_speed_over_ground_is_known_for_as_long_as_there_is_a_fix(speaks_ubx):
    bench = Bench(speaks_ubx=speaks_ubx)
    assert bench.gnss.speed() is None
    for speed in (0, 1000, 5432):
        bench.receiver.speed_mm_s = speed
        bench.rig.run_for(15 * SECOND)
        assert abs(bench.gnss.speed() - speed) <= 1
    bench.receiver.has_fix = False
    bench.rig.run_for(5 * SECOND)
    assert bench.gnss.speed() is None


@settings(deadline=None)
@given(st.integers(-900_000_000, 900_000_000), st.integers(-1_800_000_000, 1_800_000_000))
def test_ubx_gives_every_place_on_earth_exactly(lat, lon):
    bench = Bench(lat=lat, lon=lon)
    bench.rig.run_for(3 * SECOND)
    assert bench.gnss.counts[:2] == [lat, lon]


@settings(deadline=None)
@given(st.integers(0, 899_999_999), st.booleans())
def test_nmea_gives_every_place_to_one_step_of_its_last_decimal(place, negative):
    text = minutes(place, 2).encode()
    found = to_place(text, 2, negative)
    assert abs(abs(found) - place) <= 2  # 1e-5 minute is 1.7e-7 degree
    assert negative == (found < 0) or found == 0


def test_golden_sentence_of_the_interface_description():
    """$GPRMC of u-blox' receiver description, with its checksum."""
    line = b"$GPRMC,083559.00,A,4717.11437,N,00833.91522,E,0.004,77.52,091202,,,A*57"
    assert is_whole(line, len(line))
    assert not is_whole(line.replace(b"091202", b"091203"), len(line))
    assert abs(to_place(b"4717.11437", 2, False) - round((47 + 17.11437 / 60) * 1e7)) <= 1
    assert abs(to_place(b"00833.91522", 3, False) - round((8 + 33.91522 / 60) * 1e7)) <= 1


def test_setting_of_the_receiver_is_the_message_of_the_interface_description():
    setting = make_setting()
    assert setting[:6] == bytes.fromhex("b562068a0e00")
    assert setting[6:10] == bytes.fromhex("00010000")  # version, RAM, two reserved
    assert setting[10:20] == bytes.fromhex("0700912001") + bytes.fromhex("0200741000")
    # CFG-RATE of 1 Hz as it is printed everywhere
    rate = bytes.fromhex("b562 0608 0600 e803 0100 0100 0139")
    assert make_message(0x0806, rate[6:12]) == rate


@settings(deadline=None)
@given(st.binary(max_size=120))
def test_checksum_is_fletchers(data):
    a = sum(data) & 0xFF
    b = sum((len(data) - index) * byte for index, byte in enumerate(data)) & 0xFF
    assert checksum(data, 0, len(data)) == b << 8 | a


@settings(deadline=None)
@given(st.dates(datetime.date(1970, 1, 1), datetime.date(2120, 12, 31)))
def test_days_are_those_of_the_calendar(date):
    expected = (date - datetime.date(1970, 1, 1)).days
    assert days_since_1970(date.year, date.month, date.day) == expected


def test_receiver_without_a_fix_is_missing_and_says_so_but_is_no_error():
    bench = Bench()
    bench.receiver.has_fix = False
    bench.rig.run_for(60 * SECOND)
    assert bench.rig.readings() == {}
    assert bench.rig.bits() == BIT_NO_FIX
    assert bench.gnss.errors == 0
    bench.receiver.has_fix = True
    bench.rig.run_for(3 * SECOND)
    assert bench.gnss.state == WELL


@pytest.mark.parametrize("speaks_ubx", [True, False])
def test_no_time_is_passed_on_that_the_receiver_does_not_call_valid(speaks_ubx):
    bench = Bench(speaks_ubx=speaks_ubx)
    bench.receiver.has_date = False
    bench.rig.run_for(30 * SECOND)
    assert bench.heard == []


@pytest.mark.parametrize("unix", [951_782_400, EARLIEST - 60, NOON - 1024 * 7 * 86_400])
def test_no_time_is_passed_on_from_before_this_software(unix):
    bench = Bench(unix=unix)
    bench.rig.run_for(30 * SECOND)
    assert bench.heard == []
    assert bench.gnss.state == WELL


def test_time_that_jumps_is_passed_on_only_when_two_fixes_agree_again():
    bench = Bench()
    bench.rig.run_for(10 * SECOND)
    bench.heard.clear()
    bench.receiver.unix += 3600
    bench.rig.run_for(1100)
    assert bench.heard == []
    bench.rig.run_for(2 * SECOND)
    assert bench.heard[-1][0] == NOON + 3600 + 13


def test_fixes_that_came_during_a_back_off_are_thrown_away():
    """The line keeps ten of them: an old place must not become the place of now."""
    bench = Bench()
    bench.rig.run_for(10 * SECOND)
    bench.receiver.corrupt = True
    bench.rig.run_for(200 * SECOND)
    assert bench.gnss.state == FAILED
    bench.receiver.corrupt = False
    places = set()
    for second in range(100):
        bench.receiver.lat = 520_000_000 + second
        bench.rig.run_for(SECOND)
        if bench.rig.readings():
            places.add(second - (bench.rig.readings()["lat"] - 520_000_000))
    assert places <= {0, 1}


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_noise_on_the_line_ends_the_driver_or_makes_up_a_place(noise):
    bench = Bench()
    bench.rig.run_for(3 * SECOND)
    bench.wire._waiting.extend(noise)
    bench.rig.run_for(5 * SECOND)
    assert bench.gnss.counts == [520_907_374, 51_214_201, 185]
    assert bench.gnss.state == WELL


def test_receiver_that_repeats_one_second_is_refused():
    bench = Bench()
    bench.rig.run_for(10 * SECOND)
    bench.receiver.frozen = True
    bench.rig.run_for(30 * SECOND)
    assert bench.rig.bits() == BIT_NO_FIX
    assert bench.rig.readings() == {}
