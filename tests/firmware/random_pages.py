"""Pseudo-random pages, made the same under MicroPython and CPython: integers only.

Run by MicroPython as a script with the number of pages as argument, imported by CPython.
"""

import sys
from binascii import crc32, hexlify

from lokaalmeten import wire


class Dice:
    """A linear congruential generator (glibc's constants); the low bits are too regular to use."""

    def __init__(self, seed):
        self.state = seed

    def roll(self, sides):
        self.state = (self.state * 1103515245 + 12345) & 0x7FFFFFFF
        return (self.state >> 8) % sides

    def word(self):
        return self.roll(65536) << 16 | self.roll(65536)


def roll_count(dice, code):
    """None, an extreme, the sentinel itself, a value beyond the letter, or an ordinary one."""
    low, high = wire.SPAN[code]
    kind = dice.roll(8)
    if kind < 4:
        return (None, low, high, wire.MISSING[code])[kind]
    if kind == 4:
        return high + 1 + dice.word()
    if kind == 5:
        return low - 1 - dice.word()
    return low + dice.word() % (high - low + 1)


def make_page(dice):
    schema = 1 + dice.roll(4)
    writer = wire.PageWriter(schema)
    time = dice.word()
    writer.begin(dice.word(), dice.word(), time, dice.roll(2))
    codes = [code for _, code in wire.record_fields(schema)][2:]
    for _ in range(1 + dice.roll(wire.SAMPLES)):
        counts = [roll_count(dice, code) for code in codes]
        assert writer.add(time + dice.roll(65536), dice.roll(65536), *counts)
    return bytes(writer.seal())


def damage(dice, page):
    """Half of the pages stay whole; the others are cut short or get one wrong bit."""
    kind = dice.roll(4)
    if kind == 0:
        return page[: dice.roll(len(page))]
    if kind == 1:
        bit = dice.roll(8 * len(page))
        page = bytearray(page)
        page[bit // 8] ^= 1 << bit % 8
    return bytes(page)


def make_lines(count, seed=20260101):
    """One line a page: its bytes, why it is refused when damaged, and what is read from it."""
    dice = Dice(seed)
    for _ in range(count):
        page = make_page(dice)
        reason = wire.refuse_page(damage(dice, page))
        records = crc32(repr(wire.read_page(page)).encode()) & 0xFFFFFFFF
        yield f"{hexlify(page).decode()} {reason} {records:08x}"


if __name__ == "__main__":
    for line in make_lines(int(sys.argv[1])):
        print(line)
