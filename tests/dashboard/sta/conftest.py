"""What the tests of SensorThings share."""

import json
from urllib.parse import quote, urlsplit

import pytest


@pytest.fixture(scope="session")
def ask(client):
    """Asks below ``/sta/v1.1`` with an address as people write it: status, and JSON or text."""

    def get(path, root="/sta/v1.1", **how):
        target = path if root is None else root + quote(path, "/?&=$(),;'@:+%")
        answer = client.get(target, **how)
        is_json = "json" in answer.headers.get("content-type", "")
        return answer.status, json.loads(answer.text) if is_json else answer.text

    return get


@pytest.fixture(scope="session")
def read(ask):
    """The same of what is there: JSON alone."""

    def get(path, **how):
        status, body = ask(path, **how)
        assert status == 200, body
        return body

    return get


@pytest.fixture(scope="session")
def read_all(read):
    """Entities of all pages, by the links to the next ones."""

    def get(path):
        body = read(path)
        rows = list(body["value"])
        while "@iot.nextLink" in body:
            link = urlsplit(body["@iot.nextLink"])
            body = read(f"{link.path}?{link.query}", root=None)
            rows += body["value"]
        return rows

    return get
