"""A disaster, and the database as it was a moment before: the steps of docs/keeping.md, done."""

import shlex

import psycopg
import pytest

from storage.migrate import migrate
from storage.pool import connect
from storage.registry import add_node
from storage.server import LocalServer, embedded_binaries
from storage.writer import write
from tests.conftest import FAST, TIMESCALE
from tests.services.copies import copy_running, open_folder
from tests.services.everything import read_everything
from tests.services.meten import wait_until
from tests.services.samples import START, make_samples


@pytest.fixture(params=["timescaledb", "postgresql"])
def kind(request):
    """Programs and settings of a server."""
    if request.param == "postgresql":
        return embedded_binaries(), FAST
    return request.getfixturevalue("programs").postgres_bin, FAST | TIMESCALE


def write_minutes(dsn, node_id, count, start=START):
    with connect(dsn) as connection:
        write(connection, [make_samples(node_id, count, start=start)])


def ask(dsn, question):
    with psycopg.connect(dsn) as connection:
        return connection.execute(question).fetchone()[0]


def wait_for_archive(dsn):
    """Have the log so far lie in the archive."""
    last = ask(dsn, "SELECT pg_walfile_name(pg_switch_wal())")
    wait_until(lambda: (ask(dsn, "SELECT last_archived_wal FROM pg_stat_archiver") or "") >= last)


def test_the_moment_before_a_disaster_comes_back(kind):
    binaries, settings = kind
    with open_folder() as folder:
        archive = folder / "archive"
        archive.mkdir()
        archive.chmod(0o777)
        kept = shlex.quote(str(archive))
        archiving = {
            "archive_mode": "on",
            "archive_command": f"test ! -f {kept}/%f && cp %p {kept}/%f",
        }
        with LocalServer(folder / "first", binaries, settings=settings | archiving) as server:
            migrate(server.dsn)
            with connect(server.dsn) as connection:
                node = add_node(connection, "box-1", "box", lat=52.09, lon=5.12).id
            write_minutes(server.dsn, node, 300)
            copy_running(server, folder / "backup")
            write_minutes(server.dsn, node, 300, start=START + 40 * 86_400)
            before = read_everything(server.dsn)
            moment = ask(server.dsn, "SELECT clock_timestamp()::text")

            with psycopg.connect(server.dsn) as connection:
                connection.execute("DELETE FROM private.observation")
            write_minutes(server.dsn, node, 7, start=START + 80 * 86_400)
            wait_for_archive(server.dsn)
            assert len(read_everything(server.dsn)["observation"]) == 7

        (folder / "backup/data/recovery.signal").touch()
        recovery = {
            "restore_command": f"cp {kept}/%f %p",
            "recovery_target_time": moment,
            "recovery_target_action": "promote",
        }
        with LocalServer(folder / "backup", binaries, settings=settings | recovery) as server:
            wait_until(lambda: not ask(server.dsn, "SELECT pg_is_in_recovery()"))
            assert len(before["observation"]) == 600
            assert read_everything(server.dsn) == before
            write_minutes(server.dsn, node, 7, start=START + 80 * 86_400)  # life goes on
            assert len(read_everything(server.dsn)["observation"]) == 607
