"""Files that are there in full or not at all."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from lokaalmeten.errors import FormatError

FAST = 1  # level of gzip; level 6 makes files a fifth smaller, in five times the time


@contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """A file that gets its name when it is whole; gzip when the name ends so.

    The same content gives the same bytes: the clock is left out of a gzip file.
    """
    draft = path.with_name(f".{path.name}.part")
    try:
        with draft.open("wb") as plain:
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
