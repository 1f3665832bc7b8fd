import pytest

from ingest.decode import Message
from ingest.registry import FRESH_S, REREAD_S, Registry
from lokaalmeten.errors import StorageError
from tests.services.pages import FakeNode


class Shelf:
    """Where nodes are registered; counts how often it was asked."""

    def __init__(self):
        self.nodes, self.asked, self.away = {"box-1": FakeNode(1)}, 0, False

    def read_nodes(self):
        self.asked += 1
        if self.away:
            raise StorageError("away")
        return dict(self.nodes)


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def clock():
    return Clock()


def pages(*names):
    return [Message(f"lm/1/{name}/page", b"", 0) for name in names]


def test_node_that_was_registered_since_the_start_is_known_at_once(shelf, clock):
    registry = Registry(shelf, clock)
    shelf.nodes["box-2"] = FakeNode(2)
    assert "box-2" in registry.known_to(pages("box-2"))
    assert registry.names == {1: "box-1", 2: "box-2"}


def test_who_is_known_costs_no_question(shelf, clock):
    registry = Registry(shelf, clock)
    registry.known_to(pages("box-1", "box-1"))
    assert shelf.asked == 1


def test_a_node_that_was_removed_is_a_stranger_within_a_minute(shelf, clock):
    registry = Registry(shelf, clock)
    shelf.nodes["box-1"] = FakeNode(7)  # removed, and registered anew
    assert registry.known_to(pages("box-1"))["box-1"].id == 1
    clock.now += FRESH_S
    assert registry.known_to(pages("box-1"))["box-1"].id == 7
    assert shelf.asked == 2


def test_strangers_have_the_nodes_read_at_most_once_a_second(shelf, clock):
    registry = Registry(shelf, clock)
    for number in range(50):
        registry.known_to(pages(f"invented-{number}"))
    assert shelf.asked == 2
    clock.now += REREAD_S
    shelf.nodes["box-3"] = FakeNode(3)
    assert "box-3" in registry.known_to(pages("box-3"))


def test_a_database_that_is_away_leaves_what_is_known(shelf, clock):
    registry = Registry(shelf, clock)
    shelf.away = True
    assert list(registry.known_to(pages("box-2"))) == ["box-1"]
    registry.known_to(pages("box-2"))
    assert shelf.asked == 2, "not again within a second"
