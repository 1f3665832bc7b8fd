import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import sql

from lokaalmeten.account import Account, Mark
from lokaalmeten.errors import StorageError
from lokaalmeten.observations import MISSING, to_observations
from lokaalmeten.quality import pack_flags
from lokaalmeten.quantities import BY_KEY, QUANTITIES, SLOT
from lokaalmeten.rejected import Rejected
from storage.clock import AHEAD_S, EARLIEST
from storage.delivery import Ack, read_delivery
from storage.imports import read_import
from storage.pool import connect
from storage.registry import add_node
from storage.rejected import rejected_messages
from storage.writer import ALL_GOOD, Writer, Written, find_months, write
from tests.services.samples import START, make_samples

PLACE = {
    "lat": "lat",
    "lon": "lon",
    "horizontal_mm": "horizontal",
    "vertical_mm": "vertical",
}
DAY = 86_400


@pytest.fixture(params=["once", "again and again"])
def write_batch(request):
    """``write``, or one ``Writer`` for all batches of a connection."""
    if request.param == "once":
        return write
    writers = {}

    def write_with(connection, batch, *args, **kwargs):
        writer = writers.setdefault(id(connection), Writer(connection))
        return writer.write(batch, *args, **kwargs)

    return write_with


def read_rows(connection):
    """The table as {(node, seconds): {column: value}}."""
    cursor = connection.execute(
        "SELECT *, extract(epoch FROM time)::bigint AS seconds FROM private.observation"
    )
    names = [column.name for column in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor]
    return {(row["node_id"], row["seconds"]): row for row in rows}


def slow_rows(batch):
    """The same, one value after the other; the first of equal samples stays."""
    rows = {}
    for part in batch:
        for i in range(len(part)):
            row: dict[str, int | None] = {"cell": int(part.cell[i]) or None}
            own = [int(flag) for flag in part.flags[:, i]]
            packed = int(pack_flags(part.keys, part.flags[:, i : i + 1])[0])
            row["flags"] = None if set(own) <= {1, 9} else packed
            row["bits"] = int(part.bits[i]) or None
            for name, source in PLACE.items():
                row[name] = none_if_missing(getattr(part, source)[i])
            row |= dict.fromkeys(BY_KEY)
            row |= {key: none_if_missing(part.counts[j, i]) for j, key in enumerate(part.keys)}
            rows.setdefault((int(part.node[i]), int(part.time[i])), row)
    return rows


def none_if_missing(value):
    return None if value == MISSING else int(value)


def assert_stored(connection, batch):
    stored, wanted = read_rows(connection), slow_rows(batch)
    assert stored.keys() == wanted.keys()
    for key, row in wanted.items():
        assert {name: stored[key][name] for name in row} == row


def test_every_value_arrives_missing_as_null(write_batch, connection):
    batch = [
        make_samples(1, 300, cell=0x8B1969CAA6A1FFF),
        make_samples(2, 200, schema=2, moving=True, step=10),
        make_samples(3, 100, schema=3, step=300),
    ]
    assert write_batch(connection, batch) == Written(600, 0)
    assert_stored(connection, batch)


def test_an_unordered_batch_with_repeats_is_stored_once(write_batch, connection):
    once = make_samples(1, 200)
    twice = once.take(np.random.default_rng(1).permutation(np.arange(400) % 200))
    assert write_batch(connection, [twice, make_samples(2, 5)]) == Written(205, 200)
    assert_stored(connection, [once, make_samples(2, 5)])


def test_the_same_batch_again_changes_nothing(write_batch, connection, checksum):
    batch = [make_samples(1, 500), make_samples(2, 500, schema=2, moving=True)]
    write_batch(connection, batch)
    before = checksum()
    assert write_batch(connection, batch) == Written(0, 1000)
    assert checksum() == before


def test_the_first_value_of_a_moment_stays(write_batch, connection, checksum):
    write_batch(connection, [make_samples(1, 100, seed=1)])
    before = checksum()
    assert write_batch(connection, [make_samples(1, 100, seed=2)]) == Written(0, 100)
    assert checksum() == before


def test_a_batch_that_is_partly_known_adds_the_rest(write_batch, connection):
    write_batch(connection, [make_samples(1, 50)])
    assert write_batch(connection, [make_samples(1, 80)]).inserted == 30


def test_extremes_of_every_column_survive(write_batch, connection):
    span = {"h": (-(2**15), 2**15 - 1), "H": (0, 65_535), "i": (-(2**31) + 1, 2**31 - 1)}
    keys = tuple(BY_KEY)
    counts = np.array([span[q.code] for q in QUANTITIES], np.int32)
    ends = np.array([-(2**31) + 1, 2**31 - 1], np.int32)
    batch = to_observations(
        ends, np.array([EARLIEST, time.time() + AHEAD_S - 60], np.int64), keys, counts,
        lat=ends, lon=ends, horizontal=ends, vertical=ends, bits=ends,
        cell=np.array([-(2**63), 2**63 - 1]),
    )  # fmt: skip
    assert write_batch(connection, [batch]) == Written(2, 0)
    assert_stored(connection, [batch])


def test_rows_years_back_find_their_place(write_batch, connection):
    batch = [make_samples(1, 20, start=START - years * 365 * DAY, step=DAY) for years in (0, 3, 10)]
    assert write_batch(connection, batch) == Written(60, 0)
    assert write_batch(connection, batch[::-1]) == Written(0, 60)
    assert_stored(connection, batch)


def test_an_empty_batch_is_nothing(write_batch, connection):
    assert write_batch(connection, []) == Written(0, 0)
    assert write_batch(connection, [make_samples(1, 0)]) == Written(0, 0)


def test_a_time_that_no_node_can_send_is_refused_with_its_node(write_batch, connection):
    batch = make_samples(7, 3)
    for wrong in (-1, 2**32):
        bad = replace(batch, time=np.array([START, wrong, START + 1]))
        with pytest.raises(StorageError, match=f"node 7 has time {wrong} s, outside 1970 to 2106"):
            write_batch(connection, [bad])
    assert read_rows(connection) == {}


def test_two_batches_in_one_transaction_of_the_caller(write_batch, connection):
    with connection.transaction():
        write_batch(connection, [make_samples(1, 10)])
        assert write_batch(connection, [make_samples(1, 15)]) == Written(5, 10)
    assert len(read_rows(connection)) == 15


def test_writers_of_the_same_rows_store_each_once(database, connection, checksum):
    batches = [
        [make_samples(node, 200, start=START + month * 31 * DAY) for node in (1, 2, 3)]
        for month in range(4)
    ]
    start = threading.Barrier(4)

    def write_all(order):
        with connect(database) as own:
            start.wait()
            return sum(write(own, batches[i]).inserted for i in order)

    orders = [[0, 1, 2, 3], [3, 2, 1, 0], [0, 1, 2, 3], [2, 3, 0, 1]]
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(write_all, orders)) == 2400
    assert checksum()[0] == 2400
    assert_stored(connection, [part for batch in batches for part in batch])


def test_what_fails_at_the_end_leaves_nothing_and_may_be_done_again(write_batch, connection):
    batch, refused = [make_samples(1, 10)], [Rejected("a", "t", "crc", b"x", START)]
    mark = Mark("not a digest", "rides.csv", "snuffelfiets", 5)
    with pytest.raises(StorageError, match="import_file"):
        write_batch(connection, batch, refused, mark=mark)
    assert read_rows(connection) == {}
    assert connection.execute("SELECT count(*) FROM private.rejected").fetchone() == (0,)
    assert write_batch(connection, batch, refused) == Written(10, 0)


def test_a_lost_connection_is_one_sentence_and_nothing_is_half_stored(
    write_batch, database, checksum
):
    lost = connect(database)
    lost.execute("BEGIN")
    write_batch(lost, [make_samples(1, 10)])
    with connect(database) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [lost.info.backend_pid])
    with pytest.raises(StorageError, match=r"^database test_\w+ at 127.0.0.1:\d+, user \w+: "):
        write_batch(lost, [make_samples(1, 10)])
    lost.close()
    assert checksum()[0] == 0
    with connect(database) as again:
        assert write_batch(again, [make_samples(1, 10)]) == Written(10, 0)


def test_a_database_without_tables_says_what_to_do(write_batch, empty_database):
    with connect(empty_database) as connection, pytest.raises(StorageError, match="run the migrat"):
        write_batch(connection, [make_samples(1, 10)])


def test_a_read_only_database_says_so(write_batch, connection):
    connection.execute("SET default_transaction_read_only = on")
    with pytest.raises(StorageError, match="it is read-only"):
        write_batch(connection, [make_samples(1, 10)])


def test_the_mark_of_an_import_is_kept_with_its_rows(write_batch, connection):
    digest = "0" * 63 + "a"
    assert read_import(connection, digest) is None
    mark = Mark(digest, "rides.csv", "snuffelfiets", next_line=12)
    samples = make_samples(1, 15)
    first = samples.take(np.arange(10))
    written = write_batch(connection, [first], mark=mark, reasons=["no time"])
    assert written.account == Account(10, 0, {"no time": 1})
    assert read_import(connection, digest) == replace(mark, account=written.account)

    later = replace(mark, next_line=30, done=True, account=written.account)
    reasons = ["no time", "columns"]
    written = write_batch(connection, [samples], mark=later, reasons=reasons)
    assert written.account == Account(15, 10, {"no time": 2, "columns": 1})
    assert read_import(connection, digest) == replace(later, account=written.account)


# a writer that remembers


def keeps_straight(connection):
    """Whether this connection never needed the temporary table."""
    return connection.execute("SELECT to_regclass('pg_temp.arriving')").fetchone() == (None,)


def add_nodes(connection, count):
    return [add_node(connection, f"box-{number}", "box").id for number in range(count)]


def test_rows_newer_than_all_of_their_node_go_straight_into_the_table(connection):
    writer, batch = Writer(connection), [make_samples(1, 50), make_samples(2, 30)]
    assert writer.write(batch) == Written(80, 0)
    later = [make_samples(1, 50, start=START + DAY), make_samples(3, 5)]
    assert writer.write(later) == Written(55, 0)
    assert keeps_straight(connection)
    assert_stored(connection, batch + later)


def test_newer_and_older_rows_of_one_batch_each_take_their_way(connection):
    writer = Writer(connection)
    writer.write([make_samples(1, 20, start=START + DAY)])
    batch = [make_samples(1, 3_000, start=START), make_samples(2, 10)]
    assert writer.write(batch) == Written(3_010 - 20, 20)
    assert not keeps_straight(connection)
    assert sorted(read_rows(connection)) == sorted(slow_rows(batch))


def test_a_writer_that_starts_knows_what_is_stored_already(database, connection):
    node, other = add_nodes(connection, 2)
    write(connection, [make_samples(node, 10)])
    with connect(database) as own:
        writer = Writer(own)
        assert writer.write([make_samples(node, 5, start=START + DAY)]) == Written(5, 0)
        assert writer.write([make_samples(other, 5)]) == Written(5, 0)
        assert keeps_straight(own)
        assert writer.write([make_samples(node, 12)]) == Written(2, 10)


def test_a_writer_finds_out_that_another_was_ahead(database, connection):
    (node,) = add_nodes(connection, 1)
    writer = Writer(connection)
    writer.write([make_samples(node, 10)])
    with connect(database) as own:
        write(own, [make_samples(node, 40)])
    assert writer.write([make_samples(node, 50)]) == Written(10, 40)
    assert sorted(read_rows(connection)) == [(node, START + 60 * i) for i in range(50)]


def test_another_writer_ahead_inside_a_transaction_of_the_caller(database, connection):
    writer = Writer(connection)
    writer.write([make_samples(1, 10)])
    with connect(database) as own:
        write(own, [make_samples(1, 20)])
    with connection.transaction():
        assert writer.write([make_samples(2, 7)]) == Written(7, 0)
        assert writer.write([make_samples(1, 25)]) == Written(5, 20)
    wanted = [make_samples(1, 25), make_samples(2, 7)]
    assert read_rows(connection).keys() == slow_rows(wanted).keys()


def test_what_a_caller_undoes_can_be_written_again(connection):
    writer = Writer(connection)
    with connection.transaction(force_rollback=True):
        writer.write([make_samples(1, 10)])
    assert read_rows(connection) == {}
    assert writer.write([make_samples(1, 10)]) == Written(10, 0)


def test_writers_that_remember_store_the_same_rows_once(database, connection):
    nodes = add_nodes(connection, 3)
    batches = [
        [make_samples(node, 100, start=START + hour * 3600) for node in nodes]
        for hour in range(8)  # each overlaps with the next by 40 rows
    ]
    start = threading.Barrier(3)

    def write_all(order):
        with connect(database) as own:
            writer = Writer(own)
            start.wait()
            written = [writer.write([*batches[i]], arrivals={(1, 9): [i]}) for i in order]
            return sum(one.inserted for one in written), sum(one.duplicate for one in written)

    orders = [range(8), [1, 0, 3, 2, 5, 4, 7, 6], range(7, -1, -1)]
    with ThreadPoolExecutor(3) as pool:
        counts = list(pool.map(write_all, orders))
    wanted = {(node, START + 60 * minute) for node in nodes for minute in range(7 * 60 + 100)}
    assert set(read_rows(connection)) == wanted
    assert sum(inserted for inserted, _ in counts) == len(wanted)
    assert all(sum(pair) == 8 * 300 for pair in counts)
    assert read_delivery(connection) == (Ack(1, 9, 7, ()),)


def test_a_writer_that_waits_in_a_circle_with_another_does_it_again(database, connection):
    # it looks for a circle once, when the other has closed it, and gives way
    connection.execute("SET deadlock_timeout = '1500ms'")
    writer, one, two = Writer(connection), make_samples(1, 5), make_samples(2, 5)
    writer.write([make_samples(3, 1)])
    with connect(database) as other, ThreadPoolExecutor(1) as pool:
        other.execute("SET deadlock_timeout = '1min'")
        with other.transaction():
            write(other, [two])
            under_way = pool.submit(writer.write, [one, two])
            wait_until_blocked(other, connection.info.backend_pid)
            write(other, [one])
        assert under_way.result() == Written(0, 10)
    assert_stored(connection, [one, two, make_samples(3, 1)])


def wait_until_blocked(connection, pid):
    for _ in range(1000):
        if connection.execute("SELECT cardinality(pg_blocking_pids(%s))", [pid]).fetchone()[0]:
            return
        time.sleep(0.005)
    raise AssertionError("nobody waits")


def test_replaying_everything_leaves_the_table_as_it_was(database, connection, checksum):
    nodes = add_nodes(connection, 3)
    batches = [
        [make_samples(node, 60, start=START + hour * 3600, seed=hour) for node in nodes]
        for hour in range(6)
    ]
    arrivals = [{(node, 5): [hour] for node in nodes} for hour in range(6)]
    first = Writer(connection)
    acks = [first.write(batches[i], arrivals=arrivals[i]).acks for i in range(6)]
    before = checksum()
    with connect(database) as own:
        for writer in (first, Writer(own)):
            for i in (5, 0, 1, 2, 3, 4):
                written = writer.write(batches[i], arrivals=arrivals[i])
                assert written == Written(0, 180, acks=acks[-1])
    assert checksum() == before


def test_pages_are_acknowledged_with_their_rows_or_not_at_all(connection):
    writer, batch = Writer(connection), [make_samples(4, 10)]
    bad = Mark("not a digest", "rides.csv", "snuffelfiets", 5)
    with pytest.raises(StorageError, match="import_file"):
        writer.write(batch, arrivals={(4, 1): [0, 1]}, mark=bad)
    assert read_delivery(connection) == ()
    assert writer.write(batch, arrivals={(4, 1): [0, 1]}).acks == (Ack(4, 1, 1, ()),)
    assert writer.write([], arrivals={(4, 1): [3]}).acks == (Ack(4, 1, 3, ((2, 2),)),)


def test_a_message_that_is_stored_now_leaves_the_refused_with_its_rows(connection):
    refused = [Rejected("a", "t", "unknown node", payload, START) for payload in (b"x", b"y")]
    write(connection, [], refused)
    (one,) = [kept for kept in rejected_messages(connection) if kept.message.payload == b"x"]
    writer, batch = Writer(connection), [make_samples(1, 3)]
    bad = Mark("not a digest", "rides.csv", "snuffelfiets", 5)
    with pytest.raises(StorageError):
        writer.write(batch, replayed=[one.id], mark=bad)
    assert len(rejected_messages(connection)) == 2
    writer.write(batch, replayed=[one.id])
    assert [kept.message.payload for kept in rejected_messages(connection)] == [b"y"]


def test_a_partition_that_is_dropped_meanwhile_is_made_again(postgres_connection):
    writer = Writer(postgres_connection)
    writer.write([make_samples(1, 10)])
    postgres_connection.execute("DROP TABLE private.observation_2025_10")
    with pytest.raises(StorageError, match="no partition"):
        writer.write([make_samples(1, 10, start=START + 3600)])
    assert writer.write([make_samples(1, 10, start=START + 3600)]) == Written(10, 0)


def test_commits_wait_for_the_disk(connection):
    Writer(connection).write([make_samples(1, 10)])
    assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)


@given(st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=5), st.integers(0, 60 * DAY))
def test_months_are_all_those_of_the_times(times, span):
    for some in (times, [times[0], min(times[0] + span, 2**32 - 1)]):
        wanted = {datetime.fromtimestamp(t, UTC).strftime("%Y-%m") for t in some}
        assert [str(month) for month in find_months(np.array(some))] == sorted(wanted)


def test_the_span_of_a_mean_is_kept_and_a_moment_has_none(connection, write_batch):
    rows = replace(make_samples(1, 3), period=np.array([0, 3600, 86_400], np.int32))
    write_batch(connection, [rows])
    found = [row["period_s"] for _, row in sorted(read_rows(connection).items())]
    assert found == [None, 3600, 86_400]
    shown = connection.execute("SELECT period_s FROM private.value ORDER BY time").fetchall()
    assert [value for (value,) in shown] == found


def slow_filling(known, coming):
    """Values and flags of a sample that is there after one that comes, key by key."""
    return {key: known.get(key) or coming.get(key) for key in {**known, **coming}}


JUDGED = st.dictionaries(
    st.sampled_from(["pm25", "humidity", "shock"]),
    st.tuples(st.integers(1, 9000), st.sampled_from([1, 2, 3, 4])),
    min_size=1,
)


def to_sample(values):
    """One sample of these counts and flags."""
    counts = np.array([[count] for count, _ in values.values()], np.int32)
    flags = np.array([[flag] for _, flag in values.values()], np.uint8)
    one = to_observations(np.ones(1, np.int32), np.array([START]), tuple(values), counts)
    return replace(one, flags=flags)


def test_a_sample_gets_what_it_lacks_and_keeps_what_it_has(postgres_connection):
    connection = postgres_connection
    shown = sql.SQL(", ").join(
        sql.SQL(
            "{0}, CASE WHEN {0} IS NULL THEN 9 ELSE flag_of(coalesce(flags, %s), {1}) END"
        ).format(sql.Identifier(key), SLOT[key])
        for key in ("pm25", "humidity", "shock")
    )

    @settings(max_examples=5, deadline=None)
    @given(first=JUDGED, second=JUDGED, third=JUDGED)
    def check(first, second, third):
        connection.execute("DELETE FROM private.observation")
        writer, expected = Writer(connection, straight=False), {}
        for values in (first, second, third):
            lacking = set(values) - set(expected)
            written = writer.write([to_sample(values)], fill=True)
            assert written.inserted == bool(lacking)
            expected = slow_filling(expected, values)
        row = connection.execute(
            sql.SQL("SELECT {} FROM private.observation").format(shown), [ALL_GOOD] * 3
        ).fetchone()
        found = dict(
            zip(("pm25", "humidity", "shock"), zip(row[::2], row[1::2], strict=True), strict=True)
        )
        assert {key: pair for key, pair in found.items() if pair[0] is not None} == expected

    check()
