"""Which port is meant, and what is said when nobody can tell."""

import pytest

from lokaalmeten.cli.flashing.errors import FlashError
from lokaalmeten.cli.flashing.ports import Port, choose_port

BOARD, OTHER = Port("/dev/ttyACM0", 0x303A), Port("/dev/ttyS0")


def test_port_that_is_given_is_taken_as_it_is():
    assert choose_port("/dev/cu.x", [BOARD]) == "/dev/cu.x"


def test_only_board_on_usb_is_found_among_other_ports():
    assert choose_port("auto", [OTHER, BOARD]) == BOARD.device


def test_without_a_board_it_is_said_how_to_get_one():
    with pytest.raises(FlashError, match=r"no board is on USB: .* --port"):
        choose_port("auto", [OTHER])


def test_of_two_boards_none_is_guessed():
    with pytest.raises(FlashError, match=r"name one of /dev/ttyACM0, /dev/ttyUSB0 with --port"):
        choose_port("auto", [Port("/dev/ttyUSB0", 0x10C4), BOARD])
