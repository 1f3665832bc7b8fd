"""Rows that are known, completed by what a later file knows of the same node and moment.

Networks give the quantities of one device in files of their own: particles in one, gas and climate
in others. What is there is never changed; what is missing there, and is not missing here, comes in
with its flag. Pages of nodes never come this way: a page is known whole or not at all.
"""

import numpy as np
from psycopg import sql

from lokaalmeten.quality import BITS
from lokaalmeten.quantities import SLOT

from .failures import Connection
from .rows import Rows

ALL_GOOD = sum(1 << BITS * slot for slot in range(21))  # what NULL flags mean
SLOT_MASK = (1 << BITS) - 1

# ``arriving`` holds the rows of the batch (see ``writer.insert_rows``); the span of time lets the
# server leave out the pieces of the table in which none of them can be.
_COMPLETE = """
UPDATE private.observation o SET {values}, flags = CASE
    WHEN o.flags IS NULL AND a.flags IS NULL THEN NULL
    ELSE (coalesce(o.flags, {good}) & ~({mask})) | (coalesce(a.flags, {good}) & ({mask}))
END
FROM pg_temp.arriving a
WHERE o.node_id = a.node_id AND o.time = a.time
    AND o.time BETWEEN to_timestamp(%(first)s) AND to_timestamp(%(last)s) AND ({lacking})
"""


def complete_rows(connection: Connection, rows: Rows) -> int:
    """Give known rows the values that only the batch has; return how many rows got some.

    For a transaction of the caller, after ``insert_rows`` of the same rows.
    """
    keys = [key for key in rows if key in SLOT]
    if not keys:
        return 0
    time = rows["time"].values
    span = {"first": int(np.min(time)), "last": int(np.max(time))}
    return connection.execute(to_statement(keys), span).rowcount


def to_statement(keys: list[str]) -> sql.Composed:
    """The statement for the quantities that a batch has."""
    names = {key: sql.Identifier(key) for key in keys}
    lacks = {
        key: sql.SQL("(o.{0} IS NULL AND a.{0} IS NOT NULL)").format(name)
        for key, name in names.items()
    }
    masks = [
        sql.SQL("CASE WHEN {0} THEN {1} ELSE 0::bigint END").format(
            lacks[key], sql.Literal(SLOT_MASK << BITS * SLOT[key])
        )
        for key in keys
    ]
    values = [sql.SQL("{0} = coalesce(o.{0}, a.{0})").format(name) for name in names.values()]
    return sql.SQL(_COMPLETE).format(
        values=sql.SQL(", ").join(values),
        good=sql.Literal(ALL_GOOD),
        mask=sql.SQL(" | ").join(masks),
        lacking=sql.SQL(" OR ").join(lacks.values()),
    )
