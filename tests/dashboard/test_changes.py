"""No route changes anything for another site: each that takes more than a question is asked."""

import itertools
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from dashboard.access.cookies import NAME as COOKIE
from dashboard.access.oidc.login import Login
from dashboard.app import create_app
from dashboard.setup import Setup
from storage.access import add_key
from storage.migrate import migrate
from storage.people import add_owner
from storage.pool import connect
from storage.sessions import sign_in
from tests.dashboard.client import Client
from tests.dashboard.conftest import running

LOGIN = Login("http://127.0.0.1:9", "lokaal-meten")
STANDARD = ("/sta", "/v1.0")  # SensorThings takes each method, to say that it only reads
QUESTIONS = {"GET", "HEAD", "OPTIONS"}
DRAWING = {"/_dash-update-component"}  # Dash asks what to draw: no callback of ours writes
FORMS = {  # nothing of these is read before it is known who asks
    "application/x-www-form-urlencoded": urlencode({"do": "zone", "key": "lm_x", "name": "x"}),
    "application/json": "{}",
    "text/plain": "do=zone",
}
ELSEWHERE = (
    {},
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": ""},
)


def list_changes(app):
    """Path and method of each route that takes more than a question."""
    for route in app.routes:
        inner = getattr(route, "original_router", None)
        for each in [route] if inner is None else inner.routes:
            for method in sorted((getattr(each, "methods", None) or set()) - QUESTIONS):
                yield each.path, method


APP = create_app("postgresql://nobody@127.0.0.1:1/none", setup=Setup(login=LOGIN))
CHANGES = [each for each in list_changes(APP) if each[0] not in DRAWING]


@pytest.fixture(scope="module")
def site(postgres_databases):
    """A site with nobody's nodes; its client, its address, and how to be signed in there."""
    with postgres_databases.migrated(migrate) as dsn, running(dsn, login=LOGIN) as address:
        tokens = []

        def enter(role):
            with connect(dsn) as connection:
                about = {"owner": "ann"} if role == "owner" else {}
                key = add_key(connection, role, "somebody", timedelta(days=1), **about)
                tokens.append(sign_in(connection, key).token)
            return f"{COOKIE}={tokens[-1]}"

        with connect(dsn) as connection:
            add_owner(connection, "ann")
        yield Client(address), address, enter


def test_there_are_routes_that_change_something():
    paths = {path for path, _ in CHANGES}
    assert {"/en/sign-in", "/en/sign-in/out", "/en/my", "/nl/mijn/{name}"} < paths
    assert "/v1/crowd/places/{place}/plan" in paths


@pytest.mark.parametrize(("path", "method"), CHANGES)
def test_a_change_that_is_asked_for_from_elsewhere_is_refused(site, path, method):
    client, address, enter = site
    is_standard = path.startswith(STANDARD)
    cookie = enter("operator" if "crowd" in path else "owner")
    filled = path.replace("{", "").replace("}", "")
    for headers, (kind, body) in itertools.product(ELSEWHERE, FORMS.items()):
        sent = {"Cookie": cookie, "Content-Type": kind} | headers
        told = client.get(filled, sent, method, content=body.encode())
        assert told.status == (405 if is_standard else 403), (headers, kind, told.text)
        assert "set-cookie" not in told.headers
    own = {"Cookie": cookie, "Origin": address, "Content-Type": "application/json"}
    told = client.get(filled, own, method, content=b"{}")
    assert told.status != 403 or 'role="alert"' in told.text  # a key that opens nothing


def test_every_page_to_sign_in_has_the_headers_of_all_pages(site):
    for path in ("/nl/aanmelden", "/en/sign-in", "/en/sign-in/account", "/oidc/callback"):
        told = site[0].get(path)
        assert told.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in told.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in told.headers["content-security-policy"]
        assert told.headers["x-content-type-options"] == "nosniff"
        assert told.headers["referrer-policy"] == "same-origin"
