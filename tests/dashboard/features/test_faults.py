"""Texts that nobody should send, and a database that is away: a problem, and nothing else."""

from urllib.parse import quote

import pytest

from tests.dashboard.client import Client
from tests.dashboard.conftest import running

ROOT = "/v1/features/collections"
TEXTS = (
    "'; DROP TABLE private.node; --",
    "x' OR '1'='1",
    "../../etc/passwd",
    "\0",
    "\ud7ff\U0010ffff",
    "%s%d{0}",
    "<script>alert(1)</script>",
    "9" * 400,
    "-1e309",
    "NaN,NaN,NaN,NaN",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59/..",
    "2106-01-01T00:00:00Z",
    "1970-01-01T00:00:00Z/1970-01-01T00:00:00Z",
)
READ = (
    "/v1/catalog.ttl",
    "/v1/catalog.jsonld",
    "/v1/feed.atom",
    "/v1/ngsi-ld/air-quality-observed",
    "/v1/ngsi-ld/crowd-flow-observed",
    ROOT,
    f"{ROOT}/nodes/items",
    f"{ROOT}/hexagons-pm25/items",
    f"{ROOT}/crowd-zones/items/a:b",
)


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:12])
@pytest.mark.parametrize("layer", ["nodes", "hexagons-pm25", "crowd-zones", "official-stations"])
def test_whatever_is_asked_is_answered_or_refused(client, layer, text):
    for name in ("limit", "bbox", "datetime", "cursor", "f", "kind", "quantity", "place", text):
        answer = client.get(f"{ROOT}/{layer}/items", **{name: text})
        assert answer.status in (200, 400), (name, answer.text)
        kinds = {200: "application/geo+json", 400: "application/problem+json"}
        assert answer.headers["content-type"] == kinds[answer.status]


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:12])
def test_a_name_that_nobody_has_is_not_there(client, text):
    for path in (f"{ROOT}/{{}}", f"{ROOT}/{{}}/items", f"{ROOT}/nodes/items/{{}}"):
        answer = client.get(path.format(quote(text, "")))
        assert answer.status == (400 if text == "\0" else 404), answer.text
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.fixture(scope="module")
def lonely():
    """A dashboard without its database."""
    with running("postgresql://nobody@127.0.0.1:1/none") as address:
        yield Client(address)


@pytest.mark.parametrize("path", READ)
def test_without_a_database_it_is_said_when_to_come_back(lonely, path):
    answer = lonely.get(path)
    assert (answer.status, answer.headers["content-type"]) == (503, "application/problem+json")
    assert int(answer.headers["retry-after"]) > 0
    assert "127.0.0.1" not in answer.text
