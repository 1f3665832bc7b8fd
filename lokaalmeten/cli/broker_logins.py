"""`meten broker logins` and `follow`: what Mosquitto must know of the nodes that may log in.

A node that lost its password is put out by Mosquitto itself when it reads the file anew.
"""

import contextlib
import logging
import os
import signal
import threading
from pathlib import Path

from lokaalmeten.errors import LokaalmetenError, StorageError
from storage.failures import Connection
from storage.logins import read_logins, read_state
from storage.pool import connect

from .broker_files import PASSWORDS, PID
from .replacing import replace

LOG = logging.getLogger("lokaalmeten.broker")
LOOK_S = 1.0  # between two looks: what is revoked is out within two seconds


def follow(dsn: str, folder: Path, stop: threading.Event) -> None:
    """Write what changed and have Mosquitto read it, until told to stop.

    A database that is away changes nothing, and is asked again. Raises LokaalmetenError when the
    file cannot be written.
    """
    seen = None
    while not stop.is_set():
        try:
            with connect(dsn, reading=True) as connection:
                state = read_state(connection)
                if state != seen:
                    count, changed = write_logins(connection, folder / PASSWORDS)
                    if changed or seen is None:  # somebody else may have written them before
                        knows = not changed and has_read(folder)
                        told = "Mosquitto knows them" if knows else signal_broker(folder / PID)
                        LOG.info("%d nodes may log in; %s", count, told)
                    seen = state
        except StorageError as error:
            LOG.warning("who may log in stays as it is: %s", error)
        stop.wait(LOOK_S)


def has_read(folder: Path) -> bool:
    """Whether Mosquitto started after the passwords were written, and so has read them.

    It writes its pid before it reads them, anew each time that it starts.
    """
    try:
        return (folder / PID).stat().st_mtime > (folder / PASSWORDS).stat().st_mtime
    except OSError:
        return False


def signal_broker(file: Path) -> str:
    """Have the Mosquitto of a pid file read its passwords anew; how that went."""
    with contextlib.suppress(OSError, ValueError):
        os.kill(int(file.read_text()), signal.SIGHUP)
        return "Mosquitto was told"
    return f"no Mosquitto is told by {file}"


def write_logins(connection: Connection, file: Path) -> tuple[int, bool]:
    """Replace the password file when it is another one; lines of other users in it stay.

    How many nodes there are, and whether it changed. Raises LokaalmetenError when it cannot be
    read or written.
    """
    logins = read_logins(connection)
    try:
        before = file.read_text("utf-8") if file.exists() else ""
        after = to_text(before, logins)
        if after != before:
            replace(file, after)
    except OSError as error:
        raise LokaalmetenError(f"{file}: cannot be written: {error.strerror}") from error
    return len(logins), after != before


MARK = "# below this line meten broker writes\n"


def to_text(before: str, logins: dict[str, str]) -> str:
    r"""What the file holds afterwards: what others wrote above the mark, then one line a node.

    >>> to_text("ingest:$7$1$a$b\n", {"box-7": "$7$101$c$d"}).splitlines()[-1]
    'box-7:$7$101$c$d'
    """
    others = before.partition(MARK)[0]
    lines = "".join(f"{name}:{login}\n" for name, login in sorted(logins.items()))
    return f"{others}{MARK}{lines}"
