"""Nothing private by any route or option: the whole application is walked, as anybody may.

The routes are those that the application has, the options those of its OpenAPI and of SensorThings;
what is added is walked as well, or named here as not.
"""

import gzip
import io
import json
import re
from collections import defaultdict
from datetime import timedelta
from html import unescape
from http.client import HTTPConnection
from itertools import product
from typing import NamedTuple
from urllib.parse import quote, urlencode, urlsplit

import pyarrow.parquet as pq
import pytest

from dashboard.access.cookies import NAME as COOKIE
from dashboard.app import create_app
from storage import people
from storage.access import add_key
from storage.migrate import migrate
from storage.pool import connect
from storage.sessions import sign_in
from storage.sta.model import ENTITIES
from storage.zones import add_zone
from tests.dashboard import city
from tests.dashboard.conftest import running
from tests.dashboard.crowd import town
from tests.dashboard.sta.test_privacy import DEEP
from tests.services.outlines import box
from tests.services.secrets import BIKE, BOX, CLOSED, MARK, WITHDRAWN, Secrets, find_secrets, plant

NOBODY = "niemand-hier"  # a name that nothing has
SIGNING = {"/nl/aanmelden", "/nl/aanmelden/uit", "/en/sign-in", "/en/sign-in/out"}
# of the library, or a socket that is not served: no data of ours goes by them
LIBRARY = {"/assets", "/_dash-component-suites/{package_name}/{fingerprinted_path:path}",
           "/_reload-hash", "/_favicon.ico", "/_dash-ws-callback"}  # fmt: skip
OPTIONS = {
    "quantity": ["pm25", "pm10", "humidity", "battery", "no2", "rain"],
    "start": ["1970-01-01T00:00:00Z", "2026-05-03T00:00:00Z"],
    "end": ["2100-01-01T00:00:00Z"],
    "width": [0, 3600, 86_400],
    "resolution": [4, 9, 10],
    "bbox": ["5,52,5.3,52.3", "-180,-90,180,90"],
    "limit": [1000],
    "node": [BOX, city.STEADY],
    "year": [2026],
    "processing": ["raw", "corrected", "both"],
    "quality": [1, 2, 3, 4],
    "format": ["csv", "csv.gz", "geojson", "parquet"],
    "municipality": ["utrecht"],
    "kind": ["node", "station", "zone", "cell"],
    "place": [BOX, city.STEADY],
    "weeks": [53],
    "language": ["nl", "en"],
    "offset": [0, 3],
    "count": ["true", "false"],
}
# of features: who does not know an option refuses it
BESIDE = ({}, {"limit": 1000}, {"bbox": "5,52,5.3,52.3"}, {"datetime": "1970-01-01T00:00:00Z/.."},
          {"quantity": "pm25"}, {"f": "json"}, {"offset": 2})  # fmt: skip
NOWHERE = "postgresql://nobody@127.0.0.1:1/none"
CALLBACK = "/_dash-update-component"
WAY = "/route?from="
YEAR = timedelta(days=365)
FORMS = ("", ".gpx", ".csv")  # of a ride
HREF = re.compile(r'(?:href|src|action)="(/[^"#]*)')


class Told(NamedTuple):
    """An answer."""

    status: int
    headers: str
    text: str

    @property
    def json(self):
        return json.loads(self.text)


class Walker:
    """Asks for everything, and keeps what it was told."""

    def __init__(self, address, secrets):
        self.host = urlsplit(address).netloc
        self.secrets = secrets
        self.told = defaultdict(list)  # public things that were seen, by where

    def ask(self, target, method="GET", body=None, **headers):
        """An answer as text, whatever its form."""
        connection = HTTPConnection(self.host, timeout=60)
        try:
            connection.request(method, target, body, headers)
            answer = connection.getresponse()
            text = to_text(answer.read())
            names = "".join(f"{name}: {value}\n" for name, value in answer.getheaders())
        finally:
            connection.close()
        assert answer.status < 500, (target, text[:500])
        return Told(answer.status, names, text)

    def look(self, target, **how):
        """The same, with nothing private in it."""
        told = self.ask(target, **how)
        found = [mark for mark in self.secrets.marks if mark in told.headers + told.text]
        assert found == [], (target, how, found)
        for name in (city.STEADY, "Marktplein", "Havenfeest"):
            if name in told.text:
                self.told[name].append(target)
        return told


def to_text(content):
    """What a file says, unpacked."""
    if content[:2] == b"\x1f\x8b":
        content = gzip.decompress(content)
    if content[:4] == b"PAR1":
        table = pq.read_table(io.BytesIO(content))
        content = (str(table.schema.metadata) + str(table.to_pylist())).encode()
    return unescape(content.decode("utf-8", "replace"))


@pytest.fixture(scope="module")
def planted(timescale_databases):
    """DSN of a city with private things of every kind in it."""
    with timescale_databases.migrated(migrate) as dsn:
        city.build(dsn)
        town.build(dsn, town.find_end())
        plant(dsn)
        yield dsn


@pytest.fixture(scope="module")
def secrets(planted):
    return find_secrets(planted)


@pytest.fixture(scope="module")
def walker(planted, secrets):
    with running(planted) as address:
        yield Walker(address, secrets)


@pytest.fixture(scope="module")
def described(walker):
    return walker.look("/v1/openapi.json").json


@pytest.fixture(scope="module")
def rides(walker):
    return [ride["id"] for ride in walker.look("/v1/rides").json["rides"][:3]]


def fill(path, described_names):
    """A path with each of the names that are there in its places."""
    names = re.findall(r"\{([^}:]+)[^}]*\}", path)
    choices = [described_names[name] for name in names]
    for chosen in product(*choices):
        made = path
        for name, value in zip(names, chosen, strict=True):
            made = re.sub(rf"\{{{name}[^}}]*\}}", quote(value, "/"), made)
        yield made


def test_what_is_looked_for_is_there(planted, secrets):
    """The marks are in the private schema, many and of all kinds: else nothing could be found."""
    assert len(secrets.marks) > 60
    assert len(secrets.rides) == 2
    with connect(planted) as connection:
        found = {
            table
            for (table,) in connection.execute(
                "SELECT c.relname::text FROM pg_class c"
                " WHERE relnamespace = 'private'::regnamespace AND relkind IN ('r', 'p')"
            ).fetchall()
            for (text,) in connection.execute(
                f"SELECT string_agg(t::text, ' ') FROM private.{table} t".encode()
            ).fetchall()
            if text and MARK in text
        }
    assert found >= {
        "access_key", "calibration", "crowd_place", "crowd_planned", "crowd_subscription", "node",
        "node_log", "node_status", "owner", "privacy_zone", "rejected", "sensor",
    }  # fmt: skip


def test_the_walker_would_see_it(walker):
    other = Walker(f"http://{walker.host}", Secrets(frozenset({"Marktplein"}), [], ""))
    with pytest.raises(AssertionError, match="Marktplein"):
        other.look("/v1/nodes")


def test_no_route_or_option_of_the_api_tells_anything_private(walker, described, rides):
    names = {
        "name": [BOX, BIKE, city.STEADY, city.BIKES[0]],
        "ride": rides,
        "kind": ["node", "zone"],
        "place": [BOX, city.STEADY, town.NAME],
    }
    asked = 0
    for path, item in described["paths"].items():
        parameters = [p["name"] for p in item["get"].get("parameters", []) if p["in"] == "query"]
        unknown = set(parameters) - set(OPTIONS)
        queries = [{}] + [
            ({"quantity": "pm25"} if "quantity" in parameters else {}) | {name: value}
            for name in parameters
            for value in OPTIONS.get(name, [])
        ]
        assert unknown == set(), path
        for target, query in product(fill(f"/v1{path}".rstrip("/"), names), queries):
            walker.look(f"{target}?{urlencode(query)}".rstrip("?"))
            asked += 1
    assert asked > 300
    assert len(walker.told[city.STEADY]) > 10  # it does see what is public
    assert walker.told["Havenfeest"]


def test_no_route_beside_the_schema_tells_anything_private(walker, described):
    """Standards of others describe themselves: their routes are walked by what they list."""
    beside = sorted(
        path
        for path in list_paths(create_app(NOWHERE))
        if path.startswith("/v1/") and path.removeprefix("/v1") not in described["paths"]
    )
    listed = walker.look("/v1/features/collections")
    names = [each["id"] for each in listed.json["collections"]] if listed.status == 200 else []
    for path in beside:
        for collection in names if "{collection}" in path else [""]:
            items = f"/v1/features/collections/{collection}/items"
            ids = [""]
            if "{feature" in path:
                ids = [each["id"] for each in walker.look(items).json["features"][:3]]
            known = {"collection": [collection], "feature": map(str, ids), "path": ["x/y"]}
            for target, query in product(fill(path, known), BESIDE):
                walker.look(f"{target}?{urlencode(query)}".rstrip("?"))


def test_private_names_answer_as_names_that_nothing_has(walker, secrets):
    """Who asks by a private name learns nothing, not even that there is such a thing."""
    ways = {
        "/v1/rides/{}": secrets.rides,
        "/v1/crowd/places/{}": [CLOSED],
        "/v1/crowd/places/{}/plan": [CLOSED],
        "/nl/drukte/{}": [CLOSED],
        "/en/crowd/{}/report": [CLOSED],
        "/en/crowd/{}/plan": [CLOSED],
        "/nl/ride/{}": secrets.rides,
        "/nl/ride/{}.gpx": secrets.rides,
        "/en/ride/{}.csv": secrets.rides,
        "/v1/stations/{}/series?quantity=no2": [f"{MARK}-apparaat"],
        "/v1/nodes/{}": [f"{MARK}-hw", f"{MARK}-apparaat", WITHDRAWN],
        "/v1/nodes/{}/series?quantity=pm25": [WITHDRAWN],
        "/v1/downloads/observations?node={}": [WITHDRAWN],
        "/v1/forecasts/node/{}?quantity=pm25": [f"{MARK}-hw", WITHDRAWN],
        "/v1/forecasts/scores?quantity=pm25&place={}": [CLOSED],
        "/sta/v1.1/Things('{}')": [f"{MARK}-hw", WITHDRAWN, *secrets.rides],
    }
    nobody = "00000000-0000-4000-8000-000000000000"
    for way, known in ways.items():
        for name in known:
            other = nobody if name in secrets.rides else NOBODY
            told, none = walker.ask(way.format(name)), walker.ask(way.format(other))
            assert told.status == none.status
            assert told.text.replace(name, "NAME") == none.text.replace(other, "NAME"), way
            assert cut(told.headers) == cut(none.headers), way


def cut(headers):
    """Headers without what is of the moment, or of the length of a name."""
    passing = ("date:", "etag:", "content-length:")
    return [line for line in headers.splitlines() if not line.lower().startswith(passing)]


def test_no_entity_and_option_of_sensorthings_tells_anything_private(walker):
    for root, plural in product(("/sta/v1.1", "/sta/v1.0", "/v1.0"), ENTITIES):
        for query in (
            {},
            {"$expand": DEEP[plural]},
            {"$resultFormat": "GeoJSON"},
            {"$resultFormat": "CSV"},
            {"$orderby": "id desc"},
            {"$count": "true"},
        ):
            walker.look(f"{root}/{plural}?{urlencode({'$top': 200, **query})}")
        for name in ENTITIES[plural].properties:
            walker.look(f"{root}/{plural}?{urlencode({'$select': name, '$top': 500})}")
    for name in (BOX, BIKE):
        walker.look(f"/sta/v1.1/Things('{name}')?{urlencode({'$expand': DEEP['Things']})}")
    for path in ("/sta", "/sta/", "/sta/v1.1", "/v1.0", "/sta/v9"):
        walker.look(path)
    assert any(target.startswith("/v1.0/Things") for target in walker.told["Marktplein"])


def test_no_page_that_is_linked_tells_anything_private(walker):
    """Every page of the server, from link to link, in both languages."""
    todo, seen = ["/", "/nl/", "/en/", "/healthz", "/nl/rides", "/en/nodes"], set()
    todo += ["/nl/areas/report?zone=binnenstad&format=html", f"/en/compare.csv?place={BOX}"]
    todo += ["/nl/mijn", "/en/my", "/nl/route", "/en/route?quantity=pm10", "/nl/flashen"]
    todo += [f"/nl/data?{choice}" for choice in ("of=rides", f"node={BOX}&processing=both")]
    while todo:
        target = todo.pop()
        if target in seen or target.startswith(("/assets", "/_dash-component")):
            continue
        if WAY in target and sum(WAY in each for each in seen) >= 5:  # each links to hundreds
            continue
        seen.add(target)
        told = walker.look(target)
        assert told.status in {200, 307, 308}, target
        if target.startswith(("/nl", "/en")) and len(seen) < 400:
            todo += HREF.findall(told.text)
    assert {f"/nl/drukte/{town.NAME}", f"/en/crowd/{town.NAME}/report.pdf"} <= seen
    assert {"/en/data", "/nl/kennis/woordenboek", "/en/knowledge/methods"} <= seen
    assert "/nl/aanmelden" in seen or "/nl/aanmelden?to=" in " ".join(seen)


def list_pages():
    """Addresses of the pages that Dash fills."""
    names = ["air-map", "nodes", "rides", "forecasts"]
    names += [f"node/{name}" for name in (BOX, BIKE, city.STEADY, city.COUNTER)]
    names += ["area/binnenstad", f"hexagon/{city.CELL}", "compare"]
    return [f"/{language}/{name}" for language, name in product(("nl", "en"), names)]


def test_no_callback_of_a_page_tells_anything_private(walker, secrets, rides):
    """Each callback of the server, with every choice that the pages offer."""
    choices = {
        "url.pathname": [*list_pages(), *(f"/nl/ride/{ride}" for ride in rides)],
        "url.search": [
            "",
            f"?quantity=pm10&period=all&place=node:{BOX}&place=node:{BIKE}",
            f"?quantity=humidity&period=week&place=hexagon:{city.CELL}",
        ],
        "page-again.n_intervals": [0],
        "page-language.data": ["nl", "en"],
        "node-quantity.value": ["pm25", "humidity"],
        "node-period.value": ["hour", "all"],
        "node-name.data": [BOX, BIKE, city.STEADY],
        "node-weeks.data": [None, "13"],
    }
    walker.look("/_dash-layout")
    known = walker.look("/_dash-dependencies").json
    called = [each for each in known if not each.get("clientside_function")]
    assert len(called) >= 2
    for callback in called:
        parts = callback["inputs"] + callback["state"]
        offered = [choices[f"{part['id']}.{part['property']}"] for part in parts]
        told = [walker.look(CALLBACK, **to_call(callback, each)) for each in product(*offered)]
        assert {each.status for each in told} <= {200, 204}
        assert sum(len(each.text) > 1000 for each in told) > 1, callback["output"]
    for ride in secrets.rides:
        told = walker.ask(CALLBACK, **to_call(called[0], (f"/nl/ride/{ride}", 0, "")))
        assert not [mark for mark in secrets.marks - {ride} if mark in told.text]


def test_nothing_that_the_map_asks_for_is_private(walker):
    """Its frame and its content, for every choice: layers, quantities, moments and views."""
    views = ["size=900x540", "level=15&box=5,52,5.3,52.3", "level=3&box=-180,-90,180,90"]
    moments = ["", "&end=2026-05-04T12:00Z", "&end=2026-05-02T12:00Z"]
    for key, period, moment, view in product(
        ("pm25", "humidity", "battery"), ("hour", "day", "week", "all"), moments, views
    ):
        walker.look(f"/_map/nl?quantity={key}&period={period}{moment}&{view}")
    for target in ("/_map/en", "/_map/zones", "/nl/embed", "/en/embed?quantity=pm10&layers=nodes"):
        assert walker.look(target).status == 200
    assert any(target.startswith("/_map/") for target in walker.told["Marktplein"])


def to_call(callback, values):
    """How a page calls a callback."""
    parts = [
        {"id": part["id"], "property": part["property"], "value": value}
        for part, value in zip(callback["inputs"] + callback["state"], values, strict=True)
    ]
    number = len(callback["inputs"])
    outputs = [
        dict(zip(("id", "property"), each.rsplit(".", 1), strict=True))
        for each in callback["output"].strip(".").split("...")
    ]
    body = {
        "output": callback["output"],
        "outputs": outputs if callback["output"].startswith("..") else outputs[0],
        "inputs": parts[:number],
        "state": parts[number:],
        "changedPropIds": [f"{parts[0]['id']}.{parts[0]['property']}"],
    }
    return {"method": "POST", "body": json.dumps(body), "Content-Type": "application/json"}


def test_signing_in_tells_nobody_anything(walker):
    for path in SIGNING - {"/nl/aanmelden/uit", "/en/sign-in/out"}:
        for key in ("", "lm_aaaaaaaa_bbbb", "x' OR 1=1 --"):
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            headers |= {"Origin": f"http://{walker.host}", "Host": walker.host}
            told = walker.look(path, method="POST", body=urlencode({"key": key}), **headers)
            assert told.status in {403, 429}
    told = walker.look(f"/v1/crowd/places/{town.NAME}/plan", method="POST", body="{}")
    assert told.status == 403


def test_another_owner_and_a_municipality_see_nothing_private(walker, planted, secrets):
    """Who is signed in and has other nodes, or an area around them, learns no more than anybody."""
    with connect(planted) as connection:
        people.add_owner(connection, "somebody")
        zone = box(5.0, 52.0, 5.3, 52.2)
        add_zone(connection, "all-around", "municipality", "All around", zone)
        roles = {"owner": {"owner": "somebody"}, "municipality": {"area": "all-around"}}
        keys = [add_key(connection, role, "x", YEAR, **about) for role, about in roles.items()]
        keys.append(add_key(connection, "operator", "x", YEAR))
        tokens = [sign_in(connection, key).token for key in keys]
        rides = [n for (n,) in connection.execute("SELECT id FROM private.ride").fetchall()]
    for token in tokens:
        for path in ("/nl/mijn", f"/en/my/{BOX}", f"/nl/mijn/{BIKE}", "/en/my/-/new"):
            walker.look(path, Cookie=f"{COOKIE}={token}")
        for ride, form in product(rides, FORMS):
            walker.look(f"/en/my/-/ride/{ride}{form}", Cookie=f"{COOKIE}={token}")


def test_every_route_of_the_application_is_walked():
    """A route that nobody walks is named: then it is added to the walk, or to LIBRARY."""
    app = create_app(NOWHERE)
    walked = {f"/v1{path}".rstrip("/") for path in app.openapi()["paths"]} | {
        "/v1/openapi.json", "/healthz", "/", "/nl", "/en", "/_dash-layout", "/_dash-dependencies",
        "/_dash-update-component", "/theme.css", "/nl/", "/en/", "/nl/embed", "/en/embed",
        "/sta", "/sta/", "/v1.0", *SIGNING, *LIBRARY,
    }  # fmt: skip
    prefixes = (
        "/sta/{", "/v1.0/{", "/v1/", "/nl/{", "/en/{", "/nl/drukte", "/en/crowd", "/nl/data",
        "/en/data", "/_map/", "/nl/kennis", "/en/knowledge", "/nl/areas", "/en/areas",
        "/nl/compare.csv", "/en/compare.csv", "/nl/mijn", "/en/my", "/nl/ride/", "/en/ride/",
        "/nl/route", "/en/route", "/nl/flashen", "/en/flash", "/firmware/",
    )  # fmt: skip
    left = {
        path for path in list_paths(app) if path not in walked and not path.startswith(prefixes)
    }
    # the last ones say that there is nothing
    assert left <= {"/{path:path}", "/v1/{path:path}"}


def list_paths(app):
    """Paths of all routes, those of included routers too."""
    for route in app.routes:
        inner = getattr(route, "original_router", None)
        if inner is None:
            yield route.path
        else:
            yield from (each.path for each in inner.routes)


def test_unknown_paths_tell_nothing(walker):
    for path in ("/v1/private", "/v1/nodes/x/secret", "/private", "/nl/private", "/_dash", "/.env"):
        assert walker.look(path).status == 404
