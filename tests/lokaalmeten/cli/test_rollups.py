"""What `meten db roll-up` does, and how `meten db status` says what is left to do."""

from datetime import UTC, datetime

from storage.pool import connect
from storage.registry import add_node
from storage.writer import write
from tests.services.meten import meten
from tests.services.samples import START, make_samples


def run(database, *words):
    done = meten(*words, dsn=database)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_everything_that_waits_is_added_up(database):
    with connect(database) as connection:
        for name in ("box-1", "box-2"):
            node = add_node(connection, name, "box").id
            write(connection, [make_samples(node, 300)])
            moments = [datetime.fromtimestamp(START + 3600 * hour, UTC) for hour in (0, 4)]
            connection.execute("SELECT private.touch(%s, %s, %s)", [node, *moments])
    assert "10 hours of nodes wait, the oldest for " in run(database, "db", "status")
    said = run(database, "db", "roll-up").splitlines()[-1]
    assert said == "added up 10 hours of nodes, and their days"
    assert "\nrollups         up to date" in run(database, "db", "status")
    assert run(database, "db", "roll-up").splitlines()[-1] == "nothing to do: up to date"
