"""A whole node on the real MicroPython: what it takes, and what it does without a network."""

import json
import shutil
from pathlib import Path

import pytest

from lokaalmeten import wire
from lokaalmeten.cli.simulated import RESTART, configure, start, to_settings
from lokaalmeten.settings import Address
from tests.firmware.pages import read_flash
from tests.services.meten import wait_until
from tests.services.node import REPOSITORY

HEAP = Path(__file__).parent / "node_heap.py"
NOBODY = Address("127.0.0.1", 1)


@pytest.mark.parametrize(
    ("board", "room", "most"),
    [("f1", "240K", 205_000), ("b1", "280K", 240_000), ("b2", "280K", 240_000)],
)
def test_whole_node_lives_in_what_a_chip_with_psram_has_many_times_over(
    micropython, board, room, most
):
    """In words of 64 bits; those of the chip are half as long."""
    assert int(micropython.run(HEAP, board, heap=room)) <= most


@pytest.fixture
def node(micropython, tmp_path):
    """Starts a simulated node; what it told so far is in its log."""
    started = []

    def run(*without):
        configure(tmp_path / "files", "box-7", NOBODY, 1, None)
        settings = to_settings(tmp_path / "files", tmp_path / "flash.img", without=without)
        (tmp_path / "node.json").write_text(settings)
        process = start(micropython.path, tmp_path / "node.json", tmp_path)
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def read_samples(image):
    """Samples on the flash of a box that were taken since it knows the time."""
    pages = map(wire.read_page, read_flash(image.read_bytes()))
    return [row for schema, *_, flags, rows in pages if (schema, flags) == (1, 0) for row in rows]


def test_node_without_a_network_keeps_what_its_other_sensors_measure(node, tmp_path):
    process = node("SEN55")
    image = tmp_path / "flash.img"
    samples = wait_until(lambda: image.exists() and read_samples(image), seconds=90, step=1)
    assert process.poll() is None
    names = [name for name, _ in wire.record_fields(1)]
    last = dict(zip(names, samples[-1], strict=True))
    assert last["pressure"] is not None
    assert last["pm25"] is None
    assert last["bits"] & wire.BIT_PM_ERROR


def test_release_that_falls_over_says_why_after_the_restart(node, tmp_path):
    """The software of folder a, chosen by boot.py, has no outbox."""
    files = tmp_path / "files"
    for part in ("firmware", "lokaalmeten"):
        left_out = shutil.ignore_patterns("simulated", "__pycache__", "cli")
        shutil.copytree(REPOSITORY / part, files / "a" / part, ignore=left_out)
    (files / "a/firmware/outbox.py").write_text("def Outbox(flash, urandom):\n    return {}['no']")
    state = {"good": "", "trial": "a", "tries": 0, "version": "9.9.9", "refused": ""}
    (files / "slots.json").write_text(json.dumps(state))
    for _ in range(3):  # so often boot.py tries a release
        assert node().wait(60) == RESTART
    image = tmp_path / "flash.img"
    process = node()  # what came with the board
    wait_until(lambda: image.exists() and read_flash(image.read_bytes()), seconds=90, step=1)
    assert process.poll() is None
    assert json.loads((files / "slots.json").read_text())["refused"] == "9.9.9"
    assert (files / "crash.log").read_bytes().count(b"KeyError: no") >= 1  # 2 KB of them
