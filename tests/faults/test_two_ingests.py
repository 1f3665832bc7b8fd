"""Two ingests write to one database."""

import random
import signal
import time

from ingest.broker import LocalBroker
from tests.services.meten import ingesting, wait_until
from tests.services.senders import Nodes, Publisher, listening, wait_until_told
from tests.services.stored import assert_stored_once, read_rejected, wait_for_all, wait_for_more
from tests.services.town import make_pages


def test_every_page_is_stored_once_though_two_ingests_write_all_of_them_at_once(
    town_database, mosquitto, programs, tmp_path
):
    pages = make_pages()
    others = random.Random(7).sample(pages, len(pages))
    with (
        LocalBroker(tmp_path / "second", program=programs.mosquitto) as second,
        ingesting(town_database, mosquitto, tmp_path / "ingest-1.log") as one,
        ingesting(town_database, second, tmp_path / "ingest-2.log") as two,
        listening(mosquitto) as heard,
        listening(second) as heard_there,
    ):
        with Publisher(mosquitto, pages, seconds=4), Publisher(second, others, seconds=4):
            pass
        wait_for_all(town_database, pages)
        wait_until_told(heard, pages)
        wait_until_told(heard_there, pages)
        assert (one.poll(), two.poll()) == (None, None)
    assert_stored_once(town_database, pages)
    assert read_rejected(town_database) == []


def test_a_group_shares_the_load_and_loses_nothing_when_one_of_it_is_killed(
    town_database, mosquitto, tmp_path
):
    pages = make_pages()

    def member(number):
        log = tmp_path / f"ingest-{number}.log"
        group = {"share": "ingest", "client": f"ingest-{number}"}
        return ingesting(town_database, mosquitto, log, **group)

    with member(1) as one, Nodes(mosquitto, pages, seconds=4, again_s=1) as nodes:
        with member(2) as two:
            wait_for_more(town_database)
            time.sleep(1)
            two.send_signal(signal.SIGKILL)
            two.wait()
        # what the broker gave to the dead one comes again from the nodes, and goes to the other
        wait_until(lambda: nodes.done, seconds=40)
        assert one.poll() is None
    assert_stored_once(town_database, pages)
    for number in (1, 2):
        assert "kept" in (tmp_path / f"ingest-{number}.log").read_text(), "both had their share"
