"""An upgrade of a running installation between two tags, and back from versions that are not well.

Real git, PostgreSQL, Mosquitto and ingest; a node publishes all the while. Only systemd is not
here: lines of shell stop and start the ingest, or all that `meten up` brings.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from io import StringIO
from pathlib import Path
from urllib.request import urlopen

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion
from rich.console import Console

from dashboard.vendor import TARGET, vendor
from lokaalmeten.cli.upgrading import Way, run_upgrade
from lokaalmeten.errors import ServiceError, SettingsError
from lokaalmeten.processes import free_port
from lokaalmeten.settings import build_settings, read_file, read_given
from storage.migrate import read_version
from storage.pool import connect
from storage.registry import add_node
from storage.server_folder import remove
from storage.writer import write
from tests.services.everything import read_everything
from tests.services.meten import to_environment, wait_until
from tests.services.samples import make_samples

ROOT = Path(__file__).parents[3]
PACKAGES = ("lokaalmeten", "ingest", "storage", "predict", "dashboard", "firmware")
GOOD = "ALTER TABLE private.node ADD colour text NOT NULL DEFAULT 'green';"
SICK = "\ndef judge_space(part, what, space):\n    return wrong(part, what, 'sick', 'x')\n"
BUILD = """mkdir -p .venv/bin && cat > .venv/bin/meten <<EOF && chmod +x .venv/bin/meten
#!/bin/sh
cd $PWD && exec {python} -m lokaalmeten.cli "\\$@"
EOF"""
STOP = "test ! -f pid || (kill $(cat pid); while kill -0 $(cat pid); do sleep 0.1; done; rm pid)"
START = "nohup current/.venv/bin/meten ingest >> ingest.log 2>&1 & echo $! > pid"
UP = (
    "env -u LOKAALMETEN_DSN -u LOKAALMETEN_BROKER"
    " nohup current/.venv/bin/meten up --node-port {port} >> up.log 2>&1 & echo $! > pid"
)
STAMPS = "SELECT extract(epoch FROM time)::bigint FROM private.observation WHERE node_id = %s"


def git(folder, *words):
    said = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *said, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A repository with four tags: as it is, a good one, one that cannot migrate, a sick one."""
    folder = tmp_path_factory.mktemp("source")
    leave = shutil.ignore_patterns("__pycache__", "vendor")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=leave)
    git(folder, "init", "-q")

    def tag(name):
        git(folder, "add", "-Af")
        git(folder, "commit", "-qm", name)
        git(folder, "tag", name)

    tag("v1")
    migrations = folder / "storage/migrations"
    (migrations / "9001_colour.sql").write_text(GOOD)
    tag("v2")
    (migrations / "9002_broken.sql").write_text("SELECT nothing FROM nowhere;")
    tag("v3-broken")
    (migrations / "9002_broken.sql").unlink()
    with (folder / "lokaalmeten/cli/health/disk.py").open("a") as file:
        file.write(SICK)
    tag("v4-sick")
    return folder


class Publisher:
    """A node that sends a sample each fifth of a second, and knows which the broker took."""

    def __init__(self, broker, name):
        self.client, self.topic = Client(CallbackAPIVersion.VERSION2), f"lm/1/{name}/json"
        self.client.connect(broker.host, broker.port)
        self.taken, self.ended = [], threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        stamp = int(time.time()) - 80_000
        while not self.ended.wait(0.2):
            stamp += 1
            text = json.dumps({"t": stamp, "pm25": 12.5})
            self.client.publish(self.topic, text, qos=1).wait_for_publish(10)
            self.taken.append(stamp)

    def __enter__(self):
        self.client.loop_start()
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()
        self.client.disconnect()
        self.client.loop_stop()


class Place:
    """An installation of version v1 whose ingest runs, and a node that publishes."""

    node = 0
    publisher: Publisher

    def __init__(self, home, source, environment, more=""):
        self.home, self.environment = home, environment
        self.dsn = environment.get("LOKAALMETEN_DSN", "")
        build = BUILD.format(python=shlex.quote(sys.executable)) + more
        self.way = Way(home, str(source), home / "saves", STOP, START, build, 3)
        first = home / "versions/v1"
        git(source, "clone", "-q", "--branch=v1", str(source), str(first))
        self.shell(build, first)
        (first / ".ready").touch()
        (home / "current").symlink_to(first)

    def shell(self, line, folder=None):
        done = subprocess.run(
            ["/bin/sh", "-c", line], cwd=folder or self.home, env=self.environment,
            capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    def upgrade(self, version):
        """Whether the version runs, and what was said."""
        said = StringIO()
        settings = build_settings(read_given(self.environment))
        console = Console(file=said, width=300)
        return run_upgrade(self.way, version, settings, self.environment, console), said.getvalue()

    def runs(self):
        return (self.home / "current").resolve().name

    def stamps(self, node):
        with connect(self.dsn) as connection:
            return {stamp for (stamp,) in connection.execute(STAMPS, [node])}


@pytest.fixture
def place(tmp_path, source, postgres_database, mosquitto):
    url = f"mqtt://{mosquitto.host}:{mosquitto.port}"
    told = {"dsn": postgres_database, "broker": url, "data": tmp_path, "ingest_port": free_port()}
    found = Place(tmp_path, source, to_environment(told | {"log": "json"}))
    with connect(found.dsn) as connection:
        found.node = add_node(connection, "box-7", "box", lat=52.09, lon=5.12).id
        old = add_node(connection, "box-1", "box", lat=52.09, lon=5.12).id
        write(connection, [make_samples(old, 500)])
    found.shell(START)
    with publishing(found, mosquitto) as found.publisher:
        yield found
    found.shell(STOP)


@contextmanager
def publishing(place, broker):
    wait_until(lambda: "ready" in (place.home / "ingest.log").read_text())
    with Publisher(broker, "box-7") as publisher:
        wait_until(lambda: place.stamps(place.node))
        yield publisher


def assert_nothing_lost(place, before):
    """Each row of before is there as it was, and each sample that the broker took comes."""
    taken, until = set(place.publisher.taken), time.monotonic() + 30
    while (lost := taken - place.stamps(place.node)) and time.monotonic() < until:
        time.sleep(0.5)
    assert not lost, (sorted(lost), (place.home / "ingest.log").read_text())
    after = set(map(json.dumps, read_everything(place.dsn)["observation"]))
    assert set(map(json.dumps, before["observation"])) <= after


def test_a_good_version_runs_on_upgraded_tables_and_nothing_is_lost(place):
    before = read_everything(place.dsn)
    done, said = place.upgrade("v2")
    assert done, said
    assert place.runs() == "v2"
    with connect(place.dsn) as connection:
        assert read_version(connection).unknown == ["9001_colour"]
    assert_nothing_lost(place, before)
    with pytest.raises(SettingsError, match="the database is not of this version"):
        place.upgrade("v3-broken")  # of the version that ran before: only the newer one may


def test_a_version_that_cannot_migrate_goes_back_to_the_tables_of_before(place):
    before = read_everything(place.dsn)
    done, said = place.upgrade("v3-broken")
    assert not done
    assert "in migration 9002_broken; nothing of it was applied" in said
    assert "v1 runs again; nothing that was acknowledged is lost" in said
    assert place.runs() == "v1"
    with connect(place.dsn) as connection:
        assert read_version(connection).current
    assert_nothing_lost(place, before)


def test_a_version_that_is_not_well_goes_back_with_what_it_took_in(place):
    before = read_everything(place.dsn)
    done, said = place.upgrade("v4-sick")
    assert not done
    assert "disk, of LOKAALMETEN_DATA: sick" in said
    assert place.runs() == "v1"
    assert list((place.home / "saves").glob("*-since"))
    assert_nothing_lost(place, before)


def test_what_cannot_be_fetched_or_is_no_version_changes_nothing(place):
    for version, error in (("v9", ServiceError), ("--upload-pack=x", SettingsError)):
        with pytest.raises(error, match=r"v9|no name of a version"):
            place.upgrade(version)
    assert sorted(path.name for path in (place.home / "versions").iterdir()) == ["v1"]
    assert place.runs() == "v1"


def answers(url):
    try:
        return urlopen(url, timeout=5).status == 200
    except OSError:
        return False


def test_meten_up_goes_ahead_and_back_with_its_own_database(tmp_path, source, programs):
    place = bring_up(tmp_path, source, programs)
    try:
        before = read_everything(place.dsn)
        done, said = place.upgrade("v3-broken")
        assert not done
        assert "in migration 9002_broken; nothing of it was applied" in said
        assert_runs(place, "v1", before)
        done, said = place.upgrade("v2")
        assert done, said
        assert_runs(place, "v2", before)
    finally:
        place.shell(STOP)
        remove(tmp_path / "postgres")


def bring_up(folder, source, programs):
    """An installation by `meten up` of version v1, with some samples in it."""
    (folder / "bin").mkdir()
    (folder / "bin/mosquitto").symlink_to(programs.mosquitto)
    environment = to_environment({"data": folder, "port": free_port()})
    environment["PATH"] = f"{folder / 'bin'}{os.pathsep}{environment['PATH']}"
    vendor()
    link = f"\nln -s {shlex.quote(str(TARGET))} dashboard/assets/vendor"
    place = Place(folder, source, environment, link)
    start = UP.format(port=free_port())
    place.way = replace(place.way, start=start, patience_s=90)
    place.shell(start)
    wait_until(lambda: "meten doctor" in (folder / "up.log").read_text(), 120)
    place.environment |= read_file(folder / "meten.env")
    place.dsn = place.environment["LOKAALMETEN_DSN"]
    with connect(place.dsn) as connection:
        node = add_node(connection, "box-1", "box", lat=52.09, lon=5.12).id
        write(connection, [make_samples(node, 500)])
    return place


def assert_runs(place, version, before):
    """The version serves its pages, on the same database with every row."""
    port = place.environment["LOKAALMETEN_PORT"]
    wait_until(lambda: answers(f"http://127.0.0.1:{port}/healthz"), 60)
    assert place.runs() == version
    assert read_file(place.home / "meten.env")["LOKAALMETEN_DSN"] == place.dsn
    assert read_everything(place.dsn)["observation"] == before["observation"]
