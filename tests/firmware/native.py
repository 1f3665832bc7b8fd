"""What is native code on MicroPython and plain code on CPython, on numbers that are the same.

Prints a checksum of each buffer that was packed or weighed.
"""

# pyright: reportArgumentType=false
# to native code anything with numbers in a row is a pointer

from array import array
from binascii import crc32

from firmware.packing import pack
from firmware.sensors.loudness import centibel, make_states, sum_squares, weigh
from tests.firmware.random_pages import Dice

FRAMES = 500


def pack_random(dice):
    widths = [2 + 2 * dice.roll(2) for _ in range(14)]
    row = array("i", [dice.word() - (1 << 31) for _ in range(14)])
    widths.append(0)
    buffer = bytearray(80)
    pack(buffer, dice.roll(10), row, bytes(widths))
    return crc32(buffer)


def weigh_random(dice, states):
    loud = 1 + dice.roll(31)
    frames = array("I", [(dice.word() >> loud << 8) & 0xFFFFFFFF for _ in range(FRAMES)])
    peak = weigh(frames, FRAMES, states)
    shift = 0
    while peak >> shift >= 1023:
        shift += 1
    energy = sum_squares(frames, FRAMES, shift)
    check = 0
    for word in frames:
        check = (check * 31 + word) & 0xFFFFFFFF
    return f"{peak} {energy} {centibel(energy + 1)} {check}"


def make_lines(count):
    dice = Dice(20261126)
    states = make_states()
    for _ in range(count):
        yield f"{pack_random(dice)} {weigh_random(dice, states)}"


if __name__ == "__main__":
    for line in make_lines(100):
        print(line)
