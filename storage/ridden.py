"""Samples of rides with their exact places: private, for who adds them up or asks for his own.

What leaves the private side is of public rides alone: what a view of the public shows of them, and
where that was. Only sums over several nodes may be shown of it.
"""

from collections.abc import Sequence
from datetime import datetime

import pandas as pd
from psycopg import sql

from lokaalmeten.errors import StorageError
from lokaalmeten.geo import PER_DEGREE, Box
from lokaalmeten.quality import Flag
from lokaalmeten.quantities import CORRECTED, SLOT

from .asked import check_key
from .failures import Connection
from .frame import read_frame
from .queries import fill

# Row by row what the public sees, so that whatever it is not shown is not in here either.
_PUBLIC = """
SELECT r.id AS ride, r.node_id AS node, extract(epoch FROM o.time)::bigint AS time,
    o.lat / {per}::float8 AS lat, o.lon / {per}::float8 AS lon,
    CASE WHEN flag_of(v.flags, {slot}) = {good} THEN v.{column} END AS value
FROM private.ride r
    JOIN public.ride_observation v ON v.ride = r.public_id
    JOIN private.observation o
        ON o.node_id = r.node_id AND o.time = r.public_start + make_interval(secs => v.second)
WHERE r.hour >= %(start)s AND r.hour < %(stop)s AND o.cell <> 0
    AND o.lon BETWEEN %(west)s AND %(east)s AND o.lat BETWEEN %(south)s AND %(north)s
ORDER BY r.id, o.time
"""
_OWN = """
SELECT n.name AS node, r.node_id, r.start, r.stop, r.public_start IS NOT NULL AS public
FROM private.ride r JOIN private.node n ON n.id = r.node_id
WHERE r.start >= %(start)s AND r.start < %(stop)s AND (n.name = ANY(%(nodes)s) OR %(all)s)
ORDER BY r.start, n.name
"""
_SAMPLES = """
SELECT extract(epoch FROM o.time)::bigint AS time,
    CASE WHEN o.cell <> 0 THEN o.lat END / {per}::float8 AS lat,
    CASE WHEN o.cell <> 0 THEN o.lon END / {per}::float8 AS lon,
    CASE WHEN flag_of(v.flags, {slot}) = {good} THEN v.{column} END AS value
FROM private.observation o JOIN private.value v USING (node_id, time)
WHERE o.node_id = %(node)s AND o.time BETWEEN %(start)s AND %(stop)s
ORDER BY o.time
"""
_KNOWN = "SELECT name::text FROM private.node WHERE moving AND name = ANY(%(nodes)s)"


def read_public_samples(
    connection: Connection,
    start: datetime,
    stop: datetime,
    quantity: str,
    box: Box,
    *,
    corrected: bool = False,
) -> pd.DataFrame:
    """Samples of public rides that start in a period, in a box, by ride and time.

    Columns ride and node (numbers), time (Unix seconds), lat, lon (degrees), value (in the unit of
    the quantity; NaN when it is missing or not good). ``corrected`` is of the corrected values.
    """
    west, south, east, north = (round(edge * PER_DEGREE) for edge in box)
    given = {"start": start, "stop": stop, "west": west, "south": south}
    query = fill(_PUBLIC, **_to_pieces(quantity, corrected=corrected))
    return read_frame(connection, query, given | {"east": east, "north": north})


def read_own_rides(
    connection: Connection, start: datetime, stop: datetime, nodes: Sequence[str] = ()
) -> pd.DataFrame:
    """Rides that start in a period, of some moving nodes or of all, in order of time.

    Columns node (name), node_id, start, stop, public (whether any of it is). Raises StorageError
    for a name that no moving node has.
    """
    asked = list(nodes)
    known = set(read_frame(connection, _KNOWN, {"nodes": asked})["name"])
    for name in asked:
        if name not in known:
            raise StorageError(f"there is no moving node called {name!r}; see: meten node list")
    given = {"start": start, "stop": stop, "nodes": asked, "all": not asked}
    return read_frame(connection, _OWN, given)


def read_ride_samples(
    connection: Connection,
    node_id: int,
    start: datetime,
    stop: datetime,
    quantity: str,
    *,
    corrected: bool = False,
) -> pd.DataFrame:
    """All samples of a node from ``start`` to ``stop``, both in: time, lat, lon, value.

    As of ``read_public_samples``; NaN where there is no place.
    """
    query = fill(_SAMPLES, **_to_pieces(quantity, corrected=corrected))
    return read_frame(connection, query, {"node": node_id, "start": start, "stop": stop})


def _to_pieces(quantity: str, *, corrected: bool) -> dict[str, sql.Composable]:
    """What the queries name; StorageError for a quantity that is not there or not corrected."""
    key = check_key(quantity)
    if corrected and key not in CORRECTED:
        raise StorageError(f"{key} is not corrected; these are: {', '.join(CORRECTED)}")
    return {
        "per": sql.Literal(PER_DEGREE),
        "slot": sql.Literal(SLOT[key]),
        "good": sql.Literal(int(Flag.GOOD)),
        "column": sql.Identifier(f"{key}_corrected" if corrected else key),
    }
