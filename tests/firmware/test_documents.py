"""What the documents say of a node is what it does."""

import re

from firmware import config_keys
from firmware.commands import ACTIONS, MOST_BYTES, MOST_KEPT
from firmware.crash import MOST_TEXT
from firmware.led import LEDS
from firmware.status import EVERY_S
from firmware.update import release, trial
from tests.services.node import REPOSITORY

LIFE, PROTOCOL, UPDATES = (
    (REPOSITORY / f"docs/{name}.md").read_text() for name in ("node-life", "protocol", "updates")
)


def first_cells(text, after):
    """First column of the table that follows a heading."""
    lines = text.partition(after)[2].splitlines()
    begin = next(index for index, line in enumerate(lines) if line.startswith("|---"))
    cells = []
    for line in lines[begin + 1 :]:
        if not line.startswith("|"):
            break
        cells.append(line.split("|")[1].strip())
    return cells


def test_the_table_of_the_led_is_the_documented_one_and_in_its_order():
    assert first_cells(LIFE, "## What the LED says") == list(LEDS)


def test_every_key_of_the_configuration_is_documented():
    assert first_cells(LIFE, "## Setting it up") == [f"`{key}`" for key in config_keys.CHECKS]


def test_every_command_is_documented_with_what_it_takes():
    assert first_cells(PROTOCOL, "## Commands") == [f"`{do}`" for do in ACTIONS]
    for do, keys in ACTIONS.items():
        commands = PROTOCOL.partition("## Commands")[2]
        (line,) = re.findall(rf"^\| `{do}` \|.*$", commands, re.MULTILINE)
        assert all(f"`{key}`" in line for key in keys)


def test_bounds_are_the_documented_ones():
    assert f"more than {MOST_BYTES:,} bytes" in PROTOCOL
    assert f"of the last {MOST_KEPT}." in PROTOCOL
    assert f"at most {MOST_TEXT:,} letters" in PROTOCOL
    assert f"at least every {EVERY_S // 60} minutes" in PROTOCOL
    assert f"more than {release.MOST_FILES} files" in UPDATES
    said = (trial.SAMPLES, trial.HEALTHY_S // 60)
    assert "confirmed after {} samples, {} minutes and a connection".format(*said) in UPDATES
    assert f"after {trial.SAMPLES} samples and {trial.ALONE_S // 3600} hours" in UPDATES
    assert f"when {trial.DEAD_S // 60} minutes bring no {trial.SAMPLES} samples" in UPDATES
