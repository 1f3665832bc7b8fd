"""Keys with which people may change something: made, listed, taken back.

A key is ``lm_PREFIX_SECRET``. It is shown once, when it is made: the database keeps the prefix, by
which it is found and named, and the SHA-256 of the 32 random bytes of the secret. What a key opens
on the pages is in ``sessions.py``.
"""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from psycopg.rows import class_row

from lokaalmeten.errors import StorageError

from .events import note
from .failures import Connection, name_place, say_failures
from .people import find_number

ROLES = ("operator", "municipality", "project", "owner")
SECRET_BYTES = 32
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
PREFIX_LENGTH = 8  # 36^8: two of the same are not seen, and would be refused
LONGEST = timedelta(days=3650)

_ADD = """
INSERT INTO private.access_key (prefix, hash, role, label, area, owner_id, expires_at)
VALUES (%s, %s, %s, %s, %s, %s, now() + %s)
RETURNING id
"""
_AREA = "SELECT name FROM private.zone WHERE name = %s"
_READ = """
SELECT prefix, role, k.label, area, o.name AS owner, added_at, expires_at, last_used_at, revoked_at,
    revoked_at IS NULL AND expires_at > now() AS opens
FROM private.access_key k LEFT JOIN private.owner o ON o.id = k.owner_id ORDER BY added_at, k.id
"""
# Its sessions end with it, whatever is still open in a browser.
_REVOKE = """
WITH revoked AS (
    UPDATE private.access_key SET revoked_at = now()
    WHERE prefix = %s AND revoked_at IS NULL RETURNING id
), ended AS (
    DELETE FROM private.session WHERE key_id IN (SELECT id FROM revoked)
)
SELECT id FROM revoked
"""


@dataclass(frozen=True)
class Key:
    """A key as it may be shown."""

    prefix: str
    role: str
    label: str
    area: str | None
    owner: str | None  # whose nodes it opens
    added_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    opens: bool


class Secret(NamedTuple):
    """What a key is found by, and the hash of what it proves itself with."""

    prefix: str
    hash: bytes


def add_key(
    connection: Connection,
    role: str,
    label: str,
    lasts: timedelta,
    area: str | None = None,
    owner: str | None = None,
) -> str:
    """Make a key and return it: it can be read nowhere afterwards.

    ``owner`` is whose nodes a key of role owner opens. Raises StorageError for a role, label, time,
    area or owner that cannot be.
    """
    if role not in ROLES:
        raise StorageError(f"a role is one of {', '.join(ROLES)}, not {role!r}")
    if not 1 <= len(label) <= 200 or not label.isprintable():
        raise StorageError("a key is for somebody: 1 to 200 letters")
    if not timedelta(0) < lasts <= LONGEST:
        raise StorageError(f"a key lasts for up to {LONGEST.days:,} days")
    if owner is not None and role != "owner":
        raise StorageError(f"an owner is named with a key of role owner, not {role}")
    prefix = "".join(secrets.choice(LETTERS) for _ in range(PREFIX_LENGTH))
    secret = secrets.token_bytes(SECRET_BYTES)
    with say_failures(connection), connection.transaction():
        if area is not None and connection.execute(_AREA, [area]).fetchone() is None:
            raise StorageError(
                f"{name_place(connection)}: there is no area {area!r}; see: meten zone list"
            )
        number = None if owner is None else find_number(connection, "owner", owner)
        facts = (prefix, sha256(secret).digest(), role, label, area, number, lasts)
        (number,) = connection.execute(_ADD, facts).fetchone() or (0,)
        note(connection, "key added", key=number, role=role, area=area)
    return f"lm_{prefix}_{urlsafe_b64encode(secret).decode().rstrip('=')}"


def read_secret(key: str) -> Secret | None:
    """Prefix and hash of a key as it was shown; None for what is no key.

    >>> read_secret("lm_abcd1234_short") is None
    True
    """
    start, _, rest = key.strip().partition("_")
    prefix, _, text = rest.partition("_")
    try:
        secret = urlsafe_b64decode(text.encode("ascii") + b"=")
    except ValueError:
        return None
    is_named = start == "lm" and len(prefix) == PREFIX_LENGTH and set(prefix) <= set(LETTERS)
    if not is_named or len(secret) != SECRET_BYTES:
        return None
    return Secret(prefix, sha256(secret).digest())


def read_keys(connection: Connection) -> list[Key]:
    """All keys, those that were taken back too, the oldest first."""
    with say_failures(connection), connection.cursor(row_factory=class_row(Key)) as cursor:
        return cursor.execute(_READ).fetchall()


def revoke_key(connection: Connection, prefix: str) -> None:
    """Take a key back and end its sessions; StorageError when none of this prefix opens anything.

    A whole key is understood as well: who lost one may only have that.
    """
    secret = read_secret(prefix)
    short = secret.prefix if secret else prefix.removeprefix("lm_").rstrip("_")
    with say_failures(connection), connection.transaction():
        found = connection.execute(_REVOKE, [short]).fetchone()
        if found is None:
            raise StorageError(
                f"{name_place(connection)}: no key begins with {short[:PREFIX_LENGTH]!r}, or it is"
                " revoked already; see: meten key list"
            )
        note(connection, "key revoked", key=found[0])
