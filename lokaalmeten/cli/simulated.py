"""`meten node sim`: the firmware on this machine, as it runs on a board."""

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console

import lokaalmeten
from lokaalmeten import processes
from lokaalmeten.errors import ServiceError
from lokaalmeten.settings import Address

FIRMWARE = Path(lokaalmeten.__file__).parents[1] / "firmware"
RESTART = 3  # exit code of a node that starts anew, as firmware/simulated/boot.py has it
NETWORKS = [{"ssid": "home", "password": "secret-home"}]  # what is on the air there
HEAP = "4M"  # an emulated flash needs room that a board's does not


def find_micropython() -> Path:
    """Return the installed MicroPython; ServiceError says how to get one."""
    found = shutil.which("micropython")
    if found is None:
        raise ServiceError(
            "a simulated node needs MicroPython's unix port: on Debian 13 apt install micropython, "
            "elsewhere name the program with --micropython"
        )
    return Path(found)


def run_node(
    name: str,
    address: Address,
    stop: threading.Event,
    out: Console,
    *,
    flash: Path,
    interval_s: int,
    program: Path | None = None,
    ca: Path | None = None,
    without: Sequence[str] = (),
) -> None:
    """Run the node until ``stop``; its pages stay in the file ``flash``, its files beside it.

    Raises ServiceError when it cannot start or ends by itself.
    """
    if not (FIRMWARE / "simulated/boot.py").exists():
        raise ServiceError(f"the firmware is not part of the package: {FIRMWARE} is not there")
    program = program or find_micropython()
    files = flash.with_name(f"{flash.stem}.files")
    configure(files, name, address, interval_s, ca)
    settings = {
        "files": str(files.absolute()),
        "flash": str(flash.absolute()),
        "without": list(without),
    }
    out.print(f"node {name}: a sample every {interval_s} s to {address}; its flash is {flash}")
    out.print(f"the ingest takes its pages once it is registered: meten node add {name}")
    with TemporaryDirectory(prefix="meten-node-") as folder:
        file = Path(folder) / "node.json"
        file.write_text(json.dumps(settings))
        while not stop.is_set():
            try:
                process = start(program, file, Path(folder))
            except OSError as error:
                raise ServiceError(f"{program} cannot be started: {error.strerror}") from error
            watch(process, stop, out)


def configure(files: Path, name: str, address: Address, interval_s: int, ca: Path | None) -> None:
    """Write the node's configuration, in the place of one that it had."""
    files.mkdir(parents=True, exist_ok=True)
    broker: dict[str, Any] = {"host": address.host, "port": address.port, "tls": address.tls}
    broker |= {"user": address.username or "", "password": address.password or ""}
    if ca is not None:
        broker["ca"] = "ca.pem"
        shutil.copy(ca, files / "ca.pem")
    found = {"node": name, "networks": NETWORKS, "broker": broker, "interval_s": interval_s}
    for tried in ("config.good.json", "config.error"):
        (files / tried).unlink(missing_ok=True)
    file = files / "config.json"
    file.touch(mode=0o600)  # a password is in it
    file.write_text(json.dumps(found))


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
