"""Guides can be followed: what they name is there, what they ask to type is understood."""

import re
import subprocess
from itertools import takewhile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from firmware.boards import b1, b2, f1
from hardware.tools import bom, power
from hardware.tools.board import read_board
from lokaalmeten.cli.commands import app
from tests.firmware.units import Unit

ROOT = Path(__file__).parents[2]
HARDWARE = ROOT / "hardware"
GUIDES = {"f1": f1, "b1": b1, "b2": b2}
PAGES = sorted([HARDWARE / "README.md", *(HARDWARE / "guides").glob("*.md")])
BUILDS = pytest.mark.parametrize("stem", GUIDES)


def guide(stem):
    return (HARDWARE / f"guides/{stem}.md").read_text()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_file_that_is_named_exists(path):
    text = path.read_text()
    named = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    assert len(named) > 0
    assert [name for name in named if not (path.parent / name).exists()] == []
    folders = r"[`(\s]((?:boards|bom|power|harness|case|pcb|guides|tools)/[\w./-]*)"
    shown = re.findall(folders, text)
    assert [name for name in shown if not (HARDWARE / name).exists()] == []


@BUILDS
def test_steps_are_numbered_without_a_gap(stem):
    steps = re.findall(r"^(\d+)\. ", guide(stem), re.MULTILINE)
    assert steps == [str(i + 1) for i in range(len(steps))]
    assert len(steps) >= 10


@BUILDS
def test_every_picture_of_a_build_is_shown_by_its_guide(stem):
    for path in (HARDWARE / "guides/pictures").glob(f"{stem}-*.png"):
        assert f"pictures/{path.name}" in guide(stem)


@BUILDS
def test_bring_up_sheet_has_the_parts_of_the_self_test_and_no_other(stem):
    """`Node.parts` of the firmware: the sensors, then flash, clock and broker."""
    sheet = guide(stem).partition("## Bring-up test")[2]
    said = re.findall(r"^\| `([^`]+)` \|", sheet, re.MULTILINE)
    sensors = [sensor.name for sensor in Unit(GUIDES[stem]).sensors]
    assert sorted(said) == sorted([*sensors, "flash", "clock", "broker"])


def test_self_test_prints_what_the_sheets_ask_for():
    text = (ROOT / "firmware/node.py").read_text()
    tried = re.findall(r'parts\.append\(\("(\w+)"', text)
    assert tried == ["flash", "clock", "broker"]
    assert '"PASS" if passed else "FAIL"' in (ROOT / "firmware/selftest.py").read_text()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_command_is_understood(path):
    text = path.read_text()
    for line in re.findall(r"(?:^ +|`)meten ([^`\n]+)", text, re.MULTILINE):
        words = takewhile(lambda word: re.fullmatch("[a-z]+", word), line.split()[:2])
        said = CliRunner().invoke(app, [*words, "--help"], terminal_width=200)
        assert said.exit_code == 0, line
        for option in re.findall(r"--[\w-]+", line):
            assert option in said.output, line
    for target in re.findall(r"`make (\w+)`", text):
        assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE), target


def test_tests_that_are_named_exist():
    assert "`pytest tests/hardware`" in (HARDWARE / "README.md").read_text()
    done = subprocess.run(["make", "-n", "hardware"], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0


@BUILDS
def test_totals_of_the_readme_are_those_of_the_bills(stem):
    total = bom.to_bom(read_board(stem)).splitlines()[-1].split(",")[8]
    row = re.search(rf"^\| {stem.upper()} \|.*?\| (\d+) euro", readme(), re.MULTILINE)
    assert row is not None
    assert int(row[1]) == round(float(total))


@pytest.mark.parametrize("stem", ["b1", "b2"])
def test_days_parked_of_the_sheet_are_those_of_the_budget(stem):
    days = re.search(r"parked \|[^|]*?(\d+) days", guide(stem))
    assert days is not None
    assert int(days[1]) == round(power.find_life(read_board(stem))["days parked"])


def test_size_that_is_asked_to_be_measured_is_that_of_the_board_file():
    size = read_board("b1").parts["U1"].size
    said = " x ".join(f"{side:g}" for side in size or ()) + " mm"
    assert said in guide("b1")
    assert said in readme()


@pytest.mark.parametrize("path", PAGES[:4], ids=lambda path: path.name)
def test_nothing_is_claimed_to_have_been_built(path):
    if path.name != "co-location.md":
        assert re.search(
            r"not(hing)?[^.]*(built|measured)|None has been built", path.read_text(), re.I
        )


def test_licence_is_named_by_its_identifier():
    text = (HARDWARE / "LICENSE").read_text()
    assert text.startswith("SPDX-License-Identifier: CERN-OHL-S-2.0\n")


def readme():
    return (HARDWARE / "README.md").read_text()
