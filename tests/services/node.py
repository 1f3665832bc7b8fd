"""The real MicroPython, as a node has it: little memory and nothing importable but its files."""

import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


class MicroPython:
    """An interpreter; as a path it is the program itself."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __fspath__(self) -> str:
        return str(self.path)

    def __str__(self) -> str:
        return str(self.path)

    def run(
        self,
        script: Path,
        *arguments: object,
        heap: str = "160K",  # of 64-bit words: about 110 KB on a 32-bit chip
        path: Sequence[Path] = (REPOSITORY,),
        seconds: float = 60,
    ) -> str:
        """Return what a script prints; the assertion that fails shows its traceback.

        ``path`` is where it may import from. Its working folder is empty, because MicroPython
        looks there first and a stray file would stand in for a module.
        """
        looks_in = os.pathsep.join([*map(str, path), ".frozen"])
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [self.path, "-X", f"heapsize={heap}", script.absolute(), *map(str, arguments)],
                cwd=folder,
                env={"MICROPYPATH": looks_in, "HOME": folder},
                capture_output=True,
                text=True,
                timeout=seconds,
                check=False,
            )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return done.stdout
