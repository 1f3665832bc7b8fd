from collections import Counter

import orjson
import pytest

from ingest.checks import check
from ingest.decode import Message
from ingest.payloads import decode, things_stack, to_form, to_node_name
from lokaalmeten.quality import Flag
from tests.ingest.payloads.reading import NODES, reasons_of, rows_of
from tests.services.pages import NOON, FakeNode

RECEIVED = 1_632_904_000  # 2021-09-29 08:26:40 UTC
V3 = "v3/kits@ttn/devices/Box-1/up"
V2 = "kits/devices/box-1/up"


def send(uplink, topic=V3, node=None):
    payload = uplink if isinstance(uplink, bytes) else orjson.dumps(uplink)
    topic = topic if node is None else f"v3/kits@ttn/devices/{node}/up"
    return things_stack.decode([Message(topic, payload, NOON + 60)], NODES)


def v3(fields, **more):
    """An uplink as The Things Stack v3 publishes it, with ``fields`` from the formatter."""
    return {
        "end_device_ids": {"device_id": "box-1", "application_ids": {"application_id": "kits"}},
        "received_at": "2025-10-09T08:53:21.123456789Z",
        "uplink_message": {
            "f_port": 4,
            "f_cnt": 17,
            "frm_payload": "hwAiAEgASg==",
            "decoded_payload": fields,
            "received_at": "2025-10-09T08:53:20.987654321Z",
        },
        **more,
    }


def test_an_uplink_of_version_3_is_a_sample_of_the_time_at_which_the_network_got_it():
    assert rows_of(send(v3({"pm25": 7.2, "temperature": 13.4, "aqi": 92}))) == [
        (1, NOON + 1, {"pm25": 7.2, "temperature": 13.4})
    ]


def test_an_uplink_of_version_2_has_its_own_words():
    uplink = {
        "app_id": "kits",
        "dev_id": "box-1",
        "payload_raw": "hwAiAEgASg==",
        "payload_fields": {"pm10": 7.4, "pressure": 1010, "accu": 12.6},
        "metadata": {"time": "2025-10-09T08:53:20.29232547Z"},
    }
    assert rows_of(send(uplink, V2)) == [
        (1, NOON, {"pm10": 7.4, "pressure": 101000, "battery": 12.6})
    ]


@pytest.mark.parametrize(
    ("fields", "stored"),
    [
        ({"PM2_5": 3, "PM10": 4, "pm1_0": 2}, {"pm1": 2, "pm25": 3, "pm10": 4}),
        ({"gas": 512, "aqi": 3}, {"gas_resistance": 512}),
        ({"temperature_1": 18.5, "relative_humidity_2": 61}, {"temperature": 18.5, "humidity": 61}),
        ({"barometric_pressure_3": 1013.2, "analog_in_4": 2}, {"pressure": 101320}),
        ({"la": {"min": 40, "avg": 45.5, "max": 61}}, {"sound_laeq": 45.5, "sound_lamax": 61}),
        ({"temp": 3, "temperature": 4}, {"temperature": 3}),  # the first of two
    ],
)
def test_the_names_of_dutch_kits_are_known(fields, stored):
    assert rows_of(send(v3(fields))) == [(1, NOON + 1, stored)]


def test_a_moving_kit_brings_its_place():
    for fields in (
        {"pm25": 1, "latitude": 51.62, "longitude": 5.88, "altitude": 17.1},
        {"pm25": 1, "gps_1": {"latitude": 51.62, "longitude": 5.88, "altitude": 17.1}},
    ):
        stored = {"pm25": 1, "lat": 51.62, "lon": 5.88}
        assert rows_of(send(v3(fields), node="bike-1")) == [(2, NOON + 1, stored)]


def test_the_time_of_the_kit_itself_goes_before_that_of_the_network():
    assert rows_of(send(v3({"pm25": 1, "utime": NOON - 900}))) == [(1, NOON - 900, {"pm25": 1})]
    assert rows_of(send(v3({"pm25": 1, "utime": 55}))) == [(1, NOON + 1, {"pm25": 1})]


def test_without_any_time_it_is_that_of_the_arrival():
    uplink = {"uplink_message": {"decoded_payload": {"pm25": 1}}}
    assert rows_of(send(uplink)) == [(1, NOON + 60, {"pm25": 1})]


@pytest.mark.parametrize(
    ("uplink", "reason"),
    [
        (b"{", "not JSON"),
        ([], "not an uplink"),
        ({}, "not an uplink"),
        ({"uplink_message": None}, "not an uplink"),
        ({"uplink_message": {"f_port": 4, "frm_payload": "hwAi"}}, "no decoded payload"),
        (v3(None), "no decoded payload"),
        (v3([1]), "no decoded payload"),
        ({"payload_raw": "hwAi", "payload_fields": None}, "no decoded payload"),
        ({"payload_raw": "hwAi"}, "no decoded payload"),
        (v3({}), "empty"),
        (v3({"wspeed": 3, "version": "0.2"}), "unknown quantity"),
        (v3({"pm25": 1}, simulated=True), "simulated"),
        (v3({"pm25": "n/a"}), "not a number"),
        (v3({"pm25": 1}, received_at="soon"), "unreadable time"),
        (v3({"pm25": 1}, received_at=["soon"]), "unreadable time"),
        (v3({"pm25": 1}, received_at="2016-10-09T08:53:20Z"), "no time"),
    ],
)
def test_an_uplink_that_cannot_be_used_is_named(uplink, reason):
    decoded = send(uplink)
    assert decoded.batch == []
    assert reasons_of(decoded) == [reason]


def test_one_field_that_is_no_number_costs_itself_only():
    decoded = send(v3({"pm25": "n/a", "pm10": 4}))
    assert rows_of(decoded) == [(1, NOON + 1, {"pm10": 4})]
    assert reasons_of(decoded) == ["not a number"]


@pytest.fixture(scope="module")
def real(shared_data):
    """The uplinks of real kits, as messages half an hour after the last."""
    text = (shared_data / "ttn/uplinks.mqtt").read_text()
    lines = [line.partition(" ") for line in text.splitlines()]
    return [Message(topic, payload.encode(), RECEIVED) for topic, _, payload in lines]


def test_every_real_uplink_is_stored_or_rejected_with_a_reason(real):
    assert {to_form(message.topic) for message in real} == {"things-stack"}
    names = sorted({to_node_name(message.topic) for message in real})
    registry = {name: FakeNode(number, cell=7) for number, name in enumerate(names[1:], 1)}
    decoded = decode(real, registry)
    strangers = sum(to_node_name(message.topic) == names[0] for message in real)
    assert reasons_of(decoded) == ["unknown node"] * strangers
    assert sum(len(rows) for rows in decoded.batch) + strangers == len(real)


def test_real_uplinks_give_what_their_lines_say(real):
    registry = {to_node_name(message.topic): FakeNode(1, cell=7) for message in real}
    (rows,) = decode(real, registry).batch
    # counted by hand in the file: fields that are there, and the value of a line that was read
    stored = Counter(
        {key: int((rows.counts[i] > -(2**31)).sum()) for i, key in enumerate(rows.keys)}
    )
    lines = [orjson.loads(message.payload)["payload_fields"] for message in real]
    assert stored["pm25"] == stored["temperature"] == len(real)
    assert stored["battery"] == sum("accu" in line for line in lines)
    assert stored["gas_resistance"] == sum("gas" in line for line in lines)
    found = dict(zip(rows.keys, rows.counts[:, 1].tolist(), strict=True))
    assert (found["pm25"], found["humidity"], found["pressure"]) == (760, 8630, 101000)
    assert rows.time[1] == 1632897525  # 2021-09-29T06:38:45Z


def test_nonsense_among_real_values_is_flagged_not_stored_as_good(real):
    registry = {to_node_name(message.topic): FakeNode(1, cell=7) for message in real}
    (rows,) = decode(real, registry).batch
    judged = check(rows, RECEIVED)
    pressure = rows.keys.index("pressure")
    wild = rows.counts[pressure] == 162300  # 1623 hPa, says a kit near Boxmeer
    assert wild.any()
    assert set(judged.flags[pressure, wild].tolist()) == {Flag.FAIL}
