"""How telling somebody goes: noted alike of notices of every kind, each in a table of its own."""

from datetime import datetime
from typing import Literal

from psycopg import sql

from .failures import Connection, say_failures

Table = Literal["crowd_notice", "node_notice"]

_HAND = sql.SQL("UPDATE {} SET handed_at = %(now)s WHERE id = %(number)s")
# one that waits on is due again, and was not handed over
_SETTLE = sql.SQL("""
UPDATE {} SET state = %(state)s, failure = %(failure)s, due_at = %(due)s,
    handed_at = CASE WHEN %(state)s = 'waiting' THEN NULL ELSE handed_at END,
    done_at = CASE WHEN %(state)s = 'waiting' THEN NULL ELSE %(now)s::timestamptz END
WHERE id = %(number)s
""")


def hand(connection: Connection, table: Table, number: int, now: datetime) -> None:
    """Note that the text of a notice is being handed over, before it is."""
    with say_failures(connection):
        query = _HAND.format(sql.Identifier("private", table))
        connection.execute(query, {"number": number, "now": now})


def settle(
    connection: Connection,
    table: Table,
    number: int,
    state: str,
    now: datetime,
    due: datetime,
    failure: str = "",
) -> None:
    """Note how a try went: sent, failed or unsure, or waiting and due again at ``due``."""
    values = {"number": number, "state": state, "now": now, "due": due, "failure": failure}
    with say_failures(connection):
        connection.execute(_SETTLE.format(sql.Identifier("private", table)), values)
