"""Anchors: the better one wins until it is used, and finds the pages that waited for it."""

from datetime import UTC, datetime

import pytest

from lokaalmeten.anchor import Anchor, Held
from lokaalmeten.rejected import Rejected
from storage.anchors import _FIX, _READ, read_held, write_anchors
from storage.pool import connect
from storage.registry import add_node
from storage.rejected import list_rejected, rename_rejected, write_rejected
from storage.writer import Writer
from tests.services.pages import BOX, box_samples, to_page
from tests.services.samples import START, make_samples

BOOT = 0xFEDCBA98  # beyond what 31 bits hold, every byte another


@pytest.fixture
def box(connection):
    return add_node(connection, "box-1", "box").id


def told(box, shift, *, boot=BOOT, after=0, unsure=False):
    return Anchor(box, boot, START + after, shift, unsure)


def held_page(sequence=0, *, boot=BOOT, node="box-1", reason="no time", form="page"):
    page = to_page(BOX, box_samples(1, start=9), boot=boot, sequence=sequence, time=9)
    return Rejected(node, f"lm/1/{node}/{form}", reason, page, START)


def shifts(connection):
    """Shift of every boot that has an anchor."""
    return dict(connection.execute("SELECT boot, shift FROM private.anchor").fetchall())


@pytest.mark.parametrize(
    ("first", "second", "stays"),
    [
        ({"unsure": True}, {"unsure": False}, 2),
        ({"unsure": False}, {"unsure": True, "after": 60}, 1),
        ({"after": 0}, {"after": 60}, 2),
        ({"after": 60}, {"after": 0}, 1),  # sent again, or overtaken
        ({"unsure": True, "after": 60}, {"unsure": True}, 1),
        ({"unsure": True, "after": 60}, {"unsure": False}, 2),
    ],
)
@pytest.mark.parametrize("together", [True, False])
def test_a_sure_anchor_wins_and_among_equals_the_newest(
    connection, box, first, second, stays, together
):
    anchors = [told(box, 1, **first), told(box, 2, **second)]
    for batch in [anchors] if together else [[anchor] for anchor in anchors]:
        write_anchors(connection, batch)
    assert shifts(connection) == {BOOT: stays}


def test_an_anchor_is_stored_as_it_was_told(connection, box):
    write_anchors(connection, [told(box, 1_700_000_000, unsure=True), told(box, 5, boot=0)])
    rows = connection.execute(
        "SELECT node_id, boot, time, shift, unsure, used FROM private.anchor ORDER BY boot DESC"
    ).fetchall()
    moment = datetime.fromtimestamp(START, UTC)
    assert rows == [
        (box, BOOT, moment, 1_700_000_000, True, False),
        (box, 0, moment, 5, False, False),
    ]


def test_no_anchors_are_no_statement(connection):
    write_anchors(connection, [])
    assert shifts(connection) == {}


def test_pages_are_found_by_node_and_boot_with_their_shift(connection, box):
    other = add_node(connection, "box-2", "box").id
    mine, theirs = held_page(0), held_page(0, node="box-2")
    lone = held_page(0, boot=BOOT ^ 1)
    write_rejected(connection, [mine, theirs, lone])
    assert read_held(connection) == []
    write_anchors(connection, [told(box, 100), told(other, 200, unsure=True)])
    found = read_held(connection)
    assert [(held.page, held.shift, held.unsure) for held in found] == [
        (mine, 100, False),
        (theirs, 200, True),
    ]
    assert [held.page for held in read_held(connection, node="box-2")] == [theirs]


def test_only_pages_that_wait_for_their_time_are_found(connection, box):
    waiting = held_page(0)
    others = [
        held_page(1, reason="future"),
        held_page(2, form="json"),  # another form of payload without a time
        Rejected("box-1", "lm/1/box-1/page", "no time", b"LM", START),
    ]
    write_rejected(connection, [waiting, *others])
    write_anchors(connection, [told(box, 100)])
    assert [held.page for held in read_held(connection)] == [waiting]


def test_held_pages_come_by_rising_number_a_few_at_a_time(connection, box):
    write_anchors(connection, [told(box, 100)])
    for sequence in (5, 3, 4):
        write_rejected(connection, [held_page(sequence)])
    assert [held.id for held in read_held(connection, 2)] == [1, 2]
    assert [held.page for held in read_held(connection, 9)] == [held_page(n) for n in (5, 3, 4)]


def test_no_page_is_read_by_an_anchor_that_may_still_change(connection, box):
    """As when an anchor is committed between the two statements of a reader."""
    write_rejected(connection, [held_page()])
    write_anchors(connection, [told(box, 100)])
    everything = {"node": None, "limit": 9}
    assert connection.execute(_READ, everything).fetchall() == []
    connection.execute(_FIX)
    assert len(connection.execute(_READ, everything).fetchall()) == 1


def test_an_anchor_that_was_used_stays_as_it_is(connection, box):
    write_rejected(connection, [held_page()])
    write_anchors(connection, [told(box, 100, unsure=True), told(box, 7, boot=1)])
    (held,) = read_held(connection)
    write_anchors(connection, [told(box, 101, after=60), told(box, 8, boot=1, after=60)])
    assert read_held(connection) == [held]
    assert shifts(connection) == {BOOT: 100, 1: 8}  # nobody waited for the other boot


def test_a_page_with_another_reason_is_not_tried_again_until_it_comes_again(connection, box):
    write_rejected(connection, [held_page(0), held_page(1)])
    write_anchors(connection, [told(box, 100)])
    first, second = read_held(connection)
    rename_rejected(connection, {first.id: "future"})
    assert read_held(connection) == [second]
    kept = list_rejected(connection, "future").to_dict("records")
    assert [(row["id"], row["times"]) for row in kept] == [(first.id, 1)]
    write_rejected(connection, [first.page])
    assert read_held(connection) == [first, second]


def test_an_anchor_is_committed_with_its_batch_or_not_at_all(database, connection, box):
    writer = Writer(connection)
    with connection.transaction(force_rollback=True):
        writer.write([make_samples(box, 5)], anchors=[told(box, 100)])
    assert shifts(connection) == {}
    writer.write([make_samples(box, 5)], [held_page()], anchors=[told(box, 100)])
    with connect(database) as other:
        assert [type(held) for held in read_held(other)] == [Held]


def test_a_few_held_pages_are_found_by_index_among_many_refused(connection, box):
    """Whoever waits for an anchor must not cost more for what others sent."""
    connection.execute(
        "INSERT INTO private.rejected (node, topic, reason, payload, received_at, last_received)"
        " SELECT 'box-1', 'lm/1/box-1/page', 'crc', int8send(n), now(), now()"
        " FROM generate_series(1, 20000) AS n"
    )
    write_rejected(connection, [held_page()])
    write_anchors(connection, [told(box, 100)])
    connection.execute("ANALYZE private.rejected, private.anchor")
    for query, values in ((_READ, {"node": None, "limit": 1000}), (_FIX, None)):
        rows = connection.execute(f"EXPLAIN {query}", values).fetchall()
        plan = "\n".join(line for (line,) in rows)
        assert "rejected_held" in plan
        assert "Seq Scan on rejected" not in plan
