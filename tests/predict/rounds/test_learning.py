from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from lokaalmeten.forecasts import LEVELS, Kept, Series
from predict.calendar import ForecastError
from predict.core import fit, predict
from predict.holidays import dutch_holidays
from predict.rounds.hours import Hours
from predict.rounds.learning import MODEL, OLD, find_due, forecast, learn
from predict.rounds.watching import to_covered

START = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp())
NOW = datetime(2026, 3, 20, tzinfo=UTC)
RNG = np.random.default_rng(2)


def make_hours(places=2, rows=240, unknown=0):
    wave = 10 + 4 * np.sin(np.arange(rows) / 24 * 2 * np.pi)[:, None]
    table = np.vstack([np.full((unknown, places), np.nan), wave + RNG.gamma(2, 1, (rows, places))])
    series = tuple(Series("node", f"box-{at}", "pm25") for at in range(places))
    numbers = np.arange(1, places + 1, dtype=np.int32)
    return Hours("node", START - 3600 * unknown, series, numbers, table)


def keep(hours, **changed):
    facts: dict[str, Any] = {"fitted_at": NOW, "drifted_at": None, "model": MODEL, "state": b""}
    facts["series"] = hours.numbers
    return Kept(**(facts | changed))


def test_what_is_learned_says_what_the_core_says():
    hours = make_hours()
    free = dutch_holidays([2026, 2027])
    fitted = fit(hours.table, START, zone="Europe/Amsterdam", holidays=free)
    expected = predict(fitted, hours.table, START, LEVELS).table
    assert np.array_equal(forecast(learn(hours), hours), expected)


def test_hours_before_anything_was_known_change_nothing():
    hours = make_hours()
    longer = Hours(
        *("node", START - 3600 * 500, hours.series, hours.numbers),
        np.vstack([np.full((500, 2), np.nan), hours.table]),
    )
    assert learn(longer) == learn(hours)
    assert np.array_equal(forecast(learn(hours), longer), forecast(learn(hours), hours))


def test_other_places_are_refused():
    with pytest.raises(ForecastError, match="fitted for 2 series"):
        forecast(learn(make_hours()), make_hours(3))


def test_learning_is_due_for_a_reason():
    hours = make_hours()
    soon, late = NOW + OLD - timedelta(seconds=1), NOW + OLD
    assert find_due(None, hours, NOW) == "first"
    assert find_due(keep(hours), hours, soon) == ""
    assert find_due(keep(hours), hours, late) == "old"
    assert find_due(keep(hours, model="core 0"), hours, NOW) == "version"
    assert find_due(keep(hours, series=np.array([2, 1], np.int32)), hours, NOW) == "others"
    assert find_due(keep(hours, drifted_at=NOW), hours, NOW) == "drift"


def test_all_places_together_count_as_one():
    covered = to_covered(np.array([24, 10]), np.array([2400, 60]), np.array([1200, 60]))
    assert (len(covered), covered[:24].sum(), covered[24:].sum()) == (34, 12, 10)
    assert len(to_covered(*(np.array([], np.int64),) * 3)) == 0
