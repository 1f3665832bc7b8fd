"""Disks that fill up, and files that hold secrets."""

import shutil
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..database import to_size
from .finding import Finding, absent, unknown, well, wrong

LEAST_SHARE, LEAST_BYTES = 0.1, 1 << 30
CONFIGURATION, PASSWORDS = "mosquitto.conf", "passwords"
SECRET = ("password_file", "keyfile")  # mosquitto.conf(5)


@dataclass(frozen=True)
class Space:
    """Of the disk on which a folder is, bytes."""

    folder: str
    total: int
    free: int


def check_data(folder: Path) -> list[Finding]:
    """Look at the disk of LOKAALMETEN_DATA."""
    if not folder.exists():
        todo = f"{folder} is made by meten up or meten demo"
        return [absent("disk", "of LOKAALMETEN_DATA", todo)]
    space = read_space(str(folder))
    if space is None:
        return [unknown("disk", "of LOKAALMETEN_DATA", f"this user may not look at {folder}")]
    return [judge_space("disk", "of LOKAALMETEN_DATA", space)]


def read_space(folder: str) -> Space | None:
    """How full the disk of a folder is; None where this user cannot know."""
    try:
        found = shutil.disk_usage(folder)
    except OSError:
        return None
    return Space(folder, found.total, found.free)


def judge_space(part: str, what: str, space: Space) -> Finding:
    """Judge what is free, of the whole and in itself."""
    share = space.free / max(space.total, 1)
    said = f"{to_size(space.free)} free, {share:.0%} of {to_size(space.total)}"
    if share >= LEAST_SHARE and space.free >= LEAST_BYTES:
        return well(part, what, said)
    todo = f"make room on the disk of {space.folder}, or see: meten db retain --dry-run"
    return wrong(part, what, said, todo)


def check_secrets(folder: Path | None) -> list[Finding]:
    """Look at the passwords and keys of a broker."""
    if folder is None:
        return [absent("files", "secrets", "to have them looked at: --broker FOLDER")]
    try:
        modes = {path: path.stat().st_mode for path in find_secrets(folder)}
    except OSError as error:
        said = f"{error.filename} cannot be looked at: {error.strerror}"
        return [unknown("files", "secrets", said, "run as who owns the folder")]
    return [judge_secrets(modes)]


def find_secrets(folder: Path) -> list[Path]:
    """Files of a broker that hold passwords and keys; OSError when it cannot be read."""
    found = {folder / PASSWORDS, *(path for path in folder.iterdir() if path.suffix == ".key")}
    configured = folder / CONFIGURATION
    if configured.exists():
        found |= {folder / value for name, value in read_lines(configured) if name in SECRET}
    return sorted(path for path in found if path.exists())


def read_lines(configured: Path) -> Iterable[tuple[str, str]]:
    """Lines of mosquitto.conf as name and value; OSError when it cannot be read."""
    for line in configured.read_text("utf-8", "replace").splitlines():
        name, _, value = line.strip().partition(" ")
        if value and not name.startswith("#"):
            yield name, value.strip()


def judge_secrets(modes: dict[Path, int]) -> Finding:
    """Judge the rights of files; a group is somebody's choice, everybody is nobody's."""
    if not modes:
        return unknown(
            "files", "secrets", "no passwords and no keys are there", "is it the folder?"
        )
    open_to_all = [path for path, mode in modes.items() if mode & (stat.S_IROTH | stat.S_IWOTH)]
    if not open_to_all:
        return well("files", "secrets", f"{len(modes)} files, none open to other users")
    names = ", ".join(map(str, open_to_all))
    many = "is" if len(open_to_all) == 1 else "are"
    said = f"{names} {many} open to every user of this machine"
    return wrong("files", "secrets", said, "run: chmod o= " + " ".join(map(str, open_to_all)))
