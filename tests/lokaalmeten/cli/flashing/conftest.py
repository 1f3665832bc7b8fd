"""A board on a cable, and what stands in for MicroPython's file for the chip."""

import random

import pytest

from lokaalmeten.cli.flashing.layout import PROGRAM, TABLE_AT, to_table
from tests.services.board import on_cable

BYTES = 0x1_8000


def make_interpreter(partitions=()):
    """Bytes that begin as MicroPython for an ESP32-S3 does, and do not pack well."""
    content = bytearray(b"\xff" * PROGRAM.at) + random.Random(7).randbytes(BYTES - PROGRAM.at)
    content[0] = content[PROGRAM.at] = 0xE9
    table = to_table(partitions)
    content[TABLE_AT : TABLE_AT + 2] = b"\xaa\x50"
    content[TABLE_AT + 2 : TABLE_AT + len(table)] = table[2:]
    return bytes(content)


@pytest.fixture
def interpreter(tmp_path):
    """File of an interpreter, with a table of partitions that is not ours."""
    file = tmp_path / "interpreter.bin"
    file.write_bytes(make_interpreter())
    return file


@pytest.fixture
def board(micropython, tmp_path):
    """A board on a cable with nothing on it."""
    folder = tmp_path / "board"
    folder.mkdir()
    with on_cable(micropython, folder) as found:
        yield found
