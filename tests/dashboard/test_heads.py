"""HEAD of pages, files and the API, by a real client of a real server."""

import http.client
from urllib.parse import urlsplit

import pytest

CHANGING = {"date", "ratelimit", "ratelimit-policy", "etag", "set-cookie"}
PATHS = (
    "/nl/",
    "/en/nodes",
    "/nl/drukte",
    "/nl/mijn",
    "/healthz",
    "/v1",
    "/v1/openapi.json",
    "/v1/nodes",
    "/v1/latest?format=csv",
    "/v1/sta",
    "/assets/kiosk.js",
    "/v1/nowhere",
    "/nowhere",
)


def ask(site, method, path):
    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=30)
    connection.request(method, path)
    answer = connection.getresponse()
    headers = {name.lower(): value for name, value in answer.getheaders()}
    status, body = answer.status, answer.read()
    connection.request("GET", "/healthz")  # the connection goes on: nothing of a body came after
    assert connection.getresponse().status == 200
    connection.close()
    return status, {name: headers[name] for name in headers if name not in CHANGING}, body


@pytest.mark.parametrize("path", PATHS)
def test_the_head_is_that_of_get_and_has_no_body(site, path):
    status, headers, body = ask(site, "GET", path)
    assert body
    assert ask(site, "HEAD", path) == (status, headers, b"")


def test_a_way_on_is_told_too(site):
    status, headers, _ = ask(site, "GET", "/")
    assert ask(site, "HEAD", "/") == (status, headers, b"")
    assert headers["location"]


def test_what_changes_something_is_not_asked_by_its_head(site):
    assert ask(site, "HEAD", "/v1/crowd/places/nowhere/plan")[0] == 404
    assert ask(site, "HEAD", "/nl/afmelden")[0] in (404, 405)
