"""Zones: areas with an outline, and the cells that lie in them.

1. find the cells of the outline
2. while no roll-up is at work, write the zone and its cells
3. have every placement know in which zones it lies
4. note the days of the zone, which a roll-up adds up again
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from psycopg.types.json import Jsonb

from lokaalmeten.errors import StorageError
from lokaalmeten.geo import find_cells

from .events import note
from .failures import Connection, say_failures
from .registry import NAME
from .rollups import ROLLUP_LOCK

RESOLUTION = 9  # of the cells that make a zone: as fine as the place of a node is public
KIND = re.compile(r"[a-z]+")


# A roll-up beside us would add up days for the zones that it saw before.
_LOCK = "SELECT pg_advisory_xact_lock(%s)"
_ADD = """
INSERT INTO private.zone (name, kind, label, outline) VALUES (%s, %s, %s, %s)
ON CONFLICT (name) DO UPDATE SET
    kind = EXCLUDED.kind, label = EXCLUDED.label, outline = EXCLUDED.outline, updated_at = now()
RETURNING id
"""
_CELLS = "INSERT INTO private.zone_cell (cell, zone_id) SELECT unnest(%s::bigint[]), %s"
_PLACE = """
UPDATE private.placement p SET places = private.places_of(cell)
WHERE (%(zone)s = ANY (p.places)) <> EXISTS (
    SELECT FROM generate_series(0, 9) AS resolution JOIN private.zone_cell z
        ON z.cell = public.cell_parent(p.cell, resolution)
    WHERE z.zone_id = %(zone)s
)
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


def add_zone(
    connection: Connection, name: str, kind: str, label: str, outline: Mapping[str, Any]
) -> int:
    """Register a zone by its GeoJSON outline, or bring it up to date; return its number of cells.

    Seven cells that fill a coarser one are one. Its days are added up anew. Raises StorageError for
    a name, kind, label or outline that cannot be.
    """
    cells = find_zone_cells(name, kind, label, outline)
    write_zone(connection, name, kind, label, outline, cells)
    return len(cells)


def find_zone_cells(name: str, kind: str, label: str, outline: Mapping[str, Any]) -> list[int]:
    """H3 cells of a zone, and whether it can be one: StorageError when it cannot."""
    if not NAME.fullmatch(name):
        raise StorageError(
            f"zone name {name!r} is not possible: a-z, 0-9 and -, first no -, at most 63 characters"
        )
    if not KIND.fullmatch(kind):
        raise StorageError(f"zone {name}: kind {kind!r} is not possible: one word of a-z")
    if not label.strip() or "\0" in label:
        raise StorageError(f"zone {name}: label {label!r} is no name for people")
    try:
        return find_cells(outline, RESOLUTION)
    except ValueError as error:
        raise StorageError(f"zone {name}: {error}") from error


def write_zone(
    connection: Connection,
    name: str,
    kind: str,
    label: str,
    outline: Mapping[str, Any],
    cells: Sequence[int],
) -> None:
    """Write a zone of which the cells are found; steps 2 to 4. Raises StorageError."""
    with say_failures(connection), connection.transaction():
        connection.execute(_LOCK, [ROLLUP_LOCK])
        found = connection.execute(_ADD, [name, kind, label, Jsonb(outline)]).fetchone()
        assert found
        connection.execute("DELETE FROM private.zone_cell WHERE zone_id = %s", found)
        connection.execute(_CELLS, [cells, *found])
        connection.execute(_PLACE, {"zone": found[0]})
        connection.execute(_NOTE, {"zone": found[0]})
        note(connection, "zone added or changed", zone=found[0])


def remove_zone(connection: Connection, name: str) -> None:
    """Forget a zone and its days; StorageError when there is none of this name."""
    with say_failures(connection), connection.transaction():
        connection.execute(_LOCK, [ROLLUP_LOCK])
        found = connection.execute(
            "DELETE FROM private.zone WHERE name = %s RETURNING id", [name]
        ).fetchone()
        if found is None:
            raise StorageError(f"there is no zone called {name!r}; see: meten zone list")
        connection.execute("DELETE FROM private.rollup_place WHERE place = %s", found)
        connection.execute("DELETE FROM private.touched_place WHERE place = %s", found)
        connection.execute(_PLACE, {"zone": found[0]})
        note(connection, "zone removed", zone=found[0])
