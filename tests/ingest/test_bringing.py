"""What is committed of pages that were brought; the rest is in the tests of `meten node pull`."""

import pytest

from ingest.bringing import Boot, is_in, read_acks


@pytest.mark.parametrize(
    ("sequence", "committed"), [(0, True), (2, False), (3, False), (4, True), (5, True), (6, False)]
)
def test_a_page_is_committed_up_to_the_highest_but_for_gaps(sequence, committed):
    assert Boot(7, 5, [[2, 3]]).has(sequence) is committed


def test_every_boot_that_is_told_is_known_and_no_other():
    told = b'{"boot":7,"high":5,"gaps":[],"others":[{"boot":8,"high":0,"gaps":[[0,0]]}]}'
    committed = {boot.boot: boot for boot in read_acks(told)}
    names = [(7, 5), (7, 6), (8, 0), (9, 0)]
    assert [is_in(name, committed) for name in names] == [True, False, False, False]
