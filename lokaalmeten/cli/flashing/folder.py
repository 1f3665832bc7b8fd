"""A folder with what browsers put on boards (dashboard/flashing/folder.py says what is in it)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..releases import read_version
from .errors import FlashError
from .image import make_image, read_files
from .interpreter import read_interpreter
from .layout import FILES, to_program

BOARDS = ("f1", "b1", "b2")
INTERPRETER = "interpreter.bin"
IMPROV_WAIT_S = 30  # a board reads a thousand lines of code before it answers


def write_folder(
    folder: Path, interpreter: bytes, key: Path | None, program: Path
) -> Iterator[str]:
    """Write all of it; yields a line about each file. FlashError when it cannot be written.

    ``program`` is MicroPython's unix port. A manifest is written after what it names.
    """
    own = {} if key is None else {"release.pub": read_interpreter(key, None)}
    yield write_file(folder / INTERPRETER, to_program(interpreter))
    for board in BOARDS:
        files = read_files(board) | own
        yield write_file(folder / f"{board}.bin", make_image(files, program))
        manifest = json.dumps(to_manifest(board, read_version(files)), indent=1)
        yield write_file(folder / f"{board}.json", manifest.encode())


def to_manifest(board: str, version: str) -> dict[str, Any]:
    """Manifest of a board, as esp-web-tools reads it; it erases only who wishes that."""
    parts = [{"path": INTERPRETER, "offset": 0}, {"path": f"{board}.bin", "offset": FILES.at}]
    return {
        "name": f"lokaalmeten {board.upper()}",
        "version": version,
        "new_install_prompt_erase": True,
        "new_install_improv_wait_time": IMPROV_WAIT_S,
        "builds": [{"chipFamily": "ESP32-S3", "parts": parts}],
    }


def write_file(path: Path, content: bytes) -> str:
    """Write a file beside the old one and swap them; a line about it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}")
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        raise FlashError(f"{path} cannot be written: {error.strerror}") from None
    return f"{path}: {len(content):,} bytes"
