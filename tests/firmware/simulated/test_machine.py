"""The simulated chip refuses what the real one refuses, with its error numbers."""

from pathlib import Path

import pytest

from firmware.sensors.pms5003 import is_whole
from firmware.simulated import machine
from firmware.simulated.board import ENODEV, ETIMEDOUT, Board
from firmware.simulated.clockwork import Clockwork
from firmware.simulated.devices import Air, lasers
from firmware.simulated.devices.bme280 import Bme280
from firmware.simulated.devices.sps30 import Sps30

REPOSITORY = Path(__file__).parents[3]
SCRIPT = Path(__file__).parent / "uart_stream.py"


@pytest.fixture
def board():
    return Board(Clockwork()).put_in_place()


def bus(hertz=100_000):
    return machine.I2C(0, sda=machine.Pin(5), scl=machine.Pin(6), freq=hertz)


def test_asyncio_reads_a_serial_line_as_a_stream(micropython):
    path = [REPOSITORY / "firmware/simulated", REPOSITORY]
    lines = [line.split() for line in micropython.run(SCRIPT, path=path, heap="1M").splitlines()]
    assert all(is_whole(bytes.fromhex(frame)) for _, frame in lines)
    seconds = [int(second) for second, _ in lines]
    assert seconds == sorted(seconds)
    assert seconds[-1] <= 3


def test_address_where_nobody_is_gives_enodev_and_a_held_line_etimedout(board):
    device = board.i2c(5, 6).add(Sps30(Air()))
    with pytest.raises(OSError, match=str(ENODEV)):
        bus().writeto(0x42, b"\x00")
    device.stuck = True
    with pytest.raises(OSError, match=str(ETIMEDOUT)):
        bus().writeto(0x42, b"\x00")


def test_nine_clocks_free_a_device_that_lost_count_and_not_a_broken_one(board):
    for broken in (False, True):
        device = board.i2c(5, 6).add(Bme280(Air()))
        device.stuck, device.broken = True, broken
        scl = machine.Pin(6, machine.Pin.OPEN_DRAIN)
        for _ in range(9):
            scl(0)
            scl(1)
        assert device.stuck == broken


def test_serial_line_keeps_what_it_has_room_for_and_loses_the_rest(board):
    wire = board.uart(rx=8)
    wire.add(lasers.Pms5003(Air()))
    uart = machine.UART(1, tx=machine.Pin(7), rx=machine.Pin(8), rxbuf=100)
    assert uart.any() == 0
    board.time.advance(10_000)
    assert (uart.any(), wire.lost) == (100, 220)
    assert len(uart.read(64) or b"") == 64
    assert (len(uart.read() or b""), uart.read()) == (36, None)


@pytest.mark.parametrize("number", [2, -1])
def test_hardware_that_the_chip_does_not_have_is_refused(board, number):
    with pytest.raises(ValueError, match="does not exist"):
        machine.I2C(number, sda=machine.Pin(5), scl=machine.Pin(6))
    with pytest.raises(ValueError, match="does not exist"):
        machine.UART(number + 2 if number > 0 else number, rx=machine.Pin(8))


def test_sleep_and_reset_end_the_program_past_every_handler_of_errors(board):
    for ends, kind in (
        (lambda: machine.deepsleep(60_000), machine.DeepSleep),
        (machine.reset, machine.Reset),
        (lambda: machine.lightsleep(10), machine.LightSleep),
    ):
        assert not issubclass(kind, Exception)
        with pytest.raises(kind):
            ends()


def test_converter_without_attenuation_sees_less_than_a_volt(board):
    board.microvolts[1] = 1_935_000
    assert machine.ADC(machine.Pin(1)).read_uv() == 950_000
    wide = machine.ADC(machine.Pin(1), atten=machine.ADC.ATTN_11DB)
    assert wide.read_uv() == 1_935_000
