"""A release by command, from signing it to the node that runs it, or goes back by itself."""

import json
import shutil

import pytest

from lokaalmeten.cli.releases import SHARED
from storage.node_status import read_known
from storage.pool import connect
from storage.registry import add_node
from tests.firmware.update.test_updater import serve
from tests.services.meten import ingesting, meten, running, wait_until
from tests.services.node import REPOSITORY

NODE = "box-7"
BROKEN = "def Outbox(flash, urandom):\n    return {}['no']\n"


def write_checkout(folder, version, **changed):
    """A checkout with the node software as that version, and other contents of some modules."""
    left_out = shutil.ignore_patterns("__pycache__", "typings")
    shutil.copytree(REPOSITORY / "firmware", folder / "firmware", ignore=left_out)
    for name in SHARED:
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(REPOSITORY / name, folder / name)
    file = folder / "firmware/version.py"
    (line,) = [line for line in file.read_text().splitlines() if line.startswith("VERSION =")]
    file.write_text(file.read_text().replace(line, f'VERSION = "{version}"'))
    for module, content in changed.items():
        (folder / f"firmware/{module}.py").write_text(content)
    return folder


@pytest.fixture
def place(postgres_database, mosquitto, tmp_path):
    with connect(postgres_database) as connection:
        add_node(connection, NODE, "box")
    return {
        "dsn": postgres_database,
        "broker": f"mqtt://{mosquitto.host}:{mosquitto.port}",
        "data": tmp_path / "data",
    }


def do(place, *words):
    done = meten(*words, **place)
    assert done.returncode == 0, done.stderr
    return done.stdout


def wait_for(place, holds):
    """What the node said last, once it is so."""

    def look():
        with connect(place["dsn"]) as connection:
            said = read_known(connection, NODE)[0].said
        return said if said and holds(said) else None

    return wait_until(look, seconds=240, step=0.3)


def test_release_is_tried_and_kept_and_one_that_does_not_start_is_taken_back(
    place, mosquitto, micropython, tmp_path
):
    files, web, key = place["data"] / f"nodes/{NODE}.files", tmp_path / "web", tmp_path / "key"
    files.mkdir(parents=True)
    web.mkdir()
    public = do(place, "node", "key", key).split()[-1]
    (files / "release.pub").write_text(public)
    for version, changed in (("0.8.0", {}), ("0.9.0", {"outbox": BROKEN})):
        checkout = write_checkout(tmp_path / version, version, **changed)
        out = web / f"{version}.release"
        do(place, "node", "release", "--key", key, "--from", checkout, "--out", out)

    node = running(
        "node", "sim", NODE, "--hours-ago", 3, "--micropython", micropython,
        log=tmp_path / "node.log", broker=place["broker"], data=place["data"],
    )  # fmt: skip

    def update(port, version):
        url = f"http://127.0.0.1:{port}/{version}.release"
        do(place, "node", "update", NODE, "--release", url)

    def slots():
        return json.loads((files / "slots.json").read_text())

    with serve(web) as port, ingesting(place["dsn"], mosquitto, tmp_path / "ingest.log"), node:
        first = wait_for(place, lambda said: "boot" in said)
        assert first["version"] not in ("0.8.0", "0.9.0")

        update(port, "0.8.0")
        second = wait_for(place, lambda said: said["version"] == "0.8.0")
        assert second["update"]["trial"] == "0.8.0"
        wait_until(lambda: slots()["good"] == "a", seconds=240, step=0.2)
        do(place, "node", "tell", NODE, "report")
        wait_for(place, lambda said: "trial" not in said["update"])
        shown = do(place, "node", "show", NODE)
        assert "online" in shown
        assert "0.8.0" in shown

        update(port, "0.9.0")
        wait_until(lambda: slots()["trial"] == "b", seconds=120, step=0.05)
        third = wait_for(place, lambda said: said["update"].get("taken_back") == "0.9.0")
        assert third["version"] == "0.8.0"
        assert slots()["good"] == "a"
        shown = do(place, "node", "show", NODE)
        assert "taken_back: 0.9.0" in shown
        assert shown.count("KeyError: no") >= 1  # why it fell over came along
        assert "fell over: KeyError: no" in (tmp_path / "node.log").read_text()
