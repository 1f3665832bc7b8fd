"""The sound level in whole numbers against A-weighting in floating point."""

# pyright: reportArgumentType=false
# to native code anything with numbers in a row is a pointer

import math
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.sensors import FAILED, WELL
from firmware.sensors.loudness import BIAS, RATE, centibel, make_states, sum_squares, weigh
from firmware.sensors.microphone import FRAMES, Microphone
from firmware.simulated import machine
from firmware.simulated.board import Board
from firmware.simulated.clockwork import Clockwork
from firmware.simulated.devices import sounds
from firmware.simulated.rig import Rig

# IEC 61672-1, table 3: what class 2 allows, and A-weighting itself, by nominal frequency
CLASS_2 = {
    31.5: (-3.5, 3.5), 63: (-2.5, 2.5), 125: (-2.0, 2.0), 250: (-1.9, 1.9), 500: (-1.9, 1.9),
    1000: (-1.4, 1.4), 2000: (-2.6, 2.6), 4000: (-3.6, 3.6), 8000: (-5.6, 5.6),
    12_500: (-math.inf, 6.0),
}  # fmt: skip
TABLE_A = {
    31.5: -39.4, 63: -26.2, 125: -16.1, 250: -8.6, 500: -3.2, 1000: 0.0, 2000: 1.2, 4000: 1.0,
    8000: -1.1, 12_500: -4.3,
}  # fmt: skip


def weighting_db(hertz):
    """A-weighting by its formula (IEC 61672-1, annex E)."""
    f = hertz * hertz
    gain = 12_194**2 * f * f
    gain /= (f + 20.6**2) * math.sqrt((f + 107.7**2) * (f + 737.9**2)) * (f + 12_194**2)
    return 20 * math.log10(gain) + 2.0


class Bench:
    """A microphone, what it hears, and its driver."""

    def __init__(self, decibel=60.0, hertz=1000.0):
        self.time = Clockwork()
        board = Board(self.time).put_in_place()
        self.device = board.i2s(4).add(sounds.Microphone(decibel, hertz))
        pins = [machine.Pin(number) for number in (2, 3, 4)]
        i2s = machine.I2S(
            0, sck=pins[0], ws=pins[1], sd=pins[2], mode=machine.I2S.RX, bits=32,
            format=machine.I2S.MONO, rate=RATE, ibuf=16_000,
        )  # fmt: skip
        self.microphone = Microphone(i2s, self.time)
        self.rig = Rig(board, [self.microphone])

    def level(self, ms=1500):
        """LAeq and LAmax in dB after the filters have settled."""
        self.rig.run_for(500)
        self.rig.readings()
        self.rig.run_for(ms)
        readings = self.rig.readings()
        return readings["sound_laeq"] / 100, readings["sound_lamax"] / 100


def test_formula_of_the_oracle_is_the_table_of_the_standard():
    for hertz, expected in TABLE_A.items():
        assert abs(weighting_db(hertz) - expected) <= 0.15


@pytest.mark.parametrize("hertz", CLASS_2)
def test_weighting_stays_well_within_class_2(hertz):
    level, _ = Bench(90, hertz).level()
    error = level - 90 - weighting_db(hertz)
    low, high = CLASS_2[hertz]
    assert low / 2 <= error <= high / 2


@pytest.mark.parametrize("decibel", [30, 45, 60, 94, 119])
def test_level_is_linear_from_the_noise_of_a_microphone_to_its_full_scale(decibel):
    laeq, lamax = Bench(decibel).level()
    assert abs(laeq - decibel) <= 0.1
    assert abs(lamax - decibel) <= 0.1


def test_sensitivity_of_the_datasheet_gives_94_db():
    """INMP441: -26 dBFS of a sine at 94 dB and 1 kHz."""
    states = make_states()
    amplitude = (1 << 23) * 10 ** (-26 / 20)
    turn = 2 * math.pi * 1000 / RATE
    frames = []
    for _ in range(8):
        frames = [round(amplitude * math.sin(turn * n)) << 8 & 0xFFFFFFFF for n in range(FRAMES)]
        weigh(frames, FRAMES, states)
    energy = sum_squares(frames, FRAMES, 0)
    level = Bench().microphone._level(energy, 1)
    assert abs(level - 9400) <= 5


def test_laeq_is_the_mean_of_energy_and_lamax_the_loudest_eighth_of_a_second():
    bench = Bench(50)
    bench.rig.run_for(500)
    bench.rig.readings()
    bench.rig.run_for(900)
    bench.device.decibel = 80
    bench.rig.run_for(250)
    bench.device.decibel = 50
    bench.rig.run_for(1350)
    readings = bench.rig.readings()
    expected = 10 * math.log10((0.25 * 10**8 + 2.25 * 10**5) / 2.5)
    assert abs(readings["sound_laeq"] / 100 - expected) <= 0.4
    assert abs(readings["sound_lamax"] / 100 - 80) <= 0.4


@pytest.mark.parametrize("fault", ["absent", "frozen", "stuck"])
def test_microphone_that_says_nothing_is_missing_and_not_silent(fault):
    bench = Bench()
    bench.level()
    setattr(bench.device, fault, True)
    bench.rig.run_for(10_000)
    assert bench.rig.readings() == {}
    assert bench.microphone.state == FAILED
    setattr(bench.device, fault, False)
    bench.rig.run_for(30_000)
    assert bench.microphone.state == WELL
    assert abs(bench.level()[0] - 60) <= 0.1


class Int32(int):
    """A whole number that may not leave 32 bits, as in native code on the chip."""


def _checked(name):
    plain = getattr(int, name)

    def operation(self, other):
        found = plain(self, other)
        assert -(1 << 31) <= found < 1 << 31, (name, int(self), int(other))
        return Int32(found)

    return operation


for _name in ("add", "radd", "sub", "rsub", "mul", "rmul", "lshift", "rshift", "and", "xor"):
    setattr(Int32, f"__{_name}__", _checked(f"__{_name}__"))


def loudest_frames(count):
    """Full scale with the signs that add up most in the filter's own response."""
    states = make_states()
    impulse = [0] * count
    impulse[0] = 0x40000 << 12
    weigh(impulse, count, states)
    response = [value - BIAS for value in impulse]
    signs = [1 if value >= 0 else -1 for value in reversed(response)]
    return [(sign * 0x7FFFFF) << 8 & 0xFFFFFFFF for sign in signs]


@pytest.mark.parametrize("kind", ["loudest", "square", "steps"])
def test_no_product_or_sum_leaves_32_bits_however_loud_it_is(kind):
    count = 6000
    if kind == "loudest":
        frames = loudest_frames(count)
    else:
        half = 16 if kind == "square" else 1500
        extremes = (0x7FFFFF00, 0x80000000)
        frames = [extremes[n // half % 2] for n in range(count)]
    # a word is cut to its 19 bits before anything is computed: only then it may not grow
    checked = [_Word(frame) for frame in frames]
    states = [Int32(value) for value in make_states()]
    peak = weigh(checked, count, states)
    shift = 0
    while peak >> shift >= 1023:
        shift += 1
    assert sum_squares([Int32(value) for value in checked[:FRAMES]], FRAMES, shift) < 1 << 30


class _Word(int):
    """A word of the microphone; what is shifted and masked out of it is checked from then on."""

    def __rshift__(self, bits):
        return _Word(int(self) >> bits)

    def __and__(self, mask):
        return Int32(int(self) & mask)


@given(st.integers(1, 1 << 80))
def test_logarithm_of_a_power_is_right_to_a_hundredth_of_a_decibel(number):
    assert abs(centibel(number) - 1000 * math.log10(number)) <= 1.5


@given(st.lists(st.integers(-(1 << 23), (1 << 23) - 1), min_size=2, max_size=50))
@settings(max_examples=50, deadline=None)
def test_frames_of_one_buffer_or_of_two_are_weighed_the_same(frames):
    words = [frame << 8 & 0xFFFFFFFF for frame in frames]
    whole, states = list(words), make_states()
    weigh(whole, len(whole), states)
    half = len(words) // 2
    first, second, states = words[:half], words[half:], make_states()
    weigh(first, len(first), states) if first else None
    weigh(second, len(second), states)
    assert first + second == whole


def test_frames_of_24_bits_are_read_with_their_sign():
    (word,) = struct.unpack("<I", struct.pack("<i", -1 << 8))
    quiet, loud = [word] * 2, [0x7FFFFF00, 0x80000000]
    assert weigh(quiet, 2, make_states()) == -1
    assert weigh(loud, 2, make_states()) > 1 << 18
