"""Golden bytes are written by hand from the tables of the OASIS standards, 5 and 3.1.1."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import mqtt
from ingest.mqtt import Connack, PacketError


def golden(*parts):
    """Bytes of hexadecimal numbers and quoted texts."""
    return b"".join(
        part[1:].encode() if part.startswith("'") else bytes.fromhex(part) for part in parts
    )


# what we send


def test_connect_5_says_how_long_the_session_lasts_and_how_much_we_take():
    told = mqtt.to_connect(
        5,
        "ingest",
        keep_alive_s=60,
        username="ann",
        password="secret",
        session_expiry_s=604_800,
        receive_maximum=2000,
    )
    assert told == golden(
        *("10", "28", "0004", "'MQTT", "05"),
        *("c0", "003c"),  # user name and password, no clean start; 60 s
        *("08", "11 00093a80", "21 07d0"),
        *("0006", "'ingest", "0003", "'ann", "0006", "'secret"),
    )


def test_connect_3_1_1_has_no_properties():
    assert mqtt.to_connect(4, "me", keep_alive_s=60) == golden(
        *("10", "0e", "0004", "'MQTT", "04", "00", "003c", "0002", "'me")
    )


def test_connect_that_asks_for_nothing_has_a_clean_start_and_empty_properties():
    assert mqtt.to_connect(5, "me", keep_alive_s=300, clean_start=True) == golden(
        *("10", "0f", "0004", "'MQTT", "05", "02", "012c", "00", "0002", "'me")
    )


def test_name_without_password_is_sent_alone():
    told = mqtt.to_connect(4, "", keep_alive_s=0, username="ann")
    assert told == golden("10", "11", "0004", "'MQTT", "04", "80", "0000", "0000", "0003", "'ann")


def test_subscribe_asks_for_qos_1_of_every_filter():
    filters = ["lm/1/+/page", "$share/a/x"]
    rest = ("000b", "'lm/1/+/page", "01", "000a", "'$share/a/x", "01")
    assert mqtt.to_subscribe(5, 7, filters) == golden("82", "1e", "0007", "00", *rest)
    assert mqtt.to_subscribe(4, 7, filters) == golden("82", "1d", "0007", *rest)


def test_publish_is_at_qos_1_and_retained_where_asked():
    assert mqtt.to_publish(5, 0x1234, "a/b", b"hi", retain=True) == golden(
        "33", "0a", "0003", "'a/b", "1234", "00", "'hi"
    )
    assert mqtt.to_publish(4, 1, "a/b", b"") == golden("32", "07", "0003", "'a/b", "0001")


def test_many_acknowledgements_are_one_string_in_their_order():
    assert mqtt.to_pubacks([1, 65535, 258]) == golden("40020001", "4002ffff", "40020102")
    assert mqtt.to_pubacks([]) == b""


def test_ping_and_farewell():
    assert golden("c000") == mqtt.PINGREQ_PACKET
    assert golden("e000") == mqtt.DISCONNECT_PACKET


@pytest.mark.parametrize(
    ("number", "raw"),  # the ends of the ranges in 1.5.5
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
def test_lengths_of_the_standard(number, raw):
    assert mqtt.to_varint(number) == golden(raw)
    assert mqtt.read_varint(b"?" + golden(raw) + b"!", 1) == (number, 1 + len(golden(raw)))
    assert mqtt.read_varint(golden(raw)[:-1], 0) == (-1, 0)


def test_length_of_five_bytes_is_none():
    with pytest.raises(PacketError):
        mqtt.read_varint(golden("8080808001"), 0)


def test_text_that_is_too_long_is_refused():
    with pytest.raises(ValueError, match="65536 bytes"):
        mqtt.to_publish(5, 1, "x" * 65536, b"")
    assert len(mqtt.to_text("é" * 32_767)) == 65536


# what we read


def test_connack_of_both_versions():
    assert mqtt.decode_connack(4, golden("0100")) == Connack(True, 0)
    assert mqtt.decode_connack(4, golden("0005")) == Connack(False, 5)
    assert mqtt.decode_connack(5, golden("000000")) == Connack(False, 0)
    assert mqtt.decode_connack(5, golden("008700")) == Connack(False, 0x87)


def test_connack_5_with_every_property():
    properties = golden(
        *("11 00000e10", "21 0014", "24 01", "25 01", "27 00100000"),
        *("12 0002", "'me", "22 000a", "1f 0002", "'ok", "26 0001", "'k", "0002", "'vv"),
        *("28 01", "29 01", "2a 01", "13 001e", "1a 0001", "'r", "1c 0001", "'s"),
        *("15 0001", "'m", "16 0002", "ffff"),
    )
    body = golden("01", "00") + mqtt.to_varint(len(properties)) + properties
    assert mqtt.decode_connack(5, body) == Connack(True, 0, receive_maximum=20, keep_alive_s=30)


def test_answer_of_an_older_broker_has_no_properties():
    assert mqtt.decode_connack(5, golden("0001")).reason in mqtt.UNSUPPORTED
    assert mqtt.decode_connack(5, golden("008400")).reason in mqtt.UNSUPPORTED


def test_puback_with_and_without_a_reason():
    assert mqtt.decode_puback(golden("0102")) == (258, 0)
    assert mqtt.decode_puback(golden("0102", "87")) == (258, 0x87)
    assert mqtt.decode_puback(golden("0102", "10", "00")) == (258, 0x10)


def test_suback_has_a_reason_for_every_filter():
    assert mqtt.decode_suback(4, golden("0001", "01", "80")) == [1, 0x80]
    properties = golden("05", "1f0002", "'no")
    assert mqtt.decode_suback(5, golden("0001") + properties + golden("0187")) == [1, 0x87]


def test_disconnect_without_a_reason_is_a_normal_one():
    assert mqtt.decode_disconnect(b"") == 0
    assert mqtt.decode_disconnect(golden("8e", "00")) == 0x8E


@pytest.mark.parametrize(
    "body",
    [
        "",
        "00",
        "0000 05 21 0014",  # properties that end too early
        "0000 02 21 0014",  # or too late
        "0000 ff",  # whose length does not end
        "0000 02 77 00",  # or that nobody knows
    ],
)
def test_connack_that_is_none_is_refused(body):
    with pytest.raises(PacketError):
        mqtt.decode_connack(5, golden(body))


@pytest.mark.parametrize("body", ["", "00", "0001", "0001 00", "0001 ff"])
def test_suback_that_is_none_is_refused(body):
    with pytest.raises(PacketError):
        mqtt.decode_suback(5, golden(body))


@given(st.binary(max_size=40), st.sampled_from([4, 5]))
def test_no_bytes_bring_a_decoder_down(body, version):
    for decode in (
        lambda: mqtt.decode_connack(version, body),
        lambda: mqtt.decode_suback(version, body),
        lambda: mqtt.decode_puback(body),
        lambda: mqtt.decode_disconnect(body),
    ):
        with suppress(PacketError):
            decode()
