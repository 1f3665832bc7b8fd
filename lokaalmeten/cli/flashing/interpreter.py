"""MicroPython for the chip: a file that is given, or the one whose checksum is known here."""

import hashlib
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .errors import FlashError

MOST_BYTES = 0x20_0000
PATIENCE_S = 30
CHUNK = 65_536

Progress = Callable[[int], None]  # told how many bytes there are now


@dataclass(frozen=True)
class Interpreter:
    """One file of MicroPython's downloads."""

    url: str
    sha256: str


# 1.28.0 for the ESP32-S3 with eight data lines to its PSRAM
PINNED = Interpreter(
    "https://micropython.org/resources/firmware/ESP32_GENERIC_S3-SPIRAM_OCT-20260406-v1.28.0.bin",
    "67c19ae123d84152019b57526ed5291dd0a2b4edd87655c5f76b46c9a62ff5dd",
)


def read_interpreter(file: Path, sha256: str | None) -> bytes:
    """Return a file that is given, checked when its SHA-256 is."""
    try:
        found = file.read_bytes()
    except OSError as error:
        raise FlashError(f"{file} cannot be read: {error.strerror}") from None
    if sha256 is not None:
        check_sha256(found, sha256, str(file))
    return found


def fetch_interpreter(folder: Path, show: Progress, wanted: Interpreter = PINNED) -> bytes:
    """Return the interpreter, fetched once into ``folder``; it is checked each time."""
    kept = folder / wanted.url.rpartition("/")[2]
    if not kept.exists():
        found = download(wanted.url, show)
        check_sha256(found, wanted.sha256, wanted.url)
        folder.mkdir(parents=True, exist_ok=True)
        beside = kept.with_suffix(".new")
        beside.write_bytes(found)
        beside.rename(kept)
    return read_interpreter(kept, wanted.sha256)


def check_sha256(content: bytes, sha256: str, name: str) -> None:
    """Refuse what is not the file that was meant."""
    found = hashlib.sha256(content).hexdigest()
    if found != sha256.lower():
        raise FlashError(
            f"{name} is not the file that was meant: its SHA-256 is {found} and not "
            f"{sha256.lower()}; remove it and fetch it again, or give another with --firmware"
        )


def download(url: str, show: Progress) -> bytes:
    """Fetch a file; FlashError when that fails or it is too long."""
    found = bytearray()
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:  # noqa: S310 - http(s)
            while chunk := answer.read(CHUNK):
                found += chunk
                show(len(found))
                if len(found) > MOST_BYTES:
                    raise FlashError(f"{url} is longer than an interpreter can be")
    except (OSError, urllib.error.URLError) as error:
        reason = getattr(error, "reason", error)
        raise FlashError(
            f"{url} cannot be fetched ({reason}): fetch it in a browser and give it with --firmware"
        ) from None
    return bytes(found)
