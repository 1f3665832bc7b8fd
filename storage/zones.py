"""Zones: areas with an outline, and the cells that lie in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from lokaalmeten.errors import StorageError
from lokaalmeten.geo import find_cells

from .failures import Connection, say_failures
from .registry import NAME

RESOLUTION = 9  # of the cells that make a zone: as fine as the place of a node is public


@dataclass(frozen=True)
class Zone:
    """One area."""

    name: str
    kind: str
    label: str
    nodes: int  # that stand in it now


_ADD = """
INSERT INTO private.zone (name, kind, label, outline) VALUES (%s, %s, %s, %s)
ON CONFLICT (name) DO UPDATE SET
    kind = EXCLUDED.kind, label = EXCLUDED.label, outline = EXCLUDED.outline, updated_at = now()
RETURNING id
"""
_CELLS = "INSERT INTO private.zone_cell (cell, zone_id) SELECT unnest(%s::bigint[]), %s"
_PLACE = """
UPDATE private.placement SET places = private.places_of(cell)
WHERE places <> private.places_of(cell)
"""
# Its days anew; those of the nodes that left it are in its cells as before.
_NOTE = """
INSERT INTO private.touched_place (place, day)
SELECT DISTINCT %(zone)s::bigint, d.day
FROM private.placement p JOIN private.rollup_day d ON d.node_id = p.node_id
WHERE %(zone)s = ANY (p.places)
UNION
SELECT place, day FROM private.rollup_place WHERE place = %(zone)s
ON CONFLICT DO NOTHING
"""
_LIST = """
SELECT z.name, z.kind, z.label, count(p.node_id) AS nodes
FROM private.zone z LEFT JOIN private.placement p ON z.id = ANY (p.places) AND p.until = 'infinity'
GROUP BY z.id ORDER BY z.kind, z.name
"""


def add_zone(
    connection: Connection, name: str, kind: str, label: str, outline: Mapping[str, Any]
) -> int:
    """Register a zone by its GeoJSON outline, or bring it up to date; return its number of cells.

    Its days are added up anew. Raises StorageError for a name or an outline that cannot be.
    """
    if not NAME.fullmatch(name):
        raise StorageError(f"zone name {name!r} is not possible: a-z, 0-9 and -, at most 63")
    try:
        cells = find_cells(outline, RESOLUTION)
    except ValueError as error:
        raise StorageError(f"zone {name}: {error}") from error
    with say_failures(connection), connection.transaction():
        found = connection.execute(_ADD, [name, kind, label, Jsonb(outline)]).fetchone()
        assert found
        connection.execute("DELETE FROM private.zone_cell WHERE zone_id = %s", found)
        connection.execute(_CELLS, [cells, *found])
        connection.execute(_PLACE)
        connection.execute(_NOTE, {"zone": found[0]})
    return len(cells)


def list_zones(connection: Connection) -> Sequence[Zone]:
    """All zones with the number of nodes in them."""
    with say_failures(connection), connection.cursor(row_factory=class_row(Zone)) as cursor:
        return cursor.execute(_LIST).fetchall()


def remove_zone(connection: Connection, name: str) -> None:
    """Forget a zone and its days; StorageError when there is none of this name."""
    with say_failures(connection), connection.transaction():
        found = connection.execute(
            "DELETE FROM private.zone WHERE name = %s RETURNING id", [name]
        ).fetchone()
        if found is None:
            raise StorageError(f"there is no zone called {name!r}; see: meten zone list")
        connection.execute("DELETE FROM private.rollup_place WHERE place = %s", found)
        connection.execute("DELETE FROM private.touched_place WHERE place = %s", found)
        connection.execute(_PLACE)
