"""Nodes whose clock says 1970 or 2099: kept aside, and no piece of a table is made for them."""

import time

import pytest

from ingest.decode import DAY_S, decode
from storage.pool import connect
from storage.store import Store
from tests.services.pages import BOX, box_samples, to_message, to_page

PIECES = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'private.observation'::regclass"
YEAR_S = 31_556_952  # mean


@pytest.fixture
def now():
    return int(time.time())


def send(store, begin, now, step=60):
    """Write a page of twenty samples as the ingest would; reasons of what was kept aside."""
    page = to_page(BOX, box_samples(20, start=begin, step=step), time=begin)
    decoded = decode([to_message("box-1", page, now)], store.read_nodes())
    store.write(decoded.batch, decoded.rejected, decoded.arrivals)
    return [one.reason for one in decoded.rejected]


def count(dsn):
    with connect(dsn) as connection:
        pieces = connection.execute(PIECES).fetchone()[0]
        return pieces, connection.execute("SELECT count(*) FROM private.observation").fetchone()[0]


@pytest.mark.parametrize(
    ("year", "reason"), [(1970, "no time"), (2000, "no time"), (2017, "no time"), (2099, "future")]
)
def test_a_clock_of_another_age_makes_no_piece_of_the_table(database, now, year, reason):
    with Store(database) as store:
        store.add_node("box-1", "box")
        before, _ = count(database)
        for month in range(12):
            begin = (year - 1970) * YEAR_S + month * 30 * DAY_S + 7
            assert send(store, begin, now) == [reason]
        assert count(database) == (before, 0)


def test_the_last_sample_that_the_ingest_takes_is_one_that_the_storage_takes(database, now):
    with Store(database) as store:
        store.add_node("box-1", "box")
        longest = 65_535 // 19  # seconds between samples whose page is as long as it can be
        assert send(store, now + DAY_S, now, step=longest) == []
        assert send(store, now + DAY_S + 1, now) == ["future"]
    assert count(database)[1] == 20
