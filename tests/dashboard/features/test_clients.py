"""What others read with: GDAL, OWSLib, and the requests that QGIS sends."""

import json
import subprocess
import sys
from urllib.parse import urlsplit

import pyogrio
import pytest
from owslib.ogcapi.features import Features

from tests.dashboard import city

QGIS = "application/vnd.oai.openapi+json;version=3.0"  # the only definition that QGIS looks for


@pytest.fixture(scope="module")
def gdal(site):
    """Reads a layer with GDAL: type of geometry, fields as texts, number of places."""
    if pyogrio.list_drivers().get("OAPIF") is None:
        pytest.skip("this GDAL has no driver OAPIF")

    def read(*what):
        program = [sys.executable, "-m", "tests.dashboard.features.read_layer"]
        told = subprocess.run(
            [*program, f"{site}/v1/features", *what],
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert told.returncode == 0, told.stderr
        return json.loads(told.stdout)

    return read


def test_gdal_reads_nodes_as_points_with_their_values(gdal):
    said = gdal("nodes")
    assert said["type"] == "Point"
    assert said["crs"] in ("OGC:CRS84", "EPSG:4326")
    names = said["fields"]["name"]
    assert sorted(names) == sorted([*city.BOXES, city.COUNTER, city.NEW])
    assert said["fields"]["pm25"][names.index(city.STEADY)] == "16.0"
    assert said["places"] == len(names)


def test_gdal_reads_hexagons_as_polygons(gdal):
    said = gdal("hexagons-pm25")
    assert said["type"] == "Polygon"
    assert said["places"] > len(city.BOXES)
    assert set(said["fields"]["quantity"]) == {"pm25"}


def test_gdal_asks_for_a_box(gdal):
    names = gdal("nodes", "5.12,52.08,5.13,52.10")["fields"]["name"]
    assert city.STEADY in names
    assert "box-school" not in names


def test_owslib_finds_everything_by_the_links(site):
    features = Features(f"{site}/v1/features")
    assert any(name.endswith("conf/core") for name in features.conformance()["conformsTo"])
    assert "nodes" in features.feature_collections()
    found = features.collection_items("nodes", limit=2)  # pyright: ignore[reportArgumentType]
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
