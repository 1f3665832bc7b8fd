"""Held pages: moved by their anchor, stored once whatever breaks in between."""

from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.anchors import AT_ONCE, OTHER_CLOCK, Released, may_release, move_page, release
from ingest.decode import DAY_S, EARLIEST, EPOCH_2000
from ingest.metrics import Metrics
from ingest.payloads import decode
from lokaalmeten import wire
from lokaalmeten.anchor import Held
from lokaalmeten.rejected import Rejected
from storage.store import Store
from tests.ingest.test_decode import NODES, pages
from tests.services.pages import (
    BOX,
    NOON,
    box_samples,
    to_anchor,
    to_message,
    to_page,
)

BOOT_AT = NOON - 7200  # when the node of these tests was switched on
SHIFTS = st.integers(EARLIEST - EPOCH_2000, NOON)


def held(page, shift, *, unsure=False, node="box-1"):
    return Held(1, Rejected(node, f"lm/1/{node}/page", "no time", page, NOON), shift, unsure)


def in_ticks(minute, *, boot=7, start=0):
    """A page of one sample a minute, ten of them, taken ``minute`` minutes after ``start``."""
    begin = start + 60 * minute
    samples = box_samples(10, start=begin)
    return to_page(BOX, samples, boot=boot, sequence=minute, time=begin, flags=wire.FLAG_TICKS)


def run(store, now=NOON):
    """Release until nothing is left; pages stored."""
    stored = 0
    while released := release(store, lambda: now):
        stored += released.pages
    return stored


def send(store, *payloads, node="box-1"):
    """What the ingest does with a batch, without what it does afterwards."""
    decoded = decode([to_message(node, payload) for payload in payloads], store.read_nodes())
    store.write(decoded.batch, decoded.rejected, decoded.arrivals, decoded.anchors)
    return decoded


def stored_times(dsn):
    with psycopg.connect(dsn) as connection:
        rows = connection.execute(
            "SELECT extract(epoch FROM time)::bigint FROM private.observation ORDER BY 1"
        ).fetchall()
    return [time for (time,) in rows]


def reasons(dsn):
    with psycopg.connect(dsn) as connection:
        rows = connection.execute("SELECT reason, times FROM private.rejected ORDER BY id")
        return rows.fetchall()


def times_of(*minutes, start=BOOT_AT):
    return sorted(start + 60 * (minute + n) for minute in minutes for n in range(10))


@pytest.fixture
def store(database):
    with Store(database) as store:
        store.add_node("box-1", "box", lat=52.1, lon=5.1)
        yield store


# the move


@given(pages(), SHIFTS, st.integers(0, 65535), st.booleans())
def test_a_moved_page_holds_the_same_samples_at_shifted_times(sent, shift, flags, unsure):
    _, page = sent
    schema, boot, sequence, time, _, records = wire.read_page(page)
    clock = time - shift  # what a clock showed that is behind by the shift
    if clock < 0:
        clock, time = 0, shift
    writer = wire.PageWriter(schema, len(records))
    writer.begin(boot, sequence, clock, flags)
    for offset, bits, *counts in records:
        assert writer.add(clock + offset, bits, *counts)
    moved = move_page(held(bytes(writer.seal()), shift, unsure=unsure))
    assert wire.refuse_page(moved) is None
    mark = wire.BIT_CLOCK_UNSURE if unsure else 0
    samples = [(offset, bits | mark, *counts) for offset, bits, *counts in records]
    expected = (schema, boot, sequence, time, flags & ~wire.FLAG_TICKS, samples)
    assert wire.read_page(moved) == expected


@given(st.integers(0, 2**32 - 1), SHIFTS)
def test_a_time_beyond_the_header_stays_in_the_future(ticks, shift):
    page = to_page(BOX, box_samples(1, start=ticks), time=ticks)
    *_, time, _, _ = wire.read_page(move_page(held(page, shift)))
    assert time == min(ticks + shift, 2**32 - 1)


def test_the_held_bytes_are_not_changed_by_the_move():
    page = in_ticks(3)
    before = bytes(page)
    assert move_page(held(page, BOOT_AT, unsure=True)) != before
    assert page == before


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (in_ticks(0), True),
        (to_anchor(7200), True),
        (to_page(BOX, box_samples(1)), False),
        (to_anchor(None), False),
        (b"", False),
    ],
)
def test_a_batch_is_followed_by_a_release_only_when_it_may_bring_something(payload, expected):
    assert may_release(decode([to_message("box-1", payload)], NODES)) is expected


# the release


def test_pages_wait_for_the_anchor_of_their_boot_and_late_ones_follow(store, database):
    send(store, in_ticks(0), in_ticks(10), in_ticks(0, boot=8))
    assert run(store) == 0
    send(store, to_anchor(7200, sequence=99))
    assert run(store) == 2
    assert stored_times(database) == times_of(0, 10)
    send(store, in_ticks(20))
    assert run(store) == 1
    assert stored_times(database) == times_of(0, 10, 20)
    assert reasons(database) == [("no time", 1)]  # of the other boot


def test_an_rtc_that_began_in_2000_is_moved_as_well(store, database):
    send(store, in_ticks(0, start=EPOCH_2000), to_anchor(EPOCH_2000 + 7200, sequence=1))
    assert run(store) == 1
    assert stored_times(database) == times_of(0)


def test_a_page_that_comes_twice_is_stored_once_though_a_better_anchor_came_between(
    store, database
):
    unsure = to_anchor(7195, sequence=98, bits=wire.BIT_CLOCK_UNSURE)
    send(store, in_ticks(0), unsure)
    assert run(store) == 1
    send(store, to_anchor(7200, sequence=99), in_ticks(0))
    assert run(store) == 1
    assert stored_times(database) == times_of(0, start=BOOT_AT + 5)
    assert reasons(database) == []


def test_a_moved_page_that_is_still_refused_keeps_that_reason_and_is_not_tried_again(
    store, database
):
    ahead = in_ticks((7200 + 60 + DAY_S) // 60 + 1)
    send(store, ahead, to_anchor(7200, sequence=1))
    assert release(store, lambda: NOON) == Released(0, 0, 0, [])
    assert release(store, lambda: NOON) is None
    assert reasons(database) == [("future", 1)]
    assert stored_times(database) == []


def test_a_page_of_another_clock_than_its_anchor_is_kept_under_a_name_of_its_own(store, database):
    # it counts from boot, but the anchor speaks of a clock that began in 2000
    send(store, in_ticks(0), to_anchor(EPOCH_2000 + 7200, sequence=1))
    assert run(store) == 0
    assert reasons(database) == [(OTHER_CLOCK, 1)]
    assert release(store) is None


def test_more_pages_than_one_transaction_takes_are_all_stored(store, database, monkeypatch):
    monkeypatch.setattr("ingest.anchors.AT_ONCE", 2)
    assert AT_ONCE > 2
    send(store, *[in_ticks(minute) for minute in (0, 10, 20, 30, 40)], to_anchor(7200, sequence=1))
    assert run(store) == 5
    assert stored_times(database) == times_of(0, 10, 20, 30, 40)


def test_what_was_released_is_counted_and_handed_on_for_the_rides(store):
    metrics = Metrics()
    send(store, in_ticks(0), in_ticks(10), to_anchor(7200, sequence=1))
    released = release(store, lambda: NOON, metrics)
    assert (released.pages, released.inserted, released.duplicate) == (2, 20, 0)
    assert [rows.time.tolist() for rows in released.batch] == [times_of(0, 10)]
    read = metrics.registry.get_sample_value
    assert read("lokaalmeten_pages_moved_total") == 2
    assert read("lokaalmeten_rows_total") == 20


class KilledError(Exception):
    """Stands for the end of the process: nothing after it is done."""


class Dying:
    """A store whose process ends before, or right after, one of its calls."""

    def __init__(self, store, method, *, after):
        self._store, self._method, self._after = store, method, after

    def __getattr__(self, name):
        asked = getattr(self._store, name)
        if name != self._method:
            return asked

        def die(*args, **kwargs):
            if self._after:
                asked(*args, **kwargs)
            raise KilledError

        return die


@pytest.mark.parametrize("method", ["read_held", "read_nodes", "write", "rename_rejected"])
@pytest.mark.parametrize("after", [False, True])
def test_an_end_between_any_two_steps_loses_and_doubles_nothing(store, database, method, after):
    ahead = in_ticks((7200 + 60 + DAY_S) // 60 + 1)
    send(store, in_ticks(0), ahead, in_ticks(10), to_anchor(7200, sequence=1))
    dying: Any = Dying(store, method, after=after)
    with pytest.raises(KilledError):
        release(dying, lambda: NOON)
    run(store)
    assert stored_times(database) == times_of(0, 10)
    assert reasons(database) == [("future", 1)]


def test_a_node_that_only_another_ingest_knows_is_no_stranger(store, database):
    """The release reads the nodes itself; a registry read before would not have this one."""
    store.add_node("box-2", "box", lat=52.1, lon=5.1)
    send(store, in_ticks(0), to_anchor(7200, sequence=1), node="box-2")
    assert run(store) == 1
    assert stored_times(database) == times_of(0)


def test_one_node_can_be_released_alone(store, database):
    store.add_node("box-2", "box", lat=52.1, lon=5.1)
    for node in ("box-1", "box-2"):
        send(store, in_ticks(0), to_anchor(7200, sequence=1), node=node)
    assert release(store, lambda: NOON, node="box-2").pages == 1
    assert release(store, lambda: NOON, node="box-2") is None
    assert reasons(database) == [("no time", 1)]
