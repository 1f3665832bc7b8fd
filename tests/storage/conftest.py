"""What the tests of the storage share: one database per server, emptied for every test."""

import pytest

from storage.migrate import migrate
from storage.pool import connect

TABLES = """
SELECT string_agg(c.oid::regclass::text, ', ') FROM pg_class c
WHERE relnamespace = 'private'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
    AND relname <> 'migration'
"""
PARTITIONS = """
SELECT relid::regclass::text FROM pg_partition_tree('private.observation')
WHERE isleaf AND level > 0
"""


@pytest.fixture(scope="session")
def kept_database(databases):
    """DSN of a migrated database that the tests of the storage use one after the other."""
    with databases.migrated(migrate) as dsn:
        yield dsn


@pytest.fixture
def database(kept_database):
    """DSN of a migrated database without rows, on both servers in turn."""
    with connect(kept_database) as connection:
        (tables,) = connection.execute(TABLES).fetchone() or ("",)
        connection.execute(f"TRUNCATE {tables} RESTART IDENTITY".encode())
        for (partition,) in connection.execute(PARTITIONS).fetchall():
            connection.execute(f"DROP TABLE {partition}".encode())
    return kept_database


@pytest.fixture
def connection(database):
    """A connection to that database, in which the rides of a single bike are public at once."""
    with connect(database) as connection:
        connection.execute("INSERT INTO private.publication (delay_s, fewest_nodes) VALUES (0, 1)")
        yield connection


@pytest.fixture
def postgres_connection(postgres_database):
    """A connection to a fresh migrated database on plain PostgreSQL only."""
    with connect(postgres_database) as connection:
        yield connection


@pytest.fixture
def checksum(connection):
    """Number that changes when any row of the observations changes."""

    def read():
        return connection.execute(
            "SELECT count(*), sum(hashtextextended(o::text, 0)) FROM private.observation o"
        ).fetchone()

    return read
