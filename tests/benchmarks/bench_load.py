"""The API asked by 500 clients while 2,000 nodes are online, all on this machine.

A city of 2,000 boxes with a day of history in a hypertable on disk, Mosquitto, `meten ingest` and
the server as they are shipped. Every node has a connection of its own and sends a page of 60
samples every 30 s: 4,000 samples a second, where real ones send a sample a minute. The clients
come from 500 addresses, each asks on average two seconds after its last answer: latest values,
hexagons, histories, SensorThings, layers, downloads and pages. Nodes alone, then with clients, then
alone again, a minute each. SCALE makes the history and the minutes shorter.

``clients``          that asked
``errors``           answers other than 200, 429 or 503, and questions without any
``refused``          answers 429 and 503
``p95_ms``           of all answers; ``p50_ms`` their median
``asks_per_s``       answers a second
``ingest_share``     rows a second that were committed with clients, as a share of without
``ingest_p95_ms``    from publishing a page to its commit with clients, ``alone_p95_ms`` without
``rows``             in the database at the end
"""

import time
from datetime import UTC, datetime
from math import ceil

import numpy as np
from numpy.typing import NDArray

from storage.failures import Connection
from tests.benchmarks.bench_api import SERVE, serving
from tests.benchmarks.bench_ingest import Place, services
from tests.benchmarks.bench_write import HOUR_S, START, database
from tests.benchmarks.city import City
from tests.benchmarks.filling import Filling
from tests.benchmarks.many_clients import Clients
from tests.benchmarks.many_nodes import BOOT, EVERY_S, Nodes

BOXES, BIKES, CLIENTS = 2000, 200, 500
HOURS, FEWEST_HOURS = 24, 2
PHASE_S, SHORTEST_S = 60.0, 20.0
Span = tuple[float, float]  # Unix time of begin and end
ALLOWED = (200, 429, 503)
COMMITTED = "SELECT coalesce(sum(high + 1), 0)::bigint FROM private.delivery WHERE boot = %s"
COMMITS = """
SELECT n.name, ((extract(epoch FROM o.time) - %s) / 3600)::bigint,
    extract(epoch FROM pg_xact_commit_timestamp(o.xmin))::float8
FROM private.observation o JOIN private.node n ON n.id = o.node_id
WHERE o.time >= to_timestamp(%s) AND extract(minute FROM o.time) = 0
"""


def measure(scale: float) -> dict[str, float]:
    """All numbers; ``scale`` times a day and three minutes."""
    hours = max(ceil(HOURS * scale), FEWEST_HOURS)
    seconds = max(PHASE_S * scale, SHORTEST_S)
    city = City.make(BOXES, BIKES)
    with services(database) as place:
        city.register(place.connection)
        filling = Filling(place.connection, city)
        filling.write_hours(hours)
        place.connection.execute("VACUUM ANALYZE")
        with place.run_ingest("ingest"), serving(SERVE, place.dsn) as asker:
            start = START + (hours + 1) * HOUR_S
            nodes = Nodes(place.address, city.names, start, place.folder / "sent.npy")
            nodes.online.wait()
            time.sleep(EVERY_S)  # until each has sent
            paths = find_paths(city.names, START + (hours - 1) * HOUR_S)
            found, span = ask_beside(place, asker.port, paths, seconds)
            found |= measure_lateness(place.connection, city.names, start, nodes.stop(), span)
    return found


def find_paths(names: list[str], last: int) -> list[str]:
    """What is asked, of an hour (Unix seconds) for which there are data."""
    day, hour, end = (
        f"{datetime.fromtimestamp(last + shift * HOUR_S, UTC):%Y-%m-%dT%H:00:00Z}"
        for shift in (-22, 0, 1)
    )
    some = names[:: len(names) // 10]
    period = f"quantity=pm25&start={day}&end={end}"
    return [
        "/v1/latest",
        "/v1/nodes",
        f"/v1/hexagons?quantity=pm25&start={hour}&end={end}",
        *(f"/v1/nodes/{name}/series?{period}" for name in some),
        *(f"/sta/v1.1/Datastreams('{name}:pm25')/Observations?$top=100" for name in some),
        "/sta/v1.1/Things?$top=100&$expand=Locations",
        "/v1/features/collections/nodes/items?limit=100",
        f"/v1/downloads/observations?node={some[0]}&{period}",
        "/nl/",
        f"/en/node/{some[1]}",
    ]


def ask_beside(
    place: Place, port: int, paths: list[str], seconds: float
) -> tuple[dict[str, float], Span]:
    """Numbers of the clients, rows a second beside those without, and when clients were there."""
    alone = [count_rows(place, seconds)]
    begin = time.time()
    clients = Clients(port, CLIENTS, paths, seconds, place.folder / "asked.npy")
    beside = count_rows(place, seconds)
    seen, end = clients.wait(), time.time()
    alone.append(count_rows(place, seconds))
    status, took, path = seen.T
    wrong = ~np.isin(status, ALLOWED)
    for number in np.unique(path[wrong]).astype(int):
        print(f"{paths[number]}: {np.unique(status[wrong & (path == number)])}")
    return {
        "clients": float(CLIENTS),
        "errors": float(wrong.sum()),
        "refused": float(np.isin(status, (429, 503)).sum()),
        "p95_ms": float(np.quantile(took, 0.95)),
        "p50_ms": float(np.median(took)),
        "asks_per_s": len(took) / (end - begin),
        "ingest_share": beside / float(np.mean(alone)),
    }, (begin, end)


def count_rows(place: Place, seconds: float) -> float:
    """Samples a second that are committed in the next seconds."""
    first, began = read_pages(place.connection), time.monotonic()
    time.sleep(seconds)
    return 60 * (read_pages(place.connection) - first) / (time.monotonic() - began)


def read_pages(connection: Connection) -> int:
    """Pages of the nodes that are committed."""
    row = connection.execute(COMMITTED.encode(), [BOOT]).fetchone()
    return row[0] if row else 0


def measure_lateness(
    connection: Connection, names: list[str], start: int, sent: NDArray[np.float64], span: Span
) -> dict[str, float]:
    """From publishing a page to its commit, with clients and without."""
    index = {name: at for at, name in enumerate(names)}
    rows = connection.execute(COMMITS.encode(), [start, start]).fetchall()
    kept = np.full((len(names), 1 + int(sent[:, 1].max())), np.nan)
    for name, page, at in rows:
        kept[index[name], page] = at
    moments = np.column_stack([sent[:, 2], kept[sent[:, 0].astype(int), sent[:, 1].astype(int)]])
    moments = moments[~np.isnan(moments[:, 1])]  # what was sent last may still be under way
    late = 1000 * (moments[:, 1] - moments[:, 0])
    beside = (moments[:, 0] > span[0]) & (moments[:, 0] < span[1])
    row = connection.execute("SELECT count(*) FROM private.observation").fetchone()
    return {
        "ingest_p95_ms": float(np.quantile(late[beside], 0.95)),
        "alone_p95_ms": float(np.quantile(late[~beside], 0.95)),
        "rows": float(row[0] if row else 0),
    }
