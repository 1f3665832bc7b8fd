"""The JSON of sensor.community's airRohr, as its "own API" posts it over HTTP.

    X-Sensor: esp8266-1234567
    {"esp8266id": "1234567", "software_version": "NRZ-2020-133",
     "sensordatavalues": [{"value_type": "SDS_P1", "value": "6.50"}, ...]}

The node is what the header names. The device sends no time: it is that of the arrival.
`ingest/door.py` makes a message of the request and hands it on; the topic
``lm/1/<node>/airrohr`` is the same message over MQTT.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from ..decode import Decoded, Message, Node
from .samples import Reading, Sample, decode_samples, to_number

NODE_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
# P1 is PM10 and P2 is PM2.5, on every make: names of the airRohr firmware.
PM = {"P0": "pm1", "P1": "pm10", "P2": "pm25", "P4": "pm4"}
DUST = ("SPS30", "SDS", "PMS", "NPM", "IPS", "HPM")
# Of several sensors for one quantity the first here is taken: the more exact, then the drier.
CLIMATE = ("BME280_", "SHT3X_", "HTU21D_", "SCD30_", "BMP280_", "BMP_", "", "DS18B20_")
VALUE_TYPES: dict[str, str] = {
    **{f"{make}_{size}": key for make in DUST for size, key in PM.items()},
    **{f"{make}{key}": key for make in CLIMATE for key in ("temperature", "humidity", "pressure")},
    "SCD30_co2_ppm": "co2",
    **{f"{make}noise_LAeq": "sound_laeq" for make in ("DNMS_", "")},
    **{f"{make}noise_LA_max": "sound_lamax" for make in ("DNMS_", "")},
    "GPS_lat": "lat",
    "GPS_lon": "lon",
}


def to_message(body: bytes, x_sensor: str, received: int, ticket: object = None) -> Message:
    """Request as a message on ``lm/1/<node>/airrohr``, fit to be published.

    What is no node name becomes an empty one, which no registry knows.

    >>> to_message(b"{}", "esp8266-1234567", 0).topic
    'lm/1/esp8266-1234567/airrohr'
    """
    name = read_name(body, x_sensor)
    node = name if NODE_NAME.fullmatch(name) else ""
    return Message(f"lm/1/{node}/airrohr", body, received, ticket)


def read_name(body: bytes, x_sensor: str) -> str:
    """Name of the sender as it gave it: in the header, else the number of the chip in the body.

    Empty when there is neither.

    >>> read_name(b"{}", " ESP8266-7 "), read_name(b'{"esp8266id": "7"}', ""), read_name(b"{}", "")
    ('esp8266-7', 'esp8266-7', '')
    """
    name = x_sensor.strip().lower()
    if name:
        return name
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    chip = document.get("esp8266id") if type(document) is dict else None
    return f"esp8266-{chip}" if chip else ""


def decode(messages: Sequence[Message], registry: Mapping[str, Node]) -> Decoded:
    """Turn airRohr JSON into Observations and Rejected; never raises for what a payload holds."""
    return decode_samples(messages, registry, read)


def read(payload: bytes, _received: int) -> Reading:
    """Return the sample of one request, and why something of it is none."""
    try:
        document = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return [], "not JSON"
    values = document.get("sensordatavalues") if type(document) is dict else None
    if type(values) is not list:
        return [], "not airRohr"
    found = to_values(values)
    if not found:
        return [], "unknown quantity" if values else "empty"
    return to_sample(found)


def to_values(values: list[Any]) -> dict[str, Any]:
    """Values by the value types that we know."""
    pairs = [(item.get("value_type"), item.get("value")) for item in values if type(item) is dict]
    return {name: value for name, value in pairs if isinstance(name, str) and name in VALUE_TYPES}


def to_sample(found: dict[str, Any]) -> Reading:
    """Sample in our keys, from the best sensor of each; "not a number" when one is none."""
    sample: Sample = {}
    reason = None
    for name, key in VALUE_TYPES.items():
        if name in found:
            number = read_number(found[name])
            if number is None:
                reason = "not a number"
            else:
                sample.setdefault(key, number)
    return ([sample], reason) if sample else ([], reason)


def read_number(value: Any) -> float | None:
    """Read a finite number, which airRohr writes as text; None for anything else."""
    try:
        return to_number(float(value) if isinstance(value, str) else value)
    except ValueError:
        return None
