"""What a round says of days, beside the same said slowly from its stored quantiles."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from lokaalmeten.forecasts import Series
from lokaalmeten.lki import to_index
from predict.air.days import find_daily, find_days
from predict.air.draws import SAMPLES, draw
from predict.air.forecast import DENSE
from predict.core import Quantiles
from predict.job import run
from predict.rounds.hours import Hours
from predict.rounds.index import issue_index
from predict.rounds.outlook import Drawn, look_at_days, to_history
from tests.predict.air.conftest import make_air
from tests.predict.rounds.desk import Desk, to_rows

START = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp())
NOW = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
CUTOFF = datetime(2026, 3, 14, 9, tzinfo=UTC)
LAST = CUTOFF - timedelta(hours=1)
ZONE = "Europe/Amsterdam"


def make_hours(table, quantity="pm25"):
    series = tuple(Series("node", f"box-{at}", quantity) for at in range(table.shape[1]))
    return Hours("node", START, series, np.arange(1, len(series) + 1, dtype=np.int32), table)


def make_quantiles(places, seed=0):
    rng = np.random.default_rng(seed)
    return np.sort(rng.gamma(3, 6, (72, places, len(DENSE))), axis=-1)


def test_chances_are_those_of_the_days_of_all_draws_at_once():
    """70 places are told in two parts; who has no forecast has no chance."""
    hours, table = make_hours(make_air(30, 70)), make_quantiles(70)
    table[:, 3] = np.nan
    there = np.arange(70) != 3
    outlook = look_at_days("pm25", hours, table)
    history = hours.table[:, there]
    samples = draw(Quantiles(DENSE, table[:, there]), history)
    days = find_days("pm25", history, START, samples, ZONE)
    chances = outlook.chances
    assert chances is not None
    assert chances.days == tuple(day.date for day in days)
    assert chances.limits == find_daily("pm25")
    for at, day in enumerate(days):
        assert chances.table[at][:, there] == pytest.approx(day.chance)
    assert np.isnan(chances.table[..., 3]).all()
    assert outlook.numbers is not None
    assert np.array_equal(outlook.numbers, to_index("pm25", samples))


def test_a_quantity_without_limits_and_places_without_forecasts_have_no_days():
    hours = make_hours(make_air(10, 2))
    assert look_at_days("pm25", hours, np.full((72, 2, len(DENSE)), np.nan)).chances is None
    other = look_at_days("humidity", hours, make_quantiles(2))
    assert (other.chances, other.numbers) == (None, None)


def test_slightly_less_than_nothing_is_nothing_and_far_less_is_unknown():
    assert to_history(np.array([[-0.5, -50.0, np.nan, 4.0]])).tolist() == [
        pytest.approx([0, np.nan, np.nan, 4], nan_ok=True)
    ]


def test_a_round_tells_of_the_days_ahead():
    """Ten days around 40 and around 4: one is surely above 15 tomorrow, the other surely not."""
    wave = np.sin(np.arange(240) / 24 * 2 * np.pi)
    desk = Desk(
        {
            ("node", "pm25"): pd.concat(
                [to_rows("high", 40 + 5 * wave, LAST), to_rows("low", 4 + wave, LAST)]
            )
        }
    )
    told = run(desk, NOW, "pm25")
    (issued,) = desk.rounds
    assert issued.chances.days == tuple(date(2026, 3, 14 + ahead) for ahead in range(4))
    assert (issued.chances.table[1, 0] > 0.95).tolist() == [True, False]
    assert (issued.chances.table[1, 0] < 0.05).tolist() == [False, True]
    assert told.drawn.cutoff == CUTOFF
    assert told.drawn.numbers.shape == (SAMPLES, 72, 2)


# the index


def make_drawn(numbers, names, quantity="pm25", cutoff=CUTOFF):
    series = tuple(Series("node", name, quantity) for name in names)
    return Drawn(cutoff, series, np.asarray(numbers, np.uint8))


def test_the_index_of_a_draw_is_the_highest_of_what_a_place_has():
    rng = np.random.default_rng(4)
    fine = rng.integers(1, 12, (SAMPLES, 72, 2))
    coarse = rng.integers(1, 12, (SAMPLES, 72, 2))
    desk = Desk()
    drawn = {
        "pm25": make_drawn(fine, ["a", "b"]),
        "no2": make_drawn(coarse, ["c", "b"], "no2_corrected"),
    }
    assert issue_index(desk, NOW, drawn) == 3
    (issued,) = desk.indices
    assert [key[1:] for key in desk.numbers] == [("a", "lki"), ("b", "lki"), ("c", "lki")]
    assert issued.substances == (("pm25",), ("pm25", "no2"), ("no2",))
    both = np.maximum(fine[..., 1], coarse[..., 1])
    for at, draws in enumerate((fine[..., 0], both, coarse[..., 0])):
        for level, column in ((0.1, 0), (0.5, 1), (0.9, 2)):
            low = [sorted(draws[:, hour])[int(np.ceil(level * SAMPLES)) - 1] for hour in range(72)]
            assert issued.hours[:, at, column].tolist() == low
    assert issued.first_day == date(2026, 3, 14)
    today = both[:, :14].max(axis=1)  # from 10:00 by the Dutch clock to midnight
    good, moderate = (today <= 3).mean(), ((today > 3) & (today <= 6)).mean()
    assert issued.classes[0, 1, :2].tolist() == pytest.approx([good, moderate], abs=1e-6)
    assert issued.classes.sum(axis=-1) == pytest.approx(1)
    assert len(issued.days) == 4


def test_draws_of_an_earlier_hour_are_not_mixed_in():
    desk, ones = Desk(), np.ones((SAMPLES, 72, 1))
    drawn = {
        "pm25": make_drawn(ones, ["a"]),
        "no2": make_drawn(9 * ones, ["a"], "no2", CUTOFF - timedelta(hours=1)),
    }
    issue_index(desk, NOW, drawn)
    assert desk.indices[0].substances == (("pm25",),)
    assert desk.indices[0].hours.max() == 1


def test_without_draws_there_is_no_index_and_who_is_gone_is_left_out():
    desk = Desk()
    assert issue_index(desk, NOW, {}) == 0
    desk.gone = {"a"}
    assert issue_index(desk, NOW, {"pm25": make_drawn(np.ones((SAMPLES, 72, 2)), ["a", "b"])}) == 1
    assert desk.indices[0].hours.shape == (72, 1, 3)
    nobody = Desk()
    nobody.gone = {"a"}
    assert issue_index(nobody, NOW, {"pm25": make_drawn(np.ones((SAMPLES, 72, 1)), ["a"])}) == 0
