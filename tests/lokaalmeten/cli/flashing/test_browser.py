"""What a browser does: real esptool-js in Node writes what `meten node image` made."""

import json
import shutil
import socketserver
import subprocess
import threading
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from dashboard import vendor
from lokaalmeten.cli.flashing.layout import FILES
from lokaalmeten.errors import ServiceError
from tests.services.chip import CLASSIC, Chip
from tests.services.debian import cache_folder
from tests.services.meten import meten, wait_until

SCRIPT = Path(__file__).with_name("in_browser.mjs")


@pytest.fixture(scope="module")
def esptool_js():
    """Its module, as the lock of the dashboard has it; fetched once."""
    if shutil.which("node") is None:
        pytest.skip("no Node.js on the PATH")
    lock = sha256((vendor.HERE / "package-lock.json").read_bytes()).hexdigest()[:16]
    folder = cache_folder() / f"npm-{lock}"
    found = folder / "node_modules/esptool-js"
    if not (found / "package.json").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            vendor.fetch(folder)
        except ServiceError as reason:
            pytest.skip(str(reason))
    return found / "bundle.js"


@pytest.fixture(scope="module")
def folder(micropython, tmp_path_factory):
    """A folder of `meten node image`."""
    from .conftest import make_interpreter

    place = tmp_path_factory.mktemp("firmware")
    (place / "chip.bin").write_bytes(make_interpreter())
    done = meten(
        "node", "image", place / "out", "--firmware", place / "chip.bin",
        "--micropython", micropython,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return place / "out"


@contextmanager
def at_port(chip):
    """The chip behind a port of this machine."""

    class Line(socketserver.BaseRequestHandler):
        def handle(self):
            while octets := self.request.recv(65536):
                self.request.sendall(chip.hear(octets))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Line) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def flash(esptool_js, chip, folder, board):
    """Flash what the manifest names; what Node said."""
    (build,) = json.loads((folder / f"{board}.json").read_text())["builds"]
    words = []
    for part in build["parts"]:
        words += [str(part["offset"]), folder / part["path"]]
    with at_port(chip) as port:
        return subprocess.run(
            ["node", SCRIPT, esptool_js, str(port), *words],
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip


def test_chip_holds_what_the_manifest_names_and_boots_it(esptool_js, board, folder):
    done = flash(esptool_js, board.chip, folder, "f1")
    assert done.returncode == 0, done.stdout + done.stderr
    for at, name in ((0, "interpreter.bin"), (FILES.at, "f1.bin")):
        content = (folder / name).read_bytes()
        assert board.chip.flash[at : at + len(content)] == content
    board.press_reset()
    with board.opened() as line:
        line.write(b"IMPROV\x01\x03\x02\x02\x00\xe5")  # how are you
        wait_until(lambda: b"IMPROV\x01\x01\x01\x02" in board.said, seconds=30)  # without a network


def test_a_chip_that_was_left_halfway_is_flashed_again(esptool_js, folder):
    chip = Chip()
    chip.pulled_at = 300_000
    assert flash(esptool_js, chip, folder, "b2").returncode != 0
    chip.pulled_at = None
    chip.restart()
    assert flash(esptool_js, chip, folder, "b2").returncode == 0
    content = (folder / "b2.bin").read_bytes()
    assert chip.flash[FILES.at : FILES.at + len(content)] == content


def test_other_chip_is_told_by_its_name(esptool_js, folder):
    done = flash(esptool_js, Chip(CLASSIC), folder, "f1")
    assert "ESP32-S3" not in done.stdout
