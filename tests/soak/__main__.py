"""Runs the soak: ``python -m tests.soak [MINUTES=120] [BOXES=1000] [SEED=1]``, as root.

What happened and what was counted is printed and kept in ``.bench/soak.json``. Exit code 1 when
anything was lost, doubled or changed, 2 when it cannot run here.
"""

import random
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import psycopg

from lokaalmeten.settings import Address
from storage.store import Store
from tests.services.apt import Unavailable
from tests.soak.count import count
from tests.soak.disk import Disk
from tests.soak.faults import KINDS, name_fault
from tests.soak.fleet import Fleet, name_of
from tests.soak.nodes import FirmwareNode
from tests.soak.report import Happened, Run, keep, out, show
from tests.soak.stage import Stage

GIVEN = {"MINUTES": 120.0, "BOXES": 1000.0, "SEED": 1.0}
FIRMWARE = 2  # nodes that run the firmware
PATIENCE_S = 180  # after a fault, for something new to be stored
LAST_S = 600  # after the last fault, for the fleet to get rid of what it kept
CALM_S = (5, 20)  # between a recovery and the next fault
PAGES = "SELECT coalesce(sum(high + 1), 0)::bigint FROM private.delivery"


def main(arguments: Sequence[str]) -> int:
    """Run it; the exit code."""
    given = read_arguments(arguments)
    if given is None:
        out.print(
            f"usage: make soak {' '.join(f'{name}={value:g}' for name, value in GIVEN.items())}"
        )
        return 2
    notes = Path(tempfile.mkdtemp(prefix="lokaalmeten-soak-notes-"))
    try:
        with Disk() as disk, Stage(disk, notes) as stage:
            run = soak(stage, notes, **given)
    except Unavailable as reason:
        out.print(f"the soak cannot run here: {reason}")
        return 2
    show(run)
    keep(run)
    if run.failed:
        out.print(f"the logs are in {notes}")
        return 1
    shutil.rmtree(notes)
    return 0


def read_arguments(arguments: Sequence[str]) -> dict[str, float] | None:
    """Numbers by name in small letters; None when there is another word among them."""
    given = dict(GIVEN)
    for word in arguments:
        name, _, value = word.partition("=")
        if name not in GIVEN or not value.replace(".", "", 1).isdigit():
            return None
        given[name] = float(value)
    return {name.lower(): value for name, value in given.items()}


def soak(stage: Stage, notes: Path, minutes: float, boxes: float, seed: float) -> Run:
    """All faults, then the count."""
    register(stage.server.dsn, int(boxes))
    until = time.monotonic() + minutes * 60
    broker = Address("127.0.0.1", stage.to_nodes.port)
    fleet = Fleet(broker, int(boxes), int(seed), notes / "sent.npz")
    stage.nodes += [FirmwareNode(f"firmware-{one}", broker, notes) for one in range(FIRMWARE)]
    try:
        if wait_for_more(stage, 0) is None:
            raise Unavailable(f"no page is stored; the logs are in {notes}")
        happened, memory_mb = go_wrong(stage, random.Random(int(seed)), until)
        left = fleet.finish(LAST_S)
        for node in stage.nodes:
            node.stop()
        found = count(stage.server.dsn, fleet.note)
    finally:
        fleet.stop()
        for node in stage.nodes:
            node.stop()
    full = (notes / "ingest.log").read_text(errors="replace").count("disk is full")
    return Run(minutes, int(boxes), happened, memory_mb, left, full, dict(stage.ended), found)


def register(dsn: str, boxes: int) -> None:
    """Make the nodes known."""
    with Store(dsn) as store:
        for number in range(1, boxes + 1):
            store.add_node(name_of(number), "box", lat=52.0 + number * 1e-4, lon=5.1)
        for number in range(FIRMWARE):
            store.add_node(f"firmware-{number}", "box", lat=52.0, lon=5.2)


def go_wrong(stage: Stage, chance: random.Random, until: float) -> tuple[Happened, list[float]]:
    """Faults of all kinds, each round in a new order.

    Returns seconds to recover from each, by kind, and the memory of the ingest after each, MB.
    """
    happened: Happened = defaultdict(list)
    memory_mb = [stage.read_memory_mb()]
    while time.monotonic() < until:
        for fault in chance.sample(KINDS, len(KINDS)):
            time.sleep(chance.uniform(*CALM_S))
            fault(stage, chance)
            took = wait_for_more(stage, read_pages(stage))
            happened[name_fault(fault)].append(took)
            said = "nothing came back" if took is None else f"{took:.1f} s"
            out.print(f"{time.strftime('%H:%M:%S')}  {name_fault(fault)}: {said}")
            memory_mb.append(stage.read_memory_mb())
            if time.monotonic() > until:
                break
    return happened, memory_mb


def wait_for_more(stage: Stage, before: int) -> float | None:
    """Seconds until more pages are committed than before; None when they do not come."""
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE_S:
        if read_pages(stage) > before:
            return time.monotonic() - began
        time.sleep(0.1)
    return None


def read_pages(stage: Stage) -> int:
    """Pages that are committed; waits for a database that is away."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            with psycopg.connect(stage.server.dsn, connect_timeout=5) as connection:
                row = connection.execute(PAGES.encode()).fetchone()
                return row[0] if row else 0
        except psycopg.Error:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
