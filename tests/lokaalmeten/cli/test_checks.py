"""`meten check review` on a street of boxes of which one is broken."""

import numpy as np
import pytest

from lokaalmeten.observations import to_observations
from lokaalmeten.quality import Flag
from storage.pool import connect
from storage.registry import add_node
from storage.writer import write
from tests.services.meten import meten

MONDAY = 1_760_313_600  # 2025-10-13
HOURS = 4 * 24


def hours_of(node, level):
    """A sample an hour, which came in as good."""
    values = np.asarray(level * np.ones(HOURS), np.int32)
    made = to_observations(
        np.full(HOURS, node, np.int32),
        MONDAY + 3600 * np.arange(HOURS, dtype=np.int64),
        ("pm25",),
        values[None],
    )
    made.flags[:] = Flag.GOOD
    return made


@pytest.fixture
def street(database):
    """Four boxes that agree, also on one night of fireworks, and one that is broken."""
    night = np.random.default_rng(1).integers(900, 1100, HOURS)
    night[40] = 40_000
    with connect(database) as connection:
        for number in range(5):
            node = add_node(connection, f"box-{number}", "box", lat=52.09 + number / 1e3, lon=5.12)
            level = 0 if number == 4 else night * (1 + number / 10)
            write(connection, [hours_of(node.id, level)])
    return database


def flags_of(dsn, name):
    with connect(dsn) as connection:
        rows = connection.execute(
            "SELECT DISTINCT coalesce(flag_of(o.flags, 1), 1) FROM private.observation o"
            " JOIN private.node n ON n.id = o.node_id WHERE n.name = %s",
            [name],
        ).fetchall()
    return {flag for (flag,) in rows}


def run(dsn, *words):
    done = meten("check", "review", *words, dsn=dsn)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_broken_box_fails_once_and_its_neighbours_stay_good(street):
    said = run(street, "--node", "box-1")
    assert "the flags of 0 samples changed" in said
    said = run(street)
    assert f"the flags of {HOURS} samples changed" in said
    assert "PM2.5" in said
    assert flags_of(street, "box-4") == {Flag.FAIL}
    for number in range(4):
        assert flags_of(street, f"box-{number}") == {Flag.GOOD}
    assert "the flags of 0 samples changed" in run(street)


def test_a_peak_that_no_neighbour_confirms_is_suspect_until_they_come(database):
    night = np.full(HOURS, 1000) + np.arange(HOURS)
    night[40] = 40_000
    with connect(database) as connection:
        nodes = [add_node(connection, f"b-{i}", "box", lat=52.09, lon=5.12).id for i in range(4)]
        write(connection, [hours_of(nodes[0], night)])
    assert "the flags of 1 samples changed" in run(database)
    assert flags_of(database, "b-0") == {Flag.GOOD, Flag.SUSPECT}
    with connect(database) as connection:
        write(connection, [hours_of(node, night + 7) for node in nodes[1:]])
    assert "the flags of 1 samples changed" in run(database)
    assert flags_of(database, "b-0") == {Flag.GOOD}


def test_wrong_use_is_said_in_a_sentence(database):
    done = meten("check", "review", "--node", "nobody", dsn=database)
    assert done.returncode == 2
    assert "nobody" in done.stderr
    empty = ("--since", "2026-02-01", "--until", "2026-01-01")
    assert meten("check", "review", *empty, dsn=database).returncode == 2
    assert "no fixed node has measured" in run(database)
