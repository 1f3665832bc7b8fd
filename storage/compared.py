"""Hours of nodes beside those of official stations, as calibrations are made from.

Of an hour the median counts: a barbecue of two minutes is no property of the sensor. Values that
their check failed are left out, those that it suspects are not: humid hours are what it is about.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from psycopg import sql

from lokaalmeten.errors import StorageError
from lokaalmeten.geo import METRES_PER_DEGREE, PER_DEGREE
from lokaalmeten.quantities import CORRECTED, SLOT

from .failures import Connection
from .frame import read_frame

if TYPE_CHECKING:
    import pandas as pd

CAPTURE = 0.75  # of the samples that an hour of this node usually has (EU data capture)

_HOURS = sql.SQL("""
WITH hour AS (
    SELECT node_id, date_bin('1 hour', time, '2000-01-01 00:00:00+00') AS time,
        {columns}, count({key}) AS samples
    FROM private.value
    WHERE time >= %(start)s AND time < %(stop)s AND node_id = ANY(%(nodes)s) AND {key} IS NOT NULL
    GROUP BY 1, 2
), usual AS (
    SELECT node_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY samples) AS samples
    FROM hour GROUP BY node_id
)
SELECT h.node_id AS node, h.time, h.raw, h.humidity, h.temperature
FROM hour h JOIN usual u USING (node_id)
WHERE h.samples >= %(capture)s * u.samples AND h.raw IS NOT NULL
ORDER BY 1, 2
""")
_MEDIAN = sql.SQL(
    "percentile_cont(0.5) WITHIN GROUP (ORDER BY {key})"
    " FILTER (WHERE flag_of(flags, {slot}) <> 4) AS {name}"
)

_PASSINGS = sql.SQL("""
SELECT o.node_id AS node, h.time, h.value::float8 AS reference, {raw}
FROM private.official_station s
    JOIN private.official_hour h ON h.station_id = s.id AND h.quantity = %(quantity)s
        AND h.time >= %(start)s AND h.time < %(stop)s AND h.flag IN (1, 2)
    JOIN (SELECT node_id, time, lat, lon FROM private.observation) p
        ON p.time >= h.time AND p.time < h.time + INTERVAL '1 hour'
        AND p.lat BETWEEN s.lat - %(near)s AND s.lat + %(near)s
        AND ((p.lat - s.lat)::float8 ^ 2 + ((p.lon - s.lon)::float8 * cosd(s.lat / 1e7)) ^ 2)
            <= %(near)s::float8 ^ 2
    JOIN private.value o ON o.node_id = p.node_id AND o.time = p.time
    JOIN private.node n ON n.id = o.node_id AND n.moving
WHERE o.{key} IS NOT NULL
GROUP BY o.node_id, s.id, h.time, h.value
HAVING count(*) FILTER (WHERE flag_of(flags, {slot}) <> 4) > 0
ORDER BY 2, 1
""")

_MEASURING = """
SELECT s.code, s.lat / 1e7::float8 AS latitude, s.lon / 1e7::float8 AS longitude
FROM private.official_station s
WHERE EXISTS (
    SELECT FROM private.official_hour h WHERE h.station_id = s.id AND h.quantity = %(quantity)s
        AND h.time >= %(start)s AND h.time < %(stop)s
)
ORDER BY s.code
"""


@dataclass(frozen=True)
class Period:
    """What is asked for: one quantity from ``start`` up to ``stop``."""

    quantity: str
    start: datetime
    stop: datetime


def read_node_hours(connection: Connection, nodes: list[int], period: Period) -> "pd.DataFrame":
    """Whole hours of nodes: node (id), time (start), raw, humidity, temperature (medians).

    In the units of the quantities; NaN where there is no humidity or temperature. Raises
    StorageError for a quantity that is not corrected.
    """
    key = check_corrected(period.quantity)
    names = {"raw": key, "humidity": "humidity", "temperature": "temperature"}
    columns = sql.SQL(", ").join(to_median(name, of) for name, of in names.items())
    query = _HOURS.format(columns=columns, key=sql.Identifier(key))
    given = {"start": period.start, "stop": period.stop, "nodes": nodes, "capture": CAPTURE}
    return read_frame(connection, query, given)


def read_passings(connection: Connection, period: Period, near_m: float) -> "pd.DataFrame":
    """Hours in which a moving node was within ``near_m`` of a station.

    Columns node (id), time, raw (median of its samples there), reference (of the station).
    """
    key = check_corrected(period.quantity)
    query = _PASSINGS.format(
        raw=to_median("raw", key), key=sql.Identifier(key), slot=sql.Literal(SLOT[key])
    )
    near = round(near_m / METRES_PER_DEGREE * PER_DEGREE)
    given = {"quantity": key, "start": period.start, "stop": period.stop, "near": near}
    return read_frame(connection, query, given)


def read_measuring(connection: Connection, period: Period) -> "pd.DataFrame":
    """Stations with hours of a quantity in a period: code, latitude, longitude (degrees)."""
    given = {"quantity": period.quantity, "start": period.start, "stop": period.stop}
    return read_frame(connection, _MEASURING, given)


def to_median(name: str, key: str) -> sql.Composed:
    """Median of the values of a quantity that have not failed."""
    return _MEDIAN.format(
        key=sql.Identifier(key), slot=sql.Literal(SLOT[key]), name=sql.Identifier(name)
    )


def check_corrected(key: str) -> str:
    """Return the key of a quantity that calibration corrects; StorageError for another."""
    if key not in CORRECTED:
        raise StorageError(f"calibration corrects {', '.join(CORRECTED)}, not {key!r}")
    return key
