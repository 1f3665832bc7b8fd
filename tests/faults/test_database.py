"""The database dies: its postmaster and all its children at once, as in a power cut."""

import random
import re
import time
from pathlib import Path

import pytest

from lokaalmeten.processes import free_port
from storage.migrate import migrate
from storage.store import Store
from tests.services.databases import kill_all
from tests.services.meten import ingesting, read_metric, wait_until
from tests.services.pages import BOX, box_samples, to_page
from tests.services.senders import Publisher, listening, publish, wait_until_told
from tests.services.stored import (
    assert_none,
    assert_stored_once,
    count_rows,
    expected_rows,
    stored_rows,
    wait_for_all,
    wait_for_more,
    wait_for_transaction,
)
from tests.services.town import START, make_pages, register_town

KILLS = 6


@pytest.fixture
def server(durable_databases):
    return durable_databases.server


@pytest.fixture
def durable_database(durable_databases):
    with durable_databases.migrated(migrate) as dsn:
        register_town(dsn)
        yield dsn


def test_every_page_is_stored_once_though_the_database_is_killed_again_and_again(
    server, durable_database, mosquitto, log
):
    pages = make_pages()
    moments = random.Random(3)
    with (
        ingesting(durable_database, mosquitto, log) as ingest,
        listening(mosquitto) as heard,
        Publisher(mosquitto, pages, seconds=60) as publisher,
    ):
        for number in range(KILLS):
            wait_for_more(durable_database)
            if number % 2:
                time.sleep(moments.uniform(0, 0.3))
            else:
                wait_for_transaction(durable_database, ingest)
            kill_all(server)
            told = expected_rows(heard.select(pages))
            server.start()
            assert_none(told - set(stored_rows(durable_database)), "samples are told and gone")
        assert publisher.is_alive(), "the kills must fall while nodes publish"
        publisher.finish()
        wait_for_all(durable_database, pages)
        wait_until_told(heard, pages)
        assert ingest.poll() is None
    assert_stored_once(durable_database, pages)


def read_memory_mb(process):
    """Memory that a process holds now."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


def test_while_the_database_is_away_the_broker_holds_the_pages_and_not_the_ingest(
    server, durable_database, mosquitto, log
):
    boxes = [f"load-{number}" for number in range(100)]
    with Store(durable_database) as store:
        for name in boxes:
            store.add_node(name, "box", lat=52.0, lon=5.0)
    hours = [to_hour(turn) for turn in range(200)]  # 20,000 pages; the ingest may hold 5,000
    port = free_port()
    with ingesting(durable_database, mosquitto, log, ingest_port=port) as ingest:
        publish(mosquitto, [(name, hours[0]) for name in boxes])
        wait_until(lambda: count_rows(durable_database) == 60 * len(boxes))
        before = read_memory_mb(ingest)
        kill_all(server)
        publish(mosquitto, [(name, page) for page in hours for name in boxes])
        assert 0 < read_metric(port, "lokaalmeten_waiting_messages") <= 5000
        assert read_memory_mb(ingest) - before < 60
        server.start()
        expected = 60 * len(boxes) * len(hours)
        wait_until(lambda: count_rows(durable_database) == expected, seconds=60, step=0.5)


def to_hour(turn):
    """A page of an hour of samples, one a minute, of any box."""
    begin = START + 3600 * turn
    samples = box_samples(60, start=begin)
    return to_page(BOX, samples, sequence=turn, time=begin)
