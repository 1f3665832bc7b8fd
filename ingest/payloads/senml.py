"""SenML (RFC 8428): a list of records with base fields, as JSON or as CBOR.

    [{"bn": "urn:dev:box-1:", "bt": 1760000000, "n": "temperature", "u": "Cel", "v": 18.5},
     {"n": "humidity", "u": "%RH", "v": 61}]

Records of one second become one sample. The node is the one of the topic; of a record's name
the last part says what was measured.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import cbor2
import orjson

from lokaalmeten.quantities import BY_KEY

from ..decode import Decoded, Message, Node
from .samples import Reading, Sample, decode_samples, to_number

# Labels of CBOR (RFC 8428, table 4).
# fmt: off
LABELS = {
    -1: "bver", -2: "bn", -3: "bt", -4: "bu", -5: "bv", -6: "bs",
    0: "n", 1: "u", 2: "v", 3: "vs", 4: "vb", 5: "s", 6: "t", 7: "ut", 8: "vd",
}
VERSION = 10  # of the format (RFC 8428, 4.4)
RELATIVE = 2**28  # seconds; a time below it counts from now (RFC 8428, 4.5.3)

ALIASES = {
    "pm2.5": "pm25", "pm2_5": "pm25",
    "temp": "temperature", "hum": "humidity", "rh": "humidity",
    "laeq": "sound_laeq", "lamax": "sound_lamax", "voltage": "battery",
    "latitude": "lat", "longitude": "lon", "lng": "lon",
}
# fmt: on
NAMES = {**{key: key for key in (*BY_KEY, "lat", "lon")}, **ALIASES}
# The name itself, or what follows the last separator before it.
NAME = re.compile(rf"(?:^|[:/.])({'|'.join(map(re.escape, NAMES))})\Z", re.IGNORECASE)

# Units of RFC 8428 and RFC 8798 that we take beside our own: value * factor + offset is ours.
Units = dict[str, tuple[float, float]]
MASS: Units = {"ug/m3": (1, 0), "kg/m3": (1e9, 0)}
LEVEL: Units = {"dB": (1, 0), "Bspl": (10, 0)}
COUNT: Units = {"count": (1, 0), "/": (1, 0)}
UNITS: dict[str, Units] = {
    **dict.fromkeys(("pm1", "pm25", "pm4", "pm10", "no2"), MASS),
    "temperature": {"K": (1, -273.15)},
    "humidity": {"%RH": (1, 0)},
    "pressure": {"hPa": (100, 0)},
    "gas_resistance": {"Ohm": (1e-3, 0)},
    "co2": {"ppm": (1, 0), "/": (1e6, 0)},
    **dict.fromkeys(("sound_laeq", "sound_lamax"), LEVEL),
    **dict.fromkeys(("voc_raw", "nox_raw", "count_in", "count_out", "shock"), COUNT),
    "battery": {"mV": (1e-3, 0)},
    "lat": {"lat": (1, 0), "deg": (1, 0)},
    "lon": {"lon": (1, 0), "deg": (1, 0)},
}


def decode(messages: Sequence[Message], registry: Mapping[str, Node]) -> Decoded:
    """Turn SenML JSON into Observations and Rejected; never raises for what a payload holds."""
    return decode_samples(messages, registry, read)


def decode_cbor(messages: Sequence[Message], registry: Mapping[str, Node]) -> Decoded:
    """Turn SenML CBOR into Observations and Rejected; never raises for what a payload holds."""
    return decode_samples(messages, registry, read_cbor)


def read(payload: bytes, received: int) -> Reading:
    """Samples of a JSON pack, and why something of it is none."""
    try:
        pack = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return [], "not JSON"
    return read_pack(pack, received)


def read_cbor(payload: bytes, received: int) -> Reading:
    """Samples of a CBOR pack, and why something of it is none."""
    try:
        pack = cbor2.loads(payload)
    except Exception:  # tags run parsers of their own: dates, expressions, messages
        return [], "not CBOR"
    if isinstance(pack, list):
        pack = [to_labels(record) if isinstance(record, dict) else record for record in pack]
    return read_pack(pack, received)


def to_labels(record: dict[Any, Any]) -> Sample:
    """Record with the labels of JSON, whether it had numbers or names."""
    names = ((LABELS.get(key, key) if type(key) is int else key, record[key]) for key in record)
    return {name: value for name, value in names if isinstance(name, str)}


def read_pack(pack: Any, received: int) -> Reading:
    """Samples of a pack: one per second, of two values of a quantity the first stays."""
    reason = refuse_pack(pack)
    if reason is not None:
        return [], reason
    base: Sample = {}
    samples: dict[int, Sample] = {}
    unknown = None
    for record in pack:
        base.update({label: record[label] for label in ("bn", "bt", "bu", "bv") if label in record})
        if record.keys().isdisjoint(("n", "v", "vs", "vb", "vd", "s")):
            continue  # base fields only
        try:
            key, value, time = resolve(record, base, received)
        except LookupError:
            unknown = "unknown quantity"
        except ValueError as error:
            reason = reason or str(error)
        else:
            samples.setdefault(time, {"t": time}).setdefault(key, value)
    if not samples:
        reason = reason or unknown or "empty"
    return list(samples.values()), reason


def refuse_pack(pack: Any) -> str | None:
    """Name what forbids to use any of a pack, in the order in which it is looked at."""
    if not isinstance(pack, list) or not all(isinstance(record, dict) for record in pack):
        return "not SenML"
    for record in pack:
        version = record.get("bver", VERSION)
        if type(version) is not int or version > VERSION:
            return "SenML version"
        if any(label.endswith("_") for label in record):  # must be understood: RFC 8428, 4.4
            return "SenML field"
        if not is_typed(record):
            return "SenML field"
    return None


def is_typed(record: Sample) -> bool:
    """Tell whether names and units are text, times and base values numbers."""
    texts = (record.get(label, "") for label in ("bn", "bu", "n", "u"))
    numbers = (record.get(label, 0) for label in ("bt", "bv", "t"))
    return all(isinstance(text, str) for text in texts) and all(
        to_number(number) is not None for number in numbers
    )


def resolve(record: Sample, base: Sample, received: int) -> tuple[str, float, int]:
    """Key, value in its unit and Unix second of a record (RFC 8428, 4.6).

    Raises LookupError when nobody knows the quantity, ValueError with the reason when its
    value or unit cannot be used.
    """
    found = NAME.search(base.get("bn", "") + record.get("n", ""))
    if found is None:
        raise LookupError
    key = NAMES[found[1].lower()]
    number = to_number(record.get("v", 0 if "bv" in base else None))
    if number is None or not record.keys().isdisjoint(("vs", "vb", "vd")):
        raise ValueError("not a number")
    number = to_unit(key, number + float(base.get("bv", 0)), record.get("u", base.get("bu", "")))
    time = float(base.get("bt", 0)) + float(record.get("t", 0))
    if time < RELATIVE:
        time += received
    return key, number, int(min(max(time, -(2.0**62)), 2.0**62) // 1)


def to_unit(key: str, value: float, unit: str) -> float:
    """Value in our unit; without a unit it is taken to be in it. ValueError for a wrong one.

    >>> to_unit("temperature", 291.65, "K"), to_unit("pressure", 1013.25, "hPa")
    (18.5, 101325.0)
    """
    if not unit or (key in BY_KEY and unit == BY_KEY[key].unit):
        return value
    if unit not in UNITS[key]:
        raise ValueError("wrong unit")
    factor, offset = UNITS[key][unit]
    return value * factor + offset
