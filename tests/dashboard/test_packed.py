"""Files for the browser: packed once, kept for as long as they are the same."""

import gzip
import os
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from dashboard.packed import Packed
from dashboard.problems import NotFoundError

ASSETS = Path(__file__).parents[2] / "dashboard" / "assets"


@pytest.fixture(scope="module")
def get(site):
    def ask(path, **headers):
        connection = HTTPConnection(urlsplit(site).netloc, timeout=30)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    return ask


def test_a_file_comes_packed_to_who_can_unpack_it_and_plain_to_others(get):
    wanted = (ASSETS / "map.js").read_bytes()
    status, headers, body = get("/assets/map.js", **{"Accept-Encoding": "gzip"})
    assert (status, headers["content-encoding"]) == (200, "gzip")
    assert headers["content-type"].startswith("text/javascript")
    assert gzip.decompress(body) == wanted
    assert get("/assets/map.js")[2] == wanted


def test_an_address_with_the_checksum_may_be_kept_and_a_bare_one_is_asked_again(get):
    address = Packed(ASSETS).to_address("map.js")
    assert address.startswith("/assets/map.js?v=")
    assert "immutable" in get(address)[1]["cache-control"]
    _, headers, _ = get("/assets/map.js")
    assert headers["cache-control"] == "no-cache"
    assert get("/assets/map.js", **{"If-None-Match": headers["etag"]})[::2] == (304, b"")


@pytest.mark.parametrize(
    "path", ["/assets/nothing.js", "/assets/", "/assets/map", "/assets/../app.py",
             "/assets/%2e%2e/app.py", "/assets/vendor/.ready", "/assets//etc/passwd"],
)  # fmt: skip
def test_there_is_nothing_else(get, path):
    assert get(path)[0] == 404


def test_a_file_that_changed_is_read_again(tmp_path):
    files, file = Packed(tmp_path), tmp_path / "a.css"
    file.write_text("a {}")
    before = files.read("a.css")
    assert files.read("a.css") is before
    file.write_text("b {} ")
    os.utime(file, ns=(1, 1))
    assert files.read("a.css").plain == b"b {} "
    assert files.to_address("a.css") != f"/assets/a.css?v={before.mark}"
    with pytest.raises(NotFoundError):
        files.read("b.css")
    assert files.to_address("b.css") == "/assets/b.css"
