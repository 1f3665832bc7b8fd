"""Improv over serial; the golden packets are counted out by hand from improv-wifi.com/serial."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.improv import Improv, to_result

# IMPROV = 49 4D 50 52 4F 56, whose sum is 0x1DD; with the version, 0x1DE
CURRENT_STATE = bytes.fromhex("494d50524f56 01 03 02 0200 e5")
DEVICE_INFORMATION = bytes.fromhex("494d50524f56 01 03 02 0300 e6")
SCAN = bytes.fromhex("494d50524f56 01 03 02 0400 e7")
# the example of the specification: 01 1E 0C {MyWirelessAP} 10 {mysecurepassword}
SETTINGS = (
    bytes.fromhex("494d50524f56 01 03 20 011e0c")
    + b"MyWirelessAP"
    + b"\x10"
    + b"mysecurepassword"
    + b"\xc1"
)
STATE = {
    state: bytes.fromhex(f"494d50524f56 01 01 01 {state:02x} {0xE0 + state:02x} 0a")
    for state in (2, 3, 4)
}
ERROR = {
    error: bytes.fromhex(f"494d50524f56 01 02 01 {error:02x} {(0xE1 + error) & 255:02x} 0a")
    for error in (0, 1, 2, 3)
}
INFORMATION = ("lokaalmeten", "1.2.3", "ESP32-S3", "box-7")


def pack(kind, data):
    """Oracle: a packet as the table of the specification reads."""
    packet = b"IMPROV" + bytes([1, kind, len(data)]) + data
    return packet + bytes([sum(packet) % 256])


class Board:
    def __init__(self, connects=True, provisioned=False, networks=()):
        self.sent, self.given, self.connects = [], [], connects
        self.improv = Improv(
            self.sent.append, INFORMATION, lambda: list(networks), self.connect, provisioned
        )

    async def connect(self, ssid, password):
        self.given.append((ssid, password))
        if isinstance(self.connects, Exception):
            raise self.connects
        return self.connects

    def take(self, octets):
        self.sent.clear()
        asyncio.run(self.improv.take(octets))
        return b"".join(self.sent)


def test_the_golden_packets_have_the_sum_of_the_specification():
    for packet in (CURRENT_STATE, DEVICE_INFORMATION, SCAN, SETTINGS, STATE[2][:-1], ERROR[3][:-1]):
        assert packet == pack(packet[7], packet[9:-1])


def test_a_new_board_is_ready_for_credentials():
    assert Board().take(CURRENT_STATE) == ERROR[0] + STATE[2]


def test_a_provisioned_board_says_so_with_an_empty_result():
    assert Board(provisioned=True).take(CURRENT_STATE) == (
        ERROR[0] + STATE[4] + pack(4, b"\x02\x00") + b"\n"
    )


def test_credentials_that_connect_make_it_provisioned():
    board = Board()
    assert board.take(SETTINGS) == ERROR[0] + STATE[3] + STATE[4] + pack(4, b"\x01\x00") + b"\n"
    assert board.given == [("MyWirelessAP", "mysecurepassword")]


@pytest.mark.parametrize("connects", [False, OSError(15), ValueError("no")])
def test_credentials_that_do_not_connect_are_an_error_and_may_be_sent_again(connects):
    board = Board(connects)
    assert board.take(SETTINGS) == ERROR[0] + STATE[3] + ERROR[3] + STATE[2]
    board.connects = True
    assert STATE[4] in board.take(SETTINGS)


def test_a_network_without_a_password_is_taken():
    board = Board()
    board.take(pack(3, b"\x01\x06\x04open\x00"))
    assert board.given == [("open", "")]


def test_the_device_tells_four_texts():
    texts = b"".join(bytes([len(text)]) + text.encode() for text in INFORMATION)
    expected = pack(4, bytes([3, len(texts)]) + texts)
    assert Board().take(DEVICE_INFORMATION) == ERROR[0] + expected + b"\n"


def test_networks_come_one_by_one_and_then_an_empty_result():
    board = Board(networks=[("MyWirelessNetwork", -60, True), ("café", -71, False)])
    first = b"\x11MyWirelessNetwork\x03-60\x03YES"
    second = b"\x05caf\xc3\xa9\x03-71\x02NO"
    assert board.take(SCAN) == ERROR[0] + b"".join(
        pack(4, bytes([4, len(texts)]) + texts) + b"\n" for texts in (first, second, b"")
    )


@pytest.mark.parametrize("command", [5, 6, 7, 99, 0])
def test_a_command_that_is_not_known_is_an_error(command):
    assert Board().take(pack(3, bytes([command, 0]))) == ERROR[0] + ERROR[2]


@pytest.mark.parametrize(
    "packet",
    [
        CURRENT_STATE[:-1] + b"\x00",
        pack(3, b""),
        pack(3, b"\x02"),
        pack(3, b"\x02\x05"),
        pack(3, b"\x02\x00\x00"),
    ],
)
def test_a_broken_packet_is_an_error(packet):
    assert Board().take(packet) == ERROR[1]


@pytest.mark.parametrize(
    "data",
    [b"", b"\x04open", b"\x09open\x00", b"\x04open\x08short", b"\x02\xff\xfe\x00", b"\0\0\0"],
)
def test_broken_credentials_are_an_error_and_connect_to_nothing(data):
    board = Board()
    assert board.take(pack(3, bytes([1, len(data)]) + data)) == ERROR[0] + ERROR[1]
    assert board.given == []


@given(st.binary(max_size=60), st.integers(1, 20))
def test_a_packet_is_found_in_whatever_else_is_on_the_line(noise, step):
    board = Board()
    noise = noise.replace(b"I", b"i")  # else the noise may begin a packet that swallows ours
    stream = noise + CURRENT_STATE
    sent = b"".join(board.take(stream[at : at + step]) for at in range(0, len(stream), step))
    assert sent == ERROR[0] + STATE[2]


@pytest.mark.parametrize("noise", [b"I", b"IMP", b"IIMPROV", b"IMPROV\x02", b"IMPROVIMPRO"])
def test_a_packet_is_found_after_the_beginning_of_another(noise):
    assert Board().take(noise + CURRENT_STATE) == ERROR[0] + STATE[2]


@given(st.binary(max_size=300))
def test_whatever_comes_never_fails(octets):
    Board().take(b"IMPROV\x01" + octets)


@given(st.lists(st.text(max_size=300), max_size=5))
def test_a_result_fits_into_a_packet(texts):
    data = to_result(3, texts)
    assert len(data) <= 255
    assert data[1] == len(data) - 2
