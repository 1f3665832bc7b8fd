"""What the pages may do for who is signed in: each by a function of the database.

The functions (migrations 0035 and 0041) take the hash of a session and look up by themselves who it
is of and what that role may: the pages have no right of their own to give away. Only who somebody
is at an account elsewhere they believe of whoever has the role lokaalmeten_login.

1. sign in with a key (``sign_in``) or as the person of an account elsewhere (``sign_in_person``);
   the browser keeps the token, the database its hash
2. see who a token is of (``read_session``), and sign out
3. read plans (``read_plans``), change one (``change_plan``)
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from psycopg.errors import InsufficientPrivilege
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from lokaalmeten.errors import StorageError

from .access import SECRET_BYTES, read_secret
from .crowd import Registered
from .failures import Connection, name_place, say_failures
from .people import check_name
from .rights import BY_NAME, NO

SESSION_S = 12 * 3600  # as public.sign_in gives

_SIGN_IN = "SELECT role, label, area FROM public.sign_in(%s, %s, %s)"
_PERSON = "SELECT role, label, area FROM public.sign_in_person(%s, %s, %s, %s)"
_SESSION = "SELECT role, label, area FROM public.read_session(%s)"
_PLANS = "SELECT * FROM public.read_crowd_plans(%s, %s)"
_CHANGE = "SELECT outcome, version FROM public.change_crowd_plan(%s, %s, %s, %s, %s, %s, %s)"


class NotTrustedError(StorageError):
    """The user of the database is not in the role that is believed who somebody is."""


@dataclass(frozen=True)
class Signed:
    """Who is signed in, and what the browser keeps to show it."""

    token: str
    role: str
    label: str
    area: str | None

    @property
    def changes_plans(self) -> bool:
        """Whether this role changes plans at all; the database has the last word."""
        return BY_NAME["save plan"].reach(self.role) != NO


@dataclass(frozen=True)
class Plan:
    """The plan of a place, and whether who asks may change it."""

    name: str
    plan: str  # GeoJSON
    step_s: int
    empty_hour: int
    open: bool
    version: int
    may_change: bool


@dataclass(frozen=True)
class Outcome:
    """What became of a change: saved, signed out, role, area or overtaken."""

    what: str
    version: int | None  # that is there now, where that is told


def to_hash(token: str | None) -> bytes | None:
    """What the database knows of a token."""
    return None if token is None else sha256(token.encode()).digest()


def sign_in(connection: Connection, key: str) -> Signed | None:
    """Begin a session with a key; None when it opens nothing: unknown, expired or revoked."""
    secret = read_secret(key)
    if secret is None:
        return None
    token = secrets.token_urlsafe(SECRET_BYTES)
    with say_failures(connection):
        found = connection.execute(_SIGN_IN, [*secret, to_hash(token)]).fetchone()
    return Signed(token, *found) if found else None


def sign_in_person(
    connection: Connection, issuer: str, subject: str, email: str | None
) -> Signed | None:
    """Begin a session for whom an issuer says it is; None when nobody linked this account.

    ``email`` is an address that the issuer confirms, or None. Raises NotTrustedError when the
    user of the database may not say who somebody is, StorageError for what else goes wrong.
    """
    token = secrets.token_urlsafe(SECRET_BYTES)
    with say_failures(connection):
        facts = [issuer, subject, email, to_hash(token)]
        try:
            found = connection.execute(_PERSON, facts).fetchone()
        except InsufficientPrivilege as error:
            raise NotTrustedError(
                f"{name_place(connection)}: it may not say who somebody is; run"
                " `meten db user FILE lokaalmeten_login` with the file of its DSN"
            ) from error
    return Signed(token, *found) if found else None


def read_session(connection: Connection, token: str | None) -> Signed | None:
    """Who is signed in with a token; None when nobody is."""
    if token is None:
        return None
    with say_failures(connection):
        found = connection.execute(_SESSION, [to_hash(token)]).fetchone()
    return Signed(token, *found) if found else None


def sign_out(connection: Connection, token: str) -> None:
    """End a session."""
    with say_failures(connection):
        connection.execute("SELECT public.sign_out(%s)", [to_hash(token)])


def read_plans(connection: Connection, token: str | None, place: str | None = None) -> list[Plan]:
    """Plans of open places and of those that may be changed, of one place or of all."""
    with say_failures(connection), connection.cursor(row_factory=class_row(Plan)) as cursor:
        return cursor.execute(_PLANS, [to_hash(token), place]).fetchall()


def change_plan(
    connection: Connection, token: str | None, place: Registered, based_on: int
) -> Outcome:
    """Save a place for who is signed in, unless it is no more at the version that was changed.

    A place that is not there yet has version 0. Raises StorageError for a name that cannot be.
    """
    check_name("place", place.name)
    plan: Mapping[str, Any] = place.plan
    facts = (place.name, based_on, Jsonb(plan), place.step_s, place.empty_hour, place.open)
    with say_failures(connection):
        found = connection.execute(_CHANGE, [to_hash(token), *facts]).fetchone()
    assert found
    return Outcome(*found)
