"""How far the import of a file is; written in the same transaction as its rows."""

from psycopg.types.json import Jsonb

from lokaalmeten.account import Account, Mark

from .failures import Connection, say_failures

_READ = """
SELECT name, kind, next_line, done, stored, duplicate, rejected, joined
FROM private.import_file WHERE digest = %s
"""

_WRITE = """
INSERT INTO private.import_file
    (digest, name, kind, next_line, done, stored, duplicate, rejected, joined)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (digest) DO UPDATE SET
    name = EXCLUDED.name, kind = EXCLUDED.kind, next_line = EXCLUDED.next_line,
    done = EXCLUDED.done, stored = EXCLUDED.stored, duplicate = EXCLUDED.duplicate,
    rejected = EXCLUDED.rejected, joined = EXCLUDED.joined, updated_at = now()
"""


def read_import(connection: Connection, digest: str) -> Mark | None:
    """Read how far the file with this SHA-256 (hexadecimal) is; None when it is new."""
    with say_failures(connection):
        row = connection.execute(_READ, [digest]).fetchone()
    if row is None:
        return None
    name, kind, next_line, done, *counts = row
    return Mark(digest, name, kind, next_line, done, Account(*counts))


def write_import(connection: Connection, mark: Mark) -> None:
    """Note how far a file is, in the transaction of the caller (see ``writer.write``)."""
    account = mark.account
    values = [
        mark.digest, mark.name, mark.kind, mark.next_line, mark.done,
        account.stored, account.duplicate, Jsonb(dict(account.rejected)),
        account.joined,
    ]  # fmt: skip
    connection.execute(_WRITE, values)
