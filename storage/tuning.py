"""What is better on the server at hand; may be done again at any time.

TimescaleDB community: chunks that are old enough go to the columnstore
plain PostgreSQL:      partitions of the coming months are there before they are needed
TimescaleDB Apache:    nothing, it has no columnstore and makes its chunks itself
"""

from datetime import date

import numpy as np
from psycopg import errors, sql

from .edition import Edition, ensure_partitions, read_edition
from .failures import Connection, say_failures

AHEAD = 3  # months beside this one
# What comes later than that costs a look into the columnstore. Two chunks of a week stay rows:
# those a dashboard asks for, and in which nearly all that is late belongs.
COLUMNSTORE_AFTER_DAYS = 14

# The whole key of the table must be in segmentby and orderby, or a row could be stored twice.
# These words are known since TimescaleDB 2.18; what is older is refused (edition.py).
_COLUMNSTORE = """
ALTER TABLE private.observation SET (
    timescaledb.enable_columnstore,
    timescaledb.segmentby = 'node_id',
    timescaledb.orderby = 'time'
)
"""
_POLICY = "CALL add_columnstore_policy('private.observation', after => {}, if_not_exists => true)"

_IS_ON = """
SELECT count(*) > 0 FROM timescaledb_information.hypertables
WHERE hypertable_schema = 'private' AND hypertable_name = 'observation' AND compression_enabled
"""


def tune(connection: Connection) -> str:
    """Set up what this server is better with; what is so now, in a sentence.

    For the owner of the tables. Raises StorageError for anybody else.
    """
    edition = read_edition(connection)
    if edition.kind == "timescaledb":
        return set_columnstore(connection, edition)
    return f"partitions are there up to {make_ahead(connection):%Y-%m}"


def make_ahead(connection: Connection) -> date:
    """Make the partitions of this month and the next ones; the first day of the last of them.

    By the clock of the server. Makes nothing on TimescaleDB. Raises StorageError.
    """
    with say_failures(connection), connection.transaction():
        row = connection.execute("SELECT (now() AT TIME ZONE 'UTC')::date").fetchone()
        assert row
        months = np.datetime64(row[0], "M") + np.arange(AHEAD + 1)
        ensure_partitions(connection, months.astype("datetime64[s]").astype(np.int64))
    return months[-1].astype("datetime64[D]").item()


def set_columnstore(connection: Connection, edition: Edition) -> str:
    """Have old chunks kept as columns, where the licence has that; what is so now."""
    if edition.license != "timescale":
        return "nothing to set up: only the community edition of TimescaleDB has a columnstore"
    after = sql.SQL("INTERVAL {}").format(sql.Literal(f"{COLUMNSTORE_AFTER_DAYS} days"))
    with say_failures(connection):
        try:
            with connection.transaction():
                if not has_columnstore(connection):
                    connection.execute(_COLUMNSTORE)
                connection.execute(sql.SQL(_POLICY).format(after))
        except (errors.FeatureNotSupported, errors.UndefinedFile) as error:
            # its setting names a licence of which the server does not have the library
            return f"the columnstore stays off: {error.diag.message_primary}"
    return f"chunks go to the columnstore after {COLUMNSTORE_AFTER_DAYS} days"


def has_columnstore(connection: Connection) -> bool:
    """Tell whether the columnstore is on, of a database on TimescaleDB."""
    return connection.execute(_IS_ON).fetchone() == (True,)
