"""The chip's own bootloader, by way of esptool.

esptool is GPL-2.0-or-later: it is a program that is run, and no module of it is imported.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from .errors import FlashError

CHIP = "esp32s3"
PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s?%")
CHIPS = re.compile(r"(?:This chip is|chip is) (?:an? )?(ESP[\w-]+)", re.IGNORECASE)
SILENT = ("No serial data received", "Failed to connect", "Invalid head of packet")
AWAY = ("could not open", "Could not open", "port is busy", "doesn't exist", "not readable")
WAYS = "hold BOOT, press RESET, let BOOT go, and run the same command again"

Show = Callable[[float], None]  # told how far it is, 0 to 1


def find_esptool() -> list[str]:
    """Return the words that start esptool; FlashError says how to get it."""
    beside = Path(sys.executable).with_name("esptool")
    found = str(beside) if beside.exists() else shutil.which("esptool")
    if found is None:
        raise FlashError(
            "esptool is not here: install it with uv sync --extra flash, or pip install esptool"
        )
    return [found]


def write_flash(port: str, parts: Mapping[int, bytes], show: Show, *, erase: bool = False) -> None:
    """Write each part at its address, and have the chip compare what it holds; then it starts."""
    total, done = sum(map(len, parts.values())), 0
    shares = []
    for at in sorted(parts):
        shares.append((done / total, len(parts[at]) / total))
        done += len(parts[at])
    with tempfile.TemporaryDirectory(prefix="meten-flash-") as place:
        words = ["write-flash", "--flash-size", "8MB", *(["--erase-all"] if erase else [])]
        for at, content in sorted(parts.items()):
            file = Path(place) / f"{at:06x}.bin"
            file.touch(mode=0o600)  # passwords may be in it
            file.write_bytes(content)
            words += [hex(at), str(file)]
        run_esptool(port, words, lambda part, share: show_share(shares, part, share, show))
    show(1)


def show_share(shares: Sequence[tuple[float, float]], part: int, share: float, show: Show) -> None:
    """Tell how far all parts together are, when one of them is at ``share``."""
    before, size = shares[min(part, len(shares) - 1)]
    show(before + size * share)


def run_esptool(port: str, words: Sequence[str], show: Callable[[int, float], None]) -> str:
    """Run esptool to its end; what it said. FlashError says in one sentence why it failed."""
    command = [*find_esptool(), "--chip", CHIP, "--port", port, *words]
    said: list[str] = []
    try:
        process = subprocess.Popen(  # noqa: S603 - fixed words
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace",
        )  # fmt: skip
    except OSError as error:
        raise FlashError(f"esptool cannot be started: {error.strerror}") from None
    assert process.stdout is not None
    part, before = 0, 0.0
    with process:
        for line in process.stdout:  # a carriage return ends a line, too
            said.append(line.strip())
            if "Writing at" in line and (found := PERCENT.search(line)):
                share = float(found[1]) / 100
                part, before = part + (share < before), share
                show(part, share)
    text = "\n".join(said)
    if process.returncode:
        raise FlashError(explain(text, port))
    return text


def explain(said: str, port: str) -> str:
    """Return why esptool failed, and how to go on."""
    if (other := CHIPS.search(said)) and "S3" not in other[1].upper():
        return f"the chip at {port} is an {other[1]}, and all builds have an ESP32-S3: take another"
    if any(mark in said for mark in AWAY):
        return f"{port} cannot be opened: is the cable in, and does no other program use the port?"
    if any(mark in said for mark in SILENT):
        return f"the board at {port} does not answer: {WAYS}"
    last = next((line for line in reversed(said.splitlines()) if line), "it said nothing")
    return f"flashing {port} broke off ({last.rstrip('.')}): put the cable in again, or {WAYS}"
