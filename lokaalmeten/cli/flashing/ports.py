"""Which serial port the board is on."""

import errno
from collections.abc import Iterable
from dataclasses import dataclass

import serial
from serial.tools import list_ports

from .errors import FlashError

# makers of what a board has at its USB: Espressif itself, and converters
MAKERS = {0x303A: "ESP32", 0x10C4: "CP210x", 0x1A86: "CH34x", 0x0403: "FTDI"}

REASONS = {
    errno.ENOENT: "it is not there",
    errno.EACCES: "you may not: on Linux, be in the group dialout",
    errno.EBUSY: "another program has it",
}


@dataclass(frozen=True)
class Port:
    """A serial port; ``maker`` is the vendor id of its USB device, None when it has none."""

    device: str
    maker: int | None = None


def read_ports() -> list[Port]:
    """Return the serial ports of this machine."""
    return [Port(one.device, one.vid) for one in list_ports.comports()]


def check_port(device: str) -> None:
    """Refuse a port that cannot be opened, before anything is fetched or made for it."""
    try:
        serial.Serial(device).close()
    except (OSError, ValueError) as error:
        reason = REASONS.get(getattr(error, "errno", None) or 0, "it is no serial port")
        raise FlashError(
            f"{device} cannot be opened ({reason}): is the cable in, and does no other program "
            "use the port?"
        ) from None


def choose_port(wanted: str, ports: Iterable[Port]) -> str:
    """Return the port that is meant: as it was given, or the only one that can be a board."""
    if wanted != "auto":
        return wanted
    found = sorted(port.device for port in ports if port.maker in MAKERS)
    if not found:
        raise FlashError(
            "no board is on USB: take a cable that carries data, and on Linux see that you are in "
            "the group dialout; else name the port with --port"
        )
    if len(found) > 1:
        raise FlashError(
            f"{len(found)} boards are on USB: name one of {', '.join(found)} with --port"
        )
    return found[0]
