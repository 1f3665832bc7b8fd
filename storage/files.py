"""Files that are there in full or not at all."""

import gzip
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from lokaalmeten.errors import FormatError

FAST = 1  # level of gzip; level 6 makes files a fifth smaller, in five times the time


@contextmanager
def whole(path: Path, mode: int = 0o666, mark: str = "") -> Iterator[IO[bytes]]:
    """A file that gets its name when it is whole; gzip when the name ends so.

    ``mode`` are its rights, of which the umask takes some. The same content gives the same bytes:
    the clock is left out of a gzip file. Who may write a file while another one does has a ``mark``
    of its own.
    """
    draft = path.with_name(f".{path.name}{mark}.part")
    draft.unlink(missing_ok=True)  # of a run that was cut off, with the rights of then
    try:
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode), "wb") as plain:
            if path.suffix == ".gz":
                with gzip.GzipFile("", "wb", FAST, plain, mtime=0) as packed:
                    yield cast("IO[bytes]", packed)
            else:
                yield plain
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def say_unwritable(folder: Path) -> Iterator[None]:
    """Turn what the file system refuses into a FormatError that names the file."""
    try:
        yield
    except OSError as error:
        where = error.filename or folder
        raise FormatError(f"{where} cannot be written: {error.strerror}") from error
