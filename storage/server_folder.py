"""The folder of a PostgreSQL of our own: whether it runs, whose it is, and away with it.

In it lie `data`, the `password` of the one user and the logs of both programs.
"""

import shlex
import shutil
from pathlib import Path
from urllib.parse import urlsplit

from lokaalmeten import processes
from lokaalmeten.errors import ServiceError


def refuse_if_running(home: Path) -> None:
    """Raise ServiceError when a server has these data open; forget one that was killed.

    PostgreSQL checks this too, yet takes any living process with the old number for a server,
    which after a power cut may be anything.
    """
    pid = find_process(home)
    if pid:
        raise ServiceError(
            f"the database in {home} is already running as process {pid}; "
            "stop it or use another LOKAALMETEN_DATA"
        )
    (home / "data" / "postmaster.pid").unlink(missing_ok=True)


def find_process(home: Path) -> int:
    """Process of the server that has these data open; 0 when none has."""
    try:
        pid = int((home / "data" / "postmaster.pid").read_text().split()[0])
    except (FileNotFoundError, ValueError, IndexError):
        return 0
    return pid if processes.is_running(pid, str(home / "data")) else 0


def is_of(dsn: str, folder: Path) -> bool:
    """Whether a DSN is that of the server in a folder: nobody else has its password."""
    try:
        return (folder / "password").read_text() == (urlsplit(dsn).password or "")
    except OSError:
        return False


def read_last_port(data: Path) -> int | None:
    """Port with which the server was started last, as PostgreSQL notes it in postmaster.opts."""
    try:
        words = shlex.split((data / "postmaster.opts").read_text())
        return next(int(word[5:]) for word in words if word.startswith("port="))
    except (OSError, ValueError, StopIteration):
        return None


def remove(folder: Path) -> None:
    """Delete a server's data, password and logs, also where a link leads; nothing else."""
    home = folder.resolve()
    if not home.is_dir():
        folder.unlink(missing_ok=True)  # a link to what is already gone
        return
    refuse_if_running(home)
    try:
        for name in ("data", "data.new"):
            shutil.rmtree(home / name, ignore_errors=not (home / name).exists())
        for name in ("password", "postgresql.log", "initdb.log"):
            (home / name).unlink(missing_ok=True)
        if not any(home.iterdir()):
            home.rmdir()
            folder.unlink(missing_ok=True)
    except OSError as error:
        raise ServiceError(f"{folder} cannot be removed: {error}") from error
