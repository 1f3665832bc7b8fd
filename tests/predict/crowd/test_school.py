"""School holidays: the dates of the law, and what they change against what is remembered."""

import csv
from datetime import date, timedelta

import numpy as np
import pytest

from predict.crowd.school import EPOCH, UNTIL, list_holidays, share_free, to_school_columns

HOUR, DAY = 3600, 24
ZONE = "Europe/Amsterdam"
MISTAKEN = {("2027-02-13", "2027-03-21"), ("2029-02-10", "2029-03-18")}  # a month too long


def to_day(text: str) -> int:
    return date.fromisoformat(text).toordinal() - EPOCH


def at(day: date, hour: int = 0) -> int:
    """Unix seconds of an hour of a day, UTC."""
    return (day.toordinal() - EPOCH) * DAY * HOUR + hour * HOUR


def test_holidays_are_those_of_the_list_of_openholidays(shared_data):
    path = shared_data / "forecasting" / "holidays_nl" / "holidays.school.csv"
    days = np.zeros(to_day(f"{UNTIL + 1}-01-01") - to_day("2020-01-01"))
    first = to_day("2020-01-01")
    with path.open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file, delimiter=";"):
            begins, ends = row["StartDate"], row["EndDate"]
            if (begins, ends) in MISTAKEN:
                ends = (date.fromisoformat(begins) + timedelta(days=8)).isoformat()
            low, high = max(to_day(begins) - first, 0), max(to_day(ends) + 1 - first, 0)
            days[low:high] += len(row["Groups"].split(",")) / 3
    ours = share_free(first, len(days))
    new_year = to_day("2020-01-06") - first  # of a holiday that began in 2019
    assert ours[new_year:] == pytest.approx(days[new_year:])


def test_every_holiday_begins_on_a_saturday_and_ends_on_a_sunday():
    for begins, after, _ in list_holidays():
        assert date.fromordinal(begins + EPOCH).weekday() == 5
        assert date.fromordinal(after - 1 + EPOCH).weekday() == 6


def test_from_winter_to_winter_there_are_eleven_weeks_and_their_weekends():
    for year in range(2020, UNTIL + 1):
        first = to_day(f"{year}-01-20")
        days = share_free(first, to_day(f"{year + 1}-01-20") - first)
        assert days.sum() == pytest.approx(3 * 9 + 44 + 16)  # weeks: three of one, six, two
        assert days.max() == pytest.approx(1)
    assert not share_free(to_day(f"{UNTIL + 1}-06-01"), 200).any()


def test_what_is_remembered_is_that_of_a_slow_mean():
    start, rows = at(date(2026, 9, 1)), 3 * DAY
    found = to_school_columns(start, rows, ZONE)
    lags = range(7, 85)
    weight = np.array([0.5 ** (lag / 14) for lag in lags])
    for row in (0, 9, 20, 50):
        local = start + row * HOUR + 2 * HOUR  # summer time
        day = local // (DAY * HOUR)
        past = np.array([share_free(day - lag, 1)[0] for lag in lags])
        change = share_free(day, 1)[0] - weight @ past / weight.sum()
        hour = local // HOUR % DAY
        in_school = 7 <= hour < 18  # Tuesday to Thursday
        assert found[row] == pytest.approx([change, 0] if in_school else [0, change])


def test_a_holiday_that_began_stands_out_and_its_end_does_too():
    autumn = to_school_columns(at(date(2026, 10, 19), 10), 1, ZONE)[0, 0]
    school_again = to_school_columns(at(date(2026, 8, 31), 10), 1, ZONE)[0, 0]
    usual = to_school_columns(at(date(2026, 6, 15), 10), 1, ZONE)[0, 0]
    assert autumn > 0.5
    assert school_again < -0.5
    assert abs(usual) < 0.15
