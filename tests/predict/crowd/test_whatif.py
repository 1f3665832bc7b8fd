"""Scenarios against what is expected: who is kept out, who stays, and how likely limits are."""

import numpy as np
import pytest

from predict.crowd.situation import look
from predict.crowd.whatif import Change, apply_change, imagine

from .places import place

DAY, QUARTER = 96, 900
SQUARE, STREET, GATE, ARCH, STAIRS = range(5)


@pytest.fixture(scope="module")
def known():
    """Two days on which people walk in by the gate and on to the square, and out by the stairs."""
    rng, rows = np.random.default_rng(1), np.arange(2 * DAY)
    size = 100 + 50 * np.sin(2 * np.pi * (rows - 30) / DAY)
    counts = rng.poisson(np.stack([size, size / 20] * 3, axis=1)).astype(float)
    is_empty = rows % DAY == 0
    return counts, look(place(), counts, QUARTER, is_empty)


def assume(closed=(), delay_s=0, added=(0, 0)):
    return Change(closed, delay_s, np.array(added, float))


def test_a_change_of_nothing_changes_nothing(known):
    counts, found = known
    scenario = imagine(place(), counts, QUARTER, found, assume())
    np.testing.assert_allclose(scenario.table, found.table)
    np.testing.assert_allclose(scenario.chance, found.chance)


def test_people_who_are_added_are_there_and_make_limits_likelier(known):
    counts, found = known
    scenario = imagine(place(), counts, QUARTER, found, assume(added=(1500, 0)))
    moved = (scenario.table - found.table)[0, SQUARE]
    assert moved == pytest.approx(1.5)  # 1,500 people on 1,000 square metres
    assert (scenario.chance[SQUARE, 0] > 0.9).all()
    assert (scenario.chance >= found.chance - 1e-9).all()
    np.testing.assert_allclose(scenario.table[:, STREET], found.table[:, STREET])


def test_behind_a_closed_gate_nobody_comes_and_the_street_empties(known):
    counts, found = known
    scenario = imagine(place(), counts, QUARTER, found, assume(closed=(0,)))
    assert scenario.table[:, GATE].max() < found.table[:, GATE].max()
    assert (scenario.table[-1, STREET] <= found.table[-1, STREET]).all()


def test_nobody_goes_through_two_passages_that_are_closed():
    ways = np.full((3, 6), 10.0)
    changed = apply_change(place(), ways, QUARTER, assume(closed=(1, 2)))
    assert changed[:, 2:].sum() == 0
    assert ways.min() == 10  # what was expected is as it was


def test_arrivals_come_later_and_others_do_not(known):
    counts, found = known
    ways = np.arange(24.0).reshape(4, 6)
    changed = apply_change(place(), ways, QUARTER, assume(delay_s=2 * QUARTER))
    assert changed[:, 0].tolist() == [0, 0, 0, 6]
    assert changed[:, 2].tolist() == ways[:, 2].tolist()
    scenario = imagine(place(), counts, QUARTER, found, assume(delay_s=QUARTER))
    assert (scenario.table[0, GATE] <= found.table[0, GATE]).all()
