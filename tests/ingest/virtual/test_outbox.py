import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.virtual import outbox as module
from ingest.virtual.outbox import AGAIN_S, Ack, Outbox, read_acks


def filled(count):
    outbox = Outbox()
    for sequence in range(count):
        outbox.add(7, sequence, bytes([sequence]))
    return outbox


def test_a_page_is_sent_once_and_again_only_after_a_silence():
    outbox = filled(2)
    assert list(outbox.due(100.0)) == [b"\0", b"\1"]
    assert list(outbox.due(100.0 + AGAIN_S - 1)) == []
    assert list(outbox.due(100.0 + AGAIN_S)) == [b"\0", b"\1"]


def test_what_is_committed_is_forgotten_and_a_gap_is_sent_at_once():
    outbox = filled(5)
    list(outbox.due(100.0))
    outbox.acknowledge(Ack(7, 3, ((1, 1),)))
    assert len(outbox) == 2
    assert list(outbox.due(101.0)) == [b"\1"]


def test_an_acknowledgement_of_another_boot_changes_nothing():
    outbox = filled(3)
    list(outbox.due(100.0))
    outbox.acknowledge(Ack(8, 99, ()))
    assert len(outbox) == 3
    assert list(outbox.due(101.0)) == []


def test_a_full_outbox_drops_its_oldest_and_counts_it(monkeypatch):
    monkeypatch.setattr(module, "CAPACITY", 3)
    outbox = filled(5)
    assert (len(outbox), outbox.dropped) == (3, 2)
    assert list(outbox.due(0.0)) == [b"\2", b"\3", b"\4"]


@given(
    st.sets(st.integers(0, 30)),
    st.integers(-1, 30),
)
def test_nothing_that_is_not_committed_is_ever_forgotten(committed, high):
    gaps = [(number, number) for number in range(high + 1) if number not in committed]
    outbox = filled(31)
    outbox.acknowledge(Ack(7, high, tuple(gaps)))
    left = {page[0] for page in outbox.due(0.0)}
    assert left == set(range(31)) - {n for n in committed if n <= high}


@pytest.mark.parametrize(
    "payload",
    [
        b"", b"{}", b"[]", b"\xff", b"7", b'{"boot": 1, "high": "x", "gaps": []}',
        b'{"boot": 1, "high": 2, "gaps": [], "others": [7]}',
        b'{"boot": 1, "high": 2, "gaps": [], "others": null}',
    ],
)  # fmt: skip
def test_what_is_no_acknowledgement_is_ignored(payload):
    assert read_acks(payload) == []


def test_an_acknowledgement_is_read_as_it_was_written():
    said = {"boot": 2895401234, "high": 57, "gaps": [[12, 14]]}
    assert read_acks(json.dumps(said).encode()) == [Ack(2895401234, 57, ((12, 14),))]


def test_an_acknowledgement_speaks_of_other_boots_too():
    other = {"boot": 8, "high": 3, "gaps": []}
    said = {"boot": 7, "high": 57, "gaps": [], "others": [other]}
    assert read_acks(json.dumps(said).encode()) == [Ack(7, 57, ()), Ack(8, 3, ())]
