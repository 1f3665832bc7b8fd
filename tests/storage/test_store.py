import pytest

from lokaalmeten.errors import StorageError
from lokaalmeten.rejected import Rejected
from storage.delivery import Ack
from storage.pool import connect
from storage.rejected import rejected_messages
from storage.store import Store
from storage.writer import Written, write
from tests.services.samples import START, make_samples


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


def test_pages_are_acknowledged_with_their_rows(database):
    with Store(database) as store:
        node = store.add_node("box-1", "box").id
        for sequence in (0, 2):
            batch = [make_samples(node, 60, start=START + sequence * 3600)]
            written = store.write(batch, [], {(node, 5): [sequence]})
        assert written == Written(60, 0, acks=(Ack(node, 5, 2, ((1, 1),)),))
        assert store.write([], []).acks == ()


def test_the_writer_of_a_lost_connection_is_not_used_again(database):
    with Store(database) as store:
        node = store.add_node("box-1", "box").id
        batch, arrivals = [make_samples(node, 60)], {(node, 5): [0]}
        store.write(batch, [], arrivals)
        with connect(database) as other:
            write(other, [make_samples(node, 60, start=START + 3600)])
            other.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND backend_type = 'client backend'"
                " AND pid <> pg_backend_pid()"
            )
        with pytest.raises(StorageError):
            store.write(batch, [], arrivals)
        both = [*batch, make_samples(node, 61, start=START + 3600)]
        assert store.write(both, [], {(node, 5): [0, 1]}) == Written(
            1, 120, acks=(Ack(node, 5, 1, ()),)
        )


def test_a_message_that_was_refused_once_leaves_when_it_is_stored(database):
    with Store(database) as store:
        store.write([], [Rejected("box-1", "lm/1/box-1/page", "unknown node", b"x", START)])
        (kept,) = store.ask(rejected_messages)
        node = store.add_node("box-1", "box").id
        assert store.write([make_samples(node, 3)], [], replayed=[kept.id]).inserted == 3
        assert store.ask(rejected_messages) == []
