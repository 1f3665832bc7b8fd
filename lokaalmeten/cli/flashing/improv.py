"""Improv Wi-Fi on the serial line, from the side of who asks (improv-wifi.com/serial).

What a packet looks like is drawn in firmware/improv.py. Between packets come lines for people.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import serial

from .errors import FlashError

HEADER = b"IMPROV\x01"
STATE, ERROR, COMMAND, RESULT = 1, 2, 3, 4  # types
PROVISIONED = 4  # state
UNABLE = 3  # error
SETTINGS, CURRENT = 1, 2  # commands
SPEED = 115_200
BOOT_S, JOIN_S = 60.0, 60.0
ASK_S = 1.0  # between two questions
STEP_S = 0.1

Packet = tuple[int, bytes]


class Line:
    """The serial line of a board: packets for us, lines for people."""

    def __init__(self, port: serial.Serial) -> None:
        """``port`` is open, with a short timeout."""
        self._port = port
        self._rest = b""
        self.lines: list[str] = []

    def ask(self, command: int, data: bytes = b"") -> None:
        """Send a command."""
        self._port.write(to_packet(COMMAND, bytes([command, len(data)]) + data))

    def read(self) -> list[Packet]:
        """Return the packets that came; lines are kept in ``lines``."""
        self._rest += self._port.read(max(self._port.in_waiting, 1))
        packets, lines, self._rest = split(self._rest)
        self.lines += lines
        return packets

    def take_lines(self) -> list[str]:
        """Return the lines that came since the last time."""
        found, self.lines = self.lines, []
        return found


@contextmanager
def open_line(port: str, patience_s: float = 15) -> Iterator[Line]:
    """Open the port, which is away for a moment while the board starts; FlashError without one."""
    until = time.monotonic() + patience_s
    while True:
        try:
            found = serial.Serial(port, SPEED, timeout=STEP_S, write_timeout=5)
            break
        except (OSError, ValueError) as error:
            if time.monotonic() > until:
                raise FlashError(
                    f"{port} cannot be opened ({error}): is the cable in, and does no other "
                    "program use the port?"
                ) from None
            time.sleep(STEP_S)
    try:
        yield Line(found)
    except OSError:  # as serial's own error is
        raise FlashError(
            f"{port} went away: put the cable in again; what is on the board is kept"
        ) from None
    finally:
        with suppress(OSError):
            found.close()


def provision(line: Line, ssid: str, password: str, show: Callable[[str], None]) -> None:
    """Have the board join a network and keep it; FlashError when it cannot."""
    wait_for_board(line, BOOT_S)
    show("the board started, and asks for its network")
    texts = b"".join(bytes([len(text)]) + text for text in (ssid.encode(), password.encode()))
    line.ask(SETTINGS, texts)
    until = time.monotonic() + JOIN_S
    while time.monotonic() < until:
        for kind, data in line.read():
            if kind == STATE and data[:1] == bytes([PROVISIONED]):
                return
            if kind == ERROR and data[:1] == bytes([UNABLE]):
                raise FlashError(
                    f"the board cannot join the network {ssid}: see that name and password are "
                    "right and that it is on 2.4 GHz, and run the same command again"
                )
    raise FlashError(
        f"the board did not say within {JOIN_S:.0f} s whether it joined {ssid}: run it again"
    )


def wait_for_board(line: Line, seconds: float) -> None:
    """Return when the board answers; FlashError when it does not in time."""
    until, asked = time.monotonic() + seconds, 0.0
    while time.monotonic() < until:
        if time.monotonic() - asked > ASK_S:
            line.ask(CURRENT)
            asked = time.monotonic()
        if any(kind == STATE for kind, _ in line.read()):
            return
    said = line.take_lines()[-1:] or ["nothing"]
    raise FlashError(
        f"the board does not start within {seconds:.0f} s (it said: {said[0]}): press RESET, or "
        "flash it again with --erase"
    )


def to_packet(kind: int, data: bytes) -> bytes:
    """Packet of a type, with a line end behind it."""
    packet = HEADER + bytes([kind, len(data)]) + data
    return packet + bytes([sum(packet) & 255]) + b"\n"


def split(octets: bytes) -> tuple[list[Packet], list[str], bytes]:
    """Return (packets, whole lines, what is not yet whole) of what came."""
    packets, lines = [], []
    while octets:
        begin = octets.find(HEADER)
        text, octets = (octets, b"") if begin < 0 else (octets[:begin], octets[begin:])
        *whole, rest = text.split(b"\n")
        lines += [one.decode(errors="replace").strip() for one in whole if one.strip()]
        if begin < 0:
            return packets, lines, rest
        if rest.strip():
            lines.append(rest.decode(errors="replace").strip())
        if len(octets) < 10 or len(octets) < 10 + octets[8]:
            return packets, lines, octets
        end = 10 + octets[8]
        if sum(octets[: end - 1]) & 255 == octets[end - 1]:
            packets.append((octets[7], octets[9 : end - 1]))
        octets = octets[end:].removeprefix(b"\n")
    return packets, lines, b""
