"""The nodes that a database knows."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from psycopg.rows import class_row

from lokaalmeten.errors import StorageError
from lokaalmeten.geo import PER_DEGREE, to_cells

from .failures import Connection, name_place, say_failures

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
KINDS = ("box", "bike", "counter")


@dataclass(frozen=True)
class Node:
    """One device that measures."""

    id: int
    name: str
    kind: str  # one of KINDS
    moving: bool  # every sample brings its own position
    cell: int  # H3 cell at geo.RESOLUTION of a fixed node, 0 = no place


# A node that is registered again keeps what is not given anew. It never changes kind: what a
# bike measured would be public at once if it became a box.
_ADD = """
INSERT INTO private.node AS n (name, kind, label, model, lat, lon, cell)
VALUES (%(name)s, %(kind)s, %(label)s, %(model)s, %(lat)s, %(lon)s, %(cell)s)
ON CONFLICT (name) DO UPDATE SET
    label = CASE EXCLUDED.label WHEN '' THEN n.label ELSE EXCLUDED.label END,
    model = CASE EXCLUDED.model WHEN '' THEN n.model ELSE EXCLUDED.model END,
    lat = coalesce(EXCLUDED.lat, n.lat),
    lon = coalesce(EXCLUDED.lon, n.lon),
    cell = CASE WHEN EXCLUDED.lat IS NULL THEN n.cell ELSE EXCLUDED.cell END
WHERE n.kind = EXCLUDED.kind
RETURNING id, name, kind, moving, cell
"""


# What is known of a device stays: files tell where it stood, not when it was moved.
_REGISTER = """
INSERT INTO private.node AS n (name, kind, hardware, model, label, lat, lon, cell)
VALUES (
    %(kind)s || '-' || left(gen_random_uuid()::text, 8), %(kind)s, %(hardware)s, %(model)s,
    %(label)s, %(lat)s, %(lon)s, %(cell)s
)
ON CONFLICT (hardware) DO UPDATE SET
    lat = EXCLUDED.lat, lon = EXCLUDED.lon, cell = EXCLUDED.cell
WHERE n.lat IS NULL AND EXCLUDED.lat IS NOT NULL AND n.kind = EXCLUDED.kind
"""

_FIND = """
SELECT id, name, kind, moving, cell FROM private.node
WHERE hardware = %(hardware)s AND kind = %(kind)s
"""


def read_nodes(connection: Connection) -> dict[str, Node]:
    """Read all nodes by name."""
    with say_failures(connection), connection.cursor(row_factory=class_row(Node)) as cursor:
        nodes = cursor.execute(
            "SELECT id, name, kind, moving, cell FROM private.node ORDER BY name"
        )
        return {node.name: node for node in nodes}


def add_node(
    connection: Connection,
    name: str,
    kind: str,
    *,
    lat: float | None = None,
    lon: float | None = None,
    label: str = "",
    model: str = "",
) -> Node:
    """Register a node (position in degrees, WGS84), or bring its position and labels up to date.

    Raises StorageError when name, kind or position is impossible, or the name belongs to a node
    of another kind.
    """
    check_node(name, kind, lat, lon)
    values = {"name": name, "kind": kind, "label": label, "model": model, **to_place(lat, lon)}
    with say_failures(connection), connection.cursor(row_factory=class_row(Node)) as cursor:
        node = cursor.execute(_ADD, values).fetchone()
    if node is None:
        raise StorageError(
            f"{name_place(connection)}: node {name} is there already and is not a {kind};"
            " choose another name"
        )
    return node


def register_device(
    connection: Connection,
    kind: str,
    hardware: str,
    model: str,
    label: str = "",
    lat: float | None = None,
    lon: float | None = None,
) -> Node:
    """Find the node of a device by its own lasting name, or register it under a made-up one.

    A position (degrees, WGS84) is kept when none is known yet. The lasting name (an IMEI, say)
    is personal data: it stays private, and the public name is drawn at random, so that nobody
    can compute one from the other.
    """
    values = {"kind": kind, "hardware": hardware, "model": model, "label": label}
    values |= to_place(lat, lon)
    with say_failures(connection), connection.cursor(row_factory=class_row(Node)) as cursor:
        cursor.execute(_REGISTER, values)
        node = cursor.execute(_FIND, values).fetchone()
    if node is None:
        raise StorageError(f"{name_place(connection)}: a device of this name is not a {kind}")
    return node


def check_node(name: str, kind: str, lat: float | None, lon: float | None) -> None:
    """Refuse what cannot be a node, with a StorageError."""
    if not NAME.fullmatch(name):
        raise StorageError(
            f"node name {name!r} is not possible: a-z, 0-9 and -, first no -, at most 63 characters"
        )
    if kind not in KINDS:
        raise StorageError(f"node {name}: there is no kind {kind!r}, only {', '.join(KINDS)}")
    if (lat is None) != (lon is None):
        raise StorageError(f"node {name}: a position needs a latitude and a longitude")
    if lat is None or lon is None:
        return
    if kind == "bike":
        raise StorageError(f"node {name}: a bike moves, it has no position of its own")
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise StorageError(f"node {name}: position {lat}, {lon} is not on the earth")


def to_place(lat: float | None, lon: float | None) -> dict[str, Any]:
    """Columns lat and lon (1e-7 degree) and cell of a position in degrees."""
    if lat is None or lon is None:
        return {"lat": None, "lon": None, "cell": 0}
    steps = np.array([[round(lat * PER_DEGREE)], [round(lon * PER_DEGREE)]], np.int32)
    return {"lat": int(steps[0, 0]), "lon": int(steps[1, 0]), "cell": int(to_cells(*steps)[0])}
