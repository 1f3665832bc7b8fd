"""Pages come more than once, in any order, by more than one way."""

import random

from tests.services.meten import ingesting, wait_until
from tests.services.senders import Publisher, listening, publish, wait_until_told
from tests.services.stored import (
    assert_stored_once,
    count_rows,
    read_checksum,
    read_rejected,
    wait_for_all,
)
from tests.services.town import make_pages


def test_every_page_is_stored_once_however_often_and_in_which_order_it_comes(
    town_database, mosquitto, log
):
    *pages, last = make_pages()
    dice = random.Random(6)
    sent = [pair for pair in pages for _ in range(dice.randint(1, 3))]
    dice.shuffle(sent)
    with ingesting(town_database, mosquitto, log), listening(mosquitto) as heard:
        with (
            Publisher(mosquitto, sent[::2], client_id="test-nodes-1"),
            Publisher(mosquitto, sent[1::2], client_id="test-nodes-2"),
        ):
            pass
        wait_for_all(town_database, pages)
        wait_until_told(heard, pages)
        assert_stored_once(town_database, pages)

        before = read_checksum(town_database, but=[last[0]])
        known = count_rows(town_database)
        dice.shuffle(sent)
        publish(mosquitto, sent)
        publish(mosquitto, [last])  # what comes in last tells that all before it was written
        wait_until(lambda: count_rows(town_database) > known)
        assert read_checksum(town_database, but=[last[0]]) == before
    assert_stored_once(town_database, [*pages, last])
    assert read_rejected(town_database) == []
