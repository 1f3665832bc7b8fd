"""`meten node sim`: the firmware on this machine, as it runs on a board."""

import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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

BUTTON = "button"
LEFT = ("rtc.json", "rtc.memory", BUTTON)  # files of a node that was stopped

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


@dataclass(frozen=True)
class Unit:
    """What is simulated: its pages stay in the file ``flash``, its files in a folder beside it."""

    name: str
    flash: Path
    board: Board = "f1"
    interval_s: int | None = None  # None is that of the board
    without: Sequence[str] = ()  # devices that do not answer
    zones: Sequence[Zone] = ()
    hours_ago: float = 0  # how long ago its life begins, which goes faster until it is now

    @property
    def files(self) -> Path:
        """Folder that is its file system."""
        return self.flash.with_name(f"{self.flash.stem}.files")


def run_node(
    unit: Unit,
    address: Address,
    stop: threading.Event,
    out: Console,
    *,
    program: Path | None = None,
    ca: Path | None = None,
) -> None:
    """Run the node until ``stop``; ServiceError when it cannot start or ends by itself."""
    if not (FIRMWARE / "simulated/boot.py").exists():
        raise ServiceError(f"the firmware is not part of the package: {FIRMWARE} is not there")
    program = program or find_micropython()
    configure(unit.files, unit.name, address, unit.interval_s, ca, unit.zones)
    for left in LEFT:
        (unit.files / left).unlink(missing_ok=True)
    ports = {80: processes.free_port(), 53: processes.free_port()}
    introduce(unit, address, ports[80], out)
    begin = int(time.time() - 3600 * unit.hours_ago) if unit.hours_ago else None
    settings = to_settings(
        unit.files, unit.flash, board=unit.board, without=unit.without, begin=begin, ports=ports
    )
    keep_running(program, settings, stop, out)


def introduce(unit: Unit, address: Address, form: int, out: Console) -> None:
    """Say what runs; ``form`` is the port of its portal."""
    kind = "" if unit.board == "f1" else " --kind bike"
    for line in (
        f"node {unit.name}: {BOARDS[unit.board]}, to {address}; its flash is {unit.flash}",
        f"the ingest takes its pages once it is registered: meten node add {unit.name}{kind}",
        f"its button is held while there is a file {unit.files / BUTTON}; then its portal is at "
        f"http://127.0.0.1:{form}/",
    ):
        out.print(line, soft_wrap=True)


def keep_running(program: Path, settings: str, stop: threading.Event, out: Console) -> None:
    """Start the firmware, and again each time that it starts anew."""
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
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        process_group=0,  # Ctrl-C is for us, who stop it: it would show where it was
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
