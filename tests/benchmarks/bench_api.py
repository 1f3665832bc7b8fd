"""SensorThings over HTTP: a city of 2,000 boxes behind the server in a process of its own.

The boxes have 13 quantities and a sample a minute for two days, on disk in a hypertable; SCALE
makes it fewer hours, at least two. All is asked over one connection that stays open, and read as
JSON arrives, but not parsed. Each is asked 100 times (what is slow as often as goes in 20 s), with
a cookie, for which every answer is made anew; only ``shared`` ones are those that many get.

``sta_latest_p95_ms``       PM2.5 of all boxes: latest value, Thing and Location, what a map shows
``sta_latest_whole_p95_ms`` the same with all properties of all entities
``sta_latest_mb``           size of the first of these, ``sta_latest_whole_mb`` of the second
``sta_page_p95_ms``         100 observations of one series, another one each time
``sta_next_p95_ms``         the page after it
``sta_count_p95_ms``        how many observations there are, and in turn of one series
``sta_things_p95_ms``       100 Things with Locations and Datastreams
``sta_near_p95_ms``         Things within a kilometre of a place
``sta_latest_shared_p95_ms`` latest as many ask for it, made once in five seconds for all
``rps``                     pages of 100 observations a second that 32 clients get, each its own
``rps_shared``              the same page for all, ``rps_bare`` its bytes from a bare FastAPI route
``rps_vs_bare``             the first of these over the last, ``rps_shared_vs_bare`` the second
``rows``                    of the observations
"""

import http.client
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from urllib.parse import quote, urlsplit

import numpy as np

from storage.pool import connect
from tests.benchmarks.bench_write import SETTINGS, database
from tests.benchmarks.city import City
from tests.benchmarks.filling import Filling
from tests.benchmarks.questions import draw
from tests.benchmarks.timing import no_collector, time_s

BOXES, BIKES = 2000, 200
HOURS, FEWEST_HOURS = 48, 2
ASKS, WARM, FEWEST, PATIENCE_S = 100, 5, 20, 20.0
ROOT = Path(__file__).parents[2]
LATEST = (
    "/Datastreams?$top=2000&$filter=ObservedProperty/@iot.id eq 'pm25'&$select=id"
    "&$expand=Thing($select=name,description;$expand=Locations($select=location)),"
    "Observations($orderby=phenomenonTime desc;$top=1;$select=phenomenonTime,result)"
)
WHOLE = (
    "/Datastreams?$top=2000&$filter=ObservedProperty/@iot.id eq 'pm25'"
    "&$expand=Thing/Locations,Observations($orderby=phenomenonTime desc;$top=1)"
)
STARTED_S = 60  # for the server to listen
CLIENTS, RUN_S = 32, 5.0
NOBODY = {"Cookie": "answers=mine"}  # no session; but its answers are not shared
SERVE = "import sys; from dashboard.serve import serve; serve(sys.argv[1], port=int(sys.argv[2]))"
BARE = """
import sys
import uvicorn
from fastapi import FastAPI, Response
app, body = FastAPI(), bytes.fromhex(sys.argv[1])
app.get("/{path:path}")(lambda: Response(body, media_type="application/json"))
uvicorn.run(app, port=int(sys.argv[2]), log_level="warning")
"""


def measure(scale: float) -> dict[str, float]:
    """All numbers; ``scale`` times 48 hours, at least 2."""
    hours = max(ceil(HOURS * scale), FEWEST_HOURS)
    city = City.make(BOXES, BIKES)
    with database(SETTINGS) as dsn, connect(dsn) as connection:
        city.register(connection)
        filling = Filling(connection, city)
        filling.write_hours(hours)
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
        with serving(SERVE, dsn) as asker:
            found = ask_all(asker, city) | crowd(asker)
        return found | {"rows": float(filling.rows)}


@dataclass
class Asker:
    """One connection to a server."""

    port: int
    headers: dict[str, str]

    def __post_init__(self) -> None:
        """Prepare the connection."""
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def get(self, path: str) -> bytes:
        """Body of an answer, which is 200."""
        target = path if path.startswith("/sta") else "/sta/v1.1" + quote(path, "/?&=$(),;'")
        self.connection.request("GET", target, headers=self.headers)
        answer = self.connection.getresponse()
        body = answer.read()
        assert answer.status == 200, body
        return body


def ask_all(asker: Asker, city: City) -> dict[str, float]:
    """Every question, 95th percentiles in milliseconds."""
    there = find_there(asker)
    # one box in a hundred is away on the first day
    assert len(there) >= 0.99 * BOXES
    name, series = draw(there), draw(there)
    count = draw(["/Observations?$count=true&$top=0", None])
    pages = [read_next(asker, f"/Datastreams('{each}:pm25')/Observations") for each in there[:50]]
    following = draw(pages)
    south, west = city.place.mean(axis=0)
    near = f"geo.distance(Locations/location,geography'POINT({west:.4f} {south:.4f})') lt 0.01"
    many = Asker(asker.port, {})
    questions: dict[str, Callable[[], bytes]] = {
        "latest": lambda: asker.get(LATEST),
        "latest_shared": lambda: many.get(LATEST),
        "latest_whole": lambda: asker.get(WHOLE),
        "page": lambda: asker.get(f"/Datastreams('{next(name)}:pm25')/Observations"),
        "next": lambda: asker.get(next(following)),
        "count": lambda: asker.get(
            next(count) or f"/Datastreams('{next(series)}:pm25')/Observations?$count=true&$top=0"
        ),
        "things": lambda: asker.get("/Things?$expand=Locations,Datastreams"),
        "near": lambda: asker.get(f"/Things?$filter={near}"),
    }
    sizes = {f"sta_{key}_mb": len(questions[key]()) / 1e6 for key in ("latest", "latest_whole")}
    with no_collector():
        return {f"sta_{key}_p95_ms": p95_ms(ask) for key, ask in questions.items()} | sizes


def find_there(asker: Asker) -> list[str]:
    """Boxes that have PM2.5."""
    return [stream["Thing"]["name"] for stream in json.loads(asker.get(LATEST))["value"]]


def crowd(asker: Asker) -> dict[str, float]:
    """Pages a second that many clients get, and what a bare route of the same bytes gives."""
    paths = [f"/Datastreams('{name}:pm25')/Observations" for name in find_there(asker)[:200]]
    body = asker.get(paths[0])
    found = {
        "rps": count_answers(asker.port, paths, NOBODY),
        "rps_shared": count_answers(asker.port, paths[:1], {}),
    }
    with serving(BARE, body.hex()) as bare:
        found["rps_bare"] = count_answers(bare.port, paths[:1], {})
    ratios = {f"{key}_vs_bare": found[key] / found["rps_bare"] for key in ("rps", "rps_shared")}
    return found | ratios


def count_answers(port: int, paths: list[str], headers: dict[str, str]) -> float:
    """Answers a second to CLIENTS that each ask on as soon as they have one."""
    until, counts = time.monotonic() + RUN_S, [0] * CLIENTS

    def ask_on(number: int) -> None:
        asker = Asker(port, headers)
        while time.monotonic() < until:
            asker.get(paths[(number + 7 * counts[number]) % len(paths)])
            counts[number] += 1

    threads = [threading.Thread(target=ask_on, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / RUN_S


def p95_ms(ask: Callable[[], object]) -> float:
    """95th percentile of the answers to a question, after some to warm up."""
    until = time.monotonic() + PATIENCE_S
    seconds = []
    while len(seconds) < WARM + ASKS:
        seconds.append(time_s(ask))
        if len(seconds) >= WARM + FEWEST and time.monotonic() > until:
            break
    return 1000 * float(np.quantile(seconds[WARM:], 0.95))


def read_next(asker: Asker, path: str) -> str:
    """Path of the page after the first."""
    link = urlsplit(json.loads(asker.get(path))["@iot.nextLink"])
    return f"{link.path}?{link.query}"


@contextmanager
def serving(program: str, argument: str) -> Iterator[Asker]:
    """A program that serves what its first argument says, in a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    command = [sys.executable, "-c", program, argument, str(port)]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        asker = Asker(port, NOBODY)
        until = time.monotonic() + STARTED_S
        while True:
            try:
                asker.get("/Things?$top=1")
                break
            except OSError:
                asker.connection.close()
                assert process.poll() is None, "the server did not start"
                assert time.monotonic() < until, "the server does not listen"
                time.sleep(0.2)
        yield asker
    finally:
        process.terminate()
        process.wait(15)
