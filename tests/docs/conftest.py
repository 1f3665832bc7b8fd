"""The documentation site as `make docs` builds it, and pages of it as a reader has them."""

import functools
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from docs.site.build import build
from tests.docs.page import read_page


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """Folder of the built site."""
    pytest.importorskip("zensical", reason="make test brings it, and `uv sync --group docs`")
    return build(tmp_path_factory.mktemp("docs"))


@pytest.fixture(scope="session")
def pages(site):
    """Every page of it by its place: `Page`."""
    found = {str(path.relative_to(site)): path for path in sorted(site.rglob("*.html"))}
    return {place: read_page(path) for place, path in found.items()}


class _Quiet(SimpleHTTPRequestHandler):
    def log_request(self, code="-", size="-"):
        """Say nothing on the terminal."""


@pytest.fixture(scope="session")
def address(site):
    """Where a server hands the site out."""
    handler = functools.partial(_Quiet, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
