"""What others read with: GDAL, OWSLib, and the requests that QGIS sends."""

import json
from urllib.parse import urlsplit

import pyogrio.raw
import pytest
from owslib.ogcapi.features import Features

from tests.dashboard import city

QGIS = "application/vnd.oai.openapi+json;version=3.0"  # the only definition that QGIS looks for


@pytest.fixture(scope="module")
def gdal(site):
    """Address as the driver of GDAL takes it."""
    if pyogrio.list_drivers().get("OAPIF") is None:
        pytest.skip("this GDAL has no driver OAPIF")
    return f"OAPIF:{site}/v1/features"


def test_gdal_lists_the_layers(gdal):
    names = {name for name, _ in pyogrio.list_layers(gdal)}
    assert {"nodes", "hexagons-pm25", "crowd-zones", "official-stations"} <= names


def test_gdal_reads_nodes_as_points_with_their_values(gdal):
    meta, _, geometry, fields = pyogrio.raw.read(gdal, layer="nodes", return_fids=False)
    columns = dict(zip(meta["fields"], fields, strict=True))
    assert meta["geometry_type"] == "Point"
    assert sorted(columns["name"]) == sorted([*city.BOXES, city.COUNTER, city.NEW])
    at = list(columns["name"]).index(city.STEADY)
    assert columns["pm25"][at] == 16.0
    assert geometry[at] is not None


def test_gdal_reads_hexagons_as_polygons(gdal):
    meta, _, geometry, _ = pyogrio.raw.read(gdal, layer="hexagons-pm25", return_fids=False)
    assert meta["geometry_type"] == "Polygon"
    assert len(geometry) > len(city.BOXES)


def test_gdal_asks_for_a_box(gdal):
    box = (5.12, 52.08, 5.13, 52.10)
    meta, _, _, fields = pyogrio.raw.read(gdal, layer="nodes", bbox=box, return_fids=False)
    names = set(fields[list(meta["fields"]).index("name")])
    assert city.STEADY in names
    assert "box-school" not in names


def test_owslib_finds_everything_by_the_links(site):
    features = Features(f"{site}/v1/features")
    assert any(name.endswith("conf/core") for name in features.conformance()["conformsTo"])
    assert "nodes" in features.feature_collections()
    found = features.collection_items("nodes", limit=2)
    assert found["numberMatched"] == len(city.BOXES) + 2
    assert found["numberReturned"] == 2
    one = features.collection_item("nodes", city.STEADY)
    assert one["properties"]["pm25"] == 16.0
    assert features.api()["openapi"].startswith("3.0")


@pytest.mark.parametrize("layer", ["nodes", "hexagons-pm25"])
def test_qgis_gets_what_it_asks_for(client, layer):
    """The requests of its provider, in order: landing page, definition, collection, ten items."""

    def ask(link):
        parts = urlsplit(link)
        answer = client.get(f"{parts.path}?{parts.query}" if parts.query else parts.path)
        assert answer.status == 200
        return answer

    def follow(document, rel, media):
        (found,) = {
            each["href"]
            for each in document["links"]
            if (each["rel"], each["type"]) == (rel, media)
        }
        return found

    landing = ask("/v1/features").json
    definition = ask(follow(landing, "service-desc", QGIS)).json
    options = definition["paths"][f"/collections/{layer}/items"]["get"]["parameters"]
    named = [each["$ref"].rpartition("/")[2] for each in options if "$ref" in each]
    assert named == ["bbox", "datetime", "limit"]
    assert definition["components"]["parameters"]["limit"]["schema"]["maximum"] == 10_000
    collections = follow(landing, "data", "application/json")
    assert "?" not in collections
    home = ask(f"{collections}/{layer}").json
    assert home["id"] == layer
    items = follow(home, "items", "application/geo+json")
    first = ask(f"{items}?limit=10")
    assert first.headers["content-type"] == "application/geo+json"
    assert first.json["numberMatched"] >= first.json["numberReturned"]
    columns = {json.dumps(sorted(each["properties"])) for each in first.json["features"]}
    assert len(columns) == 1  # it takes its fields from the first ten
    box = "-180,-90,180,90"
    whole = ask(f"{items}?limit=1000&bbox={box}").json
    assert whole["numberMatched"] == first.json["numberMatched"]
