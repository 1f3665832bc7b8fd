"""The map over HTTP: refusals, headers, what its script is told, and how much of it."""

import gzip
import json
import re
from http.client import HTTPConnection
from urllib.parse import quote, urlsplit

import pytest

from dashboard.headers import content_policy
from dashboard.map.basemap import PDOK
from tests.dashboard import city
from tests.dashboard.client import Client
from tests.dashboard.conftest import running
from tests.services.outlines import box


@pytest.fixture(scope="module")
def ask(site):
    """Status and content of what the script asks for."""

    def get(query, path="/_map/en"):
        connection = HTTPConnection(urlsplit(site).netloc, timeout=30)
        try:
            connection.request("GET", f"{path}?{query}")
            answer = connection.getresponse()
            body = answer.read()
            if answer.getheader("content-encoding") == "gzip":
                body = gzip.decompress(body)
            return answer.status, json.loads(body)
        finally:
            connection.close()

    return get


@pytest.mark.parametrize("path", ["/nl/", "/en/", "/nl/embed", "/en/embed"])
@pytest.mark.parametrize(
    "query",
    ["quantity=geluk", "period=eeuw", "end=2026-13-01", "zoom=4", "zoom=4&lat=95&lon=5",
     "layers=x", "end=" + "9" * 5000],
)  # fmt: skip
def test_what_cannot_be_shown_is_a_page_that_says_so(client, path, query):
    told = client.get(f"{path}?{query}")
    language = path[1:3]
    assert told.status == 400
    assert f'<html lang="{language}">' in told.text
    said = re.search(r'<p class="lead">(.*?)</p>', told.text)[1]
    assert 20 < len(said) < 400
    assert "Traceback" not in told.text


def test_other_names_in_an_address_are_left_alone(client):
    assert client.get("/nl/?fbclid=abc&utm_source=x").status == 200


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("quantity=x", "no quantity"),
        ("box=1,2,3&level=5", "west,south,east,north"),
        ("box=6,52,5,53&level=5", "west must be less than east"),
        ("box=500,52,501,53&level=5", "on the earth"),
        ("box=5,52,6,53", "level"),
        ("box=5,52,6,53&level=1e9", "level"),
        ("size=900", "height"),
        ("size=1e9x1e9", "width"),
    ],
)
def test_the_script_is_told_what_it_cannot_ask(ask, query, said):
    status, told = ask(query)
    assert status == 400
    assert said in told["detail"]


def test_the_whole_world_from_close_by_is_a_few_thousand_hexagons_at_most(ask):
    status, told = ask("box=-180,-90,180,90&level=24&quantity=pm25")
    assert status == 200
    assert 0 < len(told["map"]["means"]) <= 25_000
    assert told["map"]["resolution"] <= 10


def test_what_is_drawn_is_what_the_api_has(ask, client):
    _, told = ask(f"quantity=pm25&period=day&end={quote('2026-05-04T12:00Z')}")
    address = re.search(r'href="(/v1/hexagons[^"]*)"', told["table"])[1].replace("&amp;", "&")
    found = client.get(address).json
    assert len(found["cells"]) == len(told["map"]["means"]) > 20
    assert sum(found["counts"]) == sum(told["map"]["counts"])
    assert sorted(told["map"]["means"]) == pytest.approx(sorted(found["means"]), abs=0.006)


def test_nodes_have_their_own_means_and_no_station_is_made_up(ask):
    _, told = ask("quantity=pm25&period=hour")
    values = {mark["name"]: mark["value"] for mark in told["map"]["marks"]}
    assert values["Marktplein"] == 16.0
    assert values["Nieuw meetpunt"] is None
    assert {mark["kind"] for mark in told["map"]["marks"]} == {"node"}
    assert set(told["map"]["marks"][0]) == {"kind", "name", "lat", "lon", "href", "value"}
    _, without = ask("quantity=pm25&period=hour&layers=none")
    assert without["map"]["marks"] == []
    assert without["map"]["means"] == []


def test_a_day_of_a_node_is_the_mean_of_its_whole_hours(ask, client):
    _, told = ask(f"quantity=pm25&period=day&end={quote('2026-05-04T12:00Z')}")
    values = {mark["name"]: mark["value"] for mark in told["map"]["marks"]}
    series = client.get(
        f"/v1/nodes/{city.STEADY}/series",
        quantity="pm25", start="2026-05-03T12:00:00Z", end="2026-05-04T12:00:00Z", width=3600,
    ).json  # fmt: skip
    total = sum(m * n for m, n in zip(series["values"], series["counts"], strict=True))
    assert values["Marktplein"] == pytest.approx(total / sum(series["counts"]), abs=0.006)


def test_only_the_page_for_other_sites_may_be_framed(client):
    for path in ("/nl/embed", "/en/embed"):
        assert "frame-ancestors *" in client.get(path).headers["content-security-policy"]
    for path in ("/nl/", "/en/nodes", "/v1", "/nl/embed/", "/nl/x", "/assets/map.js"):
        policy = client.get(path).headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy, path


def test_a_browser_may_tell_this_site_where_it_is_and_no_other(client):
    assert "geolocation=(self)" in client.get("/nl/").headers["permissions-policy"]


def test_without_a_base_map_the_policy_names_no_other_host(client):
    assert "http" not in client.get("/nl/").headers["content-security-policy"]
    assert "pdok" not in client.get("/nl/").text


def test_the_base_map_adds_its_host_to_images_and_questions_and_to_nothing_else(built_city):
    with running(built_city.dsn, basemap="pdok") as address:
        told = Client(address).get("/nl/")
    known = dict(
        rule.strip().split(" ", 1) for rule in told.headers["content-security-policy"].split(";")
    )
    host = "https://service.pdok.nl"
    assert {name for name, value in known.items() if host in value} == {"img-src", "connect-src"}
    script = re.search(r'id="map-known">(.*?)</script>', told.text)[1]
    assert json.loads(script)["basemap"] == PDOK
    assert PDOK["tiles"].startswith(f"{host}/")
    assert "CC BY 4.0" in PDOK["attribution"]
    assert content_policy([]) == content_policy([], "")


def test_borders_of_zones_are_told_with_their_names(ask):
    status, told = ask("", "/_map/zones")
    assert status == 200
    found = {each["properties"]["name"]: each["geometry"] for each in told["features"]}
    assert found == {label: box(*corners) for _, label, *corners in city.ZONES.values()}
