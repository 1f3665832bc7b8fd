import numpy as np
import pytest

from lokaalmeten.errors import StorageError
from storage.edition import check_timescaledb, ensure_partitions, read_edition
from storage.pool import connect

PARTITIONS = """
SELECT relid::regclass::text, pg_get_expr(relpartbound, relid)
FROM pg_partition_tree('private.observation') t JOIN pg_class c ON c.oid = t.relid
WHERE isleaf AND relispartition AND relid::regclass::text < 'private.observation_2026' ORDER BY 1
"""


def seconds(*days):
    return np.array(days, "datetime64[s]").astype(np.int64)


def test_each_server_says_what_it_is(timescale_database, postgres_database):
    with connect(timescale_database) as connection:
        edition = read_edition(connection)
        assert (edition.kind, edition.license) == ("timescaledb", "apache")
        assert edition.version == "2.19.3"
        assert str(edition) == "TimescaleDB 2.19.3 (apache licence)"
    with connect(postgres_database) as connection:
        edition = read_edition(connection)
        assert (edition.kind, edition.license) == ("postgresql", "postgresql")
        assert edition.version.startswith("18.")
        assert str(edition) == f"PostgreSQL {edition.version}"


def test_an_empty_timescale_server_counts_as_plain_until_it_is_prepared(timescale_empty_database):
    with connect(timescale_empty_database) as connection:
        assert read_edition(connection).kind == "postgresql"


@pytest.mark.parametrize("version", ["2.18.0", "2.9.3", "1.7.5", "2.18.0-dev"])
def test_an_old_timescaledb_is_refused(version):
    with pytest.raises(
        StorageError, match=f"here: TimescaleDB {version} is too old; install 2.18.1"
    ):
        check_timescaledb("here", version)


@pytest.mark.parametrize("version", ["2.18.1", "2.19.3", "3.0.0-beta1"])
def test_a_newer_timescaledb_is_taken(version):
    check_timescaledb("here", version)


def test_partitions_are_whole_months_in_utc_and_only_those_needed(postgres_database):
    with connect(postgres_database) as connection, connection.transaction():
        connection.execute("SET LOCAL TimeZone = 'Asia/Tokyo'")
        ensure_partitions(connection, seconds("2024-12-31T23:59:59", "2025-01-01", "2020-02-29"))
        connection.execute("SET LOCAL TimeZone = 'UTC'")
        assert connection.execute(PARTITIONS).fetchall() == [
            (
                f"private.observation_{first[:4]}_{first[5:7]}",
                f"FOR VALUES FROM ('{first} 00:00:00+00') TO ('{after} 00:00:00+00')",
            )
            for first, after in [
                ("2020-02-01", "2020-03-01"),
                ("2024-12-01", "2025-01-01"),
                ("2025-01-01", "2025-02-01"),
            ]
        ]


def test_partitions_that_are_there_are_left_alone(postgres_database):
    with connect(postgres_database) as connection:
        for _ in range(2):
            with connection.transaction():
                ensure_partitions(connection, seconds("2025-01-01"))
        assert len(connection.execute(PARTITIONS).fetchall()) == 1


def test_partitions_of_a_transaction_that_fails_are_made_again(postgres_database):
    with connect(postgres_database) as connection:
        with connection.transaction(force_rollback=True):
            ensure_partitions(connection, seconds("2025-01-01"))
        assert connection.execute(PARTITIONS).fetchall() == []
        with connection.transaction():
            ensure_partitions(connection, seconds("2025-01-01"))
        assert len(connection.execute(PARTITIONS).fetchall()) == 1


def test_a_partition_has_the_key_and_the_index_of_the_table(postgres_database):
    with connect(postgres_database) as connection:
        with connection.transaction():
            ensure_partitions(connection, seconds("2025-01-01"))
        rows = connection.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = 'observation_2025_01' ORDER BY 1"
        ).fetchall()
    assert len(rows) == 2
    assert 'USING brin ("time")' in rows[0][0]
    assert '(node_id, "time")' in rows[1][0]


def test_making_a_partition_does_not_stop_readers_or_writers(postgres_database):
    with connect(postgres_database) as writer, connect(postgres_database) as other:
        other.execute("SET lock_timeout = '2s'")
        with writer.transaction():
            ensure_partitions(writer, seconds("2025-01-01"))
            other.execute("SELECT count(*) FROM private.observation")
        with writer.transaction(), other.transaction():
            writer.execute("LOCK TABLE private.observation IN ROW EXCLUSIVE MODE")
            ensure_partitions(other, seconds("2025-06-01"))


def test_timescaledb_makes_its_own_chunks_and_no_index_but_the_key_and_brin(timescale_database):
    with connect(timescale_database) as connection:
        with connection.transaction():
            ensure_partitions(connection, seconds("2025-01-01"))
        assert connection.execute(
            "SELECT hypertable_name, column_name, time_interval::text"
            " FROM timescaledb_information.dimensions"
        ).fetchall() == [("observation", "time", "7 days")]
        assert connection.execute(
            "SELECT count(*) FROM pg_indexes WHERE schemaname = 'private'"
            " AND tablename = 'observation'"
        ).fetchone() == (2,)
