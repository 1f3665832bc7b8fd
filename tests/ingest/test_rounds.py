"""The thread that goes round: what waits is known soon, whatever the database does meanwhile."""

from datetime import UTC, datetime
from typing import NamedTuple

from ingest.metrics import Metrics
from ingest.rounds import Rounds
from lokaalmeten.errors import StorageError
from storage.pool import connect
from storage.rollups import roll_up
from storage.store import Store
from tests.services.meten import wait_until
from tests.services.samples import START

PARTITIONS = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'private.observation'::regclass"


def read(metrics, name):
    return metrics.registry.get_sample_value(f"lokaalmeten_rollup_waiting_{name}")


def test_what_waits_is_known_and_so_is_that_nothing_does(database):
    metrics = Metrics()
    with Store(database) as store, Store(database) as looker, connect(database) as connection:
        box = store.add_node("box-1", "box")
        moments = [datetime.fromtimestamp(START + 3600 * hour, UTC) for hour in (0, 5)]
        connection.execute("SELECT private.touch(%s, %s, %s)", [box.id, *moments])
        rounds = Rounds(looker, metrics, every_s=0.02)
        wait_until(lambda: read(metrics, "hours") == 6)
        assert 0 <= read(metrics, "seconds") < 60
        while roll_up(connection):
            pass
        wait_until(lambda: read(metrics, "hours") == 0)
        rounds.close()
        assert read(metrics, "seconds") == 0


def test_a_month_that_was_taken_away_is_there_again(postgres_database):
    with Store(postgres_database) as looker, connect(postgres_database) as connection:
        (before,) = connection.execute(PARTITIONS).fetchone()
        (last,) = connection.execute(
            "SELECT max(inhrelid::regclass::text) FROM pg_inherits"
            " WHERE inhparent = 'private.observation'::regclass"
        ).fetchone()
        connection.execute(f"DROP TABLE {last}".encode())
        rounds = Rounds(looker, Metrics(), every_s=0.02)
        wait_until(lambda: connection.execute(PARTITIONS).fetchone() == (before,))
        rounds.close()


class Waiting(NamedTuple):
    hours: int
    since: datetime | None


class Moody:
    """Refuses the first two questions; counts how often pieces were made ahead."""

    def __init__(self):
        self.asked = self.made = 0

    def read_waiting(self):
        self.asked += 1
        if self.asked < 3:
            raise StorageError("database away")
        return Waiting(self.asked, datetime(2026, 1, 1, tzinfo=UTC))

    def make_ahead(self):
        self.made += 1


def test_a_database_that_is_away_is_named_and_asked_again(caplog):
    store, metrics = Moody(), Metrics()
    rounds = Rounds(store, metrics, every_s=0.001)
    wait_until(lambda: read(metrics, "hours") > 3, step=0.001)
    rounds.close()
    assert "what waits to be rolled up is not known: database away" in caplog.text
    assert store.made == 1  # once an hour is enough
