import shutil
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from lokaalmeten.errors import StorageError
from storage import edition
from storage.migrate import MIGRATIONS, migrate, read_migrations
from storage.pool import connect
from storage.registry import add_node
from storage.rollups import roll_up, waiting

NAMES = [path.stem for path in sorted(MIGRATIONS.glob("*.sql"))]

TABLES = """
SELECT n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
    col_description(c.oid, a.attnum)
FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid
WHERE n.nspname IN ('private', 'public') AND c.relkind IN ('r', 'p', 'v') AND a.attnum > 0
    AND NOT a.attisdropped AND NOT c.relispartition
ORDER BY 1, 2, a.attnum
"""


@pytest.fixture
def folder(tmp_path):
    """A copy of the migrations that a test may spoil."""
    return shutil.copytree(MIGRATIONS, tmp_path / "migrations")


def test_files_are_numbered_without_gaps():
    assert [migration.number for migration in read_migrations(MIGRATIONS)] == list(
        range(1, len(NAMES) + 1)
    )


def test_a_new_database_gets_every_file_once(empty_database):
    assert migrate(empty_database) == NAMES
    assert migrate(empty_database) == []


def test_two_at_once_wait_for_each_other(empty_database):
    with ThreadPoolExecutor(4) as pool:
        applied = list(pool.map(migrate, [empty_database] * 4))
    assert sorted(applied, key=len) == [[], [], [], NAMES]


def test_both_servers_have_the_same_tables(timescale_database, postgres_database):
    seen = []
    for dsn in (timescale_database, postgres_database):
        with connect(dsn) as connection:
            seen.append(connection.execute(TABLES).fetchall())
    assert seen[0] == seen[1]
    assert ("private", "observation", "pm25") in {row[:3] for row in seen[0]}


def test_a_file_that_changed_after_it_was_applied_is_refused(empty_database, folder):
    migrate(empty_database, folder)
    first = folder / f"{NAMES[0]}.sql"
    first.write_text(first.read_text() + "\nSELECT 1;\n")
    with pytest.raises(
        StorageError, match=f"{NAMES[0]} was applied and has changed since; restore"
    ):
        migrate(empty_database, folder)


def test_line_ends_of_a_checkout_do_not_count_as_a_change(empty_database, folder):
    migrate(empty_database, folder)
    first = folder / f"{NAMES[0]}.sql"
    first.write_bytes(first.read_bytes().replace(b"\n", b"\r\n"))
    assert migrate(empty_database, folder) == []


def test_a_database_newer_than_the_program_is_refused(empty_database, folder):
    (folder / "9999_later.sql").write_text("SELECT 1;")
    migrate(empty_database, folder)
    with pytest.raises(StorageError, match="9999_later, which this program does not know; install"):
        migrate(empty_database)


def test_a_migration_that_fails_leaves_nothing_and_can_be_mended(empty_database, folder):
    bad = folder / "9999_bad.sql"
    bad.write_text("CREATE TABLE private.half (id integer);\nSELECT 1 / 0;")
    with pytest.raises(
        StorageError, match=r"division by zero \(in migration 9999_bad; nothing of it"
    ):
        migrate(empty_database, folder)
    with connect(empty_database) as connection:
        assert connection.execute("SELECT to_regclass('private.half')").fetchone() == (None,)
        assert connection.execute("SELECT max(number) FROM private.migration").fetchone() == (
            len(NAMES),
        )
    bad.write_text("CREATE TABLE private.whole (id integer);")
    assert migrate(empty_database, folder) == ["9999_bad"]


def test_the_first_migration_failing_leaves_no_schema(empty_database, tmp_path):
    (tmp_path / "0001_bad.sql").write_text("SELECT nothing;")
    with pytest.raises(StorageError, match="nothing"):
        migrate(empty_database, tmp_path)
    with connect(empty_database) as connection:
        assert connection.execute("SELECT to_regnamespace('private')").fetchone() == (None,)


def test_an_old_server_is_refused(empty_database, monkeypatch):
    monkeypatch.setattr(edition, "OLDEST_POSTGRESQL", 99)
    with pytest.raises(StorageError, match="is too old; it takes 99 or newer"):
        migrate(empty_database)


def test_an_old_timescaledb_is_refused_before_anything_is_made(
    timescale_empty_database, monkeypatch
):
    monkeypatch.setattr(edition, "OLDEST_TIMESCALEDB", (99, 0, 0))
    with pytest.raises(StorageError, match=r"TimescaleDB 2\.19\.3 is too old; install 99\.0\.0"):
        migrate(timescale_empty_database)
    with connect(timescale_empty_database) as connection:
        assert connection.execute("SELECT to_regnamespace('private')").fetchone() == (None,)


def test_an_upgrade_has_everything_added_up_that_is_there(empty_database, folder):
    for later in sorted(folder.glob("*.sql"))[9:]:
        later.unlink()
    migrate(empty_database, folder)
    with connect(empty_database) as connection:
        box = add_node(connection, "box-1", "box").id
        add_node(connection, "silent", "box")
        edition.ensure_partitions(connection, np.array([0, 3600 * 48]))
        for hour in (1, 48):
            connection.execute(
                "INSERT INTO private.observation (time, cell, flags, node_id, pm1)"
                " VALUES (to_timestamp(%s), 0, 1, %s, 250)",
                [3600 * hour + 7, box],
            )
        migrate(empty_database)
        assert waiting(connection).hours == 48
        while roll_up(connection, 20):
            pass
        found = connection.execute(
            "SELECT extract(epoch FROM hour)::integer / 3600, mean FROM rollup_hour"
            " WHERE quantity = 'pm1' ORDER BY hour"
        ).fetchall()
    assert found == [(1, 2.5), (48, 2.5)]
