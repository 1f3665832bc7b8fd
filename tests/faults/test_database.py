"""The database dies: its postmaster and all its children at once, as in a power cut."""

import os
import random
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from storage.migrate import migrate
from tests.services.meten import ingesting
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
from tests.services.town import make_pages, register_town

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


def kill_all(server):
    """SIGKILL the postmaster and its children, before one of them can write anything down."""
    pid = server.process.pid
    os.kill(pid, signal.SIGSTOP)  # it would start new ones
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        with suppress(ProcessLookupError):
            os.kill(int(child), signal.SIGKILL)
    server.kill()
