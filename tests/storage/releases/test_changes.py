"""Changes between two files, beside a slow count over dictionaries."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.package import OBSERVATIONS, RIDES
from storage.releases.changes import Changes, Rows, compare

SCHEMA = pa.schema(
    [
        ("node", pa.string()),
        ("time", pa.timestamp("us", tz="UTC")),
        ("cell", pa.string()),
        ("pm25", pa.float64()),
        ("pm25_flag", pa.int8()),
        ("pm25_corrected", pa.float64()),
        ("correction", pa.int32()),
    ]
)
values = st.tuples(
    st.sampled_from([None, "891969caa6bffff", "891969caa6fffff"]),
    st.sampled_from([None, 1.5, 2.5]),
    st.sampled_from([1, 3, 9]),
    st.sampled_from([None, 1.0, 2.0]),
    st.sampled_from([None, 1, 2]),
)
months = st.dictionaries(st.tuples(st.sampled_from("abcd"), st.integers(0, 6)), values)


def write_month(path, month, group=1000):
    """A file as an export writes it: by node and time, in row groups."""
    rows = [(*key, *month[key]) for key in sorted(month)]
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(SCHEMA)
    table = pa.table([pa.array(c, f.type) for c, f in zip(columns, SCHEMA, strict=True)], SCHEMA)
    pq.write_table(table, path, row_group_size=group)
    return path


def count_slowly(old, new):
    """Row by row: what is the first thing that differs?"""
    counts = dict.fromkeys(("added", "removed", "remeasured", "judged", "corrected"), 0)
    for key in old.keys() | new.keys():
        if key not in old or key not in new:
            counts["added" if key in new else "removed"] += 1
        elif old[key][:2] != new[key][:2]:
            counts["remeasured"] += 1
        elif old[key][2] != new[key][2]:
            counts["judged"] += 1
        elif old[key] != new[key]:
            counts["corrected"] += 1
    was, now = ({node for node, _ in month} for month in (old, new))
    return Changes(**counts, came=len(now - was), left=len(was - now))


def test_every_row_is_counted_once_by_what_happened_to_it(tmp_path):
    @given(months, months, st.integers(1, 5))
    def check(old, new, group):
        before = write_month(tmp_path / "before.parquet", old, group)
        after = write_month(tmp_path / "after.parquet", new)
        found = compare(OBSERVATIONS, before, after)
        assert found == count_slowly(old, new)
        assert bool(found) == (old != new)

    check()


def test_a_small_change_of_each_kind_as_counted_by_hand(tmp_path):
    old: dict = {("a", n): ("891969caa6bffff", 1.5, 1, 1.0, 1) for n in range(6)}
    new = dict(old)
    del new["a", 0]
    new["a", 1] = ("891969caa6bffff", 2.5, 1, 1.0, 1)
    new["a", 2] = ("891969caa6bffff", 1.5, 3, 2.0, 2)  # judged and corrected: once
    new["a", 3] = ("891969caa6bffff", 1.5, 1, None, None)
    new["b", 0] = new["b", 1] = old["a", 0]
    before, after = (write_month(tmp_path / f"{n}.parquet", m, 2) for n, m in enumerate((old, new)))
    assert compare(OBSERVATIONS, before, after) == Changes(2, 1, 1, 1, 1, came=1, left=0)


def test_a_file_that_came_or_went_counts_as_a_whole(tmp_path):
    path = write_month(tmp_path / "a.parquet", {("a", 1): (None,) * 5, ("b", 1): (None,) * 5})
    assert compare(OBSERVATIONS, None, path) == Changes(added=2, came=2)
    assert compare(OBSERVATIONS, path, None) == Changes(removed=2, left=2)
    assert not compare(OBSERVATIONS, None, None)


def test_rides_are_found_in_whatever_order_they_lie(tmp_path):
    def write_rides(name, order):
        rows = [(ride, second, 1.5) for ride in order for second in (0, 10)]
        columns = zip(*rows, strict=True)
        table = pa.table([pa.array(c) for c in columns], ["ride", "second", "pm25"])
        pq.write_table(table, tmp_path / name, row_group_size=3)
        return tmp_path / name

    old, new = write_rides("old", "cab"), write_rides("new", "dbc")
    assert compare(RIDES, old, new) == Changes(added=2, removed=2, came=1, left=1)


@pytest.mark.parametrize("group", [1, 2, 3, 100])
def test_the_rows_of_a_node_are_all_of_its_rows_and_no_others(tmp_path, group):
    month = {(node, n): (None, n * 1.0, 1, None, None) for node in "abc" for n in range(5)}
    rows = Rows(write_month(tmp_path / "a.parquet", month, group), "node")
    for node in "bca":
        found = rows.read(node)
        assert set(found["node"].to_pylist()) == {node}
        assert found["pm25"].to_pylist() == [0.0, 1.0, 2.0, 3.0, 4.0]
    rows.close()
