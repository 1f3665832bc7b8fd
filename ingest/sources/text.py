"""A file on disk as text: plain, gzip, or a zip whose members are read one after the other.

Everything is looked at once before anything is read: a file that breaks off in the middle, or
holds bytes that are no text, leaves nothing half imported.
"""

import codecs
import gzip
import hashlib
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from lokaalmeten.errors import FormatError

BLOCK = 1 << 20
HEAD = 4000  # characters by which a format is told
GZIP = b"\x1f\x8b"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")  # the second: a zip of nothing
WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
ENDS_EARLY = (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile)


@dataclass(frozen=True)
class Text:
    """A file that was looked at."""

    path: Path
    encoding: str
    digest: str  # SHA-256 of the bytes on disk, hexadecimal
    head: str  # its first characters


@dataclass(frozen=True)
class Member:
    """One file of a zip, or the whole file."""

    name: str  # empty for the whole file
    file: IO[bytes]
    read: Callable[[], int]  # bytes of the file on disk so far


def look_at(path: Path, encoding: str, kind: str) -> Text:
    """Digest, encoding and beginning of a file; FormatError when it cannot be read to its end.

    ``encoding`` is "utf-8", or "latin-1" for what may be either; ``kind`` is what was expected.
    """
    digest = read_digest(path)
    try:
        return Text(path, "utf-8", digest, check_text(path, "utf-8", kind))
    except UnicodeDecodeError:
        if encoding == "utf-8":
            raise FormatError(describe_bad_byte(path)) from None
    return Text(path, encoding, digest, check_text(path, encoding, kind))


def read_digest(path: Path) -> str:
    """SHA-256 of the bytes of a file; FormatError when it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise FormatError(f"{path}: cannot be read: {error.strerror}") from error


def check_text(path: Path, encoding: str, kind: str) -> str:
    """Decode all of a file and return its first characters.

    Raises FormatError when there is nothing in it or it ends in the middle, UnicodeDecodeError
    when it is not of the encoding.
    """
    head, size, lines = "", 0, 0
    try:
        for member in read_members(path):
            decoder = codecs.getincrementaldecoder(encoding)()
            while block := member.file.read(BLOCK):
                if not size and block.startswith(WIDE):
                    raise FormatError(f"{path}: is UTF-16 text; save it as UTF-8 first")
                text = decoder.decode(block)
                head += text[: HEAD - len(head)].removeprefix("\ufeff")
                size, lines = size + len(block), lines + block.count(b"\n")
            decoder.decode(b"", final=True)
    except ENDS_EARLY as error:
        raise FormatError(
            f"{path}: ends in the middle, after {lines:,} lines ({size:,} bytes unpacked):"
            " it was not copied whole; nothing of it was imported"
        ) from error
    if not size:
        raise FormatError(f"{path}: is empty (0 bytes); expected {kind}")
    return head


def describe_bad_byte(path: Path) -> str:
    """Sentence that names the first byte of a file that is not UTF-8."""
    line = 1
    for member in read_members(path):
        for number, text in enumerate(member.file, 1):
            try:
                text.decode()
            except UnicodeDecodeError as error:
                found, line = text[error.start], number
                where = f" of {member.name}" if member.name else ""
                return (
                    f"{path}: is not UTF-8 text (byte 0x{found:02X} on line {line}{where}); "
                    "convert it first, for example with: iconv -f latin1 -t utf-8"
                )
    return f"{path}: is not UTF-8 text"


def read_members(path: Path) -> Iterator[Member]:
    """Open the files of a zip in the order of their names, or the one file that it is."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
            file.seek(0)
            if start.startswith(ZIP):
                yield from read_zip(path, file)
            else:
                with unpack(file) as opened:
                    yield Member("", opened, file.tell)
    except OSError as error:
        if isinstance(error, ENDS_EARLY):
            raise
        raise FormatError(f"{path}: cannot be read: {error.strerror}") from error


def read_zip(path: Path, file: IO[bytes]) -> Iterator[Member]:
    """Open the files of a zip one after the other; FormatError when one is locked."""
    with zipfile.ZipFile(file) as packed:
        done = 0
        for info in sorted(packed.infolist(), key=lambda info: info.filename):
            if info.is_dir() or Path(info.filename).name.startswith((".", "__")):
                continue
            if info.flag_bits & 1:
                raise FormatError(f"{path}: {info.filename} is locked with a password")
            done += info.compress_size
            with packed.open(info) as member, unpack(member) as opened:
                yield Member(info.filename, opened, lambda done=done: done)


@contextmanager
def unpack(file: IO[bytes]) -> Iterator[IO[bytes]]:
    """The file itself, or what is packed in it when it is gzip."""
    packed = file.read(2) == GZIP
    file.seek(0)
    if not packed:
        yield file
        return
    with gzip.open(file) as opened:
        yield opened  # type: ignore[misc]
