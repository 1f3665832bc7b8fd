"""Chances beside the days that came: Brier, by hand and by a slow sum."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lokaalmeten.forecasts import Series, ToldDay
from predict.air.days import find_daily
from predict.rounds.day_scoring import find_day_values, find_usual, score_chances, score_day
from predict.rounds.hours import Hours
from tests.predict.rounds.desk import Desk

LIMITS = find_daily("pm25")  # 15 and 25
CUTOFF = datetime(2026, 1, 20, 9, tzinfo=UTC)
NUMBERS = np.array([7, 3], np.int32)


def make_hours(table, quantity="pm25", stop=CUTOFF, numbers=NUMBERS):
    series = tuple(Series("node", f"box-{number}", quantity) for number in numbers)
    start = int(stop.timestamp()) - 3600 * len(table)
    return Hours("node", start, series, numbers, np.asarray(table, float))


def make_days(*levels, rest=9):
    """Hours of days of one level each by the Dutch clock in winter, then ``rest`` + 1 of today."""
    return np.repeat(np.array([*levels, [0, 0]], float), 24, axis=0)[: 24 * len(levels) + rest + 1]


def tell(*rows):
    """What was told: (place, days before, chance above 15, chance above 25)."""
    columns = list(zip(*rows, strict=True))
    return ToldDay(
        np.array(columns[0], np.int32), np.array(columns[1], np.int32), np.array(columns[2:]).T
    )


def test_a_brier_score_is_what_one_works_out_by_hand():
    """Place 7 had 16: above 15, not above 25. Told 0.7 and 0.1, and the day before 0.2 and 0.5."""
    told = tell((7, 0, 0.7, 0.1), (7, 1, 0.2, 0.5), (7, 1, 0.4, 0.5))
    usual = np.array([[0.25, 0.5], [0.0, 0.5]])
    low, high = score_day(told, NUMBERS, np.array([16, 9], np.float32), LIMITS, usual)
    assert (low.series.tolist(), low.value.tolist()) == ([7], [16])  # nothing was told of 3
    assert (low.above.tolist(), high.above.tolist()) == ([True], [False])
    assert low.forecasts.tolist() == [[1, 2, 0, 0]]
    assert low.missed.tolist() == [[90_000, 640_000 + 360_000, 0, 0]]
    assert low.usual.tolist() == [[562_500, 1_125_000, 0, 0]]
    assert high.missed.tolist() == [[10_000, 500_000, 0, 0]]
    assert high.usual.tolist() == [[0, 0, 0, 0]]


@settings(deadline=None, max_examples=50)
@given(seed=st.integers(0, 10_000))
def test_sums_are_those_of_a_loop(seed):
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 40))
    rows = [
        (int(rng.choice(NUMBERS)), int(rng.integers(0, 4)), *rng.uniform(size=2))
        for _ in range(count)
    ]
    values, usual = rng.uniform(5, 35, 2).astype(np.float32), rng.uniform(size=(2, 2))
    for at, found in enumerate(score_day(tell(*rows), NUMBERS, values, LIMITS, usual)):
        sums = {}
        for place, part, *chances in rows:
            came = values[NUMBERS.tolist().index(place)] > LIMITS[at].value
            cell = sums.setdefault(place, np.zeros((4, 2)))
            cell[part] += [1, (chances[at] - came) ** 2]
        assert sorted(found.series.tolist()) == sorted(sums)
        for row, place in enumerate(found.series.tolist()):
            assert found.forecasts[row].tolist() == sums[place][:, 0].tolist()
            assert found.missed[row] / 1e6 == pytest.approx(sums[place][:, 1], abs=1e-4)


def test_the_usual_chance_is_that_of_the_days_before_and_of_all_places_where_none_is_known():
    values = np.array([[20, np.nan], [10, np.nan], [30, np.nan], [99, 99]], np.float32)
    assert find_usual(values, 3, LIMITS) == pytest.approx(np.array([[2 / 3] * 2, [1 / 3] * 2]))
    assert np.isnan(find_usual(values, 0, LIMITS)).all()


def test_without_anything_usual_nothing_is_scored():
    nothing = np.full((2, 2), np.nan)
    for found in score_day(
        tell((7, 0, 0.7, 0.1)), NUMBERS, np.array([16, 9], np.float32), LIMITS, nothing
    ):
        assert len(found.series) == 0


def test_a_day_is_the_mean_of_its_hours_by_the_dutch_clock_when_three_quarters_are_known():
    table = make_days([10, 20], [30, 40])
    table[24 + 5 : 24 + 11, 0] = np.nan  # 18 hours are left
    table[24 + 5 : 24 + 12, 1] = np.nan  # 17 are not enough
    first, values = find_day_values("pm25", make_hours(table), 5)
    day = date(1970, 1, 1) + timedelta(days=first)
    assert day == date(2026, 1, 18)
    assert values[:2].tolist() == [[10, 20], [30, pytest.approx(np.nan, nan_ok=True)]]
    assert np.isnan(values[2]).all()  # today has ten hours


def test_ozone_is_its_highest_eight_hours():
    table = make_days([50, 50], [50, 50])
    table[24 + 10 : 24 + 18, 0] = 130
    _, values = find_day_values("o3", make_hours(table, "o3"), 5)
    assert values[1].tolist() == [130, 50]


def make_desk(*days):
    desk = Desk()
    desk.told = dict.fromkeys(days, tell((7, 0, 0.9, 0.1), (3, 1, 0.2, 0.1)))
    return desk


YESTERDAY, BEFORE = date(2026, 1, 19), date(2026, 1, 18)
PAST = [[20, 5]] * 6


def test_days_that_are_over_are_scored_once_and_anew_when_they_change():
    desk = make_desk(BEFORE, YESTERDAY, date(2026, 1, 20))
    table = make_days(*PAST, [16, 9], [14, 9])
    assert score_chances(desk, "pm25", make_hours(table), CUTOFF) == 4
    assert [day for day, *_ in desk.scores] == [BEFORE, YESTERDAY]
    first = desk.scores[0][1][0]
    assert first.usual[0, 0] == 0  # 20 on all days before, above 15 as this one
    assert score_chances(desk, "pm25", make_hours(table), CUTOFF) == 0
    table[-11, 0] += 24.0  # an hour of yesterday came in another light: 14 becomes 15
    assert score_chances(desk, "pm25", make_hours(table), CUTOFF) == 1
    day, scores, replaced = desk.scores[-1]
    assert (day, replaced.tolist()) == (YESTERDAY, [7])
    assert scores[0].series.tolist() == [7]


def test_a_day_that_is_not_known_any_more_loses_its_score():
    desk = make_desk(YESTERDAY)
    table = make_days(*PAST, [16, 9], [14, 9])
    score_chances(desk, "pm25", make_hours(table), CUTOFF)
    table[-34:-20, 0] = np.nan
    assert score_chances(desk, "pm25", make_hours(table), CUTOFF) == 0
    day, scores, replaced = desk.scores[-1]
    assert (day, replaced.tolist()) == (YESTERDAY, [7])
    assert all(len(each.series) == 0 for each in scores)


def test_of_days_of_which_nothing_was_told_nothing_is_scored():
    table = make_days(*PAST, [16, 9], [14, 9])
    assert score_chances(Desk(), "pm25", make_hours(table), CUTOFF) == 0
    assert score_chances(make_desk(YESTERDAY), "humidity", make_hours(table), CUTOFF) == 0
