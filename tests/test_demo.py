"""`meten demo` as a new user meets it: one command, a map with values, nothing left behind."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import psycopg
import pytest

from lokaalmeten.cli.demo import NODE
from lokaalmeten.cli.installation import WAY_IN
from lokaalmeten.processes import free_port
from lokaalmeten.settings import read_file
from storage.server_folder import remove
from tests.services.bikes import ride_rows, write_table
from tests.services.meten import to_environment, wait_until

SHOTS = Path(__file__).parents[1] / ".shots"
RENDERED = (
    "[...lokaal.view().cells.shapes.values()].flatMap(each => [...each.rows.values()])"
    ".map(row => lokaal.view().data.means[row])"
)
DRAWN = "#map[data-hexagons]:not([data-hexagons='0'])"
STORED = "SELECT count(*), min(extract(epoch FROM time))::bigint FROM private.observation"


def marked_processes(mark):
    """Command lines of all living processes that have ``mark`` in their words or environment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
        except OSError:
            continue
        if mark.encode() in words:
            found.append(words.replace(b"\0", b" ")[:200])
    return found


@contextmanager
def demo(data, *words, ends_with=0):
    """A running demo; yields its address and process once it says that it is open."""
    port = free_port()
    command = [sys.executable, "-m", "lokaalmeten.cli", "demo", "--port", str(port), *words]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=to_environment({"data": str(data)}),
    )
    said = []
    try:
        for line in process.stdout:
            said.append(line)
            if f"Open http://127.0.0.1:{port}/" in line:
                break
        else:
            raise AssertionError("".join(said))
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=60)
        assert process.returncode == ends_with, "".join(said) + rest


def read_json(url):
    with urlopen(url, timeout=30) as answer:
        return json.load(answer)


def stored(data):
    """What lies in the database of a demo, by the way in that it writes for a shell."""
    with psycopg.connect(read_file(data / WAY_IN)["LOKAALMETEN_DSN"]) as connection:
        return connection.execute(STORED).fetchone()


@pytest.fixture
def data(tmp_path):
    yield tmp_path / "data"
    remove(tmp_path / "data" / "postgres")


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc: Linux")
def test_the_demo_shows_hexagons_within_90_seconds_and_leaves_nothing_running(data, page):
    began = time.monotonic()
    with demo(data) as (url, _):
        page.goto(url)
        page.wait_for_selector(DRAWN, timeout=90_000)
        wait_until(lambda: len(page.evaluate(RENDERED)) > 40)
        took = time.monotonic() - began
        SHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SHOTS / "demo-map.png")
        assert took < 90, took
        wait_until(lambda: read_json(f"{url}/v1/rides")["rides"], seconds=60)
        rows, first = stored(data)
        assert rows > 100_000
        assert (data / WAY_IN).stat().st_mode & 0o077 == 0
    assert marked_processes(str(data)) == []
    with demo(data):
        again, first_again = stored(data)
        assert again >= rows
        assert first_again == first
    with demo(data, "--clean"):
        _, first_anew = stored(data)
        assert first_anew is None or first_anew > first
    assert marked_processes(str(data)) == []


def test_the_demo_runs_the_firmware_and_shows_its_node_on_the_map(
    data, tmp_path, micropython, monkeypatch
):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/micropython").symlink_to(micropython.path)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    with demo(data) as (url, _):

        def find():
            nodes = read_json(f"{url}/v1/nodes")["nodes"]
            return [node for node in nodes if node["name"] == NODE and node["last"]]

        (node,) = wait_until(find, seconds=60, step=0.5)
        assert node["kind"] == "box"
        log = (data / "node.log").read_text()
        assert wait_until(lambda: "online" in (data / "node.log").read_text()), log


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc: Linux")
def test_a_demo_that_is_killed_takes_its_parts_with_it_and_starts_again(data):
    with demo(data, ends_with=-signal.SIGKILL) as (_, process):
        process.kill()
        process.wait()
    wait_until(lambda: not marked_processes(str(data)), seconds=30)
    with demo(data) as (url, _):
        assert read_json(f"{url}/v1/nodes")["nodes"]


def test_the_demo_shows_a_file_instead_of_virtual_nodes(data, page, tmp_path):
    table = write_table(tmp_path / "rides.csv", ride_rows(400))
    with demo(data, "--import", str(table)) as (url, _):
        page.goto(f"{url}/en/?period=all")
        page.wait_for_selector(DRAWN, timeout=30_000)
        nodes = read_json(f"{url}/v1/nodes")["nodes"]
        assert [node["kind"] for node in nodes] == ["bike"]
        assert wait_until(lambda: page.evaluate(RENDERED))


def test_the_real_bikes_of_utrecht_end_on_the_map(data, page, shared_data):
    table = shared_data / "snuffelfiets/utrecht_2024-11-11_12.csv"
    with demo(data, "--import", str(table)) as (url, _):
        page.goto(f"{url}/nl/?period=all")
        page.wait_for_selector(DRAWN, timeout=30_000)
        # most of these rides are short, and of each the ends are cut: 12 or more hexagons are left
        assert wait_until(lambda: len(page.evaluate(RENDERED)) > 8)
        assert stored(data)[0] == 5704
