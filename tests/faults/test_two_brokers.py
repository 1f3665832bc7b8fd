"""Two brokers, each with half of the nodes and an ingest of its own, into one database.

What a region does without a clustered broker: a broker that is killed costs its own half a wait,
and the other half nothing.
"""

import time

import pytest

from ingest.broker import LocalBroker
from tests.services.meten import ingesting
from tests.services.senders import Nodes, listening
from tests.services.stored import assert_stored_once, read_rejected, wait_for_more
from tests.services.town import make_pages

AGAIN_S = 2.0


@pytest.fixture
def second(programs, tmp_path):
    """Another broker."""
    with LocalBroker(tmp_path / "second", program=programs.mosquitto) as broker:
        yield broker


def cut_town():
    """Pages of the nodes of one half, and of the other."""
    pages = make_pages()
    names = sorted({name for name, _ in pages})
    ours = set(names[::2])
    return [[pair for pair in pages if (pair[0] in ours) == half] for half in (True, False)]


def test_two_brokers_with_half_of_the_nodes_each_lose_and_double_nothing_though_one_is_killed(
    town_database, mosquitto, second, tmp_path
):
    halves = cut_town()
    with (
        ingesting(town_database, mosquitto, tmp_path / "one.log") as one,
        ingesting(town_database, second, tmp_path / "two.log") as two,
        listening(mosquitto) as heard,
        listening(second) as heard_there,
        Nodes(mosquitto, halves[0], seconds=10, again_s=AGAIN_S) as nodes,
        Nodes(second, halves[1], seconds=10, again_s=AGAIN_S) as others,
    ):
        wait_for_more(town_database)
        second.kill()
        before = nodes.outlet.acknowledged
        wait_for_more(town_database)  # of the other half
        time.sleep(1)
        assert nodes.outlet.acknowledged > before
        assert others.sending, "the kill must fall while nodes publish"
        second.start()
        nodes.finish()
        others.finish()
        assert (one.poll(), two.poll()) == (None, None)
        told = [{name for name, _ in each.told} for each in (heard, heard_there)]
    assert told == [{name for name, _ in half} for half in halves]  # each by its own broker
    assert_stored_once(town_database, halves[0] + halves[1])
    assert read_rejected(town_database) == []
