"""The command line as a process of its own."""

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from urllib.request import urlopen

PROGRAM = ("-m", "lokaalmeten.cli")


def meten(*words, cwd=None, **environment):
    """Run one command to its end; what it said and its exit code."""
    return subprocess.run(
        [sys.executable, "-m", "lokaalmeten.cli", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=cwd,
        env=to_environment(environment),
    )


def to_environment(given):
    """This process's environment without its own settings, with those given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LOKAALM")}
    ours = {f"LOKAALMETEN_{name.upper()}": str(value) for name, value in given.items()}
    return kept | {"COLUMNS": "200"} | ours


@contextmanager
def running(*words, log, python=PROGRAM, **environment):
    """A command that runs until the end of the block."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, *python, *map(str, words)],
            stdout=output,
            stderr=output,
            env=to_environment(environment),
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                raise


def wait_until(condition, seconds=60, step=0.05):
    """Return what the condition gives as soon as it is true; fail when it stays false."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := condition():
            return found
        time.sleep(step)
    raise AssertionError(f"{condition} did not come true in {seconds} s")


@contextmanager
def ingesting(dsn, broker, log, **settings):
    """`meten ingest`, from the moment that it says it is ready."""
    url = f"mqtt://{broker.host}:{broker.port}"
    log.touch()
    before = len(log.read_text())
    with running("ingest", log=log, dsn=dsn, broker=url, **settings) as process:
        wait_until(lambda: "ready" in log.read_text()[before:])
        yield process


def read_metric(port, name):
    """Number that a running ingest tells of itself."""
    with urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        return float(re.search(rf"^{name} ([0-9.e+]+)$", answer.read().decode(), re.M)[1])
