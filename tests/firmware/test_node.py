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
DAY = Path(__file__).parent / "node_day.py"
SIMULATED = REPOSITORY / "firmware/simulated"
NOBODY = Address("127.0.0.1", 1)


# bytes in words of 32 bits, as a chip has them; to be lowered when it takes less
HEAP_BUDGET = {"f1": 93_500, "b1": 120_700, "b2": 122_400}


@pytest.mark.parametrize("board", HEAP_BUDGET)
def test_heap_of_a_whole_node_stays_within_five_percent_of_the_budget(small_micropython, board):
    assert int(small_micropython.run(HEAP, board, heap="220K")) <= 1.05 * HEAP_BUDGET[board]


@pytest.mark.parametrize("board", ["b1", "b2"])
def test_six_hours_with_a_ride_and_a_broker_take_little_more_than_the_start(
    small_micropython, board
):
    """Of a whole day the same is told in docs/firmware/memory.md."""
    told = small_micropython.run(
        DAY,
        board,
        22_000,
        path=[DAY.parent / "small", SIMULATED, REPOSITORY],
        heap="600K",
        seconds=400,
    )
    looks = [line.split(" ", 1) for line in told.splitlines() if line[0].isdigit()]
    made, *later = [int(held) for held, _ in looks]
    assert looks[-1][1].split() == ["11", "pages"]
    assert max(later) - made < 8_000
    assert max(later[len(later) // 2 :]) - min(later[len(later) // 2 :]) < 1_000


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
