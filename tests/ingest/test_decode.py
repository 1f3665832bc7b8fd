import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.decode import DAY_S, EARLIEST, EPOCH_2000, Message, decode, to_node_name
from lokaalmeten import wire
from lokaalmeten.anchor import Anchor
from lokaalmeten.observations import MISSING
from tests.services.pages import (
    BIKE,
    BOX,
    COUNTER,
    NOON,
    FakeNode,
    box_samples,
    to_anchor,
    to_message,
    to_page,
)

NODES = {
    "box-1": FakeNode(1, cell=0x8B1969C91AA6FFF),
    "bike-1": FakeNode(2, moving=True),
    "counter-1": FakeNode(3),
}
SCHEMA_OF = {"box-1": BOX, "bike-1": BIKE, "counter-1": COUNTER}


def spans(schema):
    """Any count that the node may hand to the encoder, None included."""
    return [st.none() | st.integers(*wire.SPAN[code]) for _, code in wire.record_fields(schema)[2:]]


@st.composite
def pages(draw):
    node = draw(st.sampled_from(sorted(SCHEMA_OF)))
    schema = SCHEMA_OF[node]
    time = draw(st.integers(EARLIEST, NOON))
    samples = [
        (
            time + draw(st.integers(0, wire.MAX_OFFSET)),
            draw(st.integers(0, 65535)),
            *tuple(draw(span) for span in spans(schema)),
        )
        for _ in range(draw(st.integers(1, 4)))
    ]
    return node, to_page(schema, samples, time=time)


def slow_rows(node, page):
    """What the page holds, read value by value."""
    schema, _, _, time, _, records = wire.read_page(page)
    names = [name for name, _ in wire.record_fields(schema)]
    for record in records:
        row = dict(zip(names, record, strict=True))
        yield NODES[node].id, time + row.pop("offset"), row.pop("bits"), row


@given(st.lists(pages(), max_size=6))
def test_bulk_decoding_gives_what_reading_value_by_value_gives(batch):
    decoded = decode([to_message(node, page) for node, page in batch], NODES)
    assert not decoded.rejected
    expected = sorted((row for node, page in batch for row in slow_rows(node, page)), key=str)
    found = []
    for rows in decoded.batch:
        for index in range(len(rows)):
            values = dict(zip(rows.keys, rows.counts[:, index].tolist(), strict=True))
            if rows.lat[index] != MISSING or rows.node[index] == 2:
                accuracy = int(rows.horizontal[index])
                place = {
                    "lat": int(rows.lat[index]),
                    "lon": int(rows.lon[index]),
                    "accuracy": MISSING if accuracy == MISSING else accuracy // 10,
                }
                values = place | values
            present = {key: None if count == MISSING else count for key, count in values.items()}
            found.append(
                (int(rows.node[index]), int(rows.time[index]), int(rows.bits[index]), present)
            )
    assert sorted(found, key=str) == expected


def test_a_fixed_node_brings_no_cell_because_its_place_is_known():
    decoded = decode([to_message("box-1", to_page(BOX, box_samples(3)))], NODES)
    assert decoded.batch[0].cell.tolist() == [0] * 3


def test_a_moving_node_gets_its_cell_from_its_position():
    # the Dom tower of Utrecht; cell from the h3 library's own function
    from h3.api import basic_int as h3

    place = (520906950, 51213140, 250)
    page = to_page(BIKE, [(NOON, 0, *place, *[None] * 10), (NOON + 1, 0, *[None] * 13)])
    rows = decode([to_message("bike-1", page)], NODES).batch[0]
    assert rows.cell.tolist() == [h3.latlng_to_cell(52.090695, 5.121314, 11), 0]
    assert rows.horizontal.tolist() == [2500, MISSING]


GOOD = to_page(BOX, box_samples(2))


@pytest.mark.parametrize(
    ("node", "page", "reason"),
    [
        ("stranger", GOOD, "unknown node"),
        ("box-1", b"", "short"),
        ("box-1", GOOD[:20], "short"),
        ("box-1", b"XY" + GOOD[2:], "magic"),
        ("box-1", GOOD[:2] + b"\x09" + GOOD[3:], "version"),
        ("box-1", GOOD[:3] + b"\x63" + GOOD[4:], "schema"),
        ("box-1", GOOD[:-1], "length"),
        ("box-1", GOOD[:-1] + bytes([GOOD[-1] ^ 1]), "crc"),
        ("box-1", to_page(BOX, []), "empty"),
        ("bike-1", GOOD, "wrong schema for node"),
        ("box-1", to_page(BOX, box_samples(1, start=5), time=5), "no time"),
        ("box-1", to_page(BOX, box_samples(1), flags=wire.FLAG_TICKS), "no time"),
        (
            "box-1",
            to_page(BOX, box_samples(1, start=NOON + 2 * DAY_S), time=NOON + 2 * DAY_S),
            "future",
        ),
        ("stranger", to_anchor(300), "unknown node"),
        ("box-1", to_anchor(300)[:-1], "length"),
        ("box-1", to_anchor(None), "impossible anchor"),
        ("box-1", to_anchor(300, flags=wire.FLAG_TICKS), "impossible anchor"),
        ("box-1", to_anchor(5, time=EARLIEST - 1, offset=9), "impossible anchor"),
        ("box-1", to_anchor(300, time=NOON + 60 + DAY_S + 1), "impossible anchor"),
        ("box-1", to_anchor(NOON - EARLIEST + 1), "impossible anchor"),  # on since 2017
        ("box-1", to_anchor(EPOCH_2000 + NOON - EARLIEST + 1), "impossible anchor"),
        ("box-1", to_page(wire.ANCHOR, [(NOON, 0, 300)] * 2), "impossible anchor"),
        ("box-1", to_page(wire.ANCHOR, []), "empty"),
    ],
)
def test_a_page_that_cannot_be_used_is_kept_with_its_bytes_and_a_named_reason(node, page, reason):
    message = to_message(node, page)
    decoded = decode([message, to_message("box-1", GOOD)], NODES)
    (refused,) = decoded.rejected
    assert (refused.node, refused.reason, refused.payload) == (node, reason, page)
    assert len(decoded.batch[0]) == 2


@pytest.mark.parametrize("node", ["box-1", "bike-1", "counter-1"])
@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (to_anchor(300, offset=5), (NOON + 5, NOON + 5 - 300, False)),
        (to_anchor(0, bits=wire.BIT_CLOCK_UNSURE), (NOON, NOON, True)),
        (to_anchor(EPOCH_2000 + 300), (NOON, NOON - EPOCH_2000 - 300, False)),
        (to_anchor(NOON - EARLIEST), (NOON, EARLIEST, False)),
        (to_anchor(300, time=NOON + 60 + DAY_S), (NOON + 60 + DAY_S, NOON - 240 + DAY_S, False)),
    ],
)
def test_an_anchor_of_any_node_tells_how_far_its_boot_lies_from_the_time(node, page, expected):
    decoded = decode([to_message(node, page), to_message("box-1", GOOD)], NODES)
    assert decoded.anchors == [Anchor(NODES[node].id, 7, *expected)]
    assert [len(rows) for rows in decoded.batch] == [2]
    assert not decoded.rejected
    assert decoded.arrivals[NODES[node].id, 7] == ([0, 0] if node == "box-1" else [0])


def test_a_refused_anchor_is_safe_and_need_not_come_again():
    decoded = decode([to_message("box-1", to_anchor(None, sequence=4))], NODES)
    assert decoded.arrivals == {(1, 7): [4]}
    assert decoded.anchors == []


@given(
    topic=st.text(max_size=30) | st.sampled_from(["lm/1/box-1/page", "lm/1/bike-1/page"]),
    payload=st.binary(max_size=200) | st.binary(max_size=60).map(lambda tail: b"LM\x01\x01" + tail),
)
def test_whatever_arrives_is_decoded_or_rejected_and_never_raises(topic, payload):
    decoded = decode([Message(topic, payload, NOON)], NODES)
    assert len(decoded.rejected) + len(decoded.batch) == 1


@pytest.mark.parametrize(
    ("topic", "name"),
    [
        ("lm/1/box-1/page", "box-1"),
        ("lm/2/box-1/page", ""),
        ("lm/1/a/b/page", ""),
        ("page", ""),
    ],
)
def test_the_node_is_named_by_the_topic(topic, name):
    assert to_node_name(topic) == name


def test_rows_keep_the_order_of_arrival():
    late = to_page(BOX, box_samples(2, start=NOON - 600), time=NOON - 600)
    rows = decode([to_message("box-1", GOOD), to_message("box-1", late)], NODES).batch[0]
    assert rows.time.tolist() == [NOON, NOON + 60, NOON - 600, NOON - 540]
    assert rows.time.dtype == np.int64
