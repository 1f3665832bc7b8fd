"""Maps of the air of an hour between sensors: written by the service, read by pages and API."""

from collections.abc import Sequence

import numpy as np

from lokaalmeten.air_map import KEPT_H, AirMap, Spot
from lokaalmeten.geo import to_centres

from .failures import Connection, say_failures

FACTS = (
    "quantity", "hour", "corrected", "sensors", "error", "error_of_mean", "inside80",
    "nugget_share",
)  # fmt: skip
LISTS = ("cells", "low", "median", "high", "measured")
NAMES = FACTS + LISTS

_WRITE = """
INSERT INTO private.air_map (
    quantity, hour, corrected, sensors, error, error_of_mean, inside80, nugget_share,
    cells, low, median, high, measured
) VALUES (
    %(quantity)s, %(hour)s, %(corrected)s, %(sensors)s, %(error)s, %(error_of_mean)s,
    %(inside80)s, %(nugget_share)s, %(cells)s::bigint[], %(low)s::real[], %(median)s::real[],
    %(high)s::real[], %(measured)s::smallint[]
)
ON CONFLICT (quantity, hour) DO UPDATE SET
    made_at = now(), corrected = EXCLUDED.corrected, sensors = EXCLUDED.sensors,
    error = EXCLUDED.error, error_of_mean = EXCLUDED.error_of_mean,
    inside80 = EXCLUDED.inside80, nugget_share = EXCLUDED.nugget_share, cells = EXCLUDED.cells,
    low = EXCLUDED.low, median = EXCLUDED.median, high = EXCLUDED.high,
    measured = EXCLUDED.measured
"""

_FORGET = """
DELETE FROM private.air_map
WHERE quantity = %(quantity)s AND hour < %(hour)s - make_interval(hours => %(kept)s)
"""

_LATEST = """
SELECT
    quantity, hour, corrected, sensors, error, error_of_mean, inside80, nugget_share,
    cells, low, median, high, measured
FROM public.air_map WHERE quantity = %s ORDER BY hour DESC LIMIT 1
"""

_DRAWN = "SELECT DISTINCT quantity FROM public.air_map ORDER BY quantity"

_SPOTS = """
SELECT 'node', name, cell FROM public.node WHERE NOT moving AND cell <> 0
UNION ALL
SELECT 'station', code, cell FROM public.station WHERE cell <> 0
ORDER BY 1, 2
"""


def write_map(connection: Connection, drawn: AirMap) -> None:
    """Store a map, in the place of one of the same hour; older ones than KEPT_H before it go."""
    values = {name: getattr(drawn, name) for name in FACTS}
    values |= {name: getattr(drawn, name).tolist() for name in LISTS}
    forgotten = {"quantity": drawn.quantity, "hour": drawn.hour, "kept": KEPT_H}
    with say_failures(connection), connection.transaction():
        connection.execute(_WRITE, values)
        connection.execute(_FORGET, forgotten)


def read_map(connection: Connection, quantity: str) -> AirMap | None:
    """The latest map of a quantity; None when there is none."""
    with say_failures(connection):
        row = connection.execute(_LATEST, [quantity]).fetchone()
    if row is None:
        return None
    facts = dict(zip(NAMES, row, strict=True))
    types = {"cells": np.int64, "measured": np.int16}
    lists = {name: np.array(facts[name], types.get(name, np.float32)) for name in LISTS}
    return AirMap(**{**facts, **lists})


def read_drawn(connection: Connection) -> list[str]:
    """Keys of the quantities of which there is a map."""
    with say_failures(connection):
        return [key for (key,) in connection.execute(_DRAWN)]


def read_spots(connection: Connection) -> Sequence[Spot]:
    """Fixed nodes and official stations, each in the middle of the cell that the public sees."""
    with say_failures(connection):
        rows = connection.execute(_SPOTS).fetchall()
    lat, lon = to_centres(np.array([cell for *_, cell in rows], np.int64))
    return [
        Spot(kind, place, y, x)
        for (kind, place, _), y, x in zip(rows, lat.tolist(), lon.tolist(), strict=True)
    ]
