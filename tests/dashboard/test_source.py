"""Questions to the database: some at a time, the others wait, and who waits too long is told so."""

import asyncio
import time

import pytest

from dashboard.source import CrowdedError, Source, check_alive

SLEEP_S, PATIENCE_S, MANY = 0.5, 0.7, 60


def sleep(connection):
    connection.execute("SELECT pg_sleep(%s)", [SLEEP_S])
    return "answered"


@pytest.fixture
def source(postgres_database):
    return Source(postgres_database, patience_s=PATIENCE_S)


def test_of_more_than_can_be_answered_some_are_and_the_others_hear_soon_that_it_is_busy(source):
    async def ask_many():
        began = time.monotonic()
        asked = (source.ask(sleep) for _ in range(MANY))
        found = await asyncio.gather(*asked, return_exceptions=True)
        took = time.monotonic() - began
        await source.ask(check_alive)  # and then it is as before
        await source.close()
        return found, took

    found, took = asyncio.run(ask_many())
    refused = [one for one in found if isinstance(one, CrowdedError)]
    assert found.count("answered") + len(refused) == MANY
    assert found.count("answered") >= 4
    assert len(refused) > MANY / 2
    assert took < MANY / 4 * SLEEP_S / 2  # half of what all would take, one after the other by four


def test_a_question_that_takes_long_is_not_a_question_that_waits(source):
    async def ask():
        found = await source.ask(lambda connection: [sleep(connection) for _ in range(3)])
        await source.close()
        return found

    assert asyncio.run(ask()) == ["answered"] * 3
