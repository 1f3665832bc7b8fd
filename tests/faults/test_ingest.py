"""The ingest dies: while it starts, while it stores, in the middle of a transaction."""

import random
import time

from tests.services.meten import ingesting, running
from tests.services.senders import Publisher, listening, wait_until_told
from tests.services.stored import (
    assert_none,
    assert_stored_once,
    expected_rows,
    stored_rows,
    wait_for_all,
    wait_for_more,
    wait_for_transaction,
)
from tests.services.town import make_pages

STARTING, STORING, WRITING = 14, 18, 18  # kills of each kind, 50 together


def test_every_page_is_stored_once_though_the_ingest_is_killed_fifty_times(
    town_database, mosquitto, session, log
):
    pages = make_pages(hours=16)
    moments = random.Random(1)
    kinds = ["starting"] * STARTING + ["storing"] * STORING + ["writing"] * WRITING
    moments.shuffle(kinds)
    with listening(mosquitto) as heard, Publisher(mosquitto, pages, seconds=160) as publisher:
        for number, kind in enumerate(kinds):
            kill_ingest(town_database, mosquitto, log, kind, moments)
            if number % 10 == 9:
                assert_told_only_what_is_stored(heard, pages, town_database)
        assert publisher.is_alive(), "the kills must fall while nodes publish"
        publisher.finish()
        with ingesting(town_database, mosquitto, log):
            wait_for_all(town_database, pages)
            # also of what one that died had stored and not told
            wait_until_told(heard, pages)
    assert_stored_once(town_database, pages)


def kill_ingest(dsn, broker, log, kind, moments):
    url = f"mqtt://{broker.host}:{broker.port}"
    with running("ingest", log=log, dsn=dsn, broker=url) as ingest:
        if kind == "starting":
            time.sleep(moments.uniform(0, 1.2))
        elif kind == "storing":
            wait_for_more(dsn, step=0.02)
            time.sleep(moments.uniform(0, 0.2))
        else:
            wait_for_transaction(dsn, ingest)
        ingest.kill()
        ingest.wait()


def assert_told_only_what_is_stored(heard, pages, dsn):
    told = expected_rows(heard.select(pages))
    assert_none(told - set(stored_rows(dsn)), "samples may be forgotten and are not stored")
