"""The dashboard in a browser: 20,000 hexagons that come from a database and are all drawn at once.

A country of 20,000 boxes (country.py), each in a hexagon of its own that is in view, behind the
server in a process of its own; Chromium with software rendering. SCALE makes it fewer boxes and
fewer views. Medians of several rounds, each of a browser that was never here.

``first_map_s``      from asking for the page until all hexagons are on the canvas, of an hour
``first_day_s``      the same of the page as it is without a choice: 24 hours
``repaint_s``        from another quantity or hour until it is drawn, the slower of the two medians
``repaint_draw_s``   of this what the browser takes when it has the answer
``map_kb``           all that is sent for a first visit, as it goes over the wire
``ping_p95_ms``      `/v1` while 32 others click on the map and on the page of a node
``clicks_per_s``     how many answers these get
``rss_growth_mb``    memory of the server between view 2,000 and 10,000 of its pages
``rows``             in the database
"""

import http.client
import json
import os
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
from playwright.sync_api import sync_playwright
from rich.progress import track

from dashboard.vendor import vendor
from storage.pool import connect
from tests.benchmarks import country
from tests.benchmarks.bench_api import SERVE, serving
from tests.benchmarks.bench_write import HOUR_S, SETTINGS, START, database
from tests.services import debian

BOXES, FEWEST_BOXES = 20_000, 500
ROUNDS = 5
CLIENTS, CLICK_S = 32, 10.0
VIEWS, WARM_VIEWS = 10_000, 2_000
HOUR = START + 12 * HOUR_S  # at whose end a period ends
QUANTITIES = ("pm10", "temperature", "pm25")
PAGES = ("/nl/", "/en/?period=hour", "/nl/nodes", "/nl/embed", "/en/node/box-00001")
DRAWN = "n => Number(document.getElementById('map')?.dataset.drawn ?? 0) > n"
# Where the script of the page is told that something is drawn, the browser notes when.
NOTE = """() => {
  const map = document.getElementById("map");
  new MutationObserver(() => { window.drawnAt = performance.now(); })
    .observe(map, { attributes: true, attributeFilter: ["data-drawn"] });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.name.includes("/_map/")) window.answeredAt = entry.responseEnd;
    }
  }).observe({ type: "resource" });
}"""


def measure(scale: float) -> dict[str, float]:
    """All numbers; ``scale`` times 20,000 boxes and 10,000 views."""
    boxes = max(round(BOXES * scale), FEWEST_BOXES)
    vendor()
    with database(SETTINGS) as dsn:
        with connect(dsn) as connection:
            rows = country.fill(connection, boxes)
        with serving(SERVE, dsn) as asker:
            address = f"http://127.0.0.1:{asker.port}"
            found = look(address, boxes)
            found |= click(asker.port)
            found |= view_on(asker.port, scale)
    return found | {"rows": float(rows)}


# in the browser


def look(address: str, boxes: int) -> dict[str, float]:
    """First maps and repaints."""
    hour = f"/nl/?period=hour&end={to_moment(HOUR)}"
    with browsing() as browser:
        first = [first_map(browser, address, hour, boxes) for _ in range(ROUNDS)]
        day = [first_map(browser, address, "/nl/", boxes) for _ in range(2)]
        repaint = repaints(browser, address, hour)
    return {
        "first_map_s": statistics.median(taken for taken, _ in first),
        "first_day_s": statistics.median(taken for taken, _ in day),
        **repaint,
        "map_kb": max(size for _, size in first) / 1000,
    }


@contextmanager
def browsing() -> Iterator[Any]:
    """Chromium of the tests."""
    found = debian.chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found.path, args=list(found.args), env=found.environment()
        )
        yield browser
        browser.close()


@contextmanager
def visiting(browser: Any) -> Iterator[Any]:
    """A page of a visitor who was never here."""
    with browser.new_context(viewport={"width": 1280, "height": 800}, locale="nl-NL") as context:
        yield context.new_page()


def first_map(browser: Any, address: str, path: str, boxes: int) -> tuple[float, int]:
    """Seconds until the first map, and bytes that were sent for it."""
    with visiting(browser) as page:
        sizes = []
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on(
            "Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"])
        )
        begun = time.perf_counter()
        page.goto(address + path, wait_until="commit")
        page.wait_for_function(DRAWN, arg=0, timeout=60_000)
        taken = time.perf_counter() - begun
        drawn = page.evaluate("Number(document.getElementById('map').dataset.hexagons)")
        assert drawn == boxes, f"{drawn} hexagons are drawn of {boxes}"
        page.wait_for_load_state("networkidle")
        return taken, int(sum(sizes))


def repaints(browser: Any, address: str, path: str) -> dict[str, float]:
    """Seconds of a repaint by another quantity and by another hour, as the browser notes them."""
    with visiting(browser) as page:
        page.goto(address + path)
        page.wait_for_function(DRAWN, arg=0, timeout=60_000)
        page.evaluate(NOTE)
        page.wait_for_timeout(1000)
        by_quantity = [
            repaint(page, "map-quantity", QUANTITIES[turn % 3]) for turn in range(2 * ROUNDS)
        ]
        last = int(page.input_value("#map-moment"))
        by_hour = [repaint(page, "map-moment", str(last - turn - 1)) for turn in range(ROUNDS)]
    medians = [statistics.median(taken for taken, _ in each) for each in (by_quantity, by_hour)]
    drawing = statistics.median(drawn for _, drawn in by_quantity + by_hour)
    return {
        "repaint_s": max(medians),
        "repaint_quantity_s": medians[0],
        "repaint_hour_s": medians[1],
        "repaint_draw_s": drawing,
    }


def repaint(page: Any, name: str, value: str) -> tuple[float, float]:
    """Seconds until something chosen is drawn, and of these after the answer was there."""
    drawn = page.evaluate("Number(document.getElementById('map').dataset.drawn)")
    begun = page.evaluate(
        """([name, value]) => {
          const control = document.getElementById(name), begun = performance.now();
          control.value = value;
          control.dispatchEvent(new Event("input", { bubbles: true }));
          control.dispatchEvent(new Event("change", { bubbles: true }));
          return begun;
        }""",
        [name, value],
    )
    page.wait_for_function(DRAWN, arg=drawn, timeout=60_000)
    page.wait_for_timeout(50)
    drawn_at, answered_at = page.evaluate("[window.drawnAt, window.answeredAt]")
    return (drawn_at - begun) / 1000, (drawn_at - answered_at) / 1000


def to_moment(seconds: int) -> str:
    """Moment as an address has it."""
    return quote(time.strftime("%Y-%m-%dT%H:%MZ", time.gmtime(seconds)))


# over HTTP


def click(port: int) -> dict[str, float]:
    """Milliseconds of a ping while many click."""
    done, pings, clicks = threading.Event(), [], [0] * CLIENTS
    threads = [
        threading.Thread(target=click_on, args=(port, number, done, clicks))
        for number in range(CLIENTS)
    ]
    for thread in threads:
        thread.start()
    time.sleep(1)  # until all are there
    until = time.monotonic() + CLICK_S
    ask = asking(port)
    while time.monotonic() < until:
        begun = time.perf_counter()
        ask("/v1")
        pings.append(1000 * (time.perf_counter() - begun))
        time.sleep(0.02)
    done.set()
    for thread in threads:
        thread.join()
    p95 = float(np.quantile(pings, 0.95))
    return {"ping_p95_ms": p95, "clicks_per_s": sum(clicks) / (CLICK_S + 1)}


def click_on(port: int, number: int, done: threading.Event, clicks: list[int]) -> None:
    """Choose a quantity or an hour on the map, every fourth time on the page of a node."""
    ask, turn = asking(port), number
    while not done.is_set():
        if turn % 4 == 3:
            ask("/_dash-update-component", node_call(turn))
        else:
            end = to_moment(HOUR - turn % 6 * HOUR_S)
            key = QUANTITIES[turn % 3]
            ask(f"/_map/nl?quantity={key}&period=hour&end={end}&size=900x540")
        clicks[number] += 1
        turn += 1
        done.wait(0.25)  # who clicks looks, too


def node_call(turn: int) -> bytes:
    """What the page of a node sends when another quantity is chosen."""
    inputs = [
        {"id": "url", "property": "pathname", "value": f"/nl/node/box-{turn % 400 + 1:05}"},
        {"id": "page-again", "property": "n_intervals", "value": 0},
    ]
    state = [{"id": "url", "property": "search", "value": f"?quantity={QUANTITIES[turn % 3]}"}]
    names = (("page", "children"), ("page-language", "data"), ("page-again", "disabled"))
    outputs = [{"id": name, "property": value} for name, value in names]
    output = "...".join(f"{each['id']}.{each['property']}" for each in outputs)
    body = {
        "output": f"..{output}..",
        "outputs": outputs,
        "inputs": inputs,
        "state": state,
        "changedPropIds": ["url.pathname"],
    }
    return json.dumps(body).encode()


def asking(port: int) -> Callable[..., bytes]:
    """Ask over a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(path: str, body: bytes | None = None) -> bytes:
        headers = {"Content-Type": "application/json"} if body else {}
        connection.request("POST" if body else "GET", path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status == 200, (path, answer.status, content[:200])
        return content

    return ask


def view_on(port: int, scale: float) -> dict[str, float]:
    """Megabytes that the server grows by while its pages are viewed."""
    views, warm = max(round(VIEWS * scale), 200), max(round(WARM_VIEWS * scale), 50)
    ask, process = asking(port), find_server(port)
    sizes = {}
    for turn in track(range(views), "views", transient=True):
        if turn == warm:
            sizes["warm"] = resident_mb(process)
        ask(PAGES[turn % len(PAGES)])
        if turn % 5 == 0:
            key = QUANTITIES[turn % 3]
            end = to_moment(HOUR - turn % 8 * HOUR_S)
            # boxes of their own, so that most answers are new ones
            west = 5 + turn % 97 / 100
            box = f"{west:.2f},52.0,{west + 0.3:.2f},52.3"
            ask(f"/_map/nl?quantity={key}&period=hour&end={end}&level=10&box={box}")
    return {"rss_growth_mb": resident_mb(process) - sizes["warm"]}


def find_server(port: int) -> int:
    """Process that serves: the child whose command names the port."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except (OSError, ValueError):
            continue
        if parent == os.getpid() and str(port).encode() in words:
            return int(folder.name)
    raise LookupError(f"no process serves port {port}")


def resident_mb(process: int) -> float:
    """Memory of a process that is in use."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
