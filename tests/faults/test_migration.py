"""The tables are of an earlier version, and the migration dies on the way."""

import random
import shutil
import time

import psycopg
import pytest

from storage.migrate import MIGRATIONS, migrate
from tests.services.meten import ingesting, meten, running, wait_until
from tests.services.senders import listening, publish, wait_until_told
from tests.services.stored import assert_stored_once, wait_for_all, wait_for_transaction
from tests.services.town import make_pages, register_town

KILLS = 9
FILES = sorted(MIGRATIONS.glob("*.sql"))


@pytest.fixture
def migrated_to(timescale_empty_database, tmp_path):
    """Function that applies the first files only; the DSN of the database in which it does."""

    def apply(count):
        folder = tmp_path / "earlier"
        folder.mkdir()
        for file in FILES[:count]:
            shutil.copy(file, folder)
        migrate(timescale_empty_database, folder)
        return timescale_empty_database

    return apply


def read_applied(dsn):
    with psycopg.connect(dsn) as connection:
        return connection.execute("SELECT name FROM private.migration ORDER BY number").fetchall()


def test_an_ingest_without_tables_says_what_to_do_and_ends(timescale_empty_database, mosquitto):
    url = f"mqtt://{mosquitto.host}:{mosquitto.port}"
    done = meten("ingest", dsn=timescale_empty_database, broker=url)
    assert done.returncode == 2
    assert "run the migrations first" in done.stderr
    assert "Traceback" not in done.stderr


def test_every_page_is_stored_once_though_the_ingest_was_too_early_and_the_migration_killed(
    migrated_to, mosquitto, log, tmp_path
):
    dsn, pages, moments = migrated_to(1), make_pages(), random.Random(8)
    register_town(dsn)
    with ingesting(dsn, mosquitto, log) as ingest, listening(mosquitto) as heard:
        publish(mosquitto, pages)
        wait_until(lambda: "run the migrations first" in " ".join(log.read_text().split()))
        kills = 0
        while kills < KILLS and len(read_applied(dsn)) < len(FILES):
            kill_migration(dsn, tmp_path / "migrate.log", kills, moments)
            kills += 1
        assert kills > 3, "the kills must fall while it migrates"
        migrate_twice_at_once(dsn, tmp_path / "migrate.log")
        assert read_applied(dsn) == [(file.stem,) for file in FILES]
        wait_for_all(dsn, pages)
        wait_until_told(heard, pages)
        assert "Traceback" not in log.read_text()
        assert ingest.poll() is None
    assert_stored_once(dsn, pages)


def kill_migration(dsn, log, number, moments):
    """Kill it while it starts, or after it began to change something: each time a little later."""
    with running("db", "migrate", log=log, dsn=f"{dsn}?application_name=migration") as migration:
        if number % 3 == 2:
            time.sleep(moments.uniform(0, 0.4))
        else:
            wait_for_transaction(dsn, migration, "migration")
            time.sleep(moments.uniform(0, 0.005 * number))
        migration.kill()
        migration.wait()


def migrate_twice_at_once(dsn, log):
    with (
        running("db", "migrate", log=log, dsn=dsn) as one,
        running("db", "migrate", log=log, dsn=dsn) as two,
    ):
        assert (one.wait(60), two.wait(60)) == (0, 0), log.read_text()
