"""What must lie in the database, read sample by sample, and what does lie there."""

import time

import psycopg

from lokaalmeten import wire
from lokaalmeten.quantities import QUANTITIES
from tests.services.meten import wait_until

KEYS = [quantity.key for quantity in QUANTITIES]
SELECT = f"""
SELECT name, extract(epoch FROM time)::bigint, coalesce(bits, 0), o.lat, o.lon, horizontal_mm,
    {", ".join(KEYS)}
FROM private.observation o JOIN private.node ON id = node_id
"""
IN_TRANSACTION = """
SELECT count(*) > 0 FROM pg_stat_activity
WHERE datname = current_database() AND application_name = %s AND backend_xid IS NOT NULL
"""


def expected_rows(pages):
    """One tuple per sample: node name, Unix seconds, bits, place and every quantity in steps.

    Of pages that come twice the set holds each sample once.
    """
    rows = set()
    for name, page in pages:
        schema, _, _, begin, _, records = wire.read_page(page)
        names = [field for field, _ in wire.record_fields(schema)]
        for record in records:
            sample = dict(zip(names, record, strict=True))
            accuracy = sample.get("accuracy")  # centimetres; the table has millimetres
            place = (
                sample.get("lat"),
                sample.get("lon"),
                None if accuracy is None else accuracy * 10,
            )
            values = [sample.get(key) for key in KEYS]
            rows.add((name, begin + sample["offset"], sample["bits"], *place, *values))
    return rows


def stored_rows(dsn):
    """The same of what is stored, as a list: a row that is there twice is in it twice."""
    with psycopg.connect(dsn) as connection:
        return connection.execute(SELECT.encode()).fetchall()


def count_rows(dsn):
    with psycopg.connect(dsn) as connection:
        return connection.execute("SELECT count(*) FROM private.observation").fetchone()[0]


def wait_for_more(dsn, step=0.05):
    """Return as soon as something is stored that is not there now."""
    before = count_rows(dsn)
    wait_until(lambda: count_rows(dsn) > before, step=step)


def wait_for_all(dsn, pages, seconds=60):
    """Return as soon as there are as many rows as the pages have samples."""
    expected, until = len(expected_rows(pages)), time.monotonic() + seconds
    while (stored := count_rows(dsn)) < expected:
        assert time.monotonic() < until, f"{stored} of {expected} samples after {seconds} s"
        time.sleep(0.05)


def assert_stored_once(dsn, pages):
    """Every sample of the pages is stored exactly once, with its values, and nothing else is."""
    rows, expected = stored_rows(dsn), expected_rows(pages)
    found = set(rows)
    assert_none(expected - found, "samples are missing")
    assert_none(found - expected, "samples are stored that no node sent")
    assert len(rows) == len(found), f"{len(rows) - len(found)} samples are stored more than once"


def assert_none(rows, what):
    assert not rows, f"{len(rows)} {what}, among them {next(iter(rows))}"


def read_checksum(dsn, but=()):
    """Digest of all columns of all rows in the order of their key, without the nodes ``but``."""
    with psycopg.connect(dsn) as connection:
        return connection.execute(
            "SELECT count(*), md5(string_agg(md5(o::text), '' ORDER BY node_id, time))"
            " FROM private.observation o JOIN private.node ON id = node_id"
            " WHERE name <> ALL(%s)",
            [list(but)],
        ).fetchone()


def read_rejected(dsn):
    """(node, reason) of everything that was kept aside."""
    with psycopg.connect(dsn) as connection:
        return connection.execute("SELECT node, reason FROM private.rejected").fetchall()


def wait_for_transaction(dsn, process, name="lokaalmeten"):
    """Return while a program of this name has written something and not yet committed it.

    Also when ``process`` has ended: then there is nothing to wait for.
    """
    with psycopg.connect(dsn, autocommit=True) as connection:

        def is_writing():
            return connection.execute(IN_TRANSACTION, [name]).fetchone()[0]

        wait_until(lambda: is_writing() or process.poll() is not None, step=0.001)
