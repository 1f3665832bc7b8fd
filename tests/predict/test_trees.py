"""Trees on what the regression leaves: there when they help, and only then."""

import numpy as np
import pytest

from predict.core import fit, predict
from predict.store import load, save
from tests.predict.conftest import START

pytest.importorskip("lightgbm", reason="the extra boost is not installed")

LEVELS = [0.1, 0.5, 0.9]
ROWS = 24 * 150
DAYS = 10  # to forecast


def make_town(seed=0):
    """Visitors of four squares who come when it is warm and dry: either alone is not enough."""
    rng = np.random.default_rng(seed)
    hours = np.arange(ROWS + 24 * DAYS)
    warm, dry = (np.repeat(rng.uniform(size=len(hours) // 6), 6) < 0.5 for _ in range(2))
    weather = np.column_stack([warm, dry]).astype(float)
    usual = 50 + 20 * np.sin(2 * np.pi * hours / 24)
    come = np.where(warm & dry, 3.0, 1.0)
    return rng.poisson(np.outer(usual * come, [1, 2, 3, 4])).astype(float), weather


@pytest.fixture(scope="module")
def town():
    return make_town()


@pytest.fixture(scope="module")
def plain_and_grown(town):
    table, weather = town
    return [
        fit(table[:ROWS], START, ahead=weather[:ROWS], horizon=24, trees=trees)
        for trees in (False, True)
    ]


def test_trees_are_kept_where_two_things_must_come_together(town, plain_and_grown):
    table, weather = town
    plain, grown = plain_and_grown
    assert plain.trees == ()
    (choice,) = [each.choice for each in grown.trees]
    assert (choice.group, choice.chosen) == ("1-24 h", "trees")
    assert choice.gain > 0.1
    errors = np.zeros(2)
    for at in range(ROWS, len(table), 24):
        for way, fitted in enumerate((plain, grown)):
            said = predict(fitted, table[:at], START, LEVELS, ahead=weather[: at + 24]).table
            errors[way] += np.abs(said[..., 1] - table[at : at + 24]).sum()
    assert errors[1] < 0.97 * errors[0]  # hours alike know a part of it


def test_trees_are_left_out_where_there_is_nothing_more_to_learn():
    usual = 100 + 50 * np.sin(2 * np.pi * np.arange(ROWS) / 24)
    table = np.random.default_rng(1).poisson(np.outer(usual, [1, 2, 3])).astype(float)
    plain, tried = (fit(table, START, horizon=6, trees=trees) for trees in (False, True))
    (found,) = tried.trees
    assert (found.choice.chosen, found.text) == ("ridge", "")
    assert "not worth it" in found.choice.reason
    first, second = (predict(each, table, START, LEVELS).table for each in (plain, tried))
    np.testing.assert_array_equal(first, second)


def test_too_little_to_judge_by_leaves_them_out():
    found = fit(np.arange(100.0)[:, None], START, horizon=3, trees=True)
    assert [each.choice.chosen for each in found.trees] == ["ridge"]


def test_trees_and_their_choice_come_back_from_a_file(town, plain_and_grown, tmp_path):
    table, weather = town
    fitted = plain_and_grown[1]
    save(fitted, tmp_path / "fitted.npz")
    again = load(tmp_path / "fitted.npz")
    assert again.trees == fitted.trees
    first, second = (
        predict(each, table[:ROWS], START, LEVELS, ahead=weather[: ROWS + 24]).table
        for each in (fitted, again)
    )
    np.testing.assert_array_equal(first, second)
