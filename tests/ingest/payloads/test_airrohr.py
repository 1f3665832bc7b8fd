import orjson
import pytest

from ingest.decode import Message
from ingest.payloads import airrohr, to_form, to_node_name
from ingest.payloads.airrohr import to_message
from tests.ingest.payloads.reading import reasons_of, rows_of
from tests.services.pages import NOON, FakeNode

NODES = {"esp8266-1234567": FakeNode(4, cell=9)}
SENSOR = "esp8266-1234567"


def body(**values):
    pairs = [{"value_type": name, "value": value} for name, value in values.items()]
    return orjson.dumps(
        {"esp8266id": "1234567", "software_version": "NRZ-2020-133", "sensordatavalues": pairs}
    )


def send(payload, x_sensor=SENSOR):
    return airrohr.decode([to_message(payload, x_sensor, NOON)], NODES)


def test_a_request_is_a_sample_of_its_arrival():
    values = {"SDS_P1": "6.50", "SDS_P2": "3.10", "temperature": "18.50", "humidity": "61.00"}
    assert rows_of(send(body(**values, samples="5000000", min_micro="28", signal="-70"))) == [
        (4, NOON, {"pm10": 6.5, "pm25": 3.1, "temperature": 18.5, "humidity": 61})
    ]


@pytest.mark.parametrize(
    ("values", "stored"),
    [
        ({"PMS_P0": "1", "PMS_P1": "10", "PMS_P2": "2.5"}, {"pm1": 1, "pm10": 10, "pm25": 2.5}),
        (
            {"SPS30_P0": "1", "SPS30_P2": "2", "SPS30_P4": "3", "SPS30_P1": "4", "SPS30_N05": "9"},
            {"pm1": 1, "pm25": 2, "pm4": 3, "pm10": 4},
        ),
        (
            {"BME280_temperature": "18.5", "BME280_pressure": "101325.00", "BME280_humidity": "61"},
            {"temperature": 18.5, "pressure": 101325, "humidity": 61},
        ),
        (
            {"noise_LAeq": "45.50", "noise_LA_max": "61.20"},
            {"sound_laeq": 45.5, "sound_lamax": 61.2},
        ),
        ({"DNMS_noise_LAeq": "45.50"}, {"sound_laeq": 45.5}),
        ({"SCD30_co2_ppm": "420"}, {"co2": 420}),
        ({"BMP_pressure": "101325"}, {"pressure": 101325}),
        ({"temperature": 18.5}, {"temperature": 18.5}),  # a number, as some firmware sends it
    ],
)
def test_value_types_are_those_of_the_firmware(values, stored):
    assert rows_of(send(body(**values))) == [(4, NOON, stored)]


def test_of_two_thermometers_the_more_exact_is_taken_whatever_their_order():
    values = {"DS18B20_temperature": "17", "temperature": "18", "BME280_temperature": "19"}
    assert rows_of(send(body(**values))) == [(4, NOON, {"temperature": 19})]
    assert rows_of(send(body(BME280_temperature="nan", temperature="18"))) == [
        (4, NOON, {"temperature": 18})
    ]


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "not JSON"),
        (b"[]", "not airRohr"),
        (b'{"esp8266id": "1234567"}', "not airRohr"),
        (b'{"sensordatavalues": {"SDS_P1": "6.50"}}', "not airRohr"),
        (b'{"sensordatavalues": []}', "empty"),
        (b'{"sensordatavalues": [1, null, {"value_type": ["SDS_P1"]}]}', "unknown quantity"),
        (body(P99="1"), "unknown quantity"),
        (body(SDS_P1="nan"), "not a number"),
        (body(SDS_P1="inf"), "not a number"),
        (body(SDS_P1=""), "not a number"),
        (body(SDS_P1=None), "not a number"),
        (body(SDS_P1=True), "not a number"),
        (body(SDS_P1=[1]), "not a number"),
    ],
)
def test_a_request_that_cannot_be_used_is_named(payload, reason):
    decoded = send(payload)
    assert decoded.batch == []
    assert reasons_of(decoded) == [reason]


def test_one_value_that_is_no_number_costs_itself_only():
    decoded = send(body(SDS_P1="nan", SDS_P2="3.10"))
    assert rows_of(decoded) == [(4, NOON, {"pm25": 3.1})]
    assert reasons_of(decoded) == ["not a number"]


@pytest.mark.parametrize(
    ("x_sensor", "node"),
    [
        ("esp8266-1234567", "esp8266-1234567"),
        (" ESP8266-1234567 ", "esp8266-1234567"),
        ("", "esp8266-1234567"),  # from the body
        ("a/b/#", ""),
        ("+", ""),
        ("x" * 64, ""),
    ],
)
def test_the_header_names_the_node_and_cannot_forge_a_topic(x_sensor, node):
    message = to_message(body(SDS_P1="1"), x_sensor, NOON)
    assert message.topic == f"lm/1/{node}/airrohr"
    assert (to_form(message.topic), to_node_name(message.topic)) == ("airrohr", node)
    assert reasons_of(send(message.payload, x_sensor)) == ([] if node else ["unknown node"])


def test_without_header_and_number_nobody_is_named():
    for payload in (b"{", b"[]", b"{}"):
        assert to_message(payload, "", NOON).topic == "lm/1//airrohr"


def test_over_mqtt_it_is_the_same_message():
    payload = body(SDS_P1="6.50")
    message = Message(f"lm/1/{SENSOR}/airrohr", payload, NOON)
    assert rows_of(airrohr.decode([message], NODES)) == rows_of(send(payload))
