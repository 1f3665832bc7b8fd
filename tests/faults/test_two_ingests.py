"""Two ingests write to one database."""

import random

from ingest.broker import LocalBroker
from tests.services.meten import ingesting
from tests.services.senders import Publisher, listening, wait_until_told
from tests.services.stored import assert_stored_once, read_rejected, wait_for_all
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
