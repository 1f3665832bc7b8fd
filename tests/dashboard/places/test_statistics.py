"""What hours and days come to, worked out by hand or by a slow loop."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from dashboard.places.statistics import (
    ABOVE,
    UNKNOWN,
    WITHIN,
    Statistics,
    find_ends,
    find_lines,
    judge,
    of_days,
    of_hours,
    to_week,
)

START = datetime(2026, 5, 4, tzinfo=UTC)
STOP = START + timedelta(hours=24)
HOUR = timedelta(hours=1)


def to_hours(means, counts, start=START):
    times = pd.DatetimeIndex([start + n * HOUR for n in range(len(means))], tz="UTC")
    return pd.DataFrame({"time": times, "mean": means, "count": counts})


def test_an_hour_of_a_node_counts_with_three_quarters_of_its_samples():
    hours = to_hours([10.0, 99.0, 20.0, 30.0], [60, 44, 45, 60])
    found = of_hours(hours, START, STOP, steady=True)
    assert (found.measured, found.possible) == (3, 24)
    assert found.mean == pytest.approx(20)
    assert (found.highest, found.moment) == (30, START + 3 * HOUR)
    assert found.capture == pytest.approx(3 / 24)


def test_where_numbers_of_values_differ_any_hour_counts():
    found = of_hours(to_hours([10.0, 50.0], [4000, 3]), START, STOP, steady=False)
    assert (found.measured, found.mean, found.highest) == (2, 30, 50)


def test_hours_outside_the_period_are_left_out():
    hours = to_hours([1.0] * 30, [60] * 30, START - 3 * HOUR)
    found = of_hours(hours, START, STOP, steady=True)
    assert (found.measured, found.possible) == (24, 24)


def test_only_days_that_count_make_a_mean():
    days = pd.DataFrame(
        {
            "day": pd.to_datetime(["2026-05-01", "2026-05-02", "2026-05-03", "2026-05-04"]),
            "mean": [8.0, 90.0, 12.0, 77.0],
            "counts": [True, False, True, True],
        }
    )
    found = of_days(days, date(2026, 5, 1), date(2026, 5, 4))
    assert (found.mean, found.highest, found.moment) == (10, 12, date(2026, 5, 3))
    assert (found.measured, found.possible) == (2, 3)


def test_without_anything_nothing_is_said():
    found = of_hours(to_hours([], []), START, STOP, steady=True)
    assert (found.measured, found.moment) == (0, None)
    assert np.isnan(found.mean)
    (limit, *_) = find_lines("pm25", "day")
    assert judge(found, limit) == UNKNOWN


@pytest.mark.parametrize(
    ("mean", "measured", "verdict"),
    [(15.0, 24, WITHIN), (15.1, 24, ABOVE), (15.1, 18, ABOVE), (15.1, 17, UNKNOWN)],
)
def test_a_day_is_judged_with_three_quarters_of_its_hours(mean, measured, verdict):
    limit = next(limit for limit in find_lines("pm25", "day") if limit.norm == "WHO 2021")
    found = Statistics(mean, mean, START, measured, 24, hourly=True)
    assert limit.value == 15
    assert judge(found, limit) == verdict


def test_a_year_is_judged_with_nine_tenths_of_its_days():
    limit = find_lines("pm25", "year")[0]
    assert (limit.norm, limit.value) == ("WHO 2021", 5)
    for measured, verdict in ((329, ABOVE), (328, UNKNOWN)):
        assert judge(Statistics(6.0, 9.0, None, measured, 365, hourly=False), limit) == verdict


def test_lines_are_of_their_period_and_rise():
    assert [limit.value for limit in find_lines("pm25", "year")] == [5, 10, 25]
    assert find_lines("temperature", "day") == ()


def test_the_week_is_that_of_a_slow_loop_also_when_the_clock_changes():
    random = np.random.default_rng(3)
    start = datetime(2025, 10, 20, tzinfo=UTC)  # the clock goes back on the 26th
    times = [start + n * HOUR for n in range(400) if random.random() < 0.8]
    means = random.normal(10, 3, len(times))
    table, counts = to_week(pd.DatetimeIndex(times), means)
    zone = ZoneInfo("Europe/Amsterdam")
    for day in range(7):
        for hour in range(24):
            own = [
                mean
                for time, mean in zip(times, means, strict=True)
                if (time.astimezone(zone).weekday(), time.astimezone(zone).hour) == (day, hour)
            ]
            assert counts[day, hour] == len(own)
            if own:
                assert table[day, hour] == pytest.approx(np.mean(own))
            else:
                assert np.isnan(table[day, hour])
    assert counts.sum() == len(times)


def test_the_ends_of_a_week_are_its_lowest_and_highest_hour():
    table = np.full((7, 24), np.nan)
    assert find_ends(table) is None
    table[2, 5], table[6, 23], table[0, 0] = 4.0, 9.0, 6.0
    assert find_ends(table) == [(2, 5), (6, 23)]
