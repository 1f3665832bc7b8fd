import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from lokaalmeten.account import Account, Mark
from lokaalmeten.errors import StorageError
from lokaalmeten.observations import MISSING, to_observations
from lokaalmeten.quality import pack_flags
from lokaalmeten.quantities import BY_KEY, QUANTITIES
from lokaalmeten.rejected import Rejected
from storage.imports import read_import
from storage.pool import connect
from storage.writer import Written, write
from tests.services.samples import START, make_samples

PLACE = {
    "lat": "lat",
    "lon": "lon",
    "horizontal_mm": "horizontal",
    "vertical_mm": "vertical",
    "bits": "bits",
}
DAY = 86_400


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
            row: dict[str, int | None] = {"cell": int(part.cell[i])}
            row["flags"] = int(pack_flags(part.keys, part.flags[:, i : i + 1])[0])
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


def test_every_value_arrives_missing_as_null(connection):
    batch = [
        make_samples(1, 300, cell=0x8B1969CAA6A1FFF),
        make_samples(2, 200, schema=2, moving=True, step=10),
        make_samples(3, 100, schema=3, step=300),
    ]
    assert write(connection, batch) == Written(600, 0)
    assert_stored(connection, batch)


def test_an_unordered_batch_with_repeats_is_stored_once(connection):
    once = make_samples(1, 200)
    twice = once.take(np.random.default_rng(1).permutation(np.arange(400) % 200))
    assert write(connection, [twice, make_samples(2, 5)]) == Written(205, 200)
    assert_stored(connection, [once, make_samples(2, 5)])


def test_the_same_batch_again_changes_nothing(connection, checksum):
    batch = [make_samples(1, 500), make_samples(2, 500, schema=2, moving=True)]
    write(connection, batch)
    before = checksum()
    assert write(connection, batch) == Written(0, 1000)
    assert checksum() == before


def test_the_first_value_of_a_moment_stays(connection, checksum):
    write(connection, [make_samples(1, 100, seed=1)])
    before = checksum()
    assert write(connection, [make_samples(1, 100, seed=2)]) == Written(0, 100)
    assert checksum() == before


def test_a_batch_that_is_partly_known_adds_the_rest(connection):
    write(connection, [make_samples(1, 50)])
    assert write(connection, [make_samples(1, 80)]).inserted == 30


def test_extremes_of_every_column_survive(connection):
    span = {"h": (-(2**15), 2**15 - 1), "H": (0, 65_535), "i": (-(2**31) + 1, 2**31 - 1)}
    keys = tuple(BY_KEY)
    counts = np.array([span[q.code] for q in QUANTITIES], np.int32)
    ends = np.array([-(2**31) + 1, 2**31 - 1], np.int32)
    batch = to_observations(
        ends, np.array([0, 2**32 - 1]), keys, counts,
        lat=ends, lon=ends, horizontal=ends, vertical=ends, bits=ends,
        cell=np.array([-(2**63), 2**63 - 1]),
    )  # fmt: skip
    assert write(connection, [batch]) == Written(2, 0)
    assert_stored(connection, [batch])


def test_rows_years_back_and_ahead_find_their_place(connection):
    batch = [
        make_samples(1, 20, start=START - years * 365 * DAY, step=DAY) for years in (0, 3, 11, -2)
    ]
    assert write(connection, batch) == Written(80, 0)
    assert write(connection, batch[::-1]) == Written(0, 80)
    assert_stored(connection, batch)


def test_an_empty_batch_is_nothing(connection):
    assert write(connection, []) == Written(0, 0)
    assert write(connection, [make_samples(1, 0)]) == Written(0, 0)


def test_a_time_that_no_node_can_send_is_refused_with_its_node(connection):
    batch = make_samples(7, 3)
    for time in (-1, 2**32):
        bad = replace(batch, time=np.array([START, time, START + 1]))
        with pytest.raises(StorageError, match=f"node 7 has time {time} s, outside 1970 to 2106"):
            write(connection, [bad])
    assert read_rows(connection) == {}


def test_two_batches_in_one_transaction_of_the_caller(connection):
    with connection.transaction():
        write(connection, [make_samples(1, 10)])
        assert write(connection, [make_samples(1, 15)]) == Written(5, 10)
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


def test_what_fails_at_the_end_leaves_nothing_and_may_be_done_again(connection):
    batch, refused = [make_samples(1, 10)], [Rejected("a", "t", "crc", b"x", START)]
    mark = Mark("not a digest", "rides.csv", "snuffelfiets", 5)
    with pytest.raises(StorageError, match="import_file"):
        write(connection, batch, refused, mark=mark)
    assert read_rows(connection) == {}
    assert connection.execute("SELECT count(*) FROM private.rejected").fetchone() == (0,)
    assert write(connection, batch, refused) == Written(10, 0)


def test_a_lost_connection_is_one_sentence_and_nothing_is_half_stored(database, checksum):
    lost = connect(database)
    lost.execute("BEGIN")
    write(lost, [make_samples(1, 10)])
    with connect(database) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [lost.info.backend_pid])
    with pytest.raises(StorageError, match=r"^database test_\w+ at 127.0.0.1:\d+, user \w+: "):
        write(lost, [make_samples(1, 10)])
    lost.close()
    assert checksum()[0] == 0
    with connect(database) as again:
        assert write(again, [make_samples(1, 10)]) == Written(10, 0)


def test_a_database_without_tables_says_what_to_do(empty_database):
    with connect(empty_database) as connection, pytest.raises(StorageError, match="run the migrat"):
        write(connection, [make_samples(1, 10)])


def test_a_read_only_database_says_so(connection):
    connection.execute("SET default_transaction_read_only = on")
    with pytest.raises(StorageError, match="it is read-only"):
        write(connection, [make_samples(1, 10)])


def test_the_mark_of_an_import_is_kept_with_its_rows(connection):
    digest = "0" * 63 + "a"
    assert read_import(connection, digest) is None
    mark = Mark(digest, "rides.csv", "snuffelfiets", next_line=12)
    written = write(connection, [make_samples(1, 10)], mark=mark, reasons=["no time"])
    assert written.account == Account(10, 0, {"no time": 1})
    assert read_import(connection, digest) == replace(mark, account=written.account)

    later = replace(mark, next_line=30, done=True, account=written.account)
    reasons = ["no time", "columns"]
    written = write(connection, [make_samples(1, 15)], mark=later, reasons=reasons)
    assert written.account == Account(15, 10, {"no time": 2, "columns": 1})
    assert read_import(connection, digest) == replace(later, account=written.account)
