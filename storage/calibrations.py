"""Calibrations: how the values of a node are corrected, each for its time and with its version."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from lokaalmeten.errors import StorageError
from lokaalmeten.quantities import BY_KEY

from .events import note
from .failures import Connection, name_place, say_failures
from .frame import read_frame
from .people import find_number

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Calibration:
    """What corrects one quantity of one node at a moment."""

    id: int
    node_id: int
    quantity: str
    version: int
    method: str
    parameters: Mapping[str, Any]


# One lock for the version: two that add at once count on.
_ADD = """
INSERT INTO private.calibration
    (node_id, project_id, quantity, since, until, version, method, parameters, gain, applied)
SELECT %(node)s::integer, %(project)s::integer, %(quantity)s::text, %(since)s::timestamptz,
    %(until)s::timestamptz, 1 + coalesce(max(version), 0), %(method)s::text, %(parameters)s,
    %(gain)s::real, %(applied)s
FROM private.calibration
WHERE node_id IS NOT DISTINCT FROM %(node)s AND project_id IS NOT DISTINCT FROM %(project)s
    AND quantity = %(quantity)s
RETURNING id, version
"""
CALIBRATION_LOCK = 0x4C4D_0005  # "LM", 5: any number of our own

# The nearest counts: that of the node, then that of its project, then that of all.
_VALID = """
SELECT DISTINCT ON (n.id, c.quantity)
    c.id, n.id AS node_id, c.quantity, c.version, c.method, c.parameters
FROM private.calibration c JOIN private.node n ON
    CASE
        WHEN c.node_id IS NOT NULL THEN n.id = c.node_id
        WHEN c.project_id IS NOT NULL THEN n.project_id = c.project_id
        ELSE true
    END
WHERE c.applied AND c.since <= %(at)s AND coalesce(%(at)s < c.until, true)
ORDER BY n.id, c.quantity, c.node_id IS NULL, c.project_id IS NULL, c.version DESC
"""


_LIST = """
SELECT
    coalesce(n.name, p.name, 'all') AS whom, c.quantity, c.version, c.method, c.since, c.until,
    c.gain, c.applied
FROM private.calibration c
    LEFT JOIN private.node n ON n.id = c.node_id LEFT JOIN private.project p ON p.id = c.project_id
ORDER BY c.id DESC
"""


def add_calibration(
    connection: Connection,
    quantity: str,
    method: str,
    parameters: Mapping[str, Any],
    since: datetime,
    until: datetime | None = None,
    *,
    node: int | None = None,
    project: str | None = None,
    gain: float | None = None,
    applied: bool = False,
) -> int:
    """Add a calibration of a node (its number), the nodes of a project, or all; its version.

    It holds from ``since`` up to ``until``. ``gain`` is the part of the error that it took away on
    time held out, 0 to 1, or less than 0 when it made it worse. Raises StorageError when quantity
    or project do not exist, for both a node and a project, and for a period that is none.
    """
    if quantity not in BY_KEY:
        raise StorageError(f"calibration: there is no quantity {quantity!r}")
    if node is not None and project is not None:
        raise StorageError("calibration: it holds for a node or for a project, not for both")
    if until is not None and until <= since:
        raise StorageError(f"calibration: its end {until} is not after its start {since}")
    with say_failures(connection), connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [CALIBRATION_LOCK])
        number = None if project is None else find_number(connection, "project", project)
        values = {
            "node": node, "project": number, "quantity": quantity, "since": since, "until": until,
            "method": method, "parameters": Jsonb(dict(parameters)), "gain": gain,
            "applied": applied,
        }  # fmt: skip
        added = connection.execute(_ADD, values).fetchone()
        if added is None:
            raise StorageError(f"{name_place(connection)}: the calibration was not stored")
        facts = {"calibration": added[0], "quantity": quantity, "version": added[1]}
        note(connection, "calibration added", node=node, project=number, **facts)
    return added[1]


def read_calibrations(connection: Connection, at: datetime) -> list[Calibration]:
    """The one calibration of each node and quantity that is applied to values of a moment."""
    with say_failures(connection), connection.cursor(row_factory=class_row(Calibration)) as cursor:
        return cursor.execute(_VALID, {"at": at}).fetchall()


def list_calibrations(connection: Connection) -> "pd.DataFrame":
    """All calibrations, the latest first.

    Columns whom, quantity, version, method, since, until (NaT while it holds), gain, applied.
    """
    return read_frame(connection, _LIST)
