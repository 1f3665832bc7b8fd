import re

import pytest

from ingest.decode import Message
from ingest.payloads import FILTERS, FORMS, REASONS, decode, to_form, to_node_name
from tests.ingest.payloads.reading import NODES, reasons_of, rows_of
from tests.services.pages import BOX, NOON, box_samples, to_page


@pytest.mark.parametrize(
    ("topic", "form", "node"),
    [
        ("lm/1/box-1/page", "page", "box-1"),
        ("lm/1/box-1/json", "json", "box-1"),
        ("lm/1/box-1/senml", "senml", "box-1"),
        ("lm/1/box-1/senml-cbor", "senml-cbor", "box-1"),
        ("lm/1/esp8266-12/airrohr", "airrohr", "esp8266-12"),
        ("v3/app@ttn/devices/Kit-7/up", "things-stack", "kit-7"),
        ("201802215971az/devices/bwlvc-ad0d/up", "things-stack", "bwlvc-ad0d"),
        ("lm/devices/kit-7/up", "things-stack", "kit-7"),
        ("lm/1/box-1/ack", "", "box-1"),
        ("lm/2/box-1/json", "", ""),
        ("lm/1/a/b/json", "", ""),
        ("v3/app@ttn/devices/kit-7/join", "", ""),
        ("v3/app@ttn/devices/kit-7/up/normalized", "", ""),
        ("", "", ""),
    ],
)
def test_a_topic_names_form_and_node(topic, form, node):
    assert (to_form(topic), to_node_name(topic)) == (form, node)


def matches(pattern, topic):
    """MQTT 5, section 4.7: + stands for one level."""
    return re.fullmatch(pattern.replace("+", "[^/]*"), topic) is not None


def test_what_is_subscribed_to_can_be_decoded_and_the_other_way_round():
    assert all(to_form(pattern.replace("+", "x")) in FORMS for pattern in FILTERS)
    topics = [f"lm/1/box-1/{form}" for form in FORMS if form != "things-stack"]
    topics += ["v3/app@ttn/devices/kit/up", "app/devices/kit/up"]
    assert all(any(matches(pattern, topic) for pattern in FILTERS) for topic in topics)


def test_the_ingest_does_not_hear_its_own_acknowledgements():
    assert not any(matches(pattern, "lm/1/box-1/ack") for pattern in FILTERS)


def test_forms_mix_in_a_batch_and_each_message_ends_somewhere():
    uplink = b'{"uplink_message": {"decoded_payload": {"pm25": 3}}}'
    messages = [
        Message("lm/1/box-1/json", b'{"pm25": 1}', NOON),
        Message("lm/1/box-1/page", to_page(BOX, box_samples(2)), NOON),
        Message("lm/1/box-2/senml", b'[{"n": "pm25", "v": 2}]', NOON),
        Message("x/devices/BOX-2/up", uplink, NOON + 1),
        Message("weather/now", b"sun", NOON),
        Message("lm/1/box-1/json", b"{", NOON),
    ]
    decoded = decode(messages, NODES)
    found = sorted((node, time, row["pm25"]) for node, time, row in rows_of(decoded))
    assert found == [(1, NOON, 1), (1, NOON, 8), (1, NOON + 60, 8), (3, NOON, 2), (3, NOON + 1, 3)]
    assert sorted(reasons_of(decoded)) == ["not JSON", "unknown topic"]
    assert set(reasons_of(decoded)) <= set(REASONS)


def test_the_pages_that_arrived_are_told_beside_other_forms():
    page = to_page(BOX, box_samples(1), boot=7, sequence=12)
    messages = [
        Message("lm/1/box-1/json", b'{"pm25": 1}', NOON),
        Message("lm/1/box-1/page", page, NOON),
    ]
    assert decode(messages, NODES).arrivals == {(1, 7): [12]}


def test_nothing_in_gives_nothing():
    decoded = decode([], NODES)
    assert (decoded.batch, decoded.rejected) == ([], [])
