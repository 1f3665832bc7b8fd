"""`meten node login`: what one node logs in to the broker with; shown once, kept as a hash."""

from io import StringIO

import segno
from rich.console import Console

from lokaalmeten.joining import to_configuration
from lokaalmeten.settings import Address
from storage.logins import give_login, revoke_login
from storage.pool import connect


def give(dsn: str, node: str) -> str:
    """New password of a node; StorageError when there is no such node."""
    with connect(dsn) as connection:
        return give_login(connection, node)


def revoke_of(dsn: str, node: str) -> None:
    """Take the password of a node away; StorageError when it has none."""
    with connect(dsn) as connection:
        revoke_login(connection, node)


def show(out: Console, node: str, password: str, broker: Address | None = None) -> None:
    """Say a password; with a broker also as a QR code of what belongs into config.json."""
    out.print(f"its password at the broker, shown this once: {password}", highlight=False)
    if broker is None:
        return
    text = to_configuration(node, password, broker.host, broker.port, tls=broker.tls)
    drawn = StringIO()
    segno.make(text, micro=False).terminal(drawn, compact=True)
    out.print(drawn.getvalue(), markup=False, highlight=False, soft_wrap=True)
