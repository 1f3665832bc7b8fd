"""The whole way: messages at Mosquitto to committed rows of a hypertable, on this machine.

A fleet of 1,000 boxes publishes from a process of its own; `meten ingest` runs as it is shipped;
TimescaleDB writes to disk (fsync on). Everything shares the machine, so quote the ratios.

``rows_per_s``     pages of 60 samples with 12 quantities, as many as the ingest keeps up with, for
                   10 minutes at SCALE=1; chunks older than two weeks are dropped on the way
``copy_per_s``     rows a second of a bare binary COPY of 60,000 rows a transaction into the same
                   hypertable, measured before and after, nothing beside it
``pages_vs_copy``  the first as a share of the second
``usual_per_s``    rows a second of the usual way: paho's on_message, json.loads, one INSERT and
                   one commit a message of one sample
``pages_vs_usual`` how many times that is in ``rows_per_s``
``p50_ms``, ``p99_ms``  from publishing a page to its commit at half of ``rows_per_s``
``rss_mb``, ``rss_growth_mb``  largest memory of the ingest, and how much came after the first tenth
``json_per_s``     messages of one sample as JSON to committed rows, of a session that waited
``paho_per_s``     the same messages received by a paho callback that does nothing
``json_vs_paho``   the first as a share of the second
``shared_gain``    rows a second of two ingests that share the load, as a multiple of one
"""

import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from statistics import median

import numpy as np

from ingest import mqtt
from ingest.broker import LocalBroker
from ingest.connection import log_in
from ingest.stream import Stream
from lokaalmeten import wire
from lokaalmeten.settings import Address
from storage.failures import Connection
from storage.pool import connect
from tests.benchmarks import usual
from tests.benchmarks.bench_write import (
    HOUR_S,
    SETTINGS,
    START,
    hypertable,
    make_batch,
    make_copy,
)
from tests.benchmarks.fleet import NODES, PIECE, Make, Pages, Publisher, Samples
from tests.benchmarks.timing import time_s
from tests.services.debian import programs
from tests.services.meten import running, wait_until

FULL_S = 600
WARM_S = 3
AHEAD = 8000  # pages that are published and not yet committed: more than the ingest holds
COPIES = 20
WEEK_H = 168
YEAR_H = 8760  # each measurement has a year of its own
COMMITTED = "SELECT coalesce(sum(high + 1), 0)::bigint FROM private.delivery WHERE boot = %s"


@dataclass(frozen=True)
class Place:
    """Where the services are, and a connection to look at what they do."""

    dsn: str
    address: Address
    folder: Path
    connection: Connection

    @contextmanager
    def run_ingest(self, name: str, **settings: str) -> Iterator[int]:
        """`meten ingest` as a process of its own; yields its number when it is subscribed."""
        broker = f"mqtt://{self.address}"
        log = self.folder / f"{name}.log"
        log.unlink(missing_ok=True)
        given = {"dsn": self.dsn, "broker": broker, "client": name, **settings}
        with running("ingest", log=log, **given) as process:
            wait_until(lambda: "ready" in log.read_text())
            yield process.pid


def measure(scale: float) -> dict[str, float]:
    """All numbers; ``scale`` times 10 minutes of pages."""
    seconds = max(FULL_S * scale, 10)
    short = min(seconds, 30)
    with services() as place:
        hours = count(hour_of(0))
        copies = measure_copy(place, hours)
        found = measure_pages(place, seconds)
        copies += measure_copy(place, hours)
        found["copy_per_s"] = median(copies)
        found["pages_vs_copy"] = found["rows_per_s"] / found["copy_per_s"]
        found |= measure_latency(place, found["rows_per_s"] / 2 / wire.SAMPLES, short)
        found |= measure_json(place, round(short * 5))
        found["usual_per_s"] = measure_usual(place, round(short / 2))
        found["pages_vs_usual"] = found["rows_per_s"] / found["usual_per_s"]
        found["shared_gain"] = measure_shared(place, short)
    return found


def hour_of(boot: int) -> int:
    """First hour of a measurement, counted from START: a year of the past for each."""
    return (boot - 8) * YEAR_H


@contextmanager
def services(database: Callable[..., AbstractContextManager[str]] = hypertable) -> Iterator[Place]:
    """Server and broker of our own; of a hypertable the nodes are registered."""
    folder = Path(tempfile.mkdtemp(prefix="lokaalmeten-"))
    settings = SETTINGS | {"track_commit_timestamp": "on"}
    try:
        with (
            database(settings) as dsn,
            LocalBroker(folder / "broker", program=programs().mosquitto) as broker,
            connect(dsn) as connection,
        ):
            yield Place(dsn, Address(broker.host, broker.port), folder, connection)
    finally:
        shutil.rmtree(folder)


def measure_copy(place: Place, hours: Iterator[int]) -> list[float]:
    """Rows a second of bare COPYs of a page of every node."""
    rows = NODES * wire.SAMPLES
    found = []
    for turn in range(COPIES + 2):
        run = make_copy(place.connection, make_batch(NODES, START + next(hours) * HOUR_S))
        taken = time_s(run)
        if turn > 1:
            found.append(rows / taken)
    return found


def measure_pages(place: Place, seconds: float) -> dict[str, float]:
    """Rows a second of pages, and the memory of the ingest."""
    with place.run_ingest("ingest-a") as pid, paced(place, boot=1) as committed:
        wait_until(committed)
        time.sleep(WARM_S)
        began, first = time.monotonic(), committed()
        time.sleep(seconds / 10)
        early = read_memory_mb(pid, "VmRSS")
        while (left := began + seconds - time.monotonic()) > 0:
            time.sleep(min(left, 5))
            drop_old(place)
        pages, taken = committed() - first, time.monotonic() - began
        peak = read_memory_mb(pid, "VmHWM")
    return {
        "rows_per_s": pages * wire.SAMPLES / taken,
        "rss_mb": peak,
        "rss_growth_mb": max(peak - early, 0.0),
    }


@contextmanager
def paced(place: Place, boot: int) -> Iterator[Callable[[], int]]:
    """A fleet that stays AHEAD of what is committed; yields how many of its pages that is."""
    pages = Pages(boot, first=hour_of(boot))
    publisher = Publisher(place.address, pages.make, rounds=YEAR_H)
    ended = threading.Event()
    committed = 0

    def pace() -> None:
        nonlocal committed
        with connect(place.dsn) as connection:
            while not ended.wait(0.02):
                row = connection.execute(COMMITTED, [boot]).fetchone()
                committed = row[0] if row else 0
                publisher.allowed.value = committed + AHEAD

    thread = threading.Thread(target=pace)
    thread.start()
    try:
        yield lambda: committed
        publisher.stop()
        wait_until(lambda: committed >= publisher.sent.value, seconds=60)
    finally:
        publisher.stop()
        ended.set()
        thread.join()


def drop_old(place: Place) -> None:
    """Drop chunks that lie more than two weeks behind the newest rows of the fleet."""
    newest = "SELECT time FROM private.observation WHERE node_id = 1 ORDER BY time DESC LIMIT 1"
    row = place.connection.execute(newest.encode()).fetchone()
    if row:
        place.connection.execute(
            "SELECT drop_chunks('private.observation', older_than => %s)",
            [row[0] - timedelta(days=14)],
        )


def read_memory_mb(pid: int, key: str) -> float:
    """Memory of a process from /proc: VmRSS now, VmHWM at most."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{key}:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"process {pid} tells no {key}")


def measure_latency(place: Place, rate: float, seconds: float) -> dict[str, float]:
    """Milliseconds from publishing a page to its commit, at a rate of pages."""
    boot, rounds = 2, round(rate * seconds / NODES)
    pages = Pages(boot, first=hour_of(boot))
    with place.run_ingest("ingest-a"):
        publisher = Publisher(place.address, pages.make, rounds, rate)
        publisher.wait()
        wait_until(lambda: read_one(place, COMMITTED, boot) >= rounds * NODES, seconds=60)
    first = START + hour_of(boot) * HOUR_S
    rows = place.connection.execute(
        "SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin))::float8"
        " FROM private.observation WHERE time >= to_timestamp(%s)"
        " AND extract(minute FROM time) = 0 ORDER BY time, node_id",
        [first],
    ).fetchall()
    kept = np.array(rows)[:, 0]
    sent = np.repeat(np.array(publisher.times)[: len(kept) // PIECE], PIECE)
    # not of the first seconds, in which the ingest reads what is known of every node
    waits = 1000 * (kept - sent)[sent > sent[0] + WARM_S]
    return {"p50_ms": float(np.median(waits)), "p99_ms": float(np.quantile(waits, 0.99))}


def measure_json(place: Place, rounds: int) -> dict[str, float]:
    """Messages a second of JSON of one sample: committed, and received by a bare paho callback."""
    start = hour_of(3) * HOUR_S
    total = rounds * NODES
    with place.run_ingest("ingest-a"):  # its session is there from here on
        pass
    usual.open_session(place.address)
    publish_all(place, Samples(start).make, rounds)
    paho = usual.apart(usual.receive_bare, place.address, total)
    forget_session(place.address, usual.SESSION)
    after = START + start
    with place.run_ingest("ingest-a"):
        query = "SELECT count(*) FROM private.observation WHERE time >= to_timestamp(%s)"
        wait_until(lambda: read_one(place, query, after) >= total, seconds=120)
    batches = place.connection.execute(
        "SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin))::float8 AS at, count(*)"
        " FROM private.observation WHERE time >= to_timestamp(%s) GROUP BY at ORDER BY at",
        [after],
    ).fetchall()
    ours = (total - batches[0][1]) / (batches[-1][0] - batches[0][0])
    return {"json_per_s": ours, "paho_per_s": paho, "json_vs_paho": ours / paho}


def measure_usual(place: Place, rounds: int) -> float:
    """Rows a second of the usual way."""
    start = hour_of(4) * HOUR_S
    usual.open_session(place.address)
    publish_all(place, Samples(start).make, rounds)
    return usual.apart(usual.insert_each, place.address, place.dsn, rounds * NODES)


def measure_shared(place: Place, seconds: float) -> float:
    """Rows a second of two ingests that share the load, as a multiple of one alone."""
    forget_session(place.address, "ingest-a")
    rates = []
    for boot, names in ((5, ["ingest-b"]), (6, ["ingest-b", "ingest-c"])):
        with ExitStack() as stack:
            for name in names:
                stack.enter_context(place.run_ingest(name, share="bench"))
            committed = stack.enter_context(paced(place, boot))
            wait_until(committed)
            time.sleep(WARM_S)
            began, first = time.monotonic(), committed()
            time.sleep(seconds)
            rates.append((committed() - first) / (time.monotonic() - began))
    return rates[1] / rates[0]


def publish_all(place: Place, make: Make, rounds: int) -> None:
    """Publish rounds at full speed and return when the broker has them."""
    publisher = Publisher(place.address, make, rounds)
    publisher.allowed.value = rounds * NODES
    publisher.wait()


def forget_session(address: Address, client_id: str) -> None:
    """Have the broker forget a session, and keep nothing for it."""
    with socket.create_connection((address.host, address.port)) as sock:
        connect = mqtt.to_connect(4, client_id, keep_alive_s=0, clean_start=True)
        log_in(sock, connect, Stream(4), 4)


def read_one(place: Place, query: str, *given: object) -> int:
    """Number that a query answers."""
    row = place.connection.execute(query.encode(), given).fetchone()
    return row[0] if row else 0
