"""What a saved database says of itself: which tables it was made for, and every file of it.

It is written last: a folder without it was not saved to its end.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from lokaalmeten.errors import FormatError, StorageError

from .failures import Connection, name_place
from .files import whole
from .migrate import read_applied

NAME = "manifest.json"
FORMAT = 1  # to be raised when an older program could not read what is saved
PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700


@dataclass(frozen=True)
class File:
    """One Parquet file."""

    table: str
    place: str  # below the folder
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """All that is in the folder."""

    taken_at: str  # moment of the database that the files show, UTC
    migrations: Mapping[str, str]  # name and checksum of each
    numbering: Mapping[str, tuple[int, bool]]  # by table.column: last number, and if it was given
    files: Sequence[File]

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(file.rows for file in self.files)

    @property
    def bytes(self) -> int:
        """Size of all files."""
        return sum(file.bytes for file in self.files)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write it; the folder is whole with that."""
    text = json.dumps({"format": FORMAT, **asdict(manifest)}, indent=1, ensure_ascii=False)
    with whole(folder / NAME, PRIVATE_FILE) as file:
        file.write(text.encode() + b"\n")


def read_manifest(folder: Path) -> Manifest:
    """Read what the folder holds; FormatError when it is none, damaged, or too new."""
    path = folder / NAME
    with say_unreadable(folder):
        if not path.exists():
            raise FormatError(f"{folder} holds no database: {NAME} is missing; was it saved whole?")
        text = path.read_bytes()
    try:
        found = json.loads(text)
        newer = found.pop("format") > FORMAT
        files = [File(**file) for file in found.pop("files")] if not newer else []
        manifest = Manifest(files=files, **found) if not newer else None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise FormatError(f"{path} is damaged; copy the folder again") from None
    if manifest is None:
        raise FormatError(f"{path} was written by a newer version of this program; install that")
    return manifest


def check_migrations(connection: Connection, manifest: Manifest) -> None:
    """Refuse a database that has other tables than the saved one, with a StorageError."""
    place = name_place(connection)
    here = dict(read_applied(connection).values())
    if not here:
        raise StorageError(f"{place}: it has no tables yet; run meten db migrate first")
    if unknown := sorted(manifest.migrations.items() - here.items()):
        raise StorageError(
            f"{place}: what was saved is of a newer version, with migration {unknown[0][0]};"
            " install that version and run meten db migrate first"
        )
    if newer := sorted(here.items() - manifest.migrations.items()):
        raise StorageError(
            f"{place}: it has migration {newer[0][0]} and what was saved has not; load it with the"
            " version that saved it, into a database of that version, and upgrade that"
        )


def check_file(folder: Path, file: File) -> None:
    """Compare every byte of a file with what was noted; FormatError when one differs."""
    path = folder / file.place
    inside = not PurePosixPath(file.place).is_absolute() and ".." not in Path(file.place).parts
    with say_unreadable(path):
        if not inside or not path.is_file():
            raise FormatError(f"{path} is missing; copy the folder again")
        if path.stat().st_size != file.bytes or read_digest(path) != file.sha256:
            raise FormatError(f"{path} is damaged: it is not what was saved; copy it again")


def describe_file(folder: Path, table: str, place: str, rows: int) -> File:
    """Facts of a file that was written."""
    path = folder / place
    return File(table, place, rows, path.stat().st_size, read_digest(path))


def read_digest(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def say_unreadable(path: Path) -> Iterator[Any]:
    """Turn what the file system refuses into a FormatError that names the file."""
    try:
        yield
    except OSError as error:
        raise FormatError(f"{error.filename or path} cannot be read: {error.strerror}") from error
