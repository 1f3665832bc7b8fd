"""The folder with what a board gets; `meten node image` makes it (docs/flashing.md).

interpreter.bin   MicroPython with our table of partitions, for every board
f1.bin            the files of a board
f1.json           what belongs to it and where, as esp-web-tools reads it
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

BOARDS = ("f1", "b1", "b2")
NAME = re.compile(r"(?:interpreter|f1|b1|b2)\.bin|(?:f1|b1|b2)\.json")


@dataclass(frozen=True)
class Offer:
    """A board that can be flashed, and the version of its software."""

    board: str
    version: str


class Firmware:
    """What an operator put into a folder; "" is none."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder).absolute() if folder else None

    def find(self, name: str) -> Path | None:
        """Return a file of the folder that a browser may have."""
        if self._folder is None or not NAME.fullmatch(name):
            return None
        path = self._folder / name
        return path if path.is_file() else None

    def list(self) -> list[Offer]:
        """Return the boards of which everything is there."""
        found = [self._read(board) for board in BOARDS]
        return [offer for offer in found if offer is not None]

    def _read(self, board: str) -> Offer | None:
        manifest = self.find(f"{board}.json")
        if manifest is None:
            return None
        try:
            said = json.loads(manifest.read_bytes())
            parts = [part["path"] for build in said["builds"] for part in build["parts"]]
            whole = bool(parts) and all(self.find(str(name)) for name in parts)
            return Offer(board, str(said["version"])) if whole else None
        except (OSError, ValueError, KeyError, TypeError):
            return None
