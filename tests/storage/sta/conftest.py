"""A made-up network for the tests of SensorThings: boxes, one without a place, and a bike."""

import numpy as np
import pytest

from lokaalmeten.observations import to_observations
from lokaalmeten.quality import Flag
from storage.migrate import migrate
from storage.pool import connect
from storage.registry import add_node
from storage.sta.options import read_options
from storage.sta.paths import read_path
from storage.sta.reading import read
from storage.writer import write

START = 1_774_744_200  # Sunday 2026-03-29 00:30 UTC: half an hour before clocks jump
COUNT, STEP_S = 40, 120
KEYS = ("pm25", "temperature")
SYMBOLS = {"pm25": "µg/m³", "temperature": "°C"}
FLAGS = [Flag.GOOD, Flag.SUSPECT, Flag.FAIL]
NODES = {"box-a": 52.1, "o-box": 52.2, "box-nowhere": None}


def make_rows():
    """Every observation of the network, as the obvious loop makes them."""
    rows = []
    for place, node in enumerate(NODES):
        for slot, key in enumerate(KEYS):
            for number in range(COUNT):
                if (number + place + slot) % 5 == 0:
                    continue  # missing
                rows.append(
                    {
                        "node": node,
                        "quantity": key,
                        "stream": f"{node}:{key}",
                        "symbol": SYMBOLS[key],
                        "second": START + number * STEP_S,
                        "result": (100 * place + 25 * slot + 7 * number % 53 * 10) / 100,
                        "flag": int(FLAGS[number % 3]),
                    }
                )
    return rows


def fill(connection):
    """Write the network."""
    rows = make_rows()
    for node, lat in NODES.items():
        place = {} if lat is None else {"lat": lat, "lon": 5.1}
        known = add_node(connection, node, "box", label=f"Box {node}", **place)
        counts = np.full((len(KEYS), COUNT), np.iinfo(np.int32).min, np.int32)
        flags = np.full(counts.shape, Flag.MISSING, np.uint8)
        for row in rows:
            if row["node"] == node:
                at = KEYS.index(row["quantity"]), (row["second"] - START) // STEP_S
                counts[at] = round(row["result"] * 100)
                flags[at] = row["flag"]
        time = START + STEP_S * np.arange(COUNT, dtype=np.int64)
        made = to_observations(np.full(COUNT, known.id, np.int32), time, KEYS, counts)
        made.flags[:] = flags
        write(connection, [made])
    add_node(connection, "bike-a", "bike")
    add_node(connection, "box-silent", "box", lat=52.3, lon=5.1)


@pytest.fixture(scope="module")
def network(databases):
    """A connection to the database of the network; tests only read it."""
    with databases.migrated(migrate) as dsn, connect(dsn) as connection:
        fill(connection)
        yield connection


@pytest.fixture(scope="module")
def ask(network):
    """Reads a path with options, as ``ask("Things", **{"$top": "1"})``."""

    def get(path, **options):
        read_ = read_path(path)
        return read(network, read_, read_options(read_.last.entity, options.items()))

    return get
