"""How the flash is divided, byte by byte."""

import pytest

from lokaalmeten.cli.flashing import layout
from lokaalmeten.cli.flashing.errors import FlashError

from .conftest import make_interpreter


def test_entry_of_the_table_is_as_the_chip_reads_it():
    # worked out by hand from ESP-IDF's "Partition Tables": type 1, subtype 0x81, little-endian
    entry = "aa50 01 81 00002000 00002000 76667300000000000000000000000000 00000000"
    assert bytes.fromhex(entry) in layout.to_table()


def test_partitions_fill_the_flash_and_do_not_overlap():
    ends = [one.at + one.size for one in layout.PARTITIONS]
    assert [one.at for one in layout.PARTITIONS[1:]] == ends[:-1]
    assert ends[-1] == layout.FLASH_BYTES
    assert all(one.at % 0x1_0000 == 0 for one in layout.PARTITIONS if one.kind == layout.APP)


def test_table_is_read_as_it_was_written_and_a_changed_bit_is_noticed():
    flash = bytearray(layout.to_program(make_interpreter()))
    assert layout.read_table(bytes(flash)) == layout.PARTITIONS
    flash[layout.TABLE_AT + 4] ^= 1
    with pytest.raises(FlashError, match="flash this board anew"):
        layout.read_table(bytes(flash))


def test_only_the_table_of_an_interpreter_is_changed():
    before = make_interpreter()
    after = layout.to_program(before)
    ends = layout.TABLE_AT + layout.TABLE_BYTES
    assert after[: layout.TABLE_AT] == before[: layout.TABLE_AT]
    assert after[ends:] == before[ends:]
    assert after != before


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is not MicroPython for an ESP32-S3"),
        (b"PK\x03\x04" * 100_000, "is not MicroPython for an ESP32-S3"),
        (b"\xe9" + bytes(0x1_0000), "is not MicroPython for an ESP32-S3"),  # an application alone
        (make_interpreter() + bytes(0x20_0000), "are there for it"),
    ],
)
def test_other_file_than_an_interpreter_is_refused(content, said):
    with pytest.raises(FlashError, match=said):
        layout.to_program(content)
