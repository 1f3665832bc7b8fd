"""`meten node sim`: the firmware on this machine, as it runs on a board."""

import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any, Literal

from rich.console import Console

import lokaalmeten
from lokaalmeten import processes
from lokaalmeten.errors import ServiceError, SettingsError
from lokaalmeten.settings import Address

FIRMWARE = Path(lokaalmeten.__file__).parents[1] / "firmware"
RESTART = 3  # exit code of a node that starts anew, as firmware/simulated/boot.py has it
NETWORKS = [{"ssid": "home", "password": "secret-home"}]  # what is on the air there
UNPACKED = ".cache/debian-trixie/services/usr/bin/micropython"  # see tests/services/debian.py
HEAP = "4M"  # an emulated flash needs room that a board's does not
BOARDS = {"f1": "a fixed box", "b1": "a bike, T-Beam Supreme", "b2": "a bike, XIAO ESP32S3"}

Board = Literal["f1", "b1", "b2"]
NO_PORTS: Mapping[int, int] = MappingProxyType({})
Zone = tuple[int, int, int]  # latitude and longitude in 1e-7 degree, metres


def find_micropython(checkout: Path = FIRMWARE.parent) -> Path:
    """Return the installed MicroPython, else the one that the tests unpacked in this checkout.

    Raises ServiceError, which says how to get one.
    """
    for found in (shutil.which("micropython"), shutil.which(checkout / UNPACKED)):
        if found is not None:
            return Path(found)
    raise ServiceError(
        "a simulated node needs MicroPython's unix port: on Debian 13 apt install micropython, "
        "elsewhere name the program with --micropython"
    )


def run_node(
    name: str,
    address: Address,
    stop: threading.Event,
    out: Console,
    *,
    flash: Path,
    board: Board = "f1",
    interval_s: int | None = None,
    program: Path | None = None,
    ca: Path | None = None,
    without: Sequence[str] = (),
    zones: Sequence[Zone] = (),
    hours_ago: float = 0,
) -> None:
    """Run the node until ``stop``; its pages stay in the file ``flash``, its files beside it.

    ``interval_s`` None is that of the board; ``hours_ago`` is how long ago its life begins, which
    goes faster until it is now. Raises ServiceError when it cannot start or ends by itself.
    """
    if not (FIRMWARE / "simulated/boot.py").exists():
        raise ServiceError(f"the firmware is not part of the package: {FIRMWARE} is not there")
    program = program or find_micropython()
    files = flash.with_name(f"{flash.stem}.files")
    configure(files, name, address, interval_s, ca, zones)
    for left in ("rtc.json", "rtc.memory", "button"):  # of a node that was stopped
        (files / left).unlink(missing_ok=True)
    form = processes.free_port()
    begin = int(time.time() - 3600 * hours_ago) if hours_ago else None
    ports = {80: form, 53: processes.free_port()}
    settings = to_settings(files, flash, board=board, without=without, begin=begin, ports=ports)
    out.print(f"node {name}: {BOARDS[board]}, to {address}; its flash is {flash}")
    kind = "box" if board == "f1" else "bike"
    out.print(
        f"the ingest takes its pages once it is registered: meten node add {name} --kind {kind}"
    )
    out.print(
        f"its button is held while there is a file {files / 'button'}; "
        f"its portal is then at http://127.0.0.1:{form}/",
        soft_wrap=True,
    )
    with TemporaryDirectory(prefix="meten-node-") as folder:
        file = Path(folder) / "node.json"
        file.write_text(settings)
        while not stop.is_set():
            try:
                process = start(program, file, Path(folder))
            except OSError as error:
                raise ServiceError(f"{program} cannot be started: {error.strerror}") from error
            watch(process, stop, out)


def configure(
    files: Path,
    name: str,
    address: Address,
    interval_s: int | None,
    ca: Path | None,
    zones: Sequence[Zone] = (),
) -> None:
    """Write the node's configuration, in the place of one that it had."""
    files.mkdir(parents=True, exist_ok=True)
    broker: dict[str, Any] = {"host": address.host, "port": address.port, "tls": address.tls}
    broker |= {"user": address.username or "", "password": address.password or ""}
    if ca is not None:
        broker["ca"] = "ca.pem"
        shutil.copy(ca, files / "ca.pem")
    found: dict[str, Any] = {"node": name, "networks": NETWORKS, "broker": broker}
    if interval_s is not None:
        found["interval_s"] = interval_s
    if zones:
        found["zones"] = [list(zone) for zone in zones]
    for tried in ("config.good.json", "config.error"):
        (files / tried).unlink(missing_ok=True)
    file = files / "config.json"
    file.touch(mode=0o600)  # a password is in it
    file.write_text(json.dumps(found))


def to_settings(
    files: Path,
    flash: Path,
    *,
    board: Board = "f1",
    without: Sequence[str] = (),
    begin: int | None = None,
    ports: Mapping[int, int] = NO_PORTS,
) -> str:
    """What firmware/simulated/boot.py is told, as JSON; it says there what is what."""
    found = {"board": board, "files": str(files.absolute()), "flash": str(flash.absolute())}
    return json.dumps(found | {"without": [*without], "begin": begin, "ports": {**ports}})


def read_zone(text: str) -> Zone:
    """A zone of degrees and metres, in the steps that a node takes.

    >>> read_zone("52.0907,5.1214,300")
    (520907000, 51214000, 300)
    """
    try:
        lat, lon, metres = map(float, text.split(","))
        if abs(lat) <= 90 and abs(lon) <= 180 and 50 <= metres <= 5000:
            return round(lat * 1e7), round(lon * 1e7), round(metres)
    except ValueError:
        pass
    raise SettingsError(f"{text!r} is not LATITUDE,LONGITUDE,METRES, of 50 to 5000 metres")


def start(program: Path, file: Path, folder: Path) -> subprocess.Popen[str]:
    """Start the firmware; its words come through a pipe."""
    path = os.pathsep.join([str(FIRMWARE / "simulated"), str(FIRMWARE.parent), ".frozen"])
    return subprocess.Popen(  # noqa: S603 - our own program
        [program, "-X", f"heapsize={HEAP}", FIRMWARE / "simulated/boot.py", file],
        cwd=folder,  # empty but for our file: MicroPython looks for modules there first
        env={"MICROPYPATH": path, "HOME": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def watch(process: subprocess.Popen[str], stop: threading.Event, out: Console) -> None:
    """Show what the node says until ``stop``, or until it is to be started anew.

    Raises ServiceError with its last words when it ends otherwise.
    """
    assert process.stdout is not None
    lines = process.stdout
    last: list[str] = []
    reader = threading.Thread(target=show_lines, args=(lines, last, out), daemon=True)
    reader.start()
    try:
        while not stop.wait(0.2):
            if process.poll() is not None:
                reader.join()
                if process.returncode == RESTART:
                    return
                raise ServiceError(f"the node ended by itself: {' '.join(last[-2:])}")
    finally:
        processes.stop(process)  # type: ignore[arg-type]
        reader.join()
        lines.close()


def show_lines(lines: Any, last: list[str], out: Console) -> None:
    """Show each line that says something new."""
    before = ""
    for line in lines:
        last.append(line.strip())
        del last[:-2]
        said = to_words(line)
        if said != before:
            out.print(said, markup=False, highlight=False, soft_wrap=True)
            before = said


def to_words(line: str) -> str:
    """A line of the firmware for people.

    >>> to_words('{"log": "wifi: joined home"}')
    'wifi: joined home'
    """
    try:
        said = json.loads(line)
    except ValueError:
        return line.strip()
    if "log" in said:
        return said["log"]
    return (
        f"{'online ' if said['online'] else 'offline'}  {said['samples']} samples, "
        f"{said['sent']} pages sent, {said['kept']} not yet committed, {said['dropped']} dropped"
    )
