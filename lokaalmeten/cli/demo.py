"""`meten demo`: what `meten up` runs, with a virtual city and rides that show at once.

own database -> broker that is open to this machine -> who measures -> parts -> one address

Where MicroPython is, one of those who measure is a node with the software of a real one.
"""

import math
import os
import threading
import time
from datetime import timedelta
from pathlib import Path

from rich.console import Console

from dashboard.vendor import vendor
from ingest.broker import LocalBroker
from ingest.importing import find_source
from ingest.virtual.city import to_degrees
from ingest.virtual.districts import list_outlines
from lokaalmeten.errors import ServiceError
from lokaalmeten.privacy import FEWEST_NODES
from lokaalmeten.processes import free_port
from lokaalmeten.settings import PREFIX, Settings
from storage.access import add_key
from storage.migrate import migrate
from storage.pool import connect
from storage.privacy import set_publication
from storage.registry import add_node
from storage.server_folder import remove
from storage.zones import add_zone

from .imports import run_import
from .installation import (
    FOLDER,
    PARTS,
    WAY_IN,
    Installation,
    Kind,
    Places,
    make_folder,
    open_database,
    write_way_in,
)
from .simulated import find_micropython
from .supervisor import Supervisor

HISTORY_H = 72  # hours that the virtual nodes deliver late: enough for a forecast
FORECAST_S = 300
NODE = "demo-box"
SHOWN = {
    "ingest": PARTS["ingest"],
    "forecast": Kind(("forecast", "run", "--every", str(FORECAST_S)), PARTS["forecast"].role),
    "dashboard": PARTS["dashboard"],
}
CITY = {
    "virtual": Kind(("virtual", "--history", str(HISTORY_H))),
    "node": Kind(("node", "sim", NODE)),
}
# begins once the pages are there, and the evening is over after some hours
EVENING = {"crowd": Kind(("crowd", "replay", "--made-up", "--live"), rest_s=math.inf)}
NODE_LABEL = "Gesimuleerde box met echte software"
NODE_M = (350.0, -250.0)  # metres east and north of the middle of the virtual town


def run_demo(
    settings: Settings, stop: threading.Event, out: Console, *, files: list[Path], clean: bool
) -> None:
    """Run until ``stop``; shows ``files`` when there are any, else the virtual city.

    Raises ServiceError when a part cannot start, or does not come back when it ended.
    """
    began = time.monotonic()
    data = settings.data.absolute()
    free_port(settings.port)
    make_folder(data)
    if clean:
        remove(data / FOLDER)
    with Supervisor(lambda line: out.print(line, soft_wrap=True, markup=False)) as supervisor:
        dsn = open_database(supervisor, data, out)
        migrate(dsn)
        show_rides_at_once(dsn, own=bool(files))
        broker = LocalBroker(data / "broker")
        supervisor.start("broker", broker, broker.folder / f"{broker.kind}.log")
        out.print(f"broker    {broker.kind} at {broker.host}:{broker.port}")
        vendor()
        if files:
            run_import(find_source("snuffelfiets"), files, dsn, out)
        else:
            register_districts(dsn)
        url = f"mqtt://{broker.host}:{broker.port}"
        environment = {**os.environ, f"{PREFIX}PORT": str(settings.port)}
        installation = Installation(supervisor, Places(data, dsn, url, url), environment)
        parts = SHOWN | ({} if files else choose_city(dsn, out))
        for name, kind in parts.items():
            installation.start(name, kind)
        out.print("privacy   rides show at once; elsewhere they wait for a day", soft_wrap=True)
        page = installation.wait_for_page(settings, stop)
        out.print(f"key       {make_key(dsn)}", soft_wrap=True, highlight=False)
        out.print("          changes the plan of the crowd, for a day; sign in at /en/sign-in")
        later = {} if files else EVENING
        for name, kind in later.items():
            installation.start(name, kind)
        write_way_in(installation.places)
        out.print(f"commands  in another window, after `. {data / WAY_IN}`", soft_wrap=True)
        out.print(f"parts     {', '.join(parts | later)}; logs in {data}", soft_wrap=True)
        out.print(f"\nOpen [bold]{page}[/bold]   ({time.monotonic() - began:.0f} s; Ctrl-C stops)")
        supervisor.watch(stop)
        out.print("stopping")


def choose_city(dsn: str, out: Console) -> dict[str, Kind]:
    """Who measures; the node with the firmware only where that can run."""
    there = has_node(dsn, out)
    return {name: kind for name, kind in CITY.items() if there or name != "node"}


def show_rides_at_once(dsn: str, *, own: bool) -> None:
    """Have rides not wait; who looks at ``own`` files also sees where a single bike rode."""
    with connect(dsn) as connection:
        set_publication(connection, delay_s=0, fewest_nodes=1 if own else FEWEST_NODES)


def register_districts(dsn: str) -> None:
    """Make the districts of the virtual city zones, so that it has neighbourhoods to compare."""
    with connect(dsn) as connection:
        for outline in list_outlines():
            add_zone(connection, *outline)


def make_key(dsn: str) -> str:
    """A key of the operator for a day, to try what takes one."""
    with connect(dsn) as connection:
        return add_key(connection, "operator", "demo", timedelta(days=1))


def has_node(dsn: str, out: Console) -> bool:
    """Register the node that runs the firmware; without MicroPython say so and go on."""
    try:
        program = find_micropython()
    except ServiceError:
        out.print(
            "node      none: without MicroPython (Debian 13: apt install micropython) the "
            "firmware cannot run here",
            soft_wrap=True,
        )
        return False
    lat, lon = to_degrees(*NODE_M)
    with connect(dsn) as connection:
        add_node(connection, NODE, "box", lat=float(lat), lon=float(lon), label=NODE_LABEL)
    out.print(f"node      {NODE} runs the firmware on {program}", soft_wrap=True)
    return True
