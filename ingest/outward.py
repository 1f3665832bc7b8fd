"""The newest values of fixed nodes as messages for others: SensorThings, and Home Assistant.

Who subscribes to ``v1.1/Datastreams('box-1:pm25')/Observations`` gets each new value as
SensorThings 1.1 writes it (OGC 18-088, section 14). Home Assistant finds each node by itself, and
reads the same messages (MQTT discovery: a retained configuration a quantity).
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import numpy as np
import orjson
import pandas as pd

from lokaalmeten.quantities import BY_KEY, CORRECTED

from .telling import Message

VERSION = "v1.1"
DISCOVERY = "homeassistant"  # the prefix that Home Assistant listens to unless told otherwise
EXPIRES = timedelta(hours=1)  # after which Home Assistant calls a value unavailable
# Units and classes that Home Assistant knows, by key; others have neither.
UNITS = {
    "ug/m3": "µg/m³", "Cel": "°C", "%": "%", "Pa": "Pa", "[ppm]": "ppm", "dB(A)": "dBA", "V": "V",
    "kOhm": "kΩ",
}  # fmt: skip
CLASSES = {
    "pm1": "pm1", "pm25": "pm25", "pm10": "pm10", "temperature": "temperature",
    "humidity": "humidity", "pressure": "pressure", "no2": "nitrogen_dioxide",
    "co2": "carbon_dioxide", "sound_laeq": "sound_pressure", "sound_lamax": "sound_pressure",
    "battery": "voltage",
}  # fmt: skip


def to_observations(latest: pd.DataFrame) -> list[Message]:
    """Each value of samples: node, time (with a zone), value, flag and corrected value by quantity.

    A value that is not known is not told.
    """
    moments = latest["time"].dt.tz_convert("UTC").dt.tz_localize(None).to_numpy("datetime64[ms]")
    texts = np.datetime_as_string(moments, timezone="UTC").tolist()
    told = []
    for stream, flags in list_streams(latest):
        values, judged = latest[stream].to_numpy(float), latest[flags].tolist()
        for row in np.flatnonzero(np.isfinite(values)):
            body = {
                "phenomenonTime": texts[row],
                "resultTime": texts[row],
                "result": round(float(values[row]), 4),
                "resultQuality": {"qartod": int(judged[row])},
            }
            told.append(Message(to_topic(latest["node"].iloc[row], stream), orjson.dumps(body)))
    return told


def to_configurations(latest: pd.DataFrame, known: Iterable[tuple[str, str]]) -> list[Message]:
    """How Home Assistant is to show each series (node, quantity) that is not ``known`` yet."""
    before = set(known)
    return [
        Message(
            f"{DISCOVERY}/sensor/lokaalmeten_{node}/{stream}/config",
            orjson.dumps(to_configuration(node, stream)),
            retain=True,
        )
        for node, stream in find_series(latest)
        if (node, stream) not in before
    ]


def to_configuration(node: str, stream: str) -> dict[str, Any]:
    """One sensor, as Home Assistant describes it."""
    key = stream.removesuffix("_corrected")
    quantity, more = BY_KEY[key], " (corrected)" if stream != key else ""
    told = {
        "name": quantity.en + more,
        "unique_id": f"lokaalmeten_{node}_{stream}",
        "state_topic": to_topic(node, stream),
        "value_template": "{{ value_json.result }}",
        "state_class": "measurement",
        "expire_after": int(EXPIRES.total_seconds()),
        "device": {"identifiers": [f"lokaalmeten_{node}"], "name": node},
    }
    if quantity.unit in UNITS:
        told["unit_of_measurement"] = UNITS[quantity.unit]
    if key in CLASSES:
        told["device_class"] = CLASSES[key]
    return told


def find_series(latest: pd.DataFrame) -> list[tuple[str, str]]:
    """Series (node, quantity) that have a value."""
    return [
        (node, stream)
        for stream, _ in list_streams(latest)
        for node in latest.loc[latest[stream].notna(), "node"]
    ]


def list_streams(latest: pd.DataFrame) -> list[tuple[str, str]]:
    """Columns with values, raw and corrected, each with that of its flag."""
    raw = [(key, f"{key}_flag") for key in BY_KEY if key in latest]
    corrected = [(f"{key}_corrected", f"{key}_flag") for key in CORRECTED]
    return [*raw, *(pair for pair in corrected if pair[0] in latest)]


def to_topic(node: str, stream: str) -> str:
    """Topic of the observations of a series.

    >>> to_topic("box-1", "pm25")
    "v1.1/Datastreams('box-1:pm25')/Observations"
    """
    return f"{VERSION}/Datastreams('{node}:{stream}')/Observations"
