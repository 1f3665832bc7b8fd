"""The file system of a board: its software, which board it is, and what its owner wants.

MicroPython's unix port makes it, so the littlefs that writes it is the one that will read it.
"""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from ..releases import read_software
from ..simulated import FIRMWARE
from .errors import FlashError
from .layout import FILES

BLOCK = 4096
HEAP = "64M"
PATIENCE_S = 120
ROOT = ("boot.py", "main.py")


def read_files(board: str, checkout: Path = FIRMWARE.parent) -> dict[str, bytes]:
    """Return what every board of a kind has, by its path there."""
    root = {name: (checkout / "firmware/root" / name).read_bytes() for name in ROOT}
    return read_software(checkout) | root | {"board.json": json.dumps({"board": board}).encode()}


def make_image(files: Mapping[str, bytes], program: Path) -> bytes:
    """Return the bytes of the partition of files; ``program`` is MicroPython's unix port."""
    with TemporaryDirectory(prefix="meten-flash-") as place:  # only its owner can look into it
        folder = Path(place)
        for name, content in files.items():
            path = folder / "files" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        wanted = {
            "image": str(folder / "vfs.img"),
            "blocks": FILES.size // BLOCK,
            "files": {name: str(folder / "files" / name) for name in files},
        }
        (folder / "image.json").write_text(json.dumps(wanted))
        run_builder(program, folder)
        return (folder / "vfs.img").read_bytes()


def run_builder(program: Path, folder: Path) -> None:
    """Have MicroPython make the image that ``image.json`` in the folder describes."""
    command = [program, "-X", f"heapsize={HEAP}", FIRMWARE / "simulated/image.py"]
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            [*command, folder / "image.json"],
            cwd=folder,
            env={"MICROPYPATH": ".frozen", "HOME": str(folder)},
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise FlashError(f"{program} cannot make the file system: {error}") from None
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["it said nothing"]
        raise FlashError(
            f"{program} cannot make the file system ({said[-1]}): MicroPython 1.25 or newer can"
        )
