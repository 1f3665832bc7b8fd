import itertools
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.delivery import (
    KEPT_GAPS,
    TOLD_GAPS,
    Ack,
    join_lowest,
    read_delivery,
    to_gaps,
    to_multirange,
    to_pages,
    write_delivery,
)
from storage.pool import connect

BOOTS = itertools.count(1)
SEQUENCES = st.lists(st.integers(0, 40), min_size=1, max_size=12)


def claimed(ack):
    """Sequences that an acknowledgement says are committed."""
    missing = {number for low, last in ack.gaps for number in range(low, last + 1)}
    return set(range(ack.high + 1)) - missing


def is_tidy(gaps):
    """Rising, not empty, and at least one page between two of them."""
    ends = [number for gap in gaps for number in gap]
    return ends == sorted(ends) and all(b > a + 1 for (_, a), (b, _) in itertools.pairwise(gaps))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(SEQUENCES, min_size=1, max_size=6))
def test_exactly_what_was_committed_is_acknowledged_in_any_order(connection, batches):
    boot, committed = next(BOOTS), set()
    for sequences in batches:
        committed |= set(sequences)
        (ack,) = write_delivery(connection, {(1, boot): sequences})
        assert (ack.node_id, ack.boot) == (1, boot)
        assert claimed(ack) == committed
        assert is_tidy(ack.gaps)


def test_each_boot_of_each_node_has_an_account_of_its_own(connection):
    write_delivery(connection, {(1, 7): [0, 1], (2, 7): [0]})
    acks = write_delivery(connection, {(2, 7): np.array([2]), (1, 8): [1, 0, 0], (3, 1): []})
    assert sorted(acks) == [Ack(1, 8, 1, ()), Ack(2, 7, 2, ((1, 1),))]
    assert read_delivery(connection) == tuple(sorted(acks)), "of node 1 its latest boot"


def test_pages_that_never_come_hold_up_nothing(connection):
    (ack,) = write_delivery(connection, {(1, 1): range(100, 200)})
    assert ack == Ack(1, 1, 199, ((0, 99),))
    (ack,) = write_delivery(connection, {(1, 1): [250]})
    assert ack == Ack(1, 1, 250, ((0, 99), (200, 249)))


def test_the_largest_numbers_of_a_page_fit(connection):
    most = 2**32 - 1
    (ack,) = write_delivery(connection, {(2**31 - 1, most): [most]})
    assert ack == Ack(2**31 - 1, most, most, ((0, most - 1),))


def test_nothing_that_came_is_nothing_to_acknowledge(connection):
    assert write_delivery(connection, {}) == ()
    assert write_delivery(connection, {(1, 1): []}) == ()
    assert read_delivery(connection) == ()


def test_many_gaps_are_kept_few_and_nothing_is_claimed_that_is_not_there(connection):
    even = range(0, 2 * KEPT_GAPS + 200, 2)
    (ack,) = write_delivery(connection, {(1, 1): even})
    assert ack.high == even[-1]
    assert len(ack.gaps) == TOLD_GAPS
    assert claimed(ack) < set(even)
    (kept,) = connection.execute("SELECT gaps::text FROM private.delivery").fetchone()
    assert len(to_gaps(kept)) == KEPT_GAPS
    assert claimed(ack._replace(gaps=to_gaps(kept))) < set(even)
    # what stays open is sent again, and then all is said
    (ack,) = write_delivery(connection, {(1, 1): range(1, even[-1], 2)})
    again = [number for low, last in ack.gaps for number in range(low, last + 1)]
    assert write_delivery(connection, {(1, 1): again}) == (Ack(1, 1, even[-1], ()),)


def test_what_is_undone_is_not_acknowledged_later(connection):
    write_delivery(connection, {(1, 1): [0]})
    with connection.transaction(force_rollback=True):
        write_delivery(connection, {(1, 1): [1, 2], (2, 1): [0]})
    assert read_delivery(connection) == (Ack(1, 1, 0, ()),)


def test_two_ingests_that_share_the_pages_of_a_node_forget_none(database, connection):
    start = threading.Barrier(2)

    def write_half(first):
        with connect(database) as own:
            start.wait()
            for number in range(first, 200, 2):
                with own.transaction():
                    write_delivery(own, {(node, 1): [number] for node in (1, 2, 3)})

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write_half, [0, 1]))
    assert read_delivery(connection) == tuple(Ack(node, 1, 199, ()) for node in (1, 2, 3))


KEYS = st.tuples(st.integers(1, 3), st.integers(0, 2**32 - 1))


@given(st.dictionaries(KEYS, st.lists(st.integers(0, 30), max_size=10), max_size=5))
def test_pages_become_lowest_highest_and_gaps_of_each_boot(arrivals):
    came = {key: sorted(set(numbers)) for key, numbers in arrivals.items() if numbers}
    pages = to_pages(arrivals)
    assert list(zip(pages.node.tolist(), pages.boot.tolist(), strict=True)) == list(came)
    assert pages.first.tolist() == [numbers[0] for numbers in came.values()]
    assert pages.high.tolist() == [numbers[-1] for numbers in came.values()]
    assert list(zip(*(column.tolist() for column in pages[4:]), strict=True)) == [
        (place, low + 1, high - 1)
        for place, numbers in enumerate(came.values(), 1)
        for low, high in itertools.pairwise(numbers)
        if high > low + 1
    ]


@given(st.sets(st.integers(0, 60)), st.integers(1, 5))
def test_joined_gaps_hold_all_that_was_open_and_are_few(missing, most):
    gaps = slow_gaps(missing)
    joined = join_lowest(gaps, most)
    assert len(joined) == min(len(gaps), most)
    assert is_tidy(joined)
    assert claimed(Ack(1, 1, 60, joined)) <= claimed(Ack(1, 1, 60, gaps))
    assert gaps[len(gaps) - most + 1 :] == joined[1:] or len(gaps) <= most


def slow_gaps(missing):
    """Gaps of single numbers, one after the other."""
    gaps = []
    for number in sorted(missing):
        if gaps and gaps[-1][1] == number - 1:
            gaps[-1] = (gaps[-1][0], number)
        else:
            gaps.append((number, number))
    return tuple(gaps)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sets(st.integers(0, 60)))
def test_gaps_survive_the_way_to_the_database_and_back(connection, missing):
    gaps = slow_gaps(missing)
    query = "SELECT nullif(%s::int8multirange, '{}')::text"
    (text,) = connection.execute(query, [to_multirange(gaps)]).fetchone()
    assert to_gaps(text) == gaps
