"""`meten node logins`: what Mosquitto must know of the nodes that owners added on the pages."""

from pathlib import Path

from rich.console import Console

from lokaalmeten.errors import LokaalmetenError
from storage.logins import read_logins
from storage.pool import connect

from .replacing import replace


def write_logins(dsn: str, file: Path, out: Console) -> None:
    """Replace the password file when it is another one; lines of other users in it stay.

    Raises LokaalmetenError when it cannot be read or written.
    """
    with connect(dsn, reading=True) as connection:
        logins = read_logins(connection)
    try:
        before = file.read_text("utf-8") if file.exists() else ""
        after = to_text(before, logins)
        if after != before:
            replace(file, after)
    except OSError as error:
        raise LokaalmetenError(f"{file}: cannot be written: {error.strerror}") from error
    said = "not changed" if after == before else "changed: send Mosquitto a SIGHUP"
    out.print(f"{file}: {len(logins):,} nodes, {said}", markup=False, soft_wrap=True)


MARK = "# below this line meten node logins writes\n"


def to_text(before: str, logins: dict[str, str]) -> str:
    r"""What the file holds afterwards: what others wrote above the mark, then one line a node.

    >>> to_text("ingest:$7$1$a$b\n", {"box-7": "$7$101$c$d"}).splitlines()[-1]
    'box-7:$7$101$c$d'
    """
    others = before.partition(MARK)[0]
    lines = "".join(f"{name}:{login}\n" for name, login in sorted(logins.items()))
    return f"{others}{MARK}{lines}"
