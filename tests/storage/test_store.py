import pytest

from lokaalmeten.errors import StorageError
from storage.pool import connect
from storage.store import Store
from tests.services.samples import make_samples


def test_a_lost_connection_is_opened_again_at_the_next_call(database):
    with Store(database) as store:
        store.add_node("box-1", "box")
        with connect(database) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND backend_type = 'client backend'"
                " AND pid <> pg_backend_pid()"
            )
        with pytest.raises(StorageError):
            store.read_nodes()
        assert list(store.read_nodes()) == ["box-1"]
        assert store.write([make_samples(1, 5)], []).inserted == 5


def test_a_wrong_dsn_is_known_at_once():
    with pytest.raises(StorageError, match="cannot be read"):
        Store("nonsense")
