"""A-weighting and sums of squares in whole numbers of 32 bits, for native code on the chip.

A-weighting has (IEC 61672-1, annex E) two poles at 20.6 Hz, one at 107.7 and one at 737.9 Hz, four
zeros at 0, and two poles at 12,194 Hz. At 32,000 frames a second each pole of the first four is

    low += (x - low) * k,  y = x - low,     k = 1 - exp(-2 pi f / 32000)

with k as a sum of powers of two, so that no product is ever longer than 32 bits:

    20.6 Hz   1/256                            107.7 Hz   1/64 + 1/256 + 1/1024 + 1/2048
    737.9 Hz  1/8 + 1/128 + 1/512              12,194 Hz  1 - 1/16 - 1/32, as a low-pass, twice

and a last low-pass (7 x + its predecessor) / 8 stands for what the two at 12,194 Hz lack close to
half the rate. The sections are single poles, halves of biquads: a biquad's products have no room.
A frame is cut to 19 bits, whose last one is a sound of 12 dB; the microphones' own noise lies
at 30. Four more bits are carried through the low-passes and eight through the rest, so that what
is lost by shifting lies below that.
"""

from array import array

import micropython
from micropython import const

RATE = 32_000
BITS = 23  # of a weighed frame: 19 and the four that are carried
_STATES = const(7)
BIAS = 0x20000000  # states are stored with it, since a word is read without a sign


def make_states():
    """States of silence."""
    return array("i", [BIAS] * _STATES)


@micropython.viper  # pyright: ignore[reportArgumentType] - the stub knows no arguments
def weigh(frames: ptr32, count: int, states: ptr32) -> int:  # noqa: F821 - viper's own type
    """Weigh frames (24 bits in the high end of 32) in place; return the greatest amplitude.

    Returns -1 when all frames are alike: then nothing is connected.
    """
    before = int(states[0]) - 0x20000000
    one = int(states[1]) - 0x20000000
    two = int(states[2]) - 0x20000000
    a = int(states[3]) - 0x20000000
    b = int(states[4]) - 0x20000000
    c = int(states[5]) - 0x20000000
    d = int(states[6]) - 0x20000000
    first = int(frames[0])
    alike = 1
    peak = 0
    index = 0
    while index < count:
        word = int(frames[index])
        if word != first:
            alike = 0
        x = (((word >> 13) & 0x7FFFF) ^ 0x40000) - 0x40000 << 4
        y = (7 * x + before) >> 3
        before = x
        x = y - one
        one += x - (x >> 4) - (x >> 5)
        x = one - two
        two += x - (x >> 4) - (x >> 5)
        x = (two << 4) - a
        low = x >> 8
        a += low
        x -= low + b
        low = x >> 8
        b += low
        x -= low + c
        low = (x >> 6) + (x >> 8) + (x >> 10) + (x >> 11)
        c += low
        x -= low + d
        low = (x >> 3) + (x >> 7) + (x >> 9)
        d += low
        y = (x - low) >> 4
        frames[index] = y + 0x20000000
        if y < 0:
            y = 0 - y
        if y > peak:  # noqa: PLR1730 - a call would leave native code
            peak = y
        index += 1
    states[0] = before + 0x20000000
    states[1] = one + 0x20000000
    states[2] = two + 0x20000000
    states[3] = a + 0x20000000
    states[4] = b + 0x20000000
    states[5] = c + 0x20000000
    states[6] = d + 0x20000000
    return 0 - 1 if alike else peak


@micropython.viper  # pyright: ignore[reportArgumentType] - the stub knows no arguments
def sum_squares(frames: ptr32, count: int, shift: int) -> int:  # noqa: F821
    """Sum of the squares of weighed frames, each shifted right with rounding."""
    total = 0
    half = (1 << shift) >> 1
    index = 0
    while index < count:
        y = (int(frames[index]) - 0x20000000 + half) >> shift
        total += y * y
        index += 1
    return total


def centibel(number):
    """1000 times the decimal logarithm: hundredths of a decibel of a power; ``number`` above 0.

    The binary logarithm comes bit by bit, by squaring a mantissa of 15 bits ten times.
    """
    exponent = 0
    while number >= 1 << 15:
        number >>= 1
        exponent += 1
    while number < 1 << 14:
        number <<= 1
        exponent -= 1
    binary = exponent + 14
    for _ in range(10):
        number = number * number >> 14
        binary <<= 1
        if number >= 1 << 15:
            number >>= 1
            binary += 1
    return (binary * 30_103 // 100 + 512) >> 10
