"""A month in a node's life, on the real MicroPython, through a real broker and `meten ingest`.

The network is away 40 % of the time, up to five days at a stretch, the power goes seven times a
day, the broker is killed. Each sample tells in pm1 the how manieth it is.
"""

import subprocess
import time
from pathlib import Path

import psycopg
import pytest

from lokaalmeten import wire
from storage.store import Store
from tests.services.meten import ingesting

REPOSITORY = Path(__file__).parents[2]
SCRIPT = Path(__file__).parent / "days.py"
NODE = "box-1"
PM1 = 2  # place in a record of schema 1
DAYS, CUTS, KILLS, SEED = 30, 200, 20, 1


class Told:
    """What the node said."""

    def __init__(self):
        self.taken = {}  # true Unix time of each sample by its number
        self.kept, self.unsure = [], []
        self.figures = (0, 0, 0, 0, 0)

    def read(self, line):
        what, *rest = line.split()
        if what == "S":
            self.taken[int(rest[0])] = int(rest[1])
        elif what in "KU":
            (self.kept if what == "K" else self.unsure).append(bytes.fromhex(rest[0]))
        elif what == "END":
            sent, dropped, flash, pages, boots = map(int, rest)
            self.figures = (sent, dropped, flash, pages, boots)


def numbers_of(pages):
    """Numbers of the samples of all pages but the anchors."""
    return [
        record[PM1]
        for schema, *_, records in map(wire.read_page, pages)
        if schema == 1
        for record in records
    ]


def live(micropython, mosquitto, folder):
    """Let the node live; kill and start the broker when it says so."""
    told = Told()
    command = [micropython, "-X", "heapsize=8M", SCRIPT]  # the flash is in it
    command += [mosquitto.host, mosquitto.port, NODE, DAYS, CUTS, KILLS, SEED]
    path = f"{REPOSITORY}/firmware/simulated:{REPOSITORY}:.frozen"
    with subprocess.Popen(
        list(map(str, command)),
        cwd=folder,
        env={"MICROPYPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as node:
        for line in node.stdout:
            if line.strip() in ("kill", "start"):
                getattr(mosquitto, line.strip())()
                node.stdin.write("done\n")
                node.stdin.flush()
            else:
                told.read(line)
    assert node.returncode == 0
    return told


def boots_with_a_time(pages):
    read = [wire.read_page(page) for page in pages]
    return {boot for schema, boot, *_ in read if schema == wire.ANCHOR}


def split(pages, anchored):
    """Pages whose time the ingest can know, and the others."""
    placed, others = [], []
    for page in pages:
        _, boot, _, _, flags, _ = wire.read_page(page)
        knows = not flags & wire.FLAG_TICKS or boot in anchored
        (placed if knows else others).append(page)
    return placed, others


def read_stored(dsn):
    """(number, Unix time) of what is stored."""
    with psycopg.connect(dsn) as connection:
        return connection.execute(
            "SELECT pm1, extract(epoch FROM time)::bigint FROM private.observation"
        ).fetchall()


def read_waiting(dsn):
    """Pages that wait for their time."""
    with psycopg.connect(dsn) as connection:
        return [
            bytes(payload)
            for (payload,) in connection.execute(
                "SELECT payload FROM private.rejected WHERE reason = 'no time'"
            )
        ]


@pytest.mark.timeout(900)
def test_every_sample_that_was_kept_is_stored_exactly_once(
    micropython, timescale_database, mosquitto, tmp_path
):
    with Store(timescale_database) as store:
        store.add_node(NODE, "box", lat=52.0, lon=5.0)
    began = time.monotonic()
    with ingesting(timescale_database, mosquitto, tmp_path / "ingest.log"):
        told = live(micropython, mosquitto, tmp_path)
    sent, dropped, flash_bytes, page_bytes, boots = told.figures
    print(
        f"{len(told.taken)} samples, {len(told.kept)} pages kept, {sent} sent, {boots} boots, "
        f"flash {flash_bytes / page_bytes:.3f}x, {time.monotonic() - began:.0f} s"
    )
    assert dropped == 0
    assert boots > CUTS
    placed, others = split(told.kept, boots_with_a_time(told.kept))
    # an anchor may be whole on the flash although the power went while it was written
    maybe, waiting = split(others, boots_with_a_time(told.unsure))
    expected, unsure = numbers_of(placed), set(numbers_of(told.unsure + maybe))

    stored = read_stored(timescale_database)
    numbers = [number for number, _ in stored]
    assert len(set(numbers)) == len(numbers), "a sample is stored more than once"
    assert set(expected) - set(numbers) == set(), "samples are missing"
    assert set(numbers) - set(expected) <= unsure, "samples are stored that were not kept"
    assert set(waiting) <= set(read_waiting(timescale_database))
    late = {number: at - told.taken[number] for number, at in stored}
    assert {late_s for late_s in late.values() if not -2 <= late_s <= 2} == set()
    # most of what was measured was kept: the power took only what was not yet a page
    assert len(expected) > 0.5 * len(told.taken)
    assert flash_bytes < 1.1 * page_bytes
