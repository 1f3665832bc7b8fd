"""Releases of an installation in its feed and its catalogue, from a real folder of them."""

import asyncio
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from rdflib import DCAT, DCTERMS, Graph, URIRef

from dashboard.catalogue.dcat import describe_catalogue
from dashboard.catalogue.feed import ATOM
from dashboard.catalogue.releases import FRESH_S, Releases
from dashboard.publisher import Publisher
from storage.pool import connect
from storage.releases import publishing
from storage.releases.listing import Listed
from storage.releases.target import Target
from tests.dashboard.catalogue.test_dcat import EVERYTHING, SITE, find_faults, parse
from tests.dashboard.client import Client
from tests.dashboard.conftest import running

EU = "http://publications.europa.eu/resource/authority/licence/"
AT = "https://data.example.org/releases"


@pytest.fixture(scope="module")
def folder(built_city, tmp_path_factory):
    """A folder with a release of May 2026."""
    place = tmp_path_factory.mktemp("releases")
    publish(built_city.dsn, place, "2026-05")
    return place


def publish(dsn, place, month):
    who = publishing.Publisher("Town", AT)
    with connect(dsn) as connection:
        now = datetime(2026, 6, 2, tzinfo=UTC)
        return publishing.publish(connection, Target(str(place)), month, who, now)


def test_feed_and_catalogue_tell_of_what_lies_in_the_folder(built_city, folder):
    with running(built_city.dsn, releases=str(folder)) as site:
        client = Client(site)
        feed = ElementTree.fromstring(client.get("/v1/feed").text)
        graph = Graph().parse(data=client.get("/v1/catalog").text, format="turtle")
    (entry,) = [
        each
        for each in feed.iter(f"{{{ATOM}}}entry")
        if "release/2026-05.1" in (each.findtext(f"{{{ATOM}}}id") or "")
    ]
    address = f"{AT}/2026-05.1/datapackage.json"
    assert [link.get("href") for link in entry.iter(f"{{{ATOM}}}link")] == [address]
    told = URIRef(f"{site}/v1/catalog#release-2026-05.1")
    assert graph.value(told, DCAT.accessURL) == URIRef(address)
    assert (None, DCAT.distribution, told) in graph
    assert find_faults(graph) == []


def list_one(version, *, is_latest, licenses=("CC0-1.0",)):
    when = datetime(2026, 6, 2, tzinfo=UTC)
    url = f"{AT}/{version}/datapackage.json"
    return Listed(version, "2026-05", "May", url, when, "New", licenses, 9, 99, is_latest)


def test_of_a_month_only_the_latest_release_is_listed():
    found = [list_one("2026-05.2", is_latest=True), list_one("2026-05.1", is_latest=False)]
    text = str(describe_catalogue(EVERYTHING, Publisher(), SITE, found))
    assert "release-2026-05.2" in text
    assert "release-2026-05.1" not in text


def test_each_part_has_the_licence_that_asks_most_of_its_samples():
    found = [list_one("2026-05.1", is_latest=True, licenses=("CC0-1.0", "CC-BY-4.0"))]
    graph = parse(describe_catalogue(EVERYTHING, Publisher(), SITE, found))
    assert find_faults(graph) == []
    licences = {
        name: graph.value(URIRef(f"{SITE}/v1/catalog#{name}"), DCTERMS.license)
        for name in ("dataset-observations-csv", "dataset-rides-csv", "release-2026-05.1")
    }
    assert licences == {
        "dataset-observations-csv": URIRef(f"{EU}CC_BY_4_0"),
        "dataset-rides-csv": URIRef(f"{EU}CC0"),
        "release-2026-05.1": URIRef(f"{EU}CC_BY_4_0"),
    }


def test_a_place_is_looked_at_now_and_then_and_may_fail(built_city, folder, tmp_path):
    clock = [0.0]
    place = tmp_path / "later"
    releases = Releases(str(place), lambda: clock[0])

    async def find():
        return [each.id for each in await releases.find()]

    async def play():
        assert await find() == []
        publish(built_city.dsn, place, "2026-05")
        clock[0] = FRESH_S - 1
        assert await find() == []
        clock[0] = FRESH_S
        assert await find() == ["2026-05.1"]
        (place / "index.json").write_text("{")
        clock[0] = 2 * FRESH_S
        assert await find() == ["2026-05.1"]  # as it was before

    asyncio.run(play())


def test_without_a_place_there_are_none():
    assert list(asyncio.run(Releases("").find())) == []
