"""Features through a real server: what they say, pages, refusals, and nothing private."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import shapely
from h3.api import basic_str as h3

from lokaalmeten.quantities import BY_KEY
from tests.dashboard import city
from tests.dashboard.api.test_answers import iso, public_cell
from tests.dashboard.crowd import town
from tests.dashboard.crowd.conftest import OLD, SHUT

ROOT = "/v1/features"
NODES, HEXAGONS = f"{ROOT}/collections/nodes/items", f"{ROOT}/collections/hexagons-pm25/items"
ZONES = f"{ROOT}/collections/crowd-zones/items"


def read(client, path, **query):
    answer = client.get(path, **query)
    assert answer.status == 200, answer.text
    assert answer.headers["content-type"] == "application/geo+json"
    return answer.json


def find_link(document, rel):
    return next((each["href"] for each in document["links"] if each["rel"] == rel), None)


def test_a_node_stands_in_the_middle_of_its_cell_with_its_latest_values(client):
    found = {each["id"]: each for each in read(client, NODES)["features"]}
    assert sorted(found) == sorted([*city.BOXES, city.COUNTER, city.NEW])
    steady = found[city.STEADY]
    lat, lon = h3.cell_to_latlng(public_cell(city.STEADY))
    assert steady["geometry"]["type"] == "Point"
    assert steady["geometry"]["coordinates"] == pytest.approx([lon, lat], abs=1e-6)
    assert steady["properties"]["pm25"] == 16.0
    assert steady["properties"]["pm25_flag"] == 1
    assert steady["properties"]["label"] == "Marktplein"
    assert steady["properties"]["time"] == iso(city.LAST)
    new = found[city.NEW]["properties"]
    assert (new["pm25"], new["pm25_flag"], new["time"]) == (None, 9, None)


def test_no_bike_is_a_feature(client):
    text = client.get(NODES, limit=10_000).text
    for bike in city.BIKES:
        assert bike not in text
        assert client.get(f"{NODES}/{bike}").status == 404


def test_links_lead_through_all_pages_once(client):
    path, found = f"{NODES}?limit=2&bbox=5,52,6,53&f=json", []
    while path is not None:
        page = read(client, path)
        assert page["numberMatched"] == 5
        assert page["numberReturned"] == len(page["features"])
        found += [each["id"] for each in page["features"]]
        link = find_link(page, "next")
        path = link and link.removeprefix(link.partition("/v1")[0])
    assert found == sorted([*city.BOXES, city.COUNTER, city.NEW])


def test_a_quantity_keeps_the_nodes_that_measure_it(client):
    found = [each["id"] for each in read(client, NODES, quantity="count_in")["features"]]
    assert found == [city.COUNTER]


def test_a_moment_keeps_the_nodes_that_measured_then_and_those_that_never_did(client):
    before = f"../{iso(city.LAST - timedelta(hours=1))}"
    found = [each["id"] for each in read(client, NODES, datetime=before)["features"]]
    assert found == [city.NEW]
    assert len(read(client, NODES, datetime=iso(city.LAST))["features"]) == 5


def test_hexagons_say_what_the_own_api_says(client):
    period = (city.LAST - timedelta(hours=6), city.LAST)
    span = "/".join(map(iso, period))
    found = {
        each["id"]: each["properties"] for each in read(client, HEXAGONS, datetime=span)["features"]
    }
    # the last moment is in here, and not in there
    stop = iso(period[1] + timedelta(seconds=1))
    query = {"quantity": "pm25", "start": iso(period[0]), "end": stop, "resolution": 9}
    own = client.get("/v1/hexagons", **query).json
    assert sorted(found) == sorted(own["cells"])
    for cell, mean, count in zip(own["cells"], own["means"], own["counts"], strict=True):
        assert found[cell]["mean"] == pytest.approx(mean, abs=1e-3)
        assert found[cell]["count"] == count
        assert found[cell]["unit"] == "ug/m3"


def test_a_hexagon_is_its_cell(client):
    for each in read(client, HEXAGONS)["features"]:
        drawn = shapely.Polygon(each["geometry"]["coordinates"][0])
        corners = [(lon, lat) for lat, lon in h3.cell_to_boundary(each["id"])]
        assert drawn.equals_exact(shapely.Polygon(corners), 1e-6)


def test_a_box_keeps_hexagons_that_it_only_touches(client):
    cell = public_cell(city.STEADY)
    lat, lon = max(h3.cell_to_boundary(cell))  # its northern corner
    tiny = f"{lon - 1e-5},{lat - 1e-5},{lon + 1e-5},{lat + 1e-5}"
    assert cell in [each["id"] for each in read(client, HEXAGONS, bbox=tiny)["features"]]
    beside = f"{lon + 0.1},{lat - 1e-5},{lon + 0.2},{lat + 1e-5}"
    assert read(client, HEXAGONS, bbox=beside)["features"] == []


@pytest.mark.parametrize("path", [NODES, HEXAGONS])
def test_one_feature_is_as_in_the_list(client, path):
    first = read(client, path)["features"][0]
    one = read(client, f"{path}/{first['id']}")
    assert {key: one[key] for key in first} == first
    assert find_link(one, "self").endswith(f"{path}/{first['id']}")
    assert find_link(one, "collection").endswith(path.removesuffix("/items"))


def test_zones_of_open_places_are_as_full_as_their_api_says(asking):
    found = {each["id"]: each for each in read(asking, ZONES)["features"]}
    assert {name.partition(":")[0] for name in found} == {town.NAME, OLD}
    own = asking.get(f"/v1/crowd/places/{town.NAME}").json
    for gauge in own["gauges"]:
        if gauge["gauge"].startswith("zone/"):
            said = found[f"{town.NAME}:{gauge['gauge'].removeprefix('zone/')}"]
            assert said["geometry"]["type"] == "Polygon"
            for key in ("level", "value", "people", "label"):
                assert said["properties"][key] == gauge[key]


def test_a_place_that_nobody_updates_is_not_known(asking):
    for each in read(asking, ZONES, place=OLD)["features"]:
        said = each["properties"]
        assert (said["place"], said["level"], said["value"]) == (OLD, None, None)


def test_passages_are_lines_and_can_be_asked_for_by_level(asking):
    path = f"{ROOT}/collections/crowd-passages/items"
    every = read(asking, path, place=town.NAME)["features"]
    assert {each["geometry"]["type"] for each in every} == {"LineString"}
    assert len(every) == len(town.PASSAGES)
    level = next(each["properties"]["level"] for each in every if each["properties"]["level"])
    some = read(asking, path, place=town.NAME, level=level)["features"]
    assert [each["id"] for each in some] == sorted(
        each["id"] for each in every if each["properties"]["level"] == level
    )


def test_what_is_not_open_is_nowhere(asking):
    for name in ("crowd-zones", "crowd-passages"):
        path = f"{ROOT}/collections/{name}/items"
        assert read(asking, path, place=SHUT)["features"] == []
        assert f'"{SHUT}' not in asking.get(path).text


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (NODES, {"limit": "0"}),
        (NODES, {"bbox": "1,2,3"}),
        (NODES, {"datetime": "now"}),
        (NODES, {"quantity": "pm99"}),
        (NODES, {"colour": "red"}),
        (HEXAGONS, {"kind": "box"}),
        (NODES, {"f": "html"}),
        (NODES, {"cursor": "!"}),
        (f"{NODES}/{city.STEADY}", {"limit": "1"}),
        (ROOT, {"x": "y"}),
        (f"{ROOT}/collections", {"limit": "1"}),
        (f"{ROOT}/conformance", {"x": "y"}),
        (f"{ROOT}/api", {"x": "y"}),
        (f"{NODES}?limit=1&limit=2", {}),
    ],
)
def test_what_cannot_be_asked_is_a_problem(client, path, query):
    answer = client.get(path, **query)
    assert (answer.status, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.json["detail"]


@pytest.mark.parametrize(
    "path",
    [
        f"{ROOT}/nowhere",
        f"{ROOT}/collections/nowhere",
        f"{ROOT}/collections/hexagons-pm99",
        f"{ROOT}/collections/hexagons-pm99/items",
        f"{NODES}/nobody",
        f"{NODES}/a/b",
        f"{ROOT}/collections/nodes/other",
    ],
)
def test_what_is_not_there_is_a_problem(client, path):
    answer = client.get(path)
    assert (answer.status, answer.headers["content-type"]) == (404, "application/problem+json")


def test_every_collection_can_be_read_by_its_links(client):
    listed = client.get(f"{ROOT}/collections").json["collections"]
    names = [each["id"] for each in listed]
    assert {"nodes", "hexagons-pm25", "hexagons-sound_laeq", "crowd-zones"} <= set(names)
    assert {each.removeprefix("hexagons-") for each in names if "hexagons" in each} <= set(BY_KEY)
    for each in listed:
        parts = urlsplit(find_link(each, "items"))
        read(client, parts.path, limit=1)
        home = client.get(urlsplit(find_link(each, "self")).path).json
        assert home == each


def test_collections_tell_where_and_from_when_to_when(client):
    extent = client.get(f"{ROOT}/collections/nodes").json["extent"]
    west, south, east, north = extent["spatial"]["bbox"][0]
    for each in read(client, NODES)["features"]:
        lon, lat = each["geometry"]["coordinates"]
        assert west <= lon <= east
        assert south <= lat <= north
    first, last = extent["temporal"]["interval"][0]
    assert first == iso(city.LAST - timedelta(minutes=city.MINUTES - 1))
    assert last >= iso(city.LAST)
