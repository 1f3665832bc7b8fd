"""What is said of how a node is, at its limits."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lokaalmeten.node_health import (
    BATTERY,
    NEVER,
    RESTING,
    SILENT,
    WELL,
    Health,
    Rules,
    find_reason,
    judge,
    rank,
)

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
RULES = Rules()


def ago(**span):
    return NOON - timedelta(**span)


def health(name="box-1", **facts):
    known: dict[str, Any] = {
        "id": 1,
        "kind": "box",
        "moving": False,
        "label": "",
        "project": None,
        "open": True,
        "placed": True,
        "added": ago(days=90),
        "last": ago(minutes=5),
        "heard": ago(minutes=5),
        "online": True,
        "said_at": ago(minutes=5),
        "battery_mv": None,
        "kept": None,
        "version": "1.2.0",
        "day": 1.0,
        "week": 1.0,
        "refused": None,
    }
    known |= {"name": name} | facts
    return Health(**known)


def bike(**facts):
    return health(kind="bike", moving=True, day=None, week=None, **facts)


@pytest.mark.parametrize(
    ("node", "state"),
    [
        (health(), WELL),
        (health(last=ago(hours=24)), WELL),
        (health(last=ago(hours=24, seconds=1)), SILENT),
        (health(last=None, heard=None, said_at=None), NEVER),
        (health(last=None), NEVER),
        (health(battery_mv=3750.0), WELL),
        (health(battery_mv=3749.0), BATTERY),
        (health(battery_mv=3749.0, said_at=ago(days=4)), WELL),  # it said so long ago
        (health(battery_mv=12_600.0), WELL),
        (health(battery_mv=11_000.0), WELL),  # not a cell of ours: nobody knows
        (health(battery_mv=3600.0, last=ago(days=2)), SILENT),
        (bike(last=ago(days=300), online=False), RESTING),
        (bike(last=None, heard=ago(days=3), online=True), WELL),
        (bike(last=None, heard=None, online=None), NEVER),
    ],
)
def test_a_node_is_in_one_state(node, state):
    assert judge(node, NOON, RULES) == state


def test_a_setting_says_when_bikes_are_silent_and_when_nothing_is():
    quiet = bike(last=ago(days=30), online=False)
    assert judge(quiet, NOON, Rules(silent_bike=timedelta(days=29))) == SILENT
    assert judge(health(last=ago(days=900)), NOON, Rules(silent=None)) == WELL


@pytest.mark.parametrize(
    ("node", "reason"),
    [
        (health(), None),
        (health(placed=False), "nowhere"),
        (health(open=False, placed=False), "closed"),
        (health(last=ago(days=2), placed=False), "silent"),
        (health(last=None, heard=None), "never"),
        (health(last=None), "words"),
        (health(last=None, refused="crc"), "refused"),
        (bike(placed=False), None),
    ],
)
def test_the_reason_why_a_node_is_not_on_the_map_is_the_one_to_mend_first(node, reason):
    assert find_reason(node, judge(node, NOON, RULES)) == reason


def test_what_is_urgent_comes_first():
    nodes = [
        health("a-well"),
        health("b-nowhere", placed=False),
        health("c-never", last=None, heard=None),
        health("d-emptier", battery_mv=3600.0),
        health("e-empty", battery_mv=3700.0),
        health("f-gone", last=ago(days=300)),
        health("g-new", last=ago(hours=25)),
        health("h-behind", kept=100.0),
    ]
    ranked = rank((node, judge(node, NOON, RULES)) for node in nodes)
    assert [node.name[0] for node, _ in ranked] == list("gfdecbha")
