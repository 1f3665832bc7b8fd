"""Sums of runs of rows against one row after the other."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lokaalmeten.observations import MISSING
from lokaalmeten.quality import Flag
from storage.parts import NO_HIGH, NO_LOW, add_up, find_runs, has_place
from storage.rows import KEYS, to_rows
from tests.services.samples import START, make_samples

PAGES = st.lists(
    st.tuples(
        st.sampled_from([3, 5, 8]),  # node
        st.integers(-3, 3),  # hour
        st.integers(1, 80),  # samples
        st.sampled_from([1, 60, 1800]),  # step
        st.booleans(),  # all of them good
    ),
    min_size=1,
    max_size=6,
)


def to_batch(pages):
    batch = []
    for seed, (node, hour, count, step, sound) in enumerate(pages):
        made = make_samples(node, count, seed=seed, start=START + hour * 3600 + seed, step=step)
        flags = np.where(made.counts == MISSING, Flag.MISSING, Flag.GOOD).astype(np.uint8)
        batch.append(replace(made, flags=flags) if sound else made)
    return batch


def slow_sums(batch):
    """(node, hour, key) to number of values, of good ones, their sum, lowest and highest."""
    seen, values = set(), {}
    for part in batch:
        for i in range(len(part)):
            sample = (int(part.node[i]), int(part.time[i]))
            if sample not in seen:
                seen.add(sample)
                for j, key in enumerate(part.keys):
                    if part.counts[j, i] != MISSING:
                        bucket = (sample[0], sample[1] // 3600 * 3600, key)
                        pair = (int(part.counts[j, i]), int(part.flags[j, i]))
                        values.setdefault(bucket, []).append(pair)
    sums = {}
    for bucket, pairs in values.items():
        good = [value for value, flag in pairs if flag == 1]
        ends = (min(good), max(good)) if good else (NO_LOW, NO_HIGH)
        sums[bucket] = (len(pairs), len(good), sum(good), *ends)
    return sums


@given(PAGES)
def test_sums_are_those_of_one_row_after_the_other(pages):
    batch = to_batch(pages)
    rows = to_rows(batch)
    runs = find_runs(rows)
    columns = add_up(rows, runs)
    there = columns.pop("there").values
    found = {}
    for place, key in enumerate(KEYS):
        for index, (node, hour) in enumerate(zip(runs.node, runs.hour, strict=True)):
            sums = tuple(int(column.values[index, place]) for column in columns.values())
            assert bool(there[index] >> place & 1) == (sums[0] > 0)
            if sums[0]:
                found[int(node), int(hour), key] = sums
            else:
                assert sums == (0, 0, 0, NO_LOW, NO_HIGH)
    assert found == slow_sums(batch)


def test_an_hour_with_a_cell_of_its_own_is_told_from_one_without():
    batch = [make_samples(1, 60), make_samples(2, 60, cell=0x8B1969CAA6A1FFF)]
    rows = to_rows(batch)
    assert has_place(rows, find_runs(rows)).tolist() == [False, True]
    rows = to_rows(batch[:1])
    assert has_place(rows, find_runs(rows)).tolist() == [False]
