import asyncio

import psycopg
import pytest

from tests.services.databases import Databases


def migrate(dsn):
    with psycopg.connect(dsn) as connection:
        connection.execute("CREATE TABLE made AS SELECT 1 AS number")


@pytest.fixture
def own_databases(databases):
    """The servers of the session with a template of this test's own."""
    return Databases(databases.server)


def test_each_database_is_fresh(own_databases):
    for _ in range(2):
        with own_databases.migrated(migrate) as dsn, psycopg.connect(dsn) as connection:
            assert connection.execute("UPDATE made SET number = 2").rowcount == 1
            assert connection.execute("SELECT sum(number) FROM made").fetchone() == (2,)


def test_migration_runs_once_for_many_databases(own_databases):
    runs = []
    for _ in range(3):
        with own_databases.migrated(lambda dsn: (runs.append(dsn), migrate(dsn))):
            pass
    assert len(runs) == 1


def test_failed_migration_fails_each_test_for_the_same_reason(own_databases):
    def fail(dsn):
        migrate(dsn)
        raise ValueError("no such column")

    for _ in range(2):
        with pytest.raises(ValueError, match="no such column"), own_databases.migrated(fail):
            pass


def test_database_is_dropped_while_somebody_is_connected(own_databases):
    with own_databases.empty() as dsn:
        connection = psycopg.connect(dsn)
    connection.close()
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(dsn)


def test_template_with_timescaledb_can_be_copied(timescale_databases):
    own = Databases(timescale_databases.server)

    def create(dsn):
        with psycopg.connect(dsn) as connection:
            connection.execute("CREATE EXTENSION timescaledb")

    for _ in range(3):
        with own.migrated(create) as dsn, psycopg.connect(dsn) as connection:
            version = "SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'"
            assert connection.execute(version).fetchone() == ("2.19.3",)


def test_event_loops_may_run_in_tests():
    assert asyncio.run(asyncio.sleep(0, "done")) == "done"
