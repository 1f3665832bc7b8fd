"""A visitor with a real browser who notices every fault: outside requests, errors, sockets."""

from pathlib import Path
from urllib.parse import urlsplit

SHOTS = Path(__file__).parents[2] / ".shots"
PATIENCE_MS = 30_000


class Visitor:
    """One browser window on one server."""

    def __init__(self, context, address, width=1280, height=800):
        self.address = address
        self.faults = []
        self.page = context.new_page()
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("request", self._request)
        self.page.on("response", self._response)
        self.page.on("requestfailed", self._failed)
        self.page.on("websocket", lambda socket: self.faults.append(f"socket {socket.url}"))
        self.page.on("pageerror", lambda error: self.faults.append(f"error {error}"))
        self.page.on("console", self._console)

    def _request(self, request):
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc != urlsplit(self.address).netloc:
            self.faults.append(f"outside {request.url}")

    def _response(self, response):
        if response.status >= 400:
            self.faults.append(f"{response.status} {response.url}")

    def _failed(self, request):
        if "ERR_ABORTED" not in request.failure:  # left while loading
            self.faults.append(f"failed {request.url}")

    def _console(self, message):
        if message.type == "error":
            self.faults.append(f"console {message.text}")

    def go(self, path, drawn=None):
        """Open a page and wait until its content, and its map or chart, is there."""
        self.page.goto(self.address + path)
        self.page.wait_for_selector("#page > *")
        if drawn:
            self.page.wait_for_selector(drawn)
        return self.page

    def hexagons(self, at_least=1):
        """Wait for the map to have been drawn so many times; what it says of itself."""
        self.page.wait_for_function(
            "n => Number(document.getElementById('map')?.dataset.drawn ?? 0) >= n", arg=at_least
        )
        return self.page.locator("#map").evaluate("map => ({...map.dataset})")

    def leave(self):
        """Stop asking; for a server that stops before the test is over."""
        self.page.goto("about:blank")

    def shoot(self, name):
        """Keep a picture of the whole page; the window grows, a stitched one garbles WebGL."""
        size = self.page.viewport_size
        height = self.page.evaluate("document.documentElement.scrollHeight")
        self.page.set_viewport_size({"width": size["width"], "height": height})
        self.page.wait_for_timeout(400)
        SHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png")
        self.page.set_viewport_size(size)


MAP = "#map[data-drawn]"
CHART = ".js-plotly-plot .main-svg"
