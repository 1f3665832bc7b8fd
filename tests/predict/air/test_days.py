"""Chances of days, against sums by hand and a slow count."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lokaalmeten.limits import EU, EU_2030, OZONE, WHO
from predict.air.days import day_mean, find_daily, find_days, highest, run_means

MIDNIGHT = 1_767_222_000  # 2026-01-01T00 in Amsterdam, 23:00 UTC
HOUR = 3600


def to_samples(*rows):
    """Draws (n, h, 1), one row each."""
    return np.array(rows, np.float32)[..., None]


def test_the_limits_of_a_day_are_those_of_the_table():
    assert [(x.norm, x.value) for x in find_daily("pm25")] == [(WHO, 15), (EU_2030, 25)]
    assert [(x.norm, x.value) for x in find_daily("pm10")] == [(WHO, 45), (EU, 50), (EU_2030, 45)]
    assert [(x.norm, x.value) for x in find_daily("no2")] == [(WHO, 25), (EU_2030, 50)]
    assert [(x.norm, x.value) for x in find_daily("o3")] == [(WHO, 100), (EU, 120), (EU_2030, 120)]
    assert find_daily("co2") == ()


def test_measured_hours_of_today_count_as_measured():
    """20 hours of 10 were measured; four of 40 make exactly 15, which is not above 15."""
    history = np.full((20, 1), 10.0)
    low, equal, high = [39.0] * 4, [40.0] * 4, [41.0] * 4
    samples = to_samples(low, equal, high, [1000.0] * 4)
    (day,) = find_days("pm25", history, MIDNIGHT, samples, "Europe/Amsterdam")
    assert (day.date, day.hours, day.ahead) == (date(2026, 1, 1), 24, 4)
    assert day.measured.tolist() == [20]
    # above 15: 41 and 1000; above 25: 1000. Half a draw is left open at both ends.
    np.testing.assert_allclose(day.chance[:, 0], [2.5 / 5, 1.5 / 5])


def test_hours_of_yesterday_and_unknown_ones_do_not_count():
    history = np.concatenate([np.full(24, 500.0), [np.nan, np.nan, 12.0]])[:, None]
    samples = to_samples([20.0] * 21, [10.0] * 21)
    (day,) = find_days("pm25", history, MIDNIGHT - 24 * HOUR, samples, "Europe/Amsterdam")
    assert (day.date, day.ahead, day.measured.tolist()) == (date(2026, 1, 1), 21, [1])
    np.testing.assert_allclose(day.chance[:, 0], [1.5 / 3, 0.5 / 3])


def test_a_mean_hangs_on_hours_that_go_together():
    """The same hours, 10 or 22, in step or against one another: only in step a day is above."""
    rng = np.random.default_rng(2)
    step = rng.integers(0, 2, (400, 1)) * 12.0 + 10
    together = np.repeat(step, 24, axis=1)
    apart = np.where(np.arange(24) % 2, together, 32 - together)
    history = np.full((24, 1), 5.0)
    start = MIDNIGHT - 24 * HOUR
    chances = [
        find_days("pm25", history, start, to_samples(*rows), "Europe/Amsterdam")[0].chance[0, 0]
        for rows in (together, apart)
    ]
    assert chances[0] == pytest.approx((step > 15).mean(), abs=0.01)
    assert chances[1] > 0.99  # always 16


@settings(deadline=None)
@given(
    past=st.integers(0, 30),
    ahead=st.integers(1, 80),
    clock=st.sampled_from([1_774_659_600, 1_792_800_000, MIDNIGHT]),
    seed=st.integers(0, 100),
)
def test_every_hour_ahead_is_in_one_day_and_chances_are_those_of_a_slow_count(
    past, ahead, clock, seed
):
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    rng = np.random.default_rng(seed)
    history, samples = rng.gamma(2, 8, (past + 1, 2)), rng.gamma(2, 8, (7, ahead, 2))
    history[rng.uniform(size=history.shape) < 0.3] = np.nan
    days = find_days("pm25", history, clock, samples.astype(np.float32), "Europe/Amsterdam")
    zone = ZoneInfo("Europe/Amsterdam")
    dates = [
        datetime.fromtimestamp(clock + HOUR * row, UTC).astimezone(zone).date()
        for row in range(past + 1 + ahead)
    ]
    assert [day.date for day in days] == sorted(set(dates[past + 1 :]))
    assert sum(day.ahead for day in days) == ahead
    for day in days:
        for place in range(2):
            above = 0
            for draw in samples:
                whole = [*history[:, place], *draw[:, place]]
                own = [x for x, when in zip(whole, dates, strict=True) if when == day.date]
                own = [x for x in own if not np.isnan(x)]
                above += sum(own) / len(own) > 15
            assert day.chance[0, place] == pytest.approx((above + 0.5) / 8)


def test_ozone_is_judged_by_its_highest_eight_hours():
    """Eight hours of 110, four of them measured: above 100, not above 120."""
    history = np.array([*[20.0] * 8, *[110.0] * 4])[:, None]
    samples = to_samples([110.0] * 4 + [20.0] * 8, [20.0] * 12, [130.0] * 12)
    (day,) = find_days("o3", history, MIDNIGHT, samples, "Europe/Amsterdam")
    assert day.limits == OZONE
    np.testing.assert_allclose(day.chance[:, 0], [2.5 / 4, 1.5 / 4, 1.5 / 4])


def test_eight_hours_belong_to_the_day_in_which_they_end():
    """High all evening: the run that ends at one o'clock counts for the next day."""
    history = np.full((23, 1), 10.0)
    history[15:] = 200.0
    samples = to_samples([200.0] + [10.0] * 24)
    today, tomorrow = find_days("o3", history, MIDNIGHT, samples, "Europe/Amsterdam")
    assert today.chance[0, 0] == 0.75
    assert tomorrow.chance[0, 0] == 0.75  # (7 x 200 + 10) / 8 = 176


def test_six_of_eight_hours_are_enough_and_five_are_not():
    recent = np.array([np.nan, np.nan, np.nan, 8.0, 8.0, 8.0, 8.0])[:, None]
    running = run_means(recent, to_samples([20.0, 20.0]))
    assert np.isnan(running[0, :7]).all()
    assert np.isnan(running[0, 7]).all()  # five known
    assert running[0, 8, 0] == pytest.approx((4 * 8 + 2 * 20) / 6)
    assert highest(running)[0, 0] == pytest.approx(12.0)
    assert highest(np.full((1, 3, 1), np.nan))[0, 0] == -np.inf


def test_a_day_without_anything_measured_is_the_mean_of_what_is_drawn():
    assert day_mean(np.full((3, 1), np.nan), to_samples([4.0, 8.0])).tolist() == [[6.0]]
    assert day_mean(np.zeros((0, 1)), to_samples([4.0, 8.0])).tolist() == [[6.0]]
