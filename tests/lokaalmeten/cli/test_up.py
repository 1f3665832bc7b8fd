"""`meten up` as an operator meets it: its own services or those that are named, and what dies."""

import json
import os
import signal
import subprocess
import sys
import threading
from io import StringIO
from pathlib import Path
from urllib.request import urlopen

import psycopg
import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion
from rich.console import Console

from lokaalmeten.cli import supervisor
from lokaalmeten.cli.whole import Own, run_up
from lokaalmeten.errors import ServiceError, SettingsError
from lokaalmeten.processes import free_port
from lokaalmeten.settings import read_file, to_address
from storage.logins import give_login
from storage.pool import connect
from storage.registry import add_node
from storage.server_folder import remove
from tests.services.meten import to_environment, wait_until
from tests.test_demo import marked_processes

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc: Linux")
STORED = "SELECT count(*) FROM private.observation"


@pytest.fixture
def data(tmp_path):
    yield tmp_path / "data"
    remove(tmp_path / "data" / "postgres")


def find_part(data, words):
    """Process of a part, and its environment."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes().decode().replace("\0", " ").strip()
            lines = (folder / "environ").read_bytes().decode().split("\0")
        except OSError:
            continue
        told = dict(each.split("=", 1) for each in lines if "=" in each)
        if line.endswith(f"cli {words}") and told.get("LOKAALMETEN_DATA") == str(data):
            return int(folder.name), told
    return None


def gets_in(port, name=None, password=None):
    answers = []
    client = Client(CallbackAPIVersion.VERSION2)
    if name:
        client.username_pw_set(name, password)
    client.on_connect = lambda _c, _d, _f, reason, _p: answers.append(reason)
    client.connect("127.0.0.1", port)
    client.loop_start()
    wait_until(lambda: answers, 10)
    client.disconnect()
    client.loop_stop()
    return not answers[0].is_failure


def ask(dsn, question):
    with psycopg.connect(dsn) as connection:
        return connection.execute(question).fetchone()[0]


@LINUX
def test_one_command_brings_all_of_it_up_keeps_it_and_ends_in_order(data, programs, tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/mosquitto").symlink_to(programs.mosquitto)
    (tmp_path / "env").write_text(f"LOKAALMETEN_PORT={free_port()}\nLOKAALMETEN_SMTP=\n")
    page, nodes = read_file(tmp_path / "env")["LOKAALMETEN_PORT"], free_port()
    words = ("up", "--env", tmp_path / "env", "--node-port", nodes)
    path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
    with (tmp_path / "said").open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "lokaalmeten.cli", *map(str, words)],
            stdout=said,
            stderr=said,
            env=to_environment({"data": data}) | {"PATH": path},
        )

    def says(line):
        assert process.poll() is None, (tmp_path / "said").read_text()
        return line in (tmp_path / "said").read_text()

    try:
        wait_until(lambda: says("meten doctor"), 120)
        assert urlopen(f"http://127.0.0.1:{page}/healthz", timeout=10).status == 200
        told = read_file(data / "meten.env")
        assert (data / "meten.env").stat().st_mode & 0o077 == 0
        dsn, services = told["LOKAALMETEN_DSN"], to_address(told["LOKAALMETEN_BROKER"])

        # least rights: no part but the owner's has the owner's password
        _, dashboard = find_part(data, "dashboard")
        assert services.password not in str(dashboard)
        assert dashboard["LOKAALMETEN_BROKER"] == f"mqtt://127.0.0.1:{nodes}"
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask(dashboard["LOKAALMETEN_DSN"], STORED)

        # nobody gets in without a password; a new node does within seconds
        assert not gets_in(services.port)
        assert not gets_in(nodes)
        with connect(dsn) as connection:
            add_node(connection, "box-7", "box", lat=52.09, lon=5.12)
            password = give_login(connection, "box-7")
        wait_until(lambda: gets_in(nodes, "box-7", password), 10, step=0.5)

        # what dies comes back, and what was published meanwhile is stored
        ingest, _ = find_part(data, "ingest")
        os.kill(ingest, signal.SIGKILL)
        client = Client(CallbackAPIVersion.VERSION2)
        client.username_pw_set("box-7", password)
        client.connect("127.0.0.1", nodes)
        client.loop_start()
        client.publish("lm/1/box-7/json", json.dumps({"pm25": 12.5}), qos=1).wait_for_publish(5)
        client.disconnect()
        client.loop_stop()
        wait_until(lambda: ask(dsn, STORED) == 1, 60, step=0.2)
        assert find_part(data, "ingest")[0] != ingest
        assert says("ingest ended: ")
        assert says("ingest runs again")
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0, (tmp_path / "said").read_text()
    finally:
        process.kill()
        process.wait()
    assert (tmp_path / "said").read_text().splitlines()[-2:] == ["stopping", "stopped"]
    assert "password" not in (tmp_path / "said").read_text().replace("/password", "")
    assert marked_processes(str(data)) == []


def test_a_part_that_cannot_start_against_named_services_ends_it_with_its_reason(
    data, postgres_database, mosquitto, monkeypatch
):
    monkeypatch.setattr(supervisor, "TRIES", 2)
    said = StringIO()
    settings = {
        "dsn": postgres_database,
        "broker": f"mqtt://{mosquitto.host}:{mosquitto.port}",
        "data": data,
        "port": free_port(),
        "ingest_port": mosquitto.port,  # somebody has it
    }
    with pytest.raises(ServiceError, match=f"ingest ended 2 times in a row: .*{mosquitto.port}"):
        run_up(to_environment(settings), Own("", 8883), threading.Event(), Console(file=said))
    assert "ingest ended: " in said.getvalue()
    assert not (data / "postgres").exists()
    assert not (data / "broker").exists()


def test_wrong_settings_are_all_told_and_nothing_is_started(data):
    said = StringIO()
    environment = to_environment({"data": data, "port": "many", "dns": "x"})
    with pytest.raises(SettingsError, match="settings that cannot be used: 2"):
        run_up(environment, Own("", 8883), threading.Event(), Console(file=said, width=200))
    assert "LOKAALMETEN_PORT holds 'many'" in said.getvalue()
    assert "did you mean LOKAALMETEN_DSN?" in said.getvalue()
    assert not data.exists()
