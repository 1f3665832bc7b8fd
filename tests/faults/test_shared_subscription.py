"""Two ingests share the pages of one broker, and one of them dies."""

import random
import time

import pytest

from lokaalmeten.processes import free_port
from tests.services.meten import ingesting, read_metric
from tests.services.senders import Nodes, Publisher, listening, publish, wait_until_told
from tests.services.stored import assert_stored_once, read_rejected, wait_for_all, wait_for_more
from tests.services.town import make_pages

KILLS = 4


@pytest.fixture
def sharing(town_database, mosquitto, tmp_path):
    """Function that starts one of the ingests that share the pages, by its name."""

    def begin(name, **settings):
        log = tmp_path / f"{name}.log"
        settings |= {"share": "test", "client": f"test-{name}"}
        return ingesting(town_database, mosquitto, log, **settings)

    return begin


def test_every_page_goes_to_one_of_two_ingests_that_share_them(town_database, mosquitto, sharing):
    pages, ports = make_pages(), (free_port(), free_port())
    with (
        sharing("one", ingest_port=str(ports[0])),
        sharing("two", ingest_port=str(ports[1])),
        listening(mosquitto) as heard,
    ):
        publish(mosquitto, pages)
        wait_for_all(town_database, pages)
        wait_until_told(heard, pages)
        taken = [read_metric(port, "lokaalmeten_messages_total") for port in ports]
    assert sum(taken) == len(pages)
    assert min(taken) > 0
    assert_stored_once(town_database, pages)


def test_every_page_is_stored_once_though_one_of_two_ingests_that_share_them_is_killed(
    town_database, mosquitto, sharing
):
    pages, moments = make_pages(), random.Random(9)
    with (
        listening(mosquitto) as heard,
        sharing("one") as one,
        Publisher(mosquitto, pages, seconds=40) as publisher,
    ):
        for _ in range(KILLS):
            with sharing("two") as two:
                wait_for_more(town_database)
                time.sleep(moments.uniform(0, 0.3))
                two.kill()
                two.wait()
        assert publisher.is_alive(), "the kills must fall while nodes publish"
        with sharing("two") as two:  # what it had taken and not stored comes to it again
            publisher.finish()
            wait_for_all(town_database, pages)
            told = heard.select(pages)
            publish(mosquitto, [pair for pair in pages if pair not in told])
            wait_until_told(heard, pages)
            assert (one.poll(), two.poll()) == (None, None)
    assert_stored_once(town_database, pages)
    assert read_rejected(town_database) == []


def test_nodes_lose_nothing_when_one_of_two_ingests_is_killed_and_does_not_come_back(
    town_database, mosquitto, sharing
):
    pages = make_pages()
    with sharing("one") as one, Nodes(mosquitto, pages, seconds=4, again_s=1) as nodes:
        with sharing("two") as two:
            wait_for_more(town_database)
            time.sleep(1)
            two.kill()
            two.wait()
        # the broker goes on giving some to the dead one; they come again from the nodes
        nodes.finish()
        assert one.poll() is None
    assert_stored_once(town_database, pages)
