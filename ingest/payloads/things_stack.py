"""Uplinks of The Things Stack v3, and of The Things Network v2 that came before it.

    v3/<app>@<tenant>/devices/<device>/up    uplink_message.decoded_payload, received_at
    <app>/devices/<device>/up                payload_fields, metadata.time

The node is the device, in lower case. Its payload was decoded by a formatter in the network:
FIELDS knows the names that Dutch kits use. An uplink without a formatter holds only bytes that
nobody here can read.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from ..decode import EARLIEST, Decoded, Message, Node
from .samples import Reading, Sample, decode_samples

# Our key: the names that formatters give it, the most common first, and what makes our unit.
# fmt: off
NAMES: dict[str, tuple[tuple[str, ...], float]] = {
    "pm1":            (("pm1", "pm1_0", "pm1.0"), 1),
    "pm25":           (("pm25", "pm2_5", "pm2.5"), 1),
    "pm4":            (("pm4", "pm4_0", "pm4.0"), 1),
    "pm10":           (("pm10", "pm10_0", "pm10.0"), 1),
    "temperature":    (("temperature", "temp"), 1),
    "humidity":       (("humidity", "hum", "rh", "relative_humidity"), 1),
    "pressure":       (("pressure", "barometric_pressure"), 100),  # hPa
    "gas_resistance": (("gas",), 1),  # kOhm, says the formatter of the MySense kits
    "no2":            (("no2",), 1),
    "co2":            (("co2", "co2_ppm"), 1),
    "sound_laeq":     (("sound_laeq", "laeq", "la.avg"), 1),
    "sound_lamax":    (("sound_lamax", "lamax", "la.max"), 1),
    "count_in":       (("count_in",), 1),
    "count_out":      (("count_out",), 1),
    "battery":        (("battery", "accu", "battery_voltage", "vbat"), 1),  # V
    "lat":            (("lat", "latitude", "gps.latitude"), 1),
    "lon":            (("lon", "lng", "longitude", "gps.longitude"), 1),
}
# fmt: on
FIELDS = {name: (key, factor) for key, (names, factor) in NAMES.items() for name in names}
# Cayenne LPP numbers its channels: temperature_1, gps_2.latitude.
CHANNEL = re.compile(r"^(temperature|relative_humidity|barometric_pressure|gps)_\d+")
KIT_TIME = "utime"  # Unix seconds at which a MySense kit measured


def decode(messages: Sequence[Message], registry: Mapping[str, Node]) -> Decoded:
    """Turn uplinks into Observations and Rejected; never raises for what a payload holds."""
    return decode_samples(messages, registry, read)


def read(payload: bytes, _received: int) -> Reading:
    """Return the sample of an uplink of either version, or why it has none."""
    try:
        fields, time = to_fields(orjson.loads(payload))
    except orjson.JSONDecodeError:
        return [], "not JSON"
    except LookupError as error:
        return [], str(error.args[0])
    sample = to_sample(fields)
    if not sample:
        return [], "unknown quantity" if fields else "empty"
    return [{"t": time} | sample], None


def to_fields(uplink: Any) -> tuple[Sample, Any]:
    """Decoded payload of an uplink and the time at which the network received it, if it says so.

    Raises LookupError with the reason when there is no decoded payload.
    """
    if type(uplink) is not dict:
        raise LookupError("not an uplink")
    if uplink.get("simulated") is True:
        raise LookupError("simulated")
    message, metadata = uplink.get("uplink_message"), uplink.get("metadata")
    if type(message) is dict:
        fields = message.get("decoded_payload")
        time = uplink.get("received_at") or message.get("received_at")
    elif "payload_fields" in uplink or "payload_raw" in uplink:
        fields = uplink.get("payload_fields")
        time = metadata.get("time") if type(metadata) is dict else None
    else:
        raise LookupError("not an uplink")
    if type(fields) is not dict:
        raise LookupError("no decoded payload")
    return fields, time or None


def to_sample(fields: Sample) -> Sample:
    """Quantities and place in our keys and units, of two fields for one key the first.

    >>> to_sample({"PM2_5": 7.2, "pressure": 1010, "aqi": 92})
    {'pm25': 7.2, 'pressure': 101000}
    """
    sample: Sample = {}
    for name, value in flatten(fields):
        if name in FIELDS:
            key, factor = FIELDS[name]
            number = type(value) in (int, float)
            sample.setdefault(key, value * factor if number and factor != 1 else value)
    time = fields.get(KIT_TIME)
    if sample and isinstance(time, int | float) and time >= EARLIEST:
        sample["t"] = time
    return sample


def flatten(fields: Sample) -> Iterator[tuple[str, Any]]:
    """Names in lower case, without channel numbers, with values; one level of nesting by a dot."""
    for name, value in fields.items():
        plain = CHANNEL.sub(r"\1", name.lower())
        if type(value) is dict:
            yield from ((f"{plain}.{inner.lower()}", deep) for inner, deep in value.items())
        else:
            yield plain, value
