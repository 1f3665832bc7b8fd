"""The thread that rolls up: some seconds behind, through troubles, and gone when told."""

import threading

from ingest.rolling import Rolling
from lokaalmeten.errors import StorageError
from storage.pool import connect
from storage.rollups import waiting
from storage.store import Store
from tests.services.meten import wait_until
from tests.services.samples import make_samples


class Moody:
    """Has work for three calls, and refuses every second one."""

    def __init__(self):
        self.calls = 0
        self.left = 3

    def roll_up(self, limit, patience_s):
        self.calls += 1
        if self.calls % 2:
            raise StorageError("database away")
        self.left -= 1
        return max(self.left, 0)


def test_what_is_written_is_added_up_without_being_asked(database):
    with Store(database) as store, Store(database) as roller, connect(database) as connection:
        box = store.add_node("box-1", "box")
        rolling = Rolling(roller, every_s=0.02)
        for hour in range(3):
            store.write([make_samples(box.id, 60 * (hour + 1), seed=hour)], [])
        wait_until(lambda: waiting(connection).notes == 0)
        rolling.close()
        found = connection.execute("SELECT count(DISTINCT hour) FROM rollup_hour").fetchone()
    assert found == (3,)


def test_a_database_that_refuses_is_tried_again_and_named(caplog):
    roller = Moody()
    rolling = Rolling(roller, every_s=0.001)
    wait_until(lambda: roller.left <= 0, step=0.001)
    rolling.close()
    assert "rollups wait: database away" in caplog.text


def test_it_ends_with_the_part_that_is_under_way():
    begun = threading.Event()

    class Endless:
        def roll_up(self, limit, patience_s):
            begun.set()
            return 5000

    rolling = Rolling(Endless())
    begun.wait(5)
    rolling.close()
    assert not [thread for thread in threading.enumerate() if thread is rolling._thread]
