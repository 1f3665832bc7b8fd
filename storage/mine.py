"""What an owner sees and changes of the own nodes on the pages: each by a function of the database.

The functions (migration 0039) take the hash of a session and look up by themselves whose it is; for
anybody else they find nothing and change nothing.

1. which nodes, and how they are: ``read_nodes``, ``read_days``, ``read_logs``, ``read_rejected``,
   ``read_findings``
2. rides, whole: ``read_rides``, ``read_track``
3. what is changed: ``change_node``, ``say_licence``, zones, ``add_node``, ``renew_login``
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import pandas as pd

from lokaalmeten.errors import StorageError

from . import registry
from .asked import unpack
from .failures import Connection, say_failures
from .frame import read_frame
from .licences import check_consent
from .people import check_name
from .privacy import check_zone
from .sessions import to_hash

LONGEST_LABEL = 200
MOST_RIDES = 500  # that a list shows

_NODES = "SELECT * FROM public.read_my_nodes(%s, %s)"
_DAYS = "SELECT * FROM public.read_my_days(%s, %s, %s)"
_LOGS = "SELECT * FROM public.read_my_logs(%s, %s, %s)"
_REJECTED = "SELECT * FROM public.read_my_rejected(%s, %s)"
_FINDINGS = "SELECT * FROM public.read_my_findings(%s, %s, %s)"
_RIDES = "SELECT * FROM public.read_my_rides(%s, %s, %s)"
_TRACK = "SELECT * FROM public.read_my_track(%s, %s)"
_ZONES = "SELECT * FROM public.read_my_zones(%s)"
_CHANGE = "SELECT public.change_my_node(%s, %s, %s, %s, %s, %s)"
_LICENCE = "SELECT public.say_my_licence(%s, %s, %s, %s, %s)"
_DRAW = "SELECT public.draw_my_zone(%s, %s, %s, %s)"
_ERASE = "SELECT public.erase_my_zone(%s, %s)"
_ADD = "SELECT public.add_my_node(%s, %s, %s, %s, %s, %s, %s, %s)"
_RENEW = "SELECT public.renew_my_login(%s, %s, %s)"


@dataclass(frozen=True)
class MyNode:
    """A node as who is signed in may see it; of one that is not an own one less is known."""

    name: str
    kind: str
    moving: bool
    own: bool
    label: str
    lat: float | None  # degrees, of an own fixed node
    lon: float | None
    placed: bool  # whether it has a place on the map
    added: datetime
    first: datetime | None  # of its samples
    last: datetime | None
    license: str
    party: str
    party_role: str | None
    has_login: bool  # a password for the broker was made here
    heard: datetime | None  # when it, or the broker of it, last said how it is
    online: bool | None
    said_at: datetime | None
    open: bool  # what it measures is public
    said: dict[str, Any]

    @property
    def title(self) -> str:
        """Name for people."""
        return self.label or self.name


class Day(NamedTuple):
    """A day of a node by the clock of Europe/Amsterdam."""

    day: date
    samples: int
    placed: int  # of them those with a place; of a node that moves
    battery: float | None  # mean, V


class Refusal(NamedTuple):
    """Messages that could not be used."""

    reason: str
    messages: int
    last: datetime


class Finding(NamedTuple):
    """Hours that the review flagged."""

    quantity: str
    first: datetime
    after: datetime
    flag: int
    checks: int  # bit i is lokaalmeten.findings.CHECKS[i]


class MyRide(NamedTuple):
    """An own ride, whole."""

    ride: int
    node: str
    start: datetime
    stop: datetime
    samples: int  # inside the public part; of the whole ride when nothing is public
    distance_m: float  # the same
    public_start: datetime | None
    public_stop: datetime | None
    public_name: str | None  # under which the public sees part of it now
    due: datetime | None  # when it is looked at again


class MyZone(NamedTuple):
    """A place of which the owner wants nothing to be public."""

    name: str
    ring: list[float]  # latitude and longitude of each corner, one after the other
    radius_m: float


def read_nodes(connection: Connection, token: str | None, node: str | None = None) -> list[MyNode]:
    """Nodes in the reach of who is signed in, of one name or all; none for anybody else."""
    if token is None:
        return []
    return [
        MyNode(*row[:-1], said=json.loads(row[-1] or "{}"))
        for row in _ask(connection, _NODES, to_hash(token), node)
    ]


def read_days(connection: Connection, token: str, node: str, since: datetime) -> list[Day]:
    """Days of an own node since a moment."""
    return [Day(*row) for row in _ask(connection, _DAYS, to_hash(token), node, since)]


def read_logs(
    connection: Connection, token: str, node: str, most: int
) -> list[tuple[datetime, str]]:
    """Last entries of the log of an own node, the newest first."""
    return _ask(connection, _LOGS, to_hash(token), node, most)


def read_rejected(connection: Connection, token: str, node: str) -> list[Refusal]:
    """What came in the name of an own node and could not be used, the latest reason first."""
    return [Refusal(*row) for row in _ask(connection, _REJECTED, to_hash(token), node)]


def read_findings(connection: Connection, token: str, node: str, since: datetime) -> list[Finding]:
    """What the review found of an own node since a moment."""
    return [Finding(*row) for row in _ask(connection, _FINDINGS, to_hash(token), node, since)]


def read_rides(
    connection: Connection, token: str | None, node: str | None = None, most: int = MOST_RIDES
) -> list[MyRide]:
    """Own rides, of one node or of all, the newest first."""
    if token is None:
        return []
    return [MyRide(*row) for row in _ask(connection, _RIDES, to_hash(token), node, most)]


def read_track(connection: Connection, token: str | None, ride: int) -> pd.DataFrame:
    """Samples of an own ride: node, time, lat, lon (degrees, NaN without a place), then values.

    Value and flag of each quantity as of ``reader.ride``. Empty for a ride of somebody else.
    """
    return unpack(read_frame(connection, _TRACK, [to_hash(token), ride]))


def read_zones(connection: Connection, token: str) -> list[MyZone]:
    """Own privacy zones by name."""
    return [MyZone(*row) for row in _ask(connection, _ZONES, to_hash(token))]


def change_node(
    connection: Connection,
    token: str | None,
    node: str,
    *,
    label: str | None = None,
    place: tuple[float, float] | None = None,
) -> str:
    """Change label or place (degrees) of an own node: saved, signed out or not own.

    Raises StorageError for a label or place that cannot be.
    """
    if label is not None:
        check_label(label)
    lat, lon = place or (None, None)
    registry.check_node(node, "box", lat, lon)
    where = registry.to_place(lat, lon)
    return _change(connection, _CHANGE, to_hash(token), node, label, *where.values())


def say_licence(
    connection: Connection, token: str | None, node: str, license_: str, party: str, role: str
) -> str:
    """Say under which licence an own fixed node measures: saved, signed out, not own or moving."""
    check_consent(license_, party, role)
    return _change(connection, _LICENCE, to_hash(token), node, license_, party, role)


def draw_zone(
    connection: Connection,
    token: str | None,
    name: str,
    corners: Sequence[tuple[float, float]],
    radius_m: float,
) -> str:
    """Draw an own privacy zone, or draw it anew: saved, signed out or many.

    Raises StorageError for what cannot be a zone.
    """
    check_name("privacy zone", name)
    check_zone(name, corners, radius_m)
    ring = [float(value) for corner in corners for value in corner]
    return _change(connection, _DRAW, to_hash(token), name, ring, radius_m)


def erase_zone(connection: Connection, token: str | None, name: str) -> str:
    """Forget an own privacy zone: saved, signed out or not own."""
    return _change(connection, _ERASE, to_hash(token), name)


def add_node(
    connection: Connection,
    token: str | None,
    name: str,
    kind: str,
    label: str,
    place: tuple[float, float] | None,
    login: str,
) -> str:
    """Register an own node that logs in to the broker: saved, signed out, taken or many.

    ``login`` is as ``logins.to_login`` makes it. Raises StorageError for what cannot be.
    """
    check_label(label)
    lat, lon = place or (None, None)
    registry.check_node(name, kind, lat, lon)
    where = registry.to_place(lat, lon)
    return _change(connection, _ADD, to_hash(token), name, kind, label, *where.values(), login)


def renew_login(connection: Connection, token: str | None, node: str, login: str) -> str:
    """Give an own node another login: saved, signed out or not own."""
    return _change(connection, _RENEW, to_hash(token), node, login)


def check_label(label: str) -> None:
    """Refuse what cannot be a name for people, with a StorageError."""
    if len(label) > LONGEST_LABEL or (label and not label.isprintable()):
        raise StorageError(f"a label is at most {LONGEST_LABEL} letters on one line")


def _ask(connection: Connection, query: str, *values: Any) -> list[Any]:
    with say_failures(connection):
        return connection.execute(query.encode(), values).fetchall()


def _change(connection: Connection, query: str, *values: Any) -> str:
    (outcome,) = _ask(connection, query, *values)[0]
    return outcome
