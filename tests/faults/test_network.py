"""The network between the ingest and broker or database is cut, or swallows everything."""

import random
import time

import pytest

from ingest.broker import LocalBroker
from lokaalmeten.settings import Address
from tests.services.meten import ingesting, wait_until
from tests.services.proxy import Proxy
from tests.services.senders import Publisher, listening, wait_until_told
from tests.services.stored import (
    assert_stored_once,
    count_rows,
    wait_for_all,
    wait_for_more,
    wait_for_transaction,
)
from tests.services.town import make_pages

CUTS = 12
LONGEST_S = 60  # until silence is noticed on both sides, and what waited is stored


@pytest.fixture
def database_network(timescale_server):
    with Proxy(Address("127.0.0.1", timescale_server.port)) as proxy:
        yield proxy


@pytest.fixture
def distant_database(town_database, timescale_server, database_network):
    """DSN of the town's database by way of the network."""
    return town_database.replace(f":{timescale_server.port}/", f":{database_network.port}/")


def test_every_page_is_stored_once_though_the_network_is_cut_again_and_again(
    town_database, distant_database, database_network, mosquitto, log
):
    pages, moments = make_pages(), random.Random(5)
    with (
        Proxy(mosquitto) as broker_network,
        ingesting(distant_database, broker_network, log) as ingest,
        listening(mosquitto) as heard,
        Publisher(mosquitto, pages, seconds=60) as publisher,
    ):
        networks = [[database_network], [broker_network], [database_network, broker_network]]
        for number in range(CUTS):
            wait_for_more(town_database)
            if number % 2:
                time.sleep(moments.uniform(0, 0.3))
            else:
                wait_for_transaction(town_database, ingest)
            for network in networks[number % 3]:
                network.cut()
        assert publisher.is_alive(), "the cuts must fall while nodes publish"
        publisher.finish()
        wait_for_all(town_database, pages)
        wait_until_told(heard, pages)
        assert ingest.poll() is None
    assert_stored_once(town_database, pages)


@pytest.fixture
def impatient_mosquitto(programs, tmp_path):
    """A broker that wants to hear of its clients every 5 s: by itself the ingest takes longer."""
    settings = {"max_keepalive": "5"}
    folder = tmp_path / "impatient"
    with LocalBroker(folder, program=programs.mosquitto, settings=settings) as broker:
        yield broker


def test_every_page_is_stored_once_though_both_connections_fall_silent(
    town_database, distant_database, database_network, impatient_mosquitto, log
):
    broker, pages = impatient_mosquitto, make_pages()
    with (
        Proxy(broker) as broker_network,
        ingesting(distant_database, broker_network, log) as ingest,
        listening(broker) as heard,
        Publisher(broker, pages, seconds=20) as publisher,
    ):
        wait_until(lambda: count_rows(town_database) > 0)
        # the server holds the rows of this transaction until it notices that nobody is there
        wait_for_transaction(town_database, ingest)
        database_network.silence()
        broker_network.silence()
        publisher.finish()
        wait_for_all(town_database, pages, LONGEST_S)
        wait_until_told(heard, pages)
        assert ingest.poll() is None
    assert_stored_once(town_database, pages)
