"""What was kept aside can be listed, read, and stored after a mend."""

import psycopg
import pytest
from psycopg import sql

from ingest.payloads import decode
from lokaalmeten import wire
from storage.store import Store
from tests.services.meten import meten
from tests.services.pages import BOX, NOON, box_samples, to_anchor, to_message, to_page

PAGE = to_page(BOX, box_samples(60))


@pytest.fixture
def kept_aside(postgres_database):
    """A database with a page of a stranger and a damaged page of a known box."""
    with Store(postgres_database) as store:
        store.add_node("box-2", "box", lat=52.0, lon=5.0)
        messages = [to_message("box-1", PAGE), to_message("box-2", PAGE[:-1])]
        decoded = decode(messages, store.read_nodes())
        assert [refused.reason for refused in decoded.rejected] == ["unknown node", "length"]
        store.write(decoded.batch, decoded.rejected, decoded.arrivals)
    return postgres_database


def run(dsn, *words):
    done = meten("rejected", *words, dsn=dsn)
    assert done.returncode == 0, done.stderr
    return done.stdout


def count(dsn, table):
    with psycopg.connect(dsn) as connection:
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("private", table))
        return connection.execute(query).fetchone()[0]


def test_the_list_names_node_and_reason(kept_aside):
    said = run(kept_aside, "list")
    assert "box-1" in said
    assert "unknown node" in said
    assert "length" in run(kept_aside, "list", "--reason", "length")
    assert "box-1" not in run(kept_aside, "list", "--reason", "length")


def test_one_message_is_shown_with_its_bytes(kept_aside):
    said = run(kept_aside, "show", "1")
    assert "refused for: unknown node" in said
    assert PAGE[:16].hex(" ") in said
    missing = meten("rejected", "show", "99", dsn=kept_aside)
    assert missing.returncode == 2
    assert "no rejected message 99" in missing.stderr


def test_after_a_mend_what_can_be_used_is_stored_and_the_rest_stays(kept_aside):
    assert "0 stored" in run(kept_aside, "replay")
    assert count(kept_aside, "rejected") == 2
    with Store(kept_aside) as store:
        store.add_node("box-1", "box", lat=52.1, lon=5.1)
    said = run(kept_aside, "replay")
    assert "2 messages tried: 1 stored (60 new samples), 1 still kept aside" in said
    assert count(kept_aside, "observation") == 60
    assert count(kept_aside, "rejected") == 1
    with psycopg.connect(kept_aside) as connection:
        times, high = connection.execute(
            "SELECT (SELECT times FROM private.rejected), (SELECT high FROM private.delivery)"
        ).fetchone()
    assert times == 1  # another try is not another arrival
    assert high == 0  # and the node hears that its page is committed


def test_pages_of_a_stranger_without_the_time_are_moved_by_his_anchor_once_he_is_known(
    postgres_database,
):
    samples = box_samples(10, start=60)
    ticks = to_page(BOX, samples, sequence=0, time=60, flags=wire.FLAG_TICKS)
    with Store(postgres_database) as store:
        messages = [to_message("box-1", page) for page in (ticks, to_anchor(7200, sequence=1))]
        store.write([], decode(messages, store.read_nodes()).rejected)
        store.add_node("box-1", "box", lat=52.1, lon=5.1)
    said = run(postgres_database, "replay")
    assert "2 messages tried: 2 stored (10 new samples), 0 still kept aside" in said
    with psycopg.connect(postgres_database) as connection:
        first, last, high, gaps = connection.execute(
            "SELECT extract(epoch FROM min(time))::bigint, extract(epoch FROM max(time))::bigint,"
            " (SELECT high FROM private.delivery), (SELECT gaps::text FROM private.delivery)"
            " FROM private.observation"
        ).fetchone()
    assert (first, last) == (NOON - 7140, NOON - 6600)
    assert (high, gaps) == (1, "{}")
    assert count(postgres_database, "rejected") == 0


def test_another_try_leaves_the_reason_of_that_try(kept_aside):
    with Store(kept_aside) as store:
        store.add_node("box-1", "bike")
    run(kept_aside, "replay", "--node", "box-1")
    assert "wrong schema for node" in run(kept_aside, "list")
    assert "unknown node" not in run(kept_aside, "list")
