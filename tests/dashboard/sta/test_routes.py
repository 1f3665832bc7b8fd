"""SensorThings over HTTP: links, forms of answers, and what is said when something is wrong."""

import csv
import io
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from urllib.parse import urlsplit

import pytest

from storage.sta.model import ENTITIES

ERROR = {"code", "type", "message"}
SERIES = "/Datastreams('box-markt:pm25')"
LAST = "box-markt:pm25:1777917600000"  # 2026-05-04T18:00Z


def test_an_entity_has_its_id_its_address_and_links_to_all_navigations(read):
    body = read("/Things('box-markt')")
    assert body["@iot.id"] == "box-markt"
    assert body["@iot.selfLink"].endswith("/sta/v1.1/Things('box-markt')")
    for name in ("Locations", "HistoricalLocations", "Datastreams"):
        link = urlsplit(body[f"{name}@iot.navigationLink"])
        assert read(link.path, root=None)["value"]


def test_an_observation_has_a_number_a_moment_and_a_flag(read):
    body = read(f"/Observations('{LAST}')")
    assert body["phenomenonTime"] == body["resultTime"] == "2026-05-04T18:00:00.000Z"
    assert (body["result"], body["resultQuality"]) == (16.0, {"qartod": 1})
    path = "/Datastreams('box-school:pm25')/Observations?$orderby=phenomenonTime desc&$top=1"
    failed = read(path)
    assert failed["value"][0]["resultQuality"] == {"qartod": 4}


def test_corrected_values_are_a_series_of_their_own_beside_the_raw_ones(read):
    names = [each["name"] for each in read("/Things('box-haven')/Datastreams")["value"]]
    assert {"box-haven:humidity", "box-haven:humidity_corrected"} <= set(names)
    raw, corrected = (
        read(f"/Datastreams('box-haven:{key}')/Observations?$top=1")["value"][0]["result"]
        for key in ("humidity", "humidity_corrected")
    )
    assert corrected == pytest.approx(raw / 2, abs=0.01)  # the city corrects by a gain of 0.5
    both = read("/Datastreams('box-haven:humidity_corrected')?$expand=ObservedProperty")
    assert both["ObservedProperty"]["@iot.id"] == "humidity"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/Things('box-markt')/name", {"name": "box-markt"}),
        ("/Things('box-markt')/properties/kind", {"kind": "box"}),
        ("/Things('box-markt')/properties/license", {"license": "CC0-1.0"}),
        ("/Things('box-markt')/properties/party", {"party": None}),
        (f"{SERIES}/properties/license", {"license": "CC0-1.0"}),
        (f"{SERIES}/properties/campaign", {"campaign": None}),
        (f"{SERIES}/unitOfMeasurement/symbol", {"symbol": "µg/m³"}),
        (f"/Observations('{LAST}')/result", {"result": 16.0}),
        (f"/Observations('{LAST}')/resultTime", {"resultTime": "2026-05-04T18:00:00.000Z"}),
        (f"/Observations('{LAST}')/Datastream/Thing/name", {"name": "box-markt"}),
        (f"/Observations('{LAST}')/parameters", {"parameters": None}),
    ],
)
def test_a_property_is_an_object(read, path, body):
    assert read(path) == body


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/Things('box-markt')/name/$value", "box-markt"),
        ("/Things('box-markt')/properties/project/$value", "null"),
        (f"/Observations('{LAST}')/result/$value", "16.0"),
    ],
)
def test_a_bare_value_is_text(ask, path, text):
    assert ask(path) == (200, text)


def test_references_are_addresses_alone(read):
    assert read(f"{SERIES}/Thing/$ref")["@iot.selfLink"].endswith("/Things('box-markt')")
    links = read("/Things?$top=2")["value"]
    assert read("/Things/$ref?$top=2")["value"] == [
        {"@iot.selfLink": each["@iot.selfLink"]} for each in links
    ]


def test_next_links_are_absolute_keep_all_options_and_end(site, read):
    path = "/Things?$top=3&$filter=name ne 'x%26y'&$select=name&$orderby=properties/kind desc,name"
    body, names = read(path), []
    while True:
        names += [each["name"] for each in body["value"]]
        assert all(set(each) == {"name"} for each in body["value"])
        if "@iot.nextLink" not in body:
            break
        link = body["@iot.nextLink"]
        assert link.startswith(f"{site}/sta/v1.1/Things?$top=3&$filter=name%20ne%20'x%26y'")
        body = read(f"{urlsplit(link).path}?{urlsplit(link).query}", root=None)
    assert names == [
        "teller-brug", "box-haven", "box-markt", "box-nieuw", "box-school", "fiets-1", "fiets-2",
    ]  # fmt: skip


@pytest.mark.parametrize("way", ["asc", "desc"])
@pytest.mark.parametrize("name", ["phenomenonTime", "result", "resultQuality/qartod", "id"])
def test_pages_in_any_order_are_the_whole_without_a_row_twice(read_all, name, way):
    condition = "phenomenonTime ge 2026-05-04T17:00:00Z"
    path = f"/Datastreams('box-school:pm25')/Observations?$filter={condition}"
    rows = read_all(f"{path}&$top=7&$orderby={name} {way}&$select=id,result,resultQuality")
    assert len(rows) == 61 == len({row["@iot.id"] for row in rows})


def test_skip_is_for_the_first_page_alone(read, read_all):
    whole = [row["name"] for row in read("/Datastreams?$select=name")["value"]]
    path = "/Datastreams?$select=name&$top=4&$skip=5"
    assert [row["name"] for row in read_all(path)] == whole[5:]


def test_all_observations_come_in_the_order_of_time(read):
    rows = read("/Observations?$top=500&$select=phenomenonTime,id")["value"]
    keys = [(row["phenomenonTime"], row["@iot.id"]) for row in rows]
    assert keys == sorted(keys)
    assert len(set(keys)) == 500
    rows = read("/Observations?$top=2&$orderby=phenomenonTime desc")["value"]
    assert {row["phenomenonTime"] for row in rows} == {"2026-05-04T18:00:00.000Z"}


def test_what_was_measured_in_a_place_is_found_by_it(read):
    place = read(f"/Observations('{LAST}')/FeatureOfInterest")
    path = f"/FeaturesOfInterest('{place['@iot.id']}')/Observations"
    rows = read(f"{path}?$orderby=phenomenonTime desc&$top=6")["value"]
    assert LAST in {row["@iot.id"] for row in rows}
    assert {row["@iot.id"].split(":")[0] for row in rows} == {"box-markt"}
    assert place["feature"]["type"] == "Point"


def test_a_data_array_is_the_same_in_rows(read):
    plain = read(f"{SERIES}/Observations?$top=3")
    body = read(f"{SERIES}/Observations?$top=3&$resultFormat=dataArray&$select=id,result")
    (block,) = body["value"]
    assert block["components"] == ["id", "result"]
    assert block["dataArray@iot.count"] == 3
    assert block["dataArray"] == [[row["@iot.id"], row["result"]] for row in plain["value"]]
    assert block["Datastream@iot.navigationLink"].endswith(SERIES)
    assert "resultFormat=dataArray" in body["@iot.nextLink"]


def test_csv_has_a_header_and_a_link_to_the_next_page(client, ask):
    path = f"/sta/v1.1{SERIES}/Observations?$resultFormat=CSV&$top=2&$select=id,result"
    answer = client.get(f"{path}&$expand=Datastream($select=name)")
    assert answer.headers["content-type"].startswith("text/csv")
    assert 'rel="next"' in answer.headers["link"]
    header, *rows = list(csv.reader(io.StringIO(answer.text, newline="")))
    assert header == ["id", "result", "Datastream/name"]
    assert [row[2] for row in rows] == ["box-markt:pm25"] * 2
    status, _ = ask("/Things?$resultFormat=CSV&$expand=Datastreams")
    assert status == 400


@pytest.mark.parametrize("path", ["Locations", "Things", "Datastreams", "FeaturesOfInterest"])
def test_geojson_is_a_feature_for_each(read, path):
    body = read(f"/{path}?$resultFormat=GeoJSON&$top=50")
    plain = read(f"/{path}?$top=50")["value"]
    assert body["type"] == "FeatureCollection"
    assert [each["properties"]["@iot.id"] for each in body["features"]] == [
        each["@iot.id"] for each in plain
    ]
    kinds = {each["geometry"] and each["geometry"]["type"] for each in body["features"]}
    assert kinds <= {"Point", None}
    assert "Point" in kinds


def test_observations_as_geojson_are_where_they_were_measured(read):
    body = read(f"{SERIES}/Observations?$resultFormat=GeoJSON&$top=1")
    place = read(f"/Observations('{LAST}')/FeatureOfInterest")
    assert body["features"][0]["geometry"] == place["feature"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/Nothing", 404),
        ("/Things('nobody')", 404),
        ("/Things('nobody')/Datastreams", 404),
        ("/Datastreams('box-markt:nothing')/Observations", 404),
        ("/Things('box-haven')/Datastreams('box-markt:pm25')", 404),
        ("/Things('box-haven')/Datastreams('box-markt:pm25')/Observations", 404),
        ("/FeaturesOfInterest('8919690822fffff0')/Observations", 404),
        ("/FeaturesOfInterest('89196908227ffff')/Observations", 404),
        ("/Locations('xyz')", 404),
        ("/Observations('box-markt:pm25')", 404),
        ("/Observations('box-markt:pm25:1')", 404),
        ("/Observations('box-markt:pm25:99999999999999999999')", 404),
        ("/Observations('box-markt:pm25:1')/Datastream", 404),
        (f"/Datastreams('box-haven:pm25')/Observations('{LAST}')", 404),
        ("/Things('box-markt')/properties/nothing", 404),
        ("/Things?nonsense=1", 400),
        ("/Things?$nonsense=1", 400),
        ("/Things?$resultFormat=dataArray", 400),
        ("/Things('box-markt')?$skip=1", 400),
        ("/Things?$skiptoken=abc", 400),
        (f"{SERIES}/Observations?$skiptoken=abc", 400),
        ("/Things?$filter=%ff", 400),
        ("?$top=1", 400),
        ("/Things('a%00b')", 404),
        ("/Things?$filter=name eq 'a%00b'", 400),
        ("/Observations?$skip=900000000", 400),
    ],
)
def test_what_is_wrong_is_said_as_json(ask, path, status):
    found, body = ask(path)
    assert (found, set(body), body["code"]) == (status, ERROR, status)
    assert len(body["message"]) > 10


@pytest.mark.parametrize("path", ["/sta", "/sta/v2.0", "/sta/v2.0/Things", "/sta/"])
def test_other_versions_are_not_there(ask, path):
    status, body = ask(path, root=None)
    assert (status, set(body)) == (404, ERROR)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_is_written(ask, method):
    status, body = ask("/Things", method=method)
    assert (status, set(body)) == (405, ERROR)


def test_too_much_at_once_is_refused_with_what_to_do(ask):
    status, body = ask("/Things?$expand=Datastreams($expand=Observations($top=10000))")
    assert status == 400
    assert "$top" in body["message"]


def test_many_long_questions_leave_the_rest_of_the_service_its_connections(ask, client):
    path = "/Things?$filter=Datastreams/Observations/result gt 200000"
    with ThreadPoolExecutor(12) as askers:
        asked = [askers.submit(ask, path) for _ in range(12)]
        began = time.monotonic()
        assert client.get("/healthz").status == 200
        health_s = time.monotonic() - began
        assert [each.result()[0] for each in asked] == [200] * 12
        whole_s = time.monotonic() - began
    assert health_s < whole_s / 2


def test_a_node_without_samples_is_there_and_has_nothing(read):
    body = read("/Things('box-nieuw')?$expand=Locations,Datastreams,HistoricalLocations")
    assert len(body["Locations"]) == 1
    assert (body["Datastreams"], body["HistoricalLocations"]) == ([], [])


@pytest.mark.parametrize("plural", list(ENTITIES))
def test_every_property_orders_or_is_refused_with_a_sentence(ask, plural):
    for name, way in product(ENTITIES[plural].properties, ("asc", "desc")):
        status, body = ask(f"/{plural}?$top=2&$orderby={name} {way}")
        assert status in {200, 400}, (name, body)
        assert status == 200 or body["message"].endswith(".")
