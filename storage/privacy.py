"""Privacy of rides: who is cut how, the zones of owners, and when and where rides are public.

A zone that comes or goes, and a node that gets another owner, hide the rides that they concern in
the same transaction (triggers of migration 0026); whoever settles rides cuts them again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from psycopg.rows import class_row

from lokaalmeten.errors import StorageError
from lokaalmeten.privacy import DELAY_S, FEWEST_NODES, LONGEST_DELAY_S, Privacy, Zone

from .events import note
from .failures import Connection, name_place, say_failures
from .people import check_name, find_number


@dataclass(frozen=True)
class Publication:
    """When rides are public, and where."""

    delay_s: int = DELAY_S
    fewest_nodes: int = FEWEST_NODES


@dataclass(frozen=True)
class DrawnZone:
    """A zone as its owner drew it."""

    owner: str
    name: str
    ring: list[float]  # latitude and longitude of each corner, one after the other
    radius_m: float


_NODE = """
SELECT coalesce(o.secret, n.secret)::text, n.owner_id
FROM private.node n LEFT JOIN private.owner o ON o.id = n.owner_id
WHERE n.id = %s
"""
_OWN_ZONES = "SELECT ring, radius_m FROM private.privacy_zone WHERE owner_id = %s ORDER BY id"
_PUBLICATION = "SELECT delay_s, fewest_nodes FROM private.publication"
_SET = """
INSERT INTO private.publication (delay_s, fewest_nodes) VALUES (%s, %s)
ON CONFLICT (id) DO UPDATE SET delay_s = EXCLUDED.delay_s, fewest_nodes = EXCLUDED.fewest_nodes
"""
_ADD = """
INSERT INTO private.privacy_zone (owner_id, name, ring, radius_m) VALUES (%s, %s, %s, %s)
ON CONFLICT (owner_id, name) DO UPDATE SET ring = EXCLUDED.ring, radius_m = EXCLUDED.radius_m
"""
_ZONES = """
SELECT o.name AS owner, z.name, z.ring, z.radius_m
FROM private.privacy_zone z JOIN private.owner o ON o.id = z.owner_id
WHERE %(owner)s::text IS NULL OR o.name = %(owner)s
ORDER BY o.name, z.name
"""


def read_privacy(connection: Connection, node_id: int) -> Privacy:
    """How the rides of a node are cut. StorageError when it is unknown."""
    with say_failures(connection):
        found = connection.execute(_NODE, [node_id]).fetchone()
        if found is None:
            raise StorageError(f"there is no node with number {node_id}")
        secret, owner = found
        zones = connection.execute(_OWN_ZONES, [owner]).fetchall()
    drawn = tuple(Zone(np.reshape(ring, (-1, 2)), radius_m) for ring, radius_m in zones)
    return Privacy(secret, drawn, read_publication(connection).delay_s)


def read_publication(connection: Connection) -> Publication:
    """When and where rides of this database are public."""
    with say_failures(connection), connection.cursor(row_factory=class_row(Publication)) as cursor:
        return cursor.execute(_PUBLICATION).fetchone() or Publication()


def set_publication(
    connection: Connection, *, delay_s: int | None = None, fewest_nodes: int | None = None
) -> Publication:
    """Change what is given; rides that are public already stay so. Raises StorageError."""
    old = read_publication(connection)
    new = Publication(
        old.delay_s if delay_s is None else delay_s,
        old.fewest_nodes if fewest_nodes is None else fewest_nodes,
    )
    if not 0 <= new.delay_s <= LONGEST_DELAY_S:
        raise StorageError(f"a delay of {new.delay_s} s is not possible: 0 to {LONGEST_DELAY_S}")
    if new.fewest_nodes < 1:
        raise StorageError("at least one node passes a cell that is shown")
    with say_failures(connection), connection.transaction():
        connection.execute(_SET, [new.delay_s, new.fewest_nodes])
        note(connection, "publication of rides changed", delay_s=new.delay_s, k=new.fewest_nodes)
    return new


def add_privacy_zone(
    connection: Connection,
    owner: str,
    name: str,
    corners: Sequence[tuple[float, float]],
    radius_m: float,
) -> None:
    """Draw a zone of an owner, or draw it anew, and hide all rides of the owner until they are cut.

    ``corners`` are latitudes and longitudes (degrees, WGS84): one is a circle. Raises StorageError.
    """
    check_name("privacy zone", name)
    check_zone(name, corners, radius_m)
    ring = [float(value) for corner in corners for value in corner]
    with say_failures(connection), connection.transaction():
        number = find_number(connection, "owner", owner)
        connection.execute(_ADD, [number, name, ring, radius_m])
        note(connection, "privacy zone drawn", owner=number)


def check_zone(name: str, corners: Sequence[tuple[float, float]], radius_m: float) -> None:
    """Refuse what cannot be a zone, with a StorageError that does not tell where it is."""
    if any(not (-90 <= lat <= 90 and -180 <= lon <= 180) for lat, lon in corners):
        raise StorageError(f"privacy zone {name}: a corner is not on the earth")
    if len(corners) not in (1, *range(3, 1001)):
        raise StorageError(f"privacy zone {name}: it needs one centre, or 3 to 1000 corners")
    if not 0 <= radius_m <= 50_000 or (len(corners) == 1 and radius_m == 0):
        raise StorageError(f"privacy zone {name}: a radius is more than 0 and at most 50,000 m")


def remove_privacy_zone(connection: Connection, owner: str, name: str) -> None:
    """Forget a zone; the rides of its owner are hidden until they are cut. Raises StorageError."""
    with say_failures(connection), connection.transaction():
        number = find_number(connection, "owner", owner)
        query = "DELETE FROM private.privacy_zone WHERE owner_id = %s AND name = %s"
        if not connection.execute(query, [number, name]).rowcount:
            raise StorageError(
                f"{name_place(connection)}: owner {owner} has no privacy zone {name};"
                " see: meten privacy zone list"
            )
        note(connection, "privacy zone removed", owner=number)


def read_privacy_zones(connection: Connection, owner: str | None = None) -> list[DrawnZone]:
    """Zones of all owners, or of one, by name."""
    with say_failures(connection), connection.cursor(row_factory=class_row(DrawnZone)) as cursor:
        return cursor.execute(_ZONES, {"owner": owner}).fetchall()
