"""A disk that can hang and be full: a file system in a file, mounted by root."""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from tests.services.apt import Unavailable

SIZE = 8 << 30  # bytes; the file has holes, so only what is used takes room
LEFT = 64 << 10  # bytes that a full disk still has


class Disk:
    """Mounted at ``folder`` while the ``with`` block lasts."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="lokaalmeten-soak-"))
        self.home.chmod(0o711)
        self.folder = self.home / "disk"
        self._image = self.home / "disk.img"

    def __enter__(self) -> "Disk":
        self.folder.mkdir()
        with self._image.open("wb") as file:
            file.truncate(SIZE)
        # no blocks that only root may take: what is full is full for everybody
        run("mkfs.ext4", "-q", "-m", "0", self._image)
        try:
            run("mount", "-o", "loop", self._image, self.folder)
        except Unavailable:
            shutil.rmtree(self.home)
            raise
        self.folder.chmod(0o711)
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run(["umount", self.folder], check=False)
        shutil.rmtree(self.home, ignore_errors=True)

    def hang(self, seconds: float) -> None:
        """Let nothing be written for a while; who tries waits in the kernel."""
        run("fsfreeze", "-f", self.folder)
        try:
            time.sleep(seconds)
        finally:
            run("fsfreeze", "-u", self.folder)

    def fill(self) -> None:
        """Take all room that is left."""
        found = os.statvfs(self.folder)
        run("fallocate", "-l", str(max(found.f_bavail * found.f_frsize - LEFT, 1)), self._ballast)

    def empty(self) -> None:
        """Give the room back."""
        self._ballast.unlink(missing_ok=True)

    @property
    def _ballast(self) -> Path:
        return self.folder / "ballast"


def run(*words: str | Path) -> None:
    """Run a program of the system; Unavailable with its words when it fails."""
    done = subprocess.run([*map(str, words)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Unavailable(f"{' '.join(map(str, words))}: {done.stderr.strip()}")
