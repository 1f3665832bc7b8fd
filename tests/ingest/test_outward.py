"""Newest values as messages of others: SensorThings, and Home Assistant."""

import json

import numpy as np
import pandas as pd

from ingest.outward import find_series, to_configurations, to_observations
from lokaalmeten.quantities import QUANTITIES


def latest(**changed):
    """Two boxes: one with PM2.5, also corrected, one with nothing but its battery."""
    columns = {
        "node": ["box-1", "box-2"],
        "time": pd.to_datetime(
            ["2026-03-29T01:59:59.5Z", "2026-03-29T03:00:00+02:00"], utc=True, format="ISO8601"
        ),
        "cell": [1, 2],
        "pm25": [12.34, np.nan],
        "pm25_flag": [3, 9],
        "pm25_corrected": [8.5, np.nan],
        "battery": [np.nan, 4.1],
        "battery_flag": [9, 1],
    }
    return pd.DataFrame(columns | changed)


def test_each_known_value_is_an_observation_of_its_series():
    said = {each.topic: each for each in to_observations(latest())}
    assert set(said) == {
        "v1.1/Datastreams('box-1:pm25')/Observations",
        "v1.1/Datastreams('box-1:pm25_corrected')/Observations",
        "v1.1/Datastreams('box-2:battery')/Observations",
    }
    assert not any(each.retain for each in said.values())
    assert json.loads(said["v1.1/Datastreams('box-1:pm25')/Observations"].payload) == {
        "phenomenonTime": "2026-03-29T01:59:59.500Z",
        "resultTime": "2026-03-29T01:59:59.500Z",
        "result": 12.34,
        "resultQuality": {"qartod": 3},
    }
    battery = json.loads(said["v1.1/Datastreams('box-2:battery')/Observations"].payload)
    assert battery["phenomenonTime"] == "2026-03-29T01:00:00.000Z"


def test_home_assistant_is_told_once_of_each_series_and_where_its_values_are():
    given = latest()
    first, second, third = to_configurations(given, [])
    assert all(each.retain for each in (first, second, third))
    assert first.topic == "homeassistant/sensor/lokaalmeten_box-1/pm25/config"
    said = json.loads(first.payload)
    assert said["state_topic"] in {each.topic for each in to_observations(given)}
    assert said["device_class"] == "pm25"
    assert said["unit_of_measurement"] == "µg/m³"
    assert said["device"]["identifiers"] == json.loads(third.payload)["device"]["identifiers"]
    assert json.loads(third.payload)["name"] == "PM2.5 (corrected)"
    assert to_configurations(given, find_series(given)) == []
    assert len({json.loads(e.payload)["unique_id"] for e in (first, second, third)}) == 3


def test_every_quantity_can_be_told():
    for quantity in QUANTITIES:
        given = latest(**{quantity.key: [1.0, 2.0], f"{quantity.key}_flag": [1, 1]})
        said = [json.loads(each.payload) for each in to_configurations(given, [])]
        assert quantity.en in {each["name"] for each in said}


def test_no_nodes_are_no_messages():
    nobody = latest().iloc[:0]
    assert to_observations(nobody) == []
    assert to_configurations(nobody, []) == []
