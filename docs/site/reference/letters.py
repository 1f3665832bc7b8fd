"""The letters of `struct` in which counts travel: their names, bytes and missing values."""

import struct
from dataclasses import dataclass

from lokaalmeten.wire import MISSING, SPAN

NAMES = {"B": "u8", "h": "i16", "H": "u16", "i": "i32", "I": "u32"}


@dataclass(frozen=True)
class Letter:
    """How a whole number travels."""

    name: str
    bytes: int
    span: str  # of values that are there
    missing: str  # empty where a value is always there


def to_letter(letter: str) -> Letter:
    """What a letter stands for."""
    span = "{} to {}".format(*SPAN[letter]) if letter in SPAN else "0 to 255"
    size = struct.calcsize(f"<{letter}")
    return Letter(NAMES[letter], size, span, str(MISSING.get(letter, "")))


LETTERS = {letter: to_letter(letter) for letter in NAMES}
