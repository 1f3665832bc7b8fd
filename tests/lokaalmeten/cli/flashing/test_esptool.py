"""Real esptool against the bootloader of a chip: what is written, and what goes wrong."""

import subprocess
import time

import pytest

from lokaalmeten.cli.flashing.errors import FlashError
from lokaalmeten.cli.flashing.esptool import find_esptool, write_flash
from lokaalmeten.cli.flashing.image import make_image, read_files
from lokaalmeten.cli.flashing.layout import FILES, OUTBOX, to_program
from tests.services.chip import C3, CLASSIC
from tests.services.meten import meten, wait_until

AGAIN = ("run the same command again", "put the cable in again", "is the cable in")


@pytest.fixture
def parts(interpreter, micropython):
    """What a box gets, by its address."""
    image = make_image(read_files("f1"), micropython.path)
    return {0: to_program(interpreter.read_bytes()), FILES.at: image}


def write(board, parts, **more):
    """Shares that were told while a board is written."""
    shares = []
    write_flash(board.port, parts, shares.append, **more)
    return shares


def holds(board, parts):
    """Tell whether the flash holds exactly these parts."""
    return all(board.chip.flash[at : at + len(part)] == part for at, part in parts.items())


def test_chip_holds_and_runs_what_was_written_and_keeps_the_outbox(board, parts):
    board.chip.flash[OUTBOX.at : OUTBOX.at + 4] = b"LMo1"
    board.chip.flash[FILES.at + 0x19_0000] = 0x55  # of a file that was there before
    shares = write(board, parts)
    assert holds(board, parts)
    assert board.chip.flash[OUTBOX.at : OUTBOX.at + 4] == b"LMo1"
    assert shares == sorted(shares)
    assert shares[-1] == 1
    wait_until(lambda: board.runs)
    read = subprocess.run(
        [*find_esptool(), "--chip", "esp32s3", "--port", board.port, "read-flash",
         hex(FILES.at), "0x2000", board.log.with_name("read")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert read.returncode == 0, read.stdout
    assert board.log.with_name("read").read_bytes() == parts[FILES.at][:0x2000]


def test_everything_is_forgotten_when_that_is_wished(board, parts):
    board.chip.flash[OUTBOX.at : OUTBOX.at + 4] = b"LMo1"
    write(board, parts, erase=True)
    assert holds(board, parts)
    assert board.chip.flash[OUTBOX.at : OUTBOX.at + 4] == b"\xff" * 4


@pytest.mark.parametrize("share", [0.02, 0.4, 0.97])
def test_chip_whose_cable_was_pulled_is_simply_flashed_again(board, parts, share):
    total = sum(map(len, parts.values()))
    board.chip.pulled_at = int(total * share)
    with pytest.raises(FlashError) as raised:
        write(board, parts)
    assert any(text in str(raised.value) for text in AGAIN)
    assert not holds(board, parts)
    board.chip.pulled_at = None
    time.sleep(0.1)  # the cable is in again, and the chip starts
    write(board, parts)
    assert holds(board, parts)


def test_flash_that_holds_something_else_than_was_written_is_noticed(board, parts):
    board.chip.spoils = True
    with pytest.raises(FlashError, match=r"broke off .*MD5"):
        write(board, {FILES.at: parts[FILES.at][:8192]})


@pytest.mark.parametrize("chip", [CLASSIC, C3])
def test_other_chip_is_refused_before_anything_is_written(board, parts, chip):
    board.chip.id = chip
    with pytest.raises(FlashError, match="all builds have an ESP32-S3"):
        write(board, parts)
    assert board.chip.written == 0


def test_bootloader_that_is_silent_is_woken_by_hand(board, parts):
    board.chip.silent = True
    with pytest.raises(FlashError, match="does not answer: hold BOOT, press RESET"):
        write(board, parts)


def test_port_that_is_not_there_is_said_in_one_sentence(interpreter, micropython):
    words = ("--port", "/dev/ttyNOBOARD", "--firmware", interpreter, "--micropython", micropython)
    done = meten("flash", *words)
    assert done.returncode == 2
    assert done.stderr.startswith(
        "meten: /dev/ttyNOBOARD cannot be opened (it is not there): is the cable in"
    )
    assert done.stderr.count("\n") == 1
