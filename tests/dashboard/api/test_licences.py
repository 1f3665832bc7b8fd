"""A town of two licences: what the API, SensorThings and downloads say of them."""

import json
from datetime import UTC, datetime
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from storage.licences import CC_BY, add_consent
from storage.migrate import migrate
from storage.pool import connect
from storage.registry import add_node
from storage.writer import write
from tests.dashboard.conftest import running
from tests.services.samples import START, make_samples

ZERO = "<https://creativecommons.org/publicdomain/zero/1.0/>"
BY = "<https://creativecommons.org/licenses/by/4.0/>"


@pytest.fixture(scope="module")
def ask(timescale_databases):
    """Asks for a path: headers and the object of an answer."""
    with timescale_databases.migrated(migrate) as dsn:
        with connect(dsn) as connection:
            for name in ("box-1", "box-2"):
                node = add_node(connection, name, "box", lat=52.09, lon=5.12)
                write(connection, [make_samples(node.id, 10, cell=node.cell)])
            since = datetime.fromtimestamp(START, UTC)
            add_consent(connection, CC_BY, node="box-1", party="A. from the corner", since=since)
        with running(dsn) as address:

            def read(path):
                with urlopen(address + quote(path, "/?&=$,()'")) as answer:
                    return answer.headers, answer.read()

            yield read


def test_nodes_tell_their_licence_and_who_is_named(ask):
    nodes = {node["name"]: node for node in json.loads(ask("/v1/nodes")[1])["nodes"]}
    told = {name: (node["license"], node["party"]) for name, node in nodes.items()}
    assert told == {"box-1": ("CC-BY-4.0", "A. from the corner"), "box-2": ("CC0-1.0", "")}


def test_sensorthings_tell_them_too_and_find_by_them(ask):
    (thing,) = json.loads(ask("/sta/v1.1/Things?$filter=properties/license eq 'CC-BY-4.0'")[1])[
        "value"
    ]
    assert (thing["name"], thing["properties"]["party"]) == ("box-1", "A. from the corner")
    stream = json.loads(ask("/sta/v1.1/Datastreams('box-1:pm25')")[1])["properties"]
    assert (stream["license"], stream["party"]) == ("CC-BY-4.0", "A. from the corner")


@pytest.mark.parametrize(
    ("query", "links"), [("", [ZERO, BY]), ("&node=box-1", [BY]), ("&node=box-2", [ZERO])]
)
def test_a_download_links_to_the_licences_of_what_is_in_it(ask, query, links):
    headers, _ = ask(f"/v1/downloads/observations?quantity=pm25{query}")
    assert headers["link"].split(", ") == [f'{link}; rel="license"' for link in links]
    package = json.loads(
        ask(f"/v1/downloads/observations/datapackage.json?quantity=pm25{query}")[1]
    )
    assert [f"<{each['path']}>" for each in package["licenses"]] == links
    assert ("A. from the corner" in package["citation"]) == (BY in links)
