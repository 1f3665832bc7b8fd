"""How the flash of a board is divided.

    0x000000  interpreter: bootloader, this table at 0x8000, the program at 0x10000
    0x009000  nvs     what the radio keeps
    0x200000  vfs     files: software, configuration
    0x400000  slog    the outbox; no flashing touches it, so pages that wait are still sent

The table is as ESP-IDF reads it (Partition Tables, "Binary Partition Table"): 32 bytes an entry,

    AA 50 type subtype offset u32 size u32 label 16 bytes flags u32

and at its end EB EB, fourteen times FF, and the MD5 of the entries.
"""

import struct
from dataclasses import dataclass
from hashlib import md5

from .errors import FlashError

FLASH_BYTES = 0x80_0000  # all three builds have 8 MB
TABLE_AT, TABLE_BYTES = 0x8000, 0xC00
ENTRY = "<2sBBII16sI"
APP, DATA = 0, 1  # types
FACTORY, PHY, NVS, FAT = 0x00, 0x01, 0x02, 0x81  # subtypes; MicroPython's files count as FAT
IMAGE_MAGIC = 0xE9  # first byte of a bootloader


@dataclass(frozen=True)
class Partition:
    """A stretch of flash; ``at`` and ``size`` in bytes."""

    label: str
    kind: int
    subkind: int
    at: int
    size: int


PROGRAM = Partition("factory", APP, FACTORY, 0x1_0000, 0x1F_0000)
FILES = Partition("vfs", DATA, FAT, 0x20_0000, 0x20_0000)
OUTBOX = Partition("slog", DATA, FAT, 0x40_0000, 0x40_0000)
PARTITIONS = (
    Partition("nvs", DATA, NVS, 0x9000, 0x6000),
    Partition("phy_init", DATA, PHY, 0xF000, 0x1000),
    PROGRAM,
    FILES,
    OUTBOX,
)


def to_table(partitions: tuple[Partition, ...] = PARTITIONS) -> bytes:
    """Return the table as it lies at TABLE_AT, filled up with FF."""
    entries = b"".join(
        struct.pack(ENTRY, b"\xaa\x50", one.kind, one.subkind, one.at, one.size,
                    one.label.encode(), 0)
        for one in partitions
    )  # fmt: skip
    ending = b"\xeb\xeb" + b"\xff" * 14 + md5(entries, usedforsecurity=False).digest()
    return (entries + ending).ljust(TABLE_BYTES, b"\xff")


def read_table(flash: bytes) -> tuple[Partition, ...]:
    """Return the partitions of a flash; FlashError when its table is damaged."""
    found, at = [], TABLE_AT
    while flash[at : at + 2] == b"\xaa\x50":
        _, kind, subkind, where, size, label, _ = struct.unpack_from(ENTRY, flash, at)
        found.append(Partition(label.rstrip(b"\0").decode(), kind, subkind, where, size))
        at += struct.calcsize(ENTRY)
    entries = flash[TABLE_AT:at]
    if flash[at + 16 : at + 32] != md5(entries, usedforsecurity=False).digest():
        raise FlashError("the flash has no table of partitions: flash this board anew")
    return tuple(found)


def to_program(interpreter: bytes) -> bytes:
    """Return MicroPython's file for a board with our table in the place of its own.

    Raises FlashError when it is none for an ESP32-S3, or leaves no room for the files.
    """
    begins = interpreter[:1] == interpreter[PROGRAM.at : PROGRAM.at + 1] == bytes([IMAGE_MAGIC])
    if not begins or interpreter[TABLE_AT : TABLE_AT + 2] != b"\xaa\x50":
        raise FlashError(
            "the interpreter is not MicroPython for an ESP32-S3 that begins at address 0: take "
            "the file that ends in .bin, of the board ESP32_GENERIC_S3, and not the one for updates"
        )
    if len(interpreter) > FILES.at:
        raise FlashError(
            f"the interpreter has {len(interpreter):,} bytes, and {FILES.at:,} are there for it"
        )
    return interpreter[:TABLE_AT] + to_table() + interpreter[TABLE_AT + TABLE_BYTES :]
