"""From a board on a cable to its first page.

    find the port
    read the interpreter and make the file system of this node
    write both by the chip's bootloader, and have it compare
    give the board its network, over the same cable
    hear its self-test
    wait for its first page

What stays on the board is the outbox: pages that waited are sent afterwards.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from lokaalmeten.settings import Address

from ..node_commands import to_payload
from .errors import FlashError
from .esptool import write_flash
from .first import Look, wait_for_page
from .image import make_image, read_files
from .improv import Line, open_line, provision
from .interpreter import fetch_interpreter, read_interpreter
from .layout import FILES, to_program
from .ports import check_port, choose_port, read_ports

SELFTEST_S = 120.0  # to join, to reach the broker, and thirty seconds for a part that is silent
PAGE_S = 600.0  # a page closes after five minutes
FIRST = "first.json"  # a command for when it is connected, see firmware/owner.py
CA = "ca.pem"

__all__ = ["FlashError", "Wish", "flash"]


@dataclass(frozen=True)
class Wish:
    """What is to be on the board; passwords never show."""

    board: str
    node: str = ""
    wifi: str = ""
    wifi_password: str = field(default="", repr=False)
    broker: Address | None = None
    ca: Path | None = None
    key: Path | None = None  # release.pub
    interval_s: int | None = None


def flash(
    wish: Wish,
    out: Console,
    *,
    program: Path,
    port: str = "auto",
    firmware: Path | None = None,
    sha256: str | None = None,
    downloads: Path = Path(),
    erase: bool = False,
    look: Look | None = None,
) -> None:
    """Do all of it; FlashError says where it stopped and how to go on.

    ``program`` is MicroPython's unix port, ``downloads`` where a fetched interpreter is kept;
    ``look`` tells whether there is a page, None when nothing can tell.
    """
    device = choose_port(port, read_ports())
    check_port(device)
    before = look() if look is not None else None
    with show_progress(out) as bars:
        parts = make_parts(wish, program, firmware, sha256, downloads, bars)
        show = to_bar(bars, f"to {device}")
        write_flash(device, parts, show, erase=erase)
    out.print(f"the board at {device} holds the software of a {wish.board}")
    if not wish.wifi:
        out.print("it knows no network yet: run this with --wifi, or hold its button three seconds")
        return
    with open_line(device) as line:
        provision(line, wish.wifi, wish.wifi_password, out.print)
        out.print(f"it joined {wish.wifi}")
        if wish.broker is not None and wish.node:
            hear_selftest(line, out)
    if look is not None:
        found = wait_for_page(look, before, PAGE_S)
        out.print(f"the first page of {wish.node} is in: its latest sample is of {found}")


def make_parts(
    wish: Wish,
    program: Path,
    firmware: Path | None,
    sha256: str | None,
    downloads: Path,
    bars: Progress,
) -> dict[int, bytes]:
    """Return what is written, by its address."""
    if firmware is not None:
        interpreter = read_interpreter(firmware, sha256)
    else:
        show = bars.add_task("interpreter", total=None)
        interpreter = fetch_interpreter(downloads, lambda got: bars.update(show, completed=got))
    image = make_image(read_files(wish.board) | to_own_files(wish), program)
    return {0: to_program(interpreter), FILES.at: image}


def to_own_files(wish: Wish) -> dict[str, bytes]:
    """Return the files that only this node has; its network comes later, and is tried first."""
    files = {
        "config.json": json.dumps(to_configuration(wish)).encode(),
        FIRST: to_payload("selftest", {}),
    }
    for name, path in ((CA, wish.ca), ("release.pub", wish.key)):
        if path is not None:
            try:
                files[name] = path.read_bytes()
            except OSError as error:
                raise FlashError(f"{path} cannot be read: {error.strerror}") from None
    return files


def to_configuration(wish: Wish) -> dict[str, Any]:
    """Return config.json, as docs/node-life.md has it."""
    found: dict[str, Any] = {}
    if wish.node:
        found["node"] = wish.node
    if wish.broker is not None:
        broker: dict[str, Any] = {"host": wish.broker.host, "port": wish.broker.port}
        broker |= {"tls": wish.broker.tls}
        if wish.broker.password:
            broker |= {"user": wish.broker.username or wish.node, "password": wish.broker.password}
        if wish.ca is not None:
            broker["ca"] = CA
        found["broker"] = broker
    if wish.interval_s is not None:
        found["interval_s"] = wish.interval_s
    return found


def hear_selftest(line: Line, out: Console, seconds: float = SELFTEST_S) -> None:
    """Show what the board finds of its parts once it reached its broker.

    A part that fails is shown and ends nothing: the others measure. FlashError when the board
    does not come so far.
    """
    until, last = time.monotonic() + seconds, ""
    while time.monotonic() < until:
        line.read()
        for said in line.take_lines():
            last = said
            out.print(said, markup=False, highlight=False)
            if "self-test:" in said:
                return
    raise FlashError(
        f"the board did not reach its broker within {seconds:.0f} s (it said last: "
        f"{last or 'nothing'}): see that --broker is right and can be reached from its network"
    )


def show_progress(out: Console) -> Progress:
    """Bars with what they are of."""
    return Progress(
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), console=out
    )


def to_bar(bars: Progress, text: str) -> Callable[[float], None]:
    """Return what moves a new bar, from 0 to 1."""
    task = bars.add_task(text, total=1)
    return lambda share: bars.update(task, completed=share)
