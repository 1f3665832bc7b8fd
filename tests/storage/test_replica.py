"""A replica that follows by streaming: everything that reads works on it, and nothing writes."""

from datetime import UTC, datetime, timedelta

import pytest

from lokaalmeten.errors import StorageError
from lokaalmeten.quantities import BY_KEY
from storage import reader
from storage.migrate import migrate
from storage.pool import connect
from storage.registry import add_node
from storage.rollups import roll_up
from storage.save import save
from storage.server import LocalServer, embedded_binaries
from storage.writer import write
from tests.conftest import FAST, TIMESCALE
from tests.dashboard.client import Client
from tests.dashboard.conftest import running
from tests.services.copies import copy_running, open_folder
from tests.services.meten import meten, wait_until
from tests.services.samples import START, make_samples

NOWHERE = "postgresql://someone@127.0.0.1:1/lokaalmeten"
FROM = datetime.fromtimestamp(START, UTC)
TO = FROM + timedelta(hours=5)


@pytest.fixture(scope="module", params=["timescaledb", "postgresql"])
def pair(request):
    """DSNs of a server with a box, and of the replica that follows it."""
    binaries, settings = embedded_binaries(), FAST
    if request.param == "timescaledb":
        binaries = request.getfixturevalue("programs").postgres_bin
        settings = FAST | TIMESCALE
    with (
        open_folder() as folder,
        LocalServer(folder / "primary", binaries, settings=settings) as primary,
    ):
        migrate(primary.dsn)
        copy_running(primary, folder / "replica", "--write-recovery-conf")
        with LocalServer(folder / "replica", binaries, settings=settings) as replica:
            with connect(primary.dsn) as connection:
                node = add_node(connection, "box-1", "box", lat=52.09, lon=5.12)
                write(connection, [make_samples(node.id, 300, cell=node.cell)])
                roll_up(connection)
            follow(primary.dsn, replica.dsn)
            yield primary.dsn, replica.dsn


def follow(primary, replica):
    """Wait until the replica shows what is committed now."""
    with connect(primary) as here, connect(replica) as there:
        (sent,) = here.execute("SELECT pg_current_wal_lsn()").fetchone()
        reached = "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn"
        wait_until(lambda: there.execute(reached, [sent]).fetchone()[0])


def test_every_question_has_the_same_answer(pair):
    answers = []
    for dsn in pair:
        with connect(dsn, reading=True) as connection:
            cells = reader.hexagons(connection, "pm25", FROM, TO, 9)
            answers.append(
                [
                    reader.nodes(connection),
                    reader.latest(connection),
                    reader.series(connection, "box-1", list(BY_KEY), FROM, TO, 3600),
                    reader.hourly(connection, "pm25", FROM, TO),
                    cells,
                    reader.rides(connection, FROM, TO),
                ]
            )
            assert reader.count(connection).samples == 300
    for first, second in zip(*answers, strict=True):
        assert first.equals(second)


def test_what_is_written_later_follows(pair):
    primary, replica = pair
    with connect(primary) as connection:
        add_node(connection, "box-2", "box")
    follow(primary, replica)
    with connect(replica, reading=True) as connection:
        assert "box-2" in set(reader.nodes(connection)["name"])


def test_a_replica_refuses_to_be_written_in_a_sentence(pair):
    with (
        connect(pair[1]) as connection,
        pytest.raises(
            StorageError, match="it is a read replica; nothing was stored, name the primary server"
        ),
    ):
        add_node(connection, "box-3", "box")


def test_commands_that_only_read_ask_the_replica(pair, tmp_path):
    asked = {"dsn": NOWHERE, "read_dsn": pair[1]}
    listed = meten("node", "list", **asked)
    assert (listed.returncode, listed.stderr) == (0, "")
    assert "box-1" in listed.stdout
    for form in ("csv", "parquet"):
        done = meten("db", "export", tmp_path / form, "--format", form, **asked)
        assert (done.returncode, done.stderr) == (0, "")
        assert "300 rows" in done.stdout
    assert "127.0.0.1:1" in meten("node", "add", "box-4", **asked).stderr


def test_the_dashboard_shows_what_the_replica_has(pair):
    with running(pair[1]) as address:
        client = Client(address)
        assert "box-1" in client.get("/v1/nodes").text


def test_a_replica_can_be_saved(pair, tmp_path):
    with connect(pair[1]) as connection:
        manifest = save(connection, tmp_path / "saved")
    assert sum(file.rows for file in manifest.files if file.table == "observation") == 300
