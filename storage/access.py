"""Keys with which people may change something: made, listed, taken back.

A key is ``lm_PREFIX_SECRET``. It is shown once, when it is made: the database keeps the prefix, by
which it is found and named, and the SHA-256 of the 32 random bytes of the secret. What a key opens
on the pages is in ``sessions.py``.

A person who signs in at an account elsewhere (OpenID Connect) is a key too: one of which nobody has
the secret, and which that account opens (``link_person``).
"""

import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal, NamedTuple

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
KINDS: tuple[Literal["owner", "project"], ...] = ("owner", "project")  # roles of somebody's nodes
LONGEST_SUBJECT = 255  # OpenID Connect Core 1.0, section 2
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")

_ADD = """
INSERT INTO private.access_key (
    prefix, hash, role, label, area, owner_id, project_id, expires_at, email, subject
) VALUES (
    %(prefix)s, %(hash)s, %(role)s, %(label)s, %(area)s, %(owner)s, %(project)s, now() + %(lasts)s,
    %(email)s, %(subject)s
)
ON CONFLICT DO NOTHING RETURNING id
"""
_AREA = "SELECT name FROM private.zone WHERE name = %s"
_READ = """
SELECT prefix, role, k.label, area, o.name AS owner, p.name AS project,
    coalesce(k.email, k.subject) AS account, added_at, expires_at, last_used_at, revoked_at,
    revoked_at IS NULL AND expires_at > now() AS opens
FROM private.access_key k
    LEFT JOIN private.owner o ON o.id = k.owner_id
    LEFT JOIN private.project p ON p.id = k.project_id
ORDER BY added_at, k.id
"""
# Its sessions end with it, whatever is still open in a browser.
_REVOKE = """
WITH revoked AS (
    UPDATE private.access_key SET revoked_at = now()
    WHERE (prefix = %(short)s OR email = %(account)s OR subject = %(account)s)
        AND revoked_at IS NULL
    RETURNING id
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
    project: str | None  # of which it shows how the nodes are
    account: str | None  # of a person: e-mail address, else what the account is called elsewhere
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
    project: str | None = None,
) -> str:
    """Make a key and return it: it can be read nowhere afterwards.

    ``owner`` is whose nodes a key of role owner opens, ``project`` of which one of role project
    shows how they are. Raises StorageError for a role, label, time, area, owner or project that
    cannot be.
    """
    secret = secrets.token_bytes(SECRET_BYTES)
    reach = {"area": area, "owner": owner, "project": project}
    prefix = _add(connection, "key added", secret, role, label, lasts, reach)
    return f"lm_{prefix}_{urlsafe_b64encode(secret).decode().rstrip('=')}"


def link_person(
    connection: Connection,
    account: str,
    role: str,
    label: str,
    lasts: timedelta,
    area: str | None = None,
    owner: str | None = None,
    project: str | None = None,
    *,
    by_subject: bool = False,
) -> str:
    """Let the account of a person in, with a role; the prefix by which the link is named.

    ``account`` is an e-mail address, or what the account is called for ever where it has no @ or
    with ``by_subject``. Raises StorageError as ``add_key``, and for an account that is linked.
    """
    is_subject = by_subject or "@" not in account
    person = {"subject": account} if is_subject else {"email": account.lower()}
    check_account(account, is_subject=is_subject)
    reach = {"area": area, "owner": owner, "project": project}
    lost = secrets.token_bytes(SECRET_BYTES)  # no secret opens it
    return _add(connection, "person linked", lost, role, label, lasts, reach, **person)


def check_account(account: str, *, is_subject: bool) -> None:
    """Refuse what cannot be an account, with a StorageError."""
    if is_subject and not (1 <= len(account) <= LONGEST_SUBJECT and account.isprintable()):
        raise StorageError(f"an account is 1 to {LONGEST_SUBJECT} letters, as the page shows it")
    if not is_subject and not EMAIL.fullmatch(account):
        raise StorageError(f"{account!r} is not an e-mail address")


def _add(
    connection: Connection,
    what: str,
    secret: bytes,
    role: str,
    label: str,
    lasts: timedelta,
    reach: Mapping[str, str | None],
    *,
    email: str | None = None,
    subject: str | None = None,
) -> str:
    check_facts(role, label, lasts, reach)
    prefix = "".join(secrets.choice(LETTERS) for _ in range(PREFIX_LENGTH))
    area, (owner, project) = reach["area"], (reach[kind] for kind in KINDS)
    facts = {"prefix": prefix, "hash": sha256(secret).digest(), "role": role, "label": label}
    facts |= {"area": area, "lasts": lasts, "email": email, "subject": subject}
    with say_failures(connection), connection.transaction():
        if area is not None and connection.execute(_AREA, [area]).fetchone() is None:
            raise StorageError(
                f"{name_place(connection)}: there is no area {area!r}; see: meten zone list"
            )
        facts["owner"] = None if owner is None else find_number(connection, "owner", owner)
        facts["project"] = None if project is None else find_number(connection, "project", project)
        added = connection.execute(_ADD, facts).fetchone()
        if added is None:
            raise StorageError(
                f"{name_place(connection)}: {email or subject or prefix} is linked already;"
                " take that back first: meten key revoke"
            )
        about = {"owner": facts["owner"], "project": facts["project"]}
        note(connection, what, **about, key=added[0], role=role, area=area)
    return prefix


def check_facts(role: str, label: str, lasts: timedelta, reach: Mapping[str, str | None]) -> None:
    """Refuse what no key can be, with a StorageError."""
    if role not in ROLES:
        raise StorageError(f"a role is one of {', '.join(ROLES)}, not {role!r}")
    if not 1 <= len(label) <= 200 or not label.isprintable():
        raise StorageError("a key is for somebody: 1 to 200 letters")
    if not timedelta(0) < lasts <= LONGEST:
        raise StorageError(f"a key lasts for up to {LONGEST.days:,} days")
    for kind in KINDS:
        if reach[kind] is not None and role != kind:
            raise StorageError(f"a {kind} is named with a key of role {kind}, not {role}")


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

    A whole key is understood as well: who lost one may only have that. So is the account of a
    person who was linked.
    """
    secret = read_secret(prefix)
    short = secret.prefix if secret else prefix.removeprefix("lm_").rstrip("_")
    with say_failures(connection), connection.transaction():
        named = {"short": short, "account": prefix.lower() if "@" in prefix else prefix}
        found = connection.execute(_REVOKE, named).fetchone()
        if found is None:
            raise StorageError(
                f"{name_place(connection)}: no key begins with {short[:PREFIX_LENGTH]!r}, or it is"
                " revoked already; see: meten key list"
            )
        note(connection, "key revoked", key=found[0])
