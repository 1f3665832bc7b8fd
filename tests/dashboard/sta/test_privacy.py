"""What anybody may know and no more: every entity and option is walked, every option attacked."""

import json
import re
from urllib.parse import urlsplit

import pytest

from storage.pool import connect
from storage.sta.model import ENTITIES
from tests.dashboard.city import BIKES, BOXES

DEEP = {
    "Things": "Locations,HistoricalLocations/Locations,Datastreams/Sensor",
    "Locations": "Things/Datastreams,HistoricalLocations",
    "HistoricalLocations": "Thing,Locations",
    "Datastreams": "Thing/Locations,Sensor,ObservedProperty,"
    "Observations($top=2;$expand=FeatureOfInterest)",
    "Sensors": "Datastreams/Thing",
    "ObservedProperties": "Datastreams/Thing",
    "Observations": "Datastream/Thing/Locations,FeatureOfInterest",
    "FeaturesOfInterest": "Observations($top=1)",
}
INJECTED = "x'; DROP TABLE private.node; --"
ATTACKS = [
    ("$filter", f"name eq {INJECTED}"),
    ("$filter", "name eq 'x' or 1=1"),
    ("$filter", "name eq 'x') UNION SELECT secret FROM private.node --"),
    ("$filter", "private.node eq 'x'"),
    ("$filter", "pg_sleep(10) eq 1"),
    ("$filter", "secret eq 'x'"),
    ("$filter", "lat gt 0"),
    ("$filter", "r.secret eq 'x'"),
    ("$filter", "properties/kind/x;y eq 1"),
    ("$filter", "geo.distance(location,geography'POINT(1 2)''; DROP TABLE x') lt 1"),
    ("$orderby", "name; DROP TABLE private.node"),
    ("$orderby", "(SELECT secret FROM private.node LIMIT 1)"),
    ("$orderby", "secret"),
    ("$orderby", "1"),
    ("$select", "secret"),
    ("$select", "name,(SELECT 1)"),
    ("$expand", "Datastreams($filter=name eq " + INJECTED + ")"),
    ("$expand", "Datastreams;DROP TABLE private.node"),
    ("$expand", "node"),
    ("$top", "1; DROP TABLE private.node"),
    ("$skip", "1 UNION SELECT 1"),
    ("$count", "true; SELECT 1"),
    ("$skiptoken", "' OR 1=1 --"),
    ("$resultFormat", "CSV; SELECT 1"),
]


@pytest.fixture(scope="module")
def secrets(built_city):
    """Texts that may be in no answer: exact places and seeds, and what moving nodes measured."""
    with connect(built_city.dsn) as connection:
        nodes = connection.execute("SELECT lat, lon, secret::text FROM private.node").fetchall()
        rides = connection.execute("SELECT public_id::text, start FROM private.ride").fetchall()
    places = {f"{value / 1e7:.5f}" for lat, lon, _ in nodes for value in (lat, lon) if value}
    marks = {secret for *_, secret in nodes} | {name for name, _ in rides}
    return places | marks | {f"{start:%Y-%m-%dT%H:%M:%S}" for _, start in rides if start.second}


@pytest.mark.parametrize("plural", list(ENTITIES))
def test_no_entity_tells_an_exact_place_a_secret_or_what_a_bike_did(ask, secrets, plural):
    paths = [
        f"/{plural}?$top=200",
        f"/{plural}?$top=200&$expand={DEEP[plural]}",
        f"/{plural}?$top=200&$resultFormat=GeoJSON",
        f"/{plural}?$top=200&$orderby=id desc",
        f"/{plural}/$ref?$top=200",
    ]
    told = ""
    for path in paths:
        status, body = ask(path)
        assert status == 200, body
        told += json.dumps(body)
    assert [secret for secret in secrets if secret in told] == []
    assert not re.search(r'"(lat|lon|hardware|owner|secret|email|bits)"', told)


def test_places_are_centres_of_cells_and_not_where_boxes_hang(read):
    for place in read("/Locations?$expand=Things")["value"]:
        lon, lat = place["location"]["coordinates"]
        for thing in place["Things"]:
            if thing["name"] in BOXES:
                _, own_lat, own_lon, _ = BOXES[thing["name"]]
                assert (round(lat, 4), round(lon, 4)) != (own_lat, own_lon)


@pytest.mark.parametrize("bike", BIKES)
def test_a_bike_is_known_by_name_and_nothing_else(read, ask, bike):
    body = read(f"/Things('{bike}')?$expand=Locations,HistoricalLocations,Datastreams")
    assert body["properties"]["moving"] is True
    assert (body["Locations"], body["HistoricalLocations"], body["Datastreams"]) == ([], [], [])
    for path in (f"/Datastreams('{bike}:pm25')", f"/Datastreams('{bike}:pm25')/Observations"):
        assert ask(path)[0] == 404
    condition = f"Datastream/Thing/name eq '{bike}'"
    assert read(f"/Observations?$filter={condition}&$count=true")["@iot.count"] == 0


@pytest.mark.parametrize(("option", "value"), ATTACKS, ids=[f"{a} {b}"[:40] for a, b in ATTACKS])
@pytest.mark.parametrize("plural", ["Things", "Datastreams", "Observations"])
def test_an_attack_in_any_option_is_refused(ask, built_city, plural, option, value):
    status, body = ask(f"/{plural}?{option}={value.replace(';', '%3B')}")
    assert status == 400, body
    with connect(built_city.dsn) as connection:
        assert connection.execute("SELECT count(*) FROM private.node").fetchone() == (7,)


@pytest.mark.parametrize("path", ["/Things('x'' OR 1=1 --')", "/Things('x'')%3B DROP TABLE a')"])
def test_an_attack_in_an_id_finds_nothing(ask, path):
    assert ask(path)[0] in {400, 404}


def test_links_lead_back_to_the_host_that_was_asked(client):
    body = client.get("/sta/v1.1/Things?$top=1", headers={"Host": "meten.example.org"}).json
    assert urlsplit(body["value"][0]["@iot.selfLink"]).netloc == "meten.example.org"
