import base64
from decimal import Decimal

import cbor2
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.decode import Message
from ingest.payloads import senml
from tests.ingest.payloads.reading import NODES, reasons_of, rows_of
from tests.services.pages import NOON

RECEIVED = NOON + 60


def send(pack, node="box-1"):
    payload = pack if isinstance(pack, bytes) else orjson.dumps(pack)
    return senml.decode([Message(f"lm/1/{node}/senml", payload, RECEIVED)], NODES)


def send_cbor(pack, node="box-1"):
    payload = pack if isinstance(pack, bytes) else cbor2.dumps(pack)
    return senml.decode_cbor([Message(f"lm/1/{node}/senml-cbor", payload, RECEIVED)], NODES)


def test_records_of_one_time_become_one_sample():
    pack = [
        {"bn": "urn:dev:box-1:", "bt": NOON, "n": "temperature", "u": "Cel", "v": 18.5},
        {"n": "humidity", "u": "%RH", "v": 61},
        {"n": "pm25", "u": "ug/m3", "v": 12.3, "t": 60},
    ]
    assert rows_of(send(pack)) == [
        (1, NOON, {"temperature": 18.5, "humidity": 61}),
        (1, NOON + 60, {"pm25": 12.3}),
    ]


def test_base_fields_hold_until_the_next_of_their_kind():
    # as the resolved records of RFC 8428, 4.6: base time and value are added, the unit replaced
    pack = [
        {"bt": NOON, "bu": "K", "bv": 293.15, "n": "temperature", "v": -1.5},
        {"n": "temperature", "t": 1},
        {"n": "pm10", "u": "ug/m3", "v": -290.15, "t": 2},
        {"bt": NOON + 100, "bv": 0, "n": "temperature", "u": "Cel", "v": 5},
    ]
    assert rows_of(send(pack)) == [
        (1, NOON, {"temperature": 18.5}),
        (1, NOON + 1, {"temperature": 20}),
        (1, NOON + 2, {"pm10": 3}),
        (1, NOON + 100, {"temperature": 5}),
    ]


@pytest.mark.parametrize(
    ("fields", "time"),
    [
        ({}, RECEIVED),
        ({"t": -30}, RECEIVED - 30),
        ({"t": 5}, RECEIVED + 5),
        ({"bt": -100, "t": 40}, RECEIVED - 60),
        ({"bt": NOON, "t": -5}, NOON - 5),
        ({"t": NOON + 0.75}, NOON),
        ({"bt": 2**28 - 1, "t": 0}, None),  # relative: eight years ahead
        ({"bt": 2**28, "t": 0}, None),  # absolute: 1978-07-04, before any node
    ],
)
def test_times_below_two_to_the_28th_count_from_now(fields, time):
    decoded = send([{"n": "pm25", "v": 1, **fields}])
    assert [at for _, at, _ in rows_of(decoded)] == ([] if time is None else [time])
    if time is None:
        assert reasons_of(decoded) == ["future" if fields["bt"] < 2**28 else "no time"]


@pytest.mark.parametrize(
    ("name", "unit", "value", "stored"),
    [
        ("temperature", "Cel", 18.5, {"temperature": 18.5}),
        ("temperature", "K", 291.65, {"temperature": 18.5}),
        ("temperature", "", 18.5, {"temperature": 18.5}),
        ("humidity", "%RH", 61, {"humidity": 61}),
        ("humidity", "%", 61, {"humidity": 61}),
        ("pressure", "Pa", 101325, {"pressure": 101325}),
        ("pressure", "hPa", 1013.25, {"pressure": 101325}),
        ("pm25", "ug/m3", 12.3, {"pm25": 12.3}),
        ("pm25", "kg/m3", 12.3e-9, {"pm25": 12.3}),
        ("PM2.5", "ug/m3", 12.3, {"pm25": 12.3}),
        ("pm10", "ug/m3", 1, {"pm10": 1}),
        ("gas_resistance", "Ohm", 51000, {"gas_resistance": 51}),
        ("co2", "ppm", 420, {"co2": 420}),
        ("co2", "/", 0.00042, {"co2": 420}),
        ("laeq", "dB", 45.5, {"sound_laeq": 45.5}),
        ("sound_lamax", "Bspl", 6.1, {"sound_lamax": 61}),
        ("voltage", "V", 3.95, {"battery": 3.95}),
        ("battery", "mV", 3950, {"battery": 3.95}),
        ("count_in", "count", 7, {"count_in": 7}),
    ],
)
def test_names_and_units_of_the_standard_are_understood(name, unit, value, stored):
    for base, rest in (("", name), ("urn:dev:mac:0024befffe804ff1:", name), ("a/b/" + name, "")):
        record = {"bn": base, "n": rest, "v": value, "t": NOON} | ({"u": unit} if unit else {})
        assert rows_of(send([record])) == [(1, NOON, stored)]


def test_a_name_counts_from_its_last_separator_only():
    pack = [{"n": "dew_temperature", "v": 3}, {"n": "temperature2", "v": 3}]
    assert reasons_of(send(pack)) == ["unknown quantity"]


def test_a_moving_node_says_where_in_records_of_their_own():
    pack = [
        {"bt": NOON, "n": "lat", "u": "lat", "v": 52.09},
        {"n": "lon", "u": "lon", "v": 5.12},
        {"n": "pm25", "v": 8},
    ]
    assert rows_of(send(pack, "bike-1")) == [(2, NOON, {"pm25": 8, "lat": 52.09, "lon": 5.12})]


def test_of_two_values_in_one_second_the_first_stays():
    pack = [{"n": "pm25", "v": 1, "t": NOON}, {"n": "pm25", "v": 2, "t": NOON + 0.5}]
    assert rows_of(send(pack)) == [(1, NOON, {"pm25": 1})]


def test_fields_that_nobody_knows_are_ignored_as_the_standard_asks():
    pack = [{"bver": 10, "n": "pm25", "v": 1, "t": NOON, "ut": 60, "s": 4, "bs": 1, "extra": [1]}]
    assert rows_of(send(pack)) == [(1, NOON, {"pm25": 1})]


@pytest.mark.parametrize(
    ("pack", "reason"),
    [
        (b"", "not JSON"),
        ({"n": "pm25", "v": 1}, "not SenML"),
        (7, "not SenML"),
        ([1], "not SenML"),
        ([], "empty"),
        ([{"bn": "box-1:"}], "empty"),
        ([{"bver": 11, "n": "pm25", "v": 1}], "SenML version"),
        ([{"bver": "10", "n": "pm25", "v": 1}], "SenML version"),
        ([{"n": "pm25", "v": 1}, {"shape_": 1, "n": "pm10", "v": 1}], "SenML field"),
        ([{"bn": 3, "n": "pm25", "v": 1}], "SenML field"),
        ([{"bt": "now", "n": "pm25", "v": 1}], "SenML field"),
        ([{"n": "pm25", "v": 1, "t": True}], "SenML field"),
        ([{"n": "windspeed", "v": 1}], "unknown quantity"),
        ([{"v": 1}], "unknown quantity"),
        ([{"n": "pm25"}], "not a number"),
        ([{"n": "pm25", "s": 100}], "not a number"),
        ([{"n": "pm25", "v": "12"}], "not a number"),
        ([{"n": "pm25", "v": True}], "not a number"),
        ([{"n": "pm25", "vs": "12"}], "not a number"),
        ([{"n": "pm25", "v": 1, "vb": True}], "not a number"),
        ([{"n": "temperature", "u": "F", "v": 64}], "wrong unit"),
        ([{"n": "lat", "u": "V", "v": 52}], "wrong unit"),
        ([{"n": "pm25", "v": 1, "t": 1.2e9}], "no time"),
    ],
)
def test_what_cannot_be_used_is_named(pack, reason):
    decoded = send(pack)
    assert decoded.batch == []
    assert reasons_of(decoded) == [reason]


def test_a_wrong_unit_costs_its_record_only():
    pack = [{"n": "temperature", "u": "F", "v": 64, "t": NOON}, {"n": "pm25", "v": 1, "t": NOON}]
    decoded = send(pack)
    assert rows_of(decoded) == [(1, NOON, {"pm25": 1})]
    assert reasons_of(decoded) == ["wrong unit"]


def test_an_unknown_name_beside_a_known_one_is_ignored():
    decoded = send([{"n": "windspeed", "v": 3, "t": NOON}, {"n": "pm25", "v": 1, "t": NOON}])
    assert rows_of(decoded) == [(1, NOON, {"pm25": 1})]
    assert decoded.rejected == []


def test_cbor_has_numbers_for_labels():
    # by hand from RFC 8949: [{-2: "box-1:", -3: 1760000000, 0: "pm25", 1: "ug/m3", 2: 12.5},
    #                         {0: "temperature", 6: 60, 2: decimal fraction 185 * 10^-1}]
    payload = bytes.fromhex(
        "82"
        "a5" "21" "66626f782d313a" "22" "1a68e77800" "00" "64706d3235" "01" "6575672f6d33"
        "02" "f94a40"
        "a3" "00" "6b74656d7065726174757265" "06" "183c" "02" "c4822018b9"
    )  # fmt: skip
    assert rows_of(send_cbor(payload)) == [
        (1, NOON, {"pm25": 12.5}),
        (1, NOON + 60, {"temperature": 18.5}),
    ]


def test_cbor_may_use_the_names_too():
    pack = [{"bt": Decimal(NOON), "n": "pm25", -4: "ug/m3", "v": 12.5, 99: 1, b"x": 1}]
    assert rows_of(send_cbor(pack)) == [(1, NOON, {"pm25": 12.5})]


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "not CBOR"),
        (b"\xff", "not CBOR"),
        (b"\x9a\x7f\xff\xff\xff", "not CBOR"),  # two billion items announced, none there
        (b"\x81" * 3000 + b"\x01", "not CBOR"),
        (base64.b64decode("2BxiYWI="), "not SenML"),
        (bytes.fromhex("d81c81d81d00"), "not SenML"),  # a list that holds itself
        (cbor2.dumps([{0: "pm25", 2: float("nan")}]), "not a number"),
        (cbor2.dumps([{0: "pm25", 2: float("inf")}]), "not a number"),
        (cbor2.dumps([{0: "pm25", 2: 10**400}]), "not a number"),
        (cbor2.dumps([{0: "pm25", 2: b"12"}]), "not a number"),
        (cbor2.dumps([{0: "pm25", 2: 1, 6: 10**400}]), "SenML field"),
        (cbor2.dumps([{-1: 11, 0: "pm25", 2: 1}]), "SenML version"),
    ],
)
def test_what_cannot_be_used_of_cbor_is_named(payload, reason):
    decoded = send_cbor(payload)
    assert decoded.batch == []
    assert reasons_of(decoded) == [reason]


records = st.fixed_dictionaries(
    {"n": st.sampled_from(["pm25", "temperature", "x:pm10"]), "v": st.integers(-40, 900)},
    optional={"t": st.integers(NOON - 1000, NOON), "u": st.just(""), "bv": st.integers(0, 9)},
)


@given(st.lists(records, max_size=8))
def test_cbor_and_json_say_the_same(pack):
    labels = {name: label for label, name in senml.LABELS.items()}
    numbered = [{labels[name]: value for name, value in record.items()} for record in pack]
    assert rows_of(send_cbor(numbered)) == rows_of(send_cbor(pack)) == rows_of(send(pack))
