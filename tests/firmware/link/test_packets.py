"""MQTT 3.1.1 packets, against the examples and figures of the OASIS standard."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.link import greeting, packets


@pytest.mark.parametrize(
    ("size", "data"),  # table 2.4 of the standard
    [
        (0, "00"),
        (127, "7f"),
        (128, "8001"),
        (16_383, "ff7f"),
        (16_384, "808001"),
        (2_097_151, "ffff7f"),
        (2_097_152, "80808001"),
        (268_435_455, "ffffff7f"),
    ],
)
def test_remaining_length_is_as_in_the_standard(size, data):
    assert packets.to_length(size) == bytes.fromhex(data)


def test_connect_is_as_in_the_standard():
    """Chapter 3.1: protocol name and level, flags of figure 3.4, then the strings in order."""
    packet = greeting.connect("n", 60, "w/t", b"gone", "me", "pass")
    assert packet == bytes.fromhex("10 22 0004 4d515454 04 ec 003c") + (
        b"\x00\x01n\x00\x03w/t\x00\x04gone\x00\x02me\x00\x04pass"
    )


def test_subscribe_and_puback_are_as_in_the_standard():
    """Figures 3.20 to 3.22 (with both topics at QoS 1) and chapter 3.4."""
    assert greeting.subscribe(10, ["a/b", "c/d"]) == (
        b"\x82\x0e\x00\x0a\x00\x03a/b\x01\x00\x03c/d\x01"
    )
    assert packets.puback(0x1234) == b"\x40\x02\x12\x34"


@pytest.mark.parametrize("size", [0, 1, 100, 118, 119, 120, 4000])
def test_publish_is_one_run_of_bytes_with_the_payload_in_place(size):
    frame = packets.Frame("a/b", 4000)
    frame.payload[:size] = (bytes(range(256)) * 16)[:size]
    packet = bytes(frame.seal(size, 0x0102, packets.DUP))
    body = b"\x00\x03a/b\x01\x02" + bytes(frame.payload[:size])
    assert packet == b"\x3a" + bytes(packets.to_length(len(body))) + body


def test_refusals_of_a_broker_are_sentences():
    assert greeting.read_connack(0, b"\x01\x00") is True
    assert greeting.read_connack(0, b"\x00\x00") is False
    for code, words in ((1, "3.1.1"), (2, "name"), (4, "password"), (5, "may not"), (9, "refused")):
        with pytest.raises(ValueError, match=words):
            greeting.read_connack(0, bytes([0, code]))


@given(st.integers(0, 15), st.binary(max_size=80))
def test_whatever_comes_is_read_or_refused_and_nothing_else(flags, body):
    for read in (
        greeting.read_connack,
        packets.read_packet_id,
        packets.read_publish,
        lambda flags, body: packets.read_suback(flags, body, 2),
    ):
        with suppress(ValueError):
            read(flags, memoryview(body))


@given(st.text(max_size=20), st.integers(1, 65535), st.binary(max_size=200))
def test_message_is_taken_apart_as_it_was_put_together(topic, number, payload):
    frame = packets.Frame(topic_bytes(topic), 200)
    frame.payload[: len(payload)] = payload
    packet = bytes(frame.seal(len(payload), number))
    body = packet[-(len(payload) + 4 + len(topic.encode())) :]
    found, packet_id, at = packets.read_publish(2, body)
    assert (found, packet_id, body[at:]) == (topic, number, payload)


def topic_bytes(topic):
    return topic.encode()
