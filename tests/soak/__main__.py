"""Runs the soak: ``python -m tests.soak [MINUTES=120] [BOXES=1000] [SEED=1]``, as root.

The numbers and what happened are printed, and kept in ``.bench/soak.json``; exit code 1 when
anything was lost, doubled or changed.
"""

import json
import random
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import psycopg
from rich.console import Console
from rich.table import Table

from lokaalmeten.settings import Address
from storage.store import Store
from tests.benchmarks.run import RESULTS
from tests.services.apt import Unavailable
from tests.soak.count import Count, count
from tests.soak.disk import Disk
from tests.soak.faults import KINDS, Fault
from tests.soak.fleet import Fleet, name_of
from tests.soak.nodes import FirmwareNode
from tests.soak.stage import Stage

FIRMWARE = 2  # nodes that run the firmware
PATIENCE_S = 180  # after a fault, for something new to be stored
LAST_S = 600  # after the last fault, for the fleet to get rid of what it kept
CALM_S = (5, 20)  # between a recovery and the next fault
PAGES = "SELECT coalesce(sum(high + 1), 0)::bigint FROM private.delivery"

out = Console()


def main(arguments: Sequence[str]) -> int:
    """Run it; 0 when nothing was lost and nothing doubled, 2 where it cannot run."""
    given = {"MINUTES": 120.0, "BOXES": 1000.0, "SEED": 1.0}
    given |= {name: float(value) for name, _, value in (word.partition("=") for word in arguments)}
    notes = Path(tempfile.mkdtemp(prefix="lokaalmeten-soak-notes-"))
    try:
        with Disk() as disk, Stage(disk, notes) as stage:
            found, happened, extra = soak(stage, notes, given)
    except Unavailable as reason:
        out.print(f"the soak cannot run here: {reason}")
        return 2
    show(found, happened, extra, notes)
    return 1 if found.wrong or extra["recovered in vain"] or extra["pages still kept"] else 0


def soak(stage: Stage, notes: Path, given: dict[str, float]):
    """All faults, then the count."""
    chance = random.Random(int(given["SEED"]))
    boxes = int(given["BOXES"])
    register(stage.server.dsn, boxes)
    until = time.monotonic() + given["MINUTES"] * 60
    fleet = Fleet(Address("127.0.0.1", stage.to_nodes.port), boxes, int(given["SEED"]), notes / "sent.npz")
    broker = f"mqtt://127.0.0.1:{stage.to_nodes.port}"
    stage.nodes = [FirmwareNode(f"firmware-{one}", broker, notes) for one in range(FIRMWARE)]
    try:
        if wait_for_more(stage, 0) is None:
            raise Unavailable(f"no page is stored, see the logs in {notes}")
        happened, memory = go_wrong(stage, chance, until)
        kept = fleet.finish(LAST_S)
        for node in stage.nodes:
            node.stop()
        time.sleep(5)
        found = count(stage.server.dsn, fleet.note)
    finally:
        fleet.stop()
        for node in stage.nodes:
            node.stop()
    said = (notes / "ingest.log").read_text(errors="replace")
    extra = {
        "minutes": given["MINUTES"],
        "boxes": boxes,
        "pages still kept": kept,
        "recovered in vain": sum(took is None for kind in happened.values() for took in kind),
        "memory of the ingest, first MB": memory[0],
        "memory of the ingest, last MB": memory[-1],
        "memory of the ingest, most MB": max(memory),
        "times that the ingest met a full disk": said.count("disk is full"),
        "firmware starts": sum(node.boots for node in stage.nodes),
        **{f"ended by itself: {name}": times for name, times in stage.ended.items()},
    }
    return found, happened, extra


def register(dsn: str, boxes: int) -> None:
    """Make the nodes known."""
    with Store(dsn) as store:
        for number in range(1, boxes + 1):
            store.add_node(name_of(number), "box", lat=52.0 + number * 1e-4, lon=5.1)
        for number in range(FIRMWARE):
            store.add_node(f"firmware-{number}", "box", lat=52.0, lon=5.2)


def go_wrong(stage: Stage, chance: random.Random, until: float):
    """Faults of all kinds in a new order each round; seconds to recover from each, by kind."""
    happened: dict[str, list[float | None]] = defaultdict(list)
    memory = [stage.read_memory_mb()]
    while time.monotonic() < until:
        for fault in chance.sample(KINDS, len(KINDS)):
            time.sleep(chance.uniform(*CALM_S))
            fault(stage, chance)
            took = wait_for_more(stage, read_pages(stage))
            happened[name_fault(fault)].append(took)
            said = "nothing came back" if took is None else f"{took:.1f} s"
            out.print(f"{time.strftime('%H:%M:%S')}  {name_fault(fault)}  {said}")
            memory.append(stage.read_memory_mb())
            if time.monotonic() > until:
                break
    return happened, memory


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


def name_fault(fault: Fault) -> str:
    """What happened, in words."""
    return (fault.__doc__ or "").strip().rstrip(".")


def show(found: Count, happened, extra: dict[str, float], notes: Path) -> None:
    """Print and keep it."""
    faults = {
        name: {
            "times": len(took),
            "median_s": round(median([one for one in took if one is not None] or [-1]), 1),
            "most_s": round(max([one for one in took if one is not None] or [-1]), 1),
        }
        for name, took in sorted(happened.items())
    }
    table = Table("what went wrong", "times", "until more was stored: median s", "most s")
    for name, row in faults.items():
        table.add_row(name, *map(str, row.values()))
    out.print(table)
    table = Table("what was counted", "number")
    for name, value in [*extra.items(), *found.to_rows()]:
        table.add_row(name, f"{value:,.0f}")
    out.print(table)
    out.print("nothing was lost, doubled or changed" if not found.wrong else f"WRONG: {found.wrong}")
    RESULTS.mkdir(exist_ok=True)
    everything = {"faults": faults, **extra, **dict(found.to_rows())}
    (RESULTS / "soak.json").write_text(json.dumps(everything, indent=2) + "\n")
    if found.wrong:
        out.print(f"logs are in {notes}")
    else:
        shutil.rmtree(notes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
