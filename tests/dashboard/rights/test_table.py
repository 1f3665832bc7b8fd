"""Each cell of the table of rights, tried over HTTP against a real database."""

import re
from pathlib import Path

import pytest

from storage.migrate import migrate
from storage.rights import ACTIONS, ALL, AREA, BY_NAME, NO, NOBODY, OWN, PROJECT, WHO, to_lines
from tests.dashboard.conftest import running
from tests.dashboard.rights.world import FAR, NEAR, NEW, PROBES, World, fill

DOCS = Path(__file__).parents[3] / "docs/rights.md"
REACHED = {NO: (), OWN: (NEAR,), PROJECT: (NEAR,), AREA: (NEAR,), ALL: (NEAR, FAR)}
CELLS = [
    (action.name, who, where)
    for action in ACTIONS
    for who in WHO
    for where in ((NEAR,) if action.name in NEW else (FAR, NEAR))
]


@pytest.fixture(scope="module")
def world(postgres_databases):
    """Near and far, and somebody of each role."""
    with postgres_databases.migrated(migrate) as dsn, running(dsn) as address:
        world = World(dsn, address)
        fill(world)
        yield world


@pytest.mark.parametrize(("name", "who", "where"), CELLS)
def test_each_cell_is_what_happens(world, name, who, where):
    action = BY_NAME[name]
    may = where in REACHED[action.reach(who)]
    before, last = world.look()
    assert PROBES[name](world, who, where) == may
    after, _ = world.look()
    noted = world.run(
        "SELECT e.what, k.label FROM private.event e"
        " LEFT JOIN private.access_key k ON k.id = e.key_id WHERE e.id > %s",
        last,
    )
    changes = may and bool(action.leaves)
    assert (before != after) == changes
    assert noted == ([(action.leaves, f"the {who}")] if changes else [])


def test_every_action_is_tried():
    assert set(PROBES) == set(BY_NAME)
    assert len(BY_NAME) == len(ACTIONS)


def test_whoever_is_nobody_changes_nothing():
    assert {action.reach(NOBODY) for action in ACTIONS if action.leaves} == {NO}


def test_the_docs_show_this_table():
    shown = re.findall(r"^\| \| nobody .*\n(?:\|.*\n)+", DOCS.read_text("utf-8"), re.M)
    assert shown == ["".join(f"{line}\n" for line in to_lines())]
