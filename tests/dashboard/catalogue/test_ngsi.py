"""Entities of NGSI-LD against what Smart Data Models publish of their two models."""

import jsonschema
import numpy as np
import pandas as pd
import pytest
from h3.api import basic_str as h3

from dashboard.catalogue.ngsi import to_air_quality
from dashboard.publisher import Publisher
from tests.dashboard import city
from tests.dashboard.api.test_answers import iso, public_cell
from tests.dashboard.crowd import town
from tests.dashboard.crowd.conftest import OLD, SHUT

AIR, FLOW = "/v1/ngsi-ld/air-quality-observed", "/v1/ngsi-ld/crowd-flow-observed"
MOMENT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"
NUMBER, SHARE = {"type": "number", "minimum": 0}, {"type": "number", "minimum": 0, "maximum": 1}


def to_property(value, unit=None):
    """Schema of a Property of NGSI-LD; one that is measured has its unit and its time."""
    measured = {"unitCode": {"const": unit}, "observedAt": {"type": "string", "pattern": MOMENT}}
    return {
        "type": "object",
        "required": ["type", "value", *(measured if unit else ())],
        "properties": {"type": {"const": "Property"}, "value": value, **(measured if unit else {})},
    }


DATE = to_property(
    {
        "type": "object",
        "required": ["@type", "@value"],
        "properties": {
            "@type": {"const": "DateTime"},
            "@value": {"type": "string", "pattern": MOMENT},
        },
        "additionalProperties": False,
    }
)


def to_entity(name, shape, required, properties):
    """Schema of an entity: nothing that its model does not know."""
    place = {"type": "object", "properties": {"type": {"const": shape}}, "required": ["type"]}
    location = {"type": {"const": "GeoProperty"}, "value": place}
    text = to_property({"type": "string"})
    return {
        "type": "object",
        "required": ["id", "type", "dateObserved", "@context", *required],
        "additionalProperties": False,
        "properties": {
            "id": {"type": "string", "pattern": rf"^urn:ngsi-ld:{name}:[\w%:.-]+$"},
            "type": {"const": name},
            "location": {"type": "object", "properties": location, "required": ["type", "value"]},
            "name": text,
            "dataProvider": text,
            "source": text,
            "@context": {"type": "array", "items": {"type": "string", "pattern": "^https://"}},
            **properties,
        },
    }


AIR_SCHEMA = to_entity(
    "AirQualityObserved",
    "Point",
    ["location", "reliability"],
    {
        "dateObserved": DATE,
        **{key: to_property(NUMBER, "GQ") for key in ("pm1", "pm25", "pm10", "no2")},
        "co2": to_property(NUMBER, "59"),
        "temperature": to_property({"type": "number"}, "CEL"),
        "relativeHumidity": to_property(SHARE, "C62"),
        "reliability": to_property(SHARE),
        "refDevice": {
            "type": "object",
            "properties": {
                "type": {"const": "Relationship"},
                "object": {"type": "string", "pattern": "^urn:ngsi-ld:Device:"},
            },
        },
    },
)
FLOW_SCHEMA = to_entity(
    "CrowdFlowObserved",
    "LineString",
    ["location", "peopleCount"],
    {
        "dateObserved": to_property({"type": "string", "pattern": "^[^/]+Z/[^/]+Z$"}),
        "dateObservedFrom": DATE,
        "dateObservedTo": DATE,
        "peopleCount": to_property({"type": "integer", "minimum": 0}, "IE"),
        "congested": to_property({"type": "boolean"}),
    },
)


def read(client, path, **query):
    answer = client.get(path, **query)
    assert answer.status == 200, answer.text
    assert answer.headers["content-type"] == "application/ld+json"
    return answer.json


def test_sensors_that_measure_air_are_entities_of_the_model(client):
    found = read(client, AIR)
    for each in found:
        jsonschema.validate(each, AIR_SCHEMA)
    names = [each["id"].rpartition(":")[2] for each in found]
    assert names == sorted(city.BOXES)  # no counter, no bike, nothing that never measured


def test_an_entity_says_what_was_measured_where_and_how_surely(client):
    found = {each["id"].rpartition(":")[2]: each for each in read(client, AIR)}
    steady = found[city.STEADY]
    assert steady["pm25"]["value"] == 16.0
    assert steady["pm25"]["observedAt"] == iso(city.LAST)
    assert steady["pm25"]["quality"]["value"] == "good"
    assert steady["reliability"]["value"] == 1.0
    lat, lon = h3.cell_to_latlng(public_cell(city.STEADY))
    assert steady["location"]["value"]["coordinates"] == pytest.approx([lon, lat], abs=1e-6)
    assert "pm25" not in found["box-school"]  # its newest values failed their checks


def test_a_page_is_asked_for(client):
    every = read(client, AIR)
    assert read(client, AIR, limit=1, offset=1) == every[1:2]
    assert read(client, AIR, offset=100) == []
    answer = client.get(AIR, limit=1, count="true")
    assert answer.headers["ngsild-results-count"] == str(len(city.BOXES))


def make(**values):
    """The latest sample of one node, all of it good unless it says otherwise."""
    row = {"node": "a", "time": pd.Timestamp(city.LAST), "cell": int(public_cell(city.STEADY), 16)}
    for key in ("pm25", "no2", "humidity", "temperature"):
        row |= {key: np.nan, f"{key}_flag": 9}
    row |= {f"{key}_flag": 1 for key in values if not key.endswith("_flag")}
    return pd.DataFrame([row | values])


def tell(**values):
    return to_air_quality(make(**values), {}, Publisher(), "https://meten.example.org")


def test_what_the_model_cannot_hold_is_left_out():
    (entity,) = tell(pm25=3.0, no2=-2.0, humidity=55.0, temperature=-4.5)
    assert "no2" not in entity  # the model begins at 0
    assert entity["temperature"]["value"] == -4.5
    assert entity["relativeHumidity"]["value"] == 0.55
    jsonschema.validate(entity, AIR_SCHEMA)


def test_reliability_is_the_share_of_values_that_are_good():
    (entity,) = tell(pm25=3.0, no2=20.0, humidity=55.0, no2_flag=3, humidity_flag=4)
    assert entity["reliability"]["value"] == 0.5
    assert entity["no2"]["quality"]["value"] == "suspect"
    assert "relativeHumidity" not in entity


@pytest.mark.parametrize(
    "values",
    [{"temperature": 5.0}, {"pm25": 3.0, "cell": 0}, {"pm25": 3.0, "pm25_flag": 4}, {}],
    ids=["no air", "no place", "failed", "nothing"],
)
def test_no_quality_of_air_is_no_entity(values):
    assert tell(**values) == []


def test_what_a_value_is_corrected_to_stands_beside_it():
    (entity,) = tell(pm25=10.0, pm25_corrected=8.25)
    corrected = {"type": "Property", "value": 8.25, "unitCode": "GQ"}
    assert entity["pm25"]["corrected"] == corrected


def test_passages_of_open_places_are_entities_of_the_model(asking, built_town):
    found = read(asking, FLOW)
    for each in found:
        jsonschema.validate(each, FLOW_SCHEMA)
    names = {tuple(each["id"].split(":")[3:]) for each in found}
    assert {place for place, _ in names} == {town.NAME}
    assert {place for place, _ in names}.isdisjoint({OLD, SHUT})
    # the two that rest on a counter that is silent or stuck are not told
    assert {name for _, name in names} == {"noord", "brug", "steeg", "laan"}


def test_who_passed_is_the_flow_times_width_and_time(asking):
    own = asking.get(f"/v1/crowd/places/{town.NAME}").json
    widths = {name: width for name, _, _, _, width, _ in town.PASSAGES}
    flows = {each["gauge"]: each["value"] for each in own["gauges"]}
    for each in read(asking, FLOW):
        name = each["id"].rpartition(":")[2]
        minutes = town.STEP.total_seconds() / 60
        people = flows[f"passage/{name}"] * widths[name] * minutes
        assert each["peopleCount"]["value"] == pytest.approx(people, abs=0.6)
        first, last = each["dateObserved"]["value"].split("/")
        assert pd.Timestamp(last) - pd.Timestamp(first) == town.STEP


@pytest.mark.parametrize("path", [AIR, FLOW])
@pytest.mark.parametrize(
    "query", [{"limit": "0"}, {"limit": "1001"}, {"offset": "-1"}, {"type": "X"}]
)
def test_what_cannot_be_asked_is_a_problem(client, path, query):
    answer = client.get(path, **query)
    assert (answer.status, answer.headers["content-type"]) == (400, "application/problem+json")
