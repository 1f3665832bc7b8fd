"""`meten demo`: everything at once on one machine, and nothing left running afterwards.

own database -> own broker -> tables -> who measures -> parts as processes -> one address

Where MicroPython is, one of those who measure is a node with the software of a real one.
"""

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from shlex import quote

from rich.console import Console

from dashboard.vendor import vendor
from ingest.broker import LocalBroker
from ingest.importing import find_source
from ingest.virtual.city import to_degrees
from ingest.virtual.districts import list_outlines
from lokaalmeten import processes
from lokaalmeten.errors import ServiceError
from lokaalmeten.privacy import FEWEST_NODES
from lokaalmeten.settings import Settings
from storage.access import add_key
from storage.migrate import migrate
from storage.pool import connect
from storage.privacy import set_publication
from storage.registry import add_node
from storage.server import LocalServer, embedded_binaries, remove
from storage.zones import add_zone

from .imports import run_import
from .simulated import find_micropython

READY_S = 180  # for the dashboard to answer; a part that ended is told at once
HISTORY_H = 72  # hours that the virtual nodes deliver late: enough for a forecast
FORECAST_S = 300
WAY_IN = "demo.env"
PARTS = {
    "ingest": ("ingest",),
    "virtual": ("virtual", "--history", str(HISTORY_H)),
    "forecast": ("forecast", "run", "--every", str(FORECAST_S)),
    "node": ("node", "sim", "demo-box"),
    "crowd": ("crowd", "replay", "--made-up", "--live"),
    "dashboard": ("dashboard",),
}
ENDING = ("crowd",)  # begins once the pages are there, and the evening is over after some hours
NODE = PARTS["node"][-1]
NODE_LABEL = "Gesimuleerde box met echte software"
NODE_M = (350.0, -250.0)  # metres east and north of the middle of the virtual town


def run_demo(
    settings: Settings, stop: threading.Event, out: Console, *, files: list[Path], clean: bool
) -> None:
    """Run until ``stop``; shows ``files`` when there are any, else the virtual city.

    Raises ServiceError when a part cannot start or ends by itself.
    """
    began = time.monotonic()
    data = settings.data.absolute()
    processes.free_port(settings.port)
    with ExitStack() as stack:
        make_folder(data)
        if clean:
            remove(data / "postgres")
        out.print("database  ", end="")
        server = stack.enter_context(LocalServer(data / "postgres", embedded_binaries()))
        migrate(server.dsn)
        show_rides_at_once(server.dsn, own=bool(files))
        out.print(f"PostgreSQL in {data / 'postgres'}", soft_wrap=True)
        broker = stack.enter_context(LocalBroker(data / "broker"))
        out.print(f"broker    {broker.kind} at {broker.host}:{broker.port}")
        vendor()
        if files:
            run_import(find_source("snuffelfiets"), files, server.dsn, out)
        else:
            register_districts(server.dsn)
        environment = {
            **os.environ,
            "LOKAALMETEN_DSN": server.dsn,
            "LOKAALMETEN_READ_DSN": "",
            "LOKAALMETEN_BROKER": f"mqtt://{broker.host}:{broker.port}",
            "LOKAALMETEN_PORT": str(settings.port),
        }
        parts = [name for name in PARTS if not files or name not in ("virtual", "node", "crowd")]
        if not files and not has_node(server.dsn, out):
            parts.remove("node")
        later = [name for name in parts if name in ENDING]
        first = [name for name in parts if name not in later]
        running = start_parts(first, data, environment, stack)
        out.print("privacy   rides show at once; elsewhere they wait for a day", soft_wrap=True)
        url = f"http://{settings.host}:{settings.port}/"
        wait_for_page(url, running, data, stop)
        out.print(f"key       {make_key(server.dsn)}", soft_wrap=True, highlight=False)
        out.print("          changes the plan of the crowd, for a day; sign in at /en/sign-in")
        way = write_way_in(data, environment, stack)
        out.print(f"commands  in another window, after `. {way}`", soft_wrap=True, highlight=False)
        running |= start_parts(later, data, environment, stack)
        out.print(f"parts     {', '.join(parts)}; logs in {data}", soft_wrap=True)
        out.print(f"\nOpen [bold]{url}[/bold]   ({time.monotonic() - began:.0f} s; Ctrl-C stops)")
        watch(running, data, stop)
        out.print("stopping")


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


def write_way_in(data: Path, environment: Mapping[str, str], stack: ExitStack) -> Path:
    """Write a file for the shell by which `meten` reaches this demo, for as long as it runs."""
    path = data / WAY_IN
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)  # it holds the password of the database
    stack.callback(path.unlink, missing_ok=True)
    names = ("LOKAALMETEN_DSN", "LOKAALMETEN_BROKER")
    path.write_text("".join(f"export {name}={quote(environment[name])}\n" for name in names))
    return path


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


def make_folder(data: Path) -> None:
    """Make the folder of the demo, or say why that is not possible."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        (data / ".writable").touch()
        (data / ".writable").unlink()
    except OSError as error:
        raise ServiceError(
            f"{data} cannot hold the data of the demo ({error.strerror}); "
            "name another folder in LOKAALMETEN_DATA"
        ) from error


def start_parts(
    names: Iterable[str], data: Path, environment: dict[str, str], stack: ExitStack
) -> dict[str, subprocess.Popen[bytes]]:
    """Start each part as a process with a log of its own; the stack stops them, last one first."""
    running = {}
    for name in names:
        command = [sys.executable, "-m", "lokaalmeten.cli", *PARTS[name]]
        process = processes.start(
            command, log=data / f"{name}.log", env=environment, ends_with=signal.SIGTERM
        )
        stack.callback(processes.stop, process)
        running[name] = process
    return running


def wait_for_page(
    url: str, running: dict[str, subprocess.Popen[bytes]], data: Path, stop: threading.Event
) -> None:
    """Return when the dashboard answers; ServiceError when a part ends before."""
    until = time.monotonic() + READY_S
    while not stop.wait(0.1):
        check_parts(running, data)
        try:
            with urllib.request.urlopen(url + "healthz", timeout=5):  # noqa: S310 - our own
                return
        except OSError as error:
            if time.monotonic() > until:
                raise ServiceError(f"the dashboard does not answer at {url}: {error}") from error


def watch(running: dict[str, subprocess.Popen[bytes]], data: Path, stop: threading.Event) -> None:
    """Wait for the end; ServiceError when a part ends before it is told to."""
    while not stop.wait(0.5):
        check_parts(running, data)


def check_parts(running: dict[str, subprocess.Popen[bytes]], data: Path) -> None:
    """Raise ServiceError with the last words of a part that has ended."""
    for name, process in running.items():
        if process.poll() is not None and not (name in ENDING and process.returncode == 0):
            log = data / f"{name}.log"
            raise ServiceError(f"{name} ended by itself: {processes.last_line(log)} (see {log})")
