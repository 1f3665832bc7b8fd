"""The broker dies, with all that it acknowledged and did not yet write down."""

import random
import threading
import time

from lokaalmeten.wire import read_page
from tests.services.meten import ingesting, wait_until
from tests.services.senders import Nodes, Outlet, to_address
from tests.services.stored import assert_stored_once, wait_for_more
from tests.services.town import make_pages

KILLS = 5
AGAIN_S = 2.0  # a node repeats what is not acknowledged; in the field it waits longer


def test_every_page_is_stored_once_though_the_broker_is_killed_again_and_again(
    town_database, mosquitto, log
):
    pages = make_pages()
    moments = random.Random(2)
    with (
        ingesting(town_database, mosquitto, log) as ingest,
        Nodes(mosquitto, pages, seconds=30, again_s=AGAIN_S) as nodes,
    ):
        for _ in range(KILLS):
            wait_for_more(town_database)
            if moments.random() < 0.5:
                mosquitto.save()  # else it forgets even who was subscribed
            time.sleep(moments.uniform(0, 0.5))
            mosquitto.kill()
            time.sleep(moments.uniform(0, 0.5))
            mosquitto.start()
        assert nodes.sending, "the kills must fall while nodes publish"
        nodes.finish()
        assert ingest.poll() is None
    assert_stored_once(town_database, pages)


def test_nodes_hear_of_the_gap_that_a_broker_left_which_acknowledged_pages_and_lost_them(
    town_database, mosquitto, session, log
):
    pages = [pair for pair in make_pages() if pair[0].startswith("box")]
    lost = [pair for pair in pages if read_page(pair[1])[2] < 3]
    stop = threading.Event()
    nodes = Outlet(to_address(mosquitto), "test-nodes", again_s=600)  # only the gap makes them
    nodes.deliver(lost, stop)
    wait_until(lambda: nodes.acknowledged == len(lost))
    assert nodes.kept == len(lost)
    mosquitto.kill()
    mosquitto.start()

    def everything_is_committed():
        nodes.deliver([], stop)
        return nodes.kept == 0

    with ingesting(town_database, mosquitto, log):
        nodes.deliver([pair for pair in pages if pair not in lost], stop)
        wait_until(everything_is_committed, step=0.2)
    nodes.close()
    assert_stored_once(town_database, pages)
