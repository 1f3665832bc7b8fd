"""What is asked of a board on a cable once it is flashed, by way of mpremote.

    interrupt the software -> read or write a file -> restart

mpremote is a program that is run; no module of it is imported.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console

from ..node_commands import to_payload
from . import FIRST, hear_selftest
from .errors import FlashError
from .improv import open_line

PATIENCE_S = 60
CONFIG = "config.json"
SECRET = "password"  # noqa: S105 - the key, which is never shown
APART = ("networks", "broker")  # hold passwords
RESET = "import machine; machine.reset()"


def show_logs(port: str, stop: threading.Event, out: Console) -> None:
    """Show what the board says until ``stop``."""
    with open_line(port) as line:
        while not stop.is_set():
            line.read()
            for said in line.take_lines():
                out.print(said, markup=False, highlight=False)


def run_selftest(port: str, out: Console) -> None:
    """Have the board start anew and test itself; FlashError when it reaches no broker."""
    write_file(port, FIRST, to_payload("selftest", {}))
    with open_line(port) as line:
        hear_selftest(line, out)


def read_config(port: str) -> dict[str, Any]:
    """Return the configuration of the board, {} when it has none; FlashError when it is damaged."""
    said = read_text(port, CONFIG)
    if not said.strip():
        return {}
    try:
        found = json.loads(said)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise FlashError(f"the board's {CONFIG} is no JSON: write a new one, or flash it again")
    return found


def change_config(port: str, changed: Mapping[str, Any]) -> None:
    """Put keys in the place of those on the board, and start it anew by them."""
    apart = [key for key in changed if key in APART]
    if apart:
        raise FlashError(
            f"{apart[0]} holds a password, which does not belong on a command line: hold the "
            "button of the board for three seconds and use its form, or meten flash"
        )
    content = json.dumps({**read_config(port), **changed}).encode()
    write_file(port, CONFIG, content)


def read_text(port: str, name: str) -> str:
    """Return what a file of the board says, "" when it is not there."""
    return run_mpremote(port, "exec", f"print(open({name!r}).read())", may_miss=True)


def write_file(port: str, name: str, content: bytes) -> None:
    """Write a file to the board and start it anew."""
    with tempfile.TemporaryDirectory(prefix="meten-cable-") as place:  # only its owner reads it
        file = Path(place) / name
        file.write_bytes(content)
        run_mpremote(port, "fs", "cp", str(file), f":{name}")
    run_mpremote(port, "exec", "--no-follow", RESET)


def hide(config: Any) -> Any:
    """Return a configuration without its passwords.

    >>> hide({"broker": {"host": "a", "password": "b"}, "networks": [{"password": "c"}]})
    {'broker': {'host': 'a', 'password': '***'}, 'networks': [{'password': '***'}]}
    """
    if isinstance(config, dict):
        return {key: "***" if key == SECRET else hide(each) for key, each in config.items()}
    return [hide(each) for each in config] if isinstance(config, list) else config


def run_mpremote(port: str, *words: str, may_miss: bool = False) -> str:
    """Run mpremote to its end, what it said; with ``may_miss`` a file that is not there is ""."""
    command = [find_mpremote(), "connect", port, *words]
    try:
        done = subprocess.run(  # noqa: S603 - fixed words
            command, capture_output=True, text=True, errors="replace", check=False,
            timeout=PATIENCE_S,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise FlashError(f"the board at {port} does not answer: press RESET, and again") from None
    if done.returncode == 0:
        return done.stdout
    said = (done.stderr + done.stdout).strip()
    if may_miss and "ENOENT" in said:
        return ""
    raise FlashError(explain(port, said))


def stream_mpremote(port: str, *words: str) -> Iterator[str]:
    """Run mpremote, a line at a time as the board says it; FlashError after silence too."""
    command = [find_mpremote(), "connect", port, *words]
    with subprocess.Popen(  # noqa: S603 - fixed words
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as running:
        assert running.stdout is not None
        line = ""
        while True:
            dog = threading.Timer(PATIENCE_S, running.kill)
            dog.start()
            try:
                following = running.stdout.readline()
            finally:
                dog.cancel()
            if not following:
                break
            line = following
            yield line.strip()
    if running.returncode:
        raise FlashError(explain(port, line))


def explain(port: str, said: str) -> str:
    """Say of a board that cannot be asked what there is to do."""
    last = said.strip().splitlines()[-1] if said.strip() else "it said nothing"
    return (
        f"the board at {port} cannot be asked ({last}): is it flashed, and does no other program "
        "use the port?"
    )


def find_mpremote() -> str:
    """Return the program; FlashError says how to get it."""
    beside = Path(sys.executable).with_name("mpremote")
    found = str(beside) if beside.exists() else shutil.which("mpremote")
    if found is None:
        raise FlashError(
            "mpremote is not here: install it with uv sync --extra flash, or pip install mpremote"
        )
    return found
