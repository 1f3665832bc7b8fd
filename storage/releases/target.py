"""Where releases lie: a folder, or whatever fsspec knows (``s3://``, ``memory://``, ...).

A file is sent, read back and compared. One that others look for is there in full or not at all: on
disk it gets its name when it is whole, and a store shows no object before it is.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

from lokaalmeten.errors import FormatError

from ..files import whole

BLOCK_B = 8 << 20
NEEDED = {"s3": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "abfs": "adlfs", "az": "adlfs"}


class Target:
    """A place with files, each named by its path below it."""

    def __init__(self, url: str) -> None:
        """Raises FormatError when nothing here can reach it."""
        self.url = url.rstrip("/")
        protocol = url.partition("://")[0]
        try:
            self.files, root = fsspec.url_to_fs(self.url)
        except ImportError as error:
            package = NEEDED.get(protocol, "")
            how = f"; install what does: pip install {package}" if package else ""
            raise FormatError(f"{url}: nothing here reaches {protocol}://{how}") from error
        except ValueError as error:
            raise FormatError(f"{url}: {error}") from error
        self.root = root.rstrip("/")

    def names(self) -> list[str]:
        """Names right below it; none when it is not there yet."""
        with self._say_refused():
            self.files.invalidate_cache()
            try:
                found = self.files.ls(self.root, detail=False)
            except FileNotFoundError:
                return []
        return sorted(str(path).rstrip("/").rpartition("/")[2] for path in found)

    def find(self, place: str) -> list[str]:
        """Paths of all files below one."""
        with self._say_refused():
            self.files.invalidate_cache()
            found = self.files.find(self._path(place))
        return sorted(str(path).removeprefix(f"{self.root}/") for path in found)

    def has(self, place: str) -> bool:
        """Whether there is such a file."""
        with self._say_refused():
            self.files.invalidate_cache()
            return bool(self.files.exists(self._path(place)))

    def read(self, place: str) -> bytes:
        """Content of a small file."""
        with self._say_refused():
            return self.files.cat_file(self._path(place))

    def write(self, place: str, content: bytes) -> None:
        """Write a small file, in full or not at all."""
        with self._say_refused():
            path = self._path(place)
            if isinstance(self.files, LocalFileSystem):
                Path(path).parent.mkdir(parents=True, exist_ok=True)
                with whole(Path(path)) as file:
                    file.write(content)
            else:
                self.files.pipe_file(path, content)

    def send(self, local: Path, place: str) -> None:
        """Copy a file to its place."""
        with self._say_refused():
            path = self._path(place)
            self.files.makedirs(path.rpartition("/")[0], exist_ok=True)
            self.files.put_file(str(local), path)

    def fetch(self, place: str, local: Path) -> None:
        """Copy a file from its place."""
        with self._say_refused():
            self.files.get_file(self._path(place), str(local))

    def check(self, place: str, size: int, sha256: str) -> None:
        """Read a file back; FormatError when it is not what was sent."""
        digest, read = hashlib.sha256(), 0
        with self._say_refused(), self.files.open(self._path(place), "rb") as file:
            while block := file.read(BLOCK_B):
                digest.update(block)
                read += len(block)
        if read != size or digest.hexdigest() != sha256:
            raise FormatError(
                f"{self.url}/{place} is not what was sent: {read:,} bytes of {size:,}; repeat it"
            )

    def remove(self, place: str) -> None:
        """Remove a file."""
        with self._say_refused():
            self.files.rm_file(self._path(place))

    def _path(self, place: str) -> str:
        return f"{self.root}/{place}"

    @contextmanager
    def _say_refused(self) -> Iterator[None]:
        """Turn whatever a store refuses, in words of its own library, into a FormatError."""
        try:
            yield
        except FormatError:
            raise
        except Exception as error:
            said: Any = getattr(error, "strerror", None) or error
            raise FormatError(f"{self.url} cannot be used: {said}") from error
