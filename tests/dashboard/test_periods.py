from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dashboard.periods import (
    PERIODS,
    POINTS,
    SAMPLE_S,
    WIDTHS,
    known,
    to_ends,
    to_span,
    to_width,
)

FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 5, 4, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize("period", PERIODS)
def test_a_period_ends_with_the_newest_data_and_holds_it(period):
    start, stop = to_span((FIRST, LAST), period)
    assert start < LAST < stop
    assert stop - start == (PERIODS[period] or stop - FIRST)


def test_no_data_is_no_period():
    assert to_span(None, "day") is None


def test_an_unknown_period_is_the_usual_one():
    assert known("week") == "week"
    assert known("eeuw") == known(None) == "day"


@pytest.mark.parametrize("days", [1 / 24, 1, 7, 30, 365, 10_000])
def test_the_step_is_the_narrowest_that_fits_on_a_screen(days):
    length = timedelta(days=days)
    width = to_width(LAST, LAST + length)
    narrower = [w for w in WIDTHS if w < width]
    assert all(length.total_seconds() / (w or SAMPLE_S) > POINTS for w in narrower)
    assert width == WIDTHS[-1] or length.total_seconds() / (width or SAMPLE_S) <= POINTS


def test_a_period_can_end_at_another_moment():
    end = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
    assert to_span((FIRST, LAST), "day", end) == (end - timedelta(days=1), end)
    assert to_span((FIRST, LAST), "all", end) == (FIRST, end)


@pytest.mark.parametrize("period", ["hour", "day"])
def test_ends_are_whole_hours_over_all_data(period):
    extent = datetime(2026, 5, 1, 9, 20, tzinfo=UTC), datetime(2026, 5, 1, 14, 50, tzinfo=UTC)
    ends = to_ends(extent, period)
    found = [ends.first + place * ends.step for place in range(ends.count)]
    # 10:00 has less than a step before it
    assert found == [datetime(2026, 5, 1, hour, tzinfo=UTC) for hour in (11, 12, 13, 14)]


def test_ends_of_weeks_are_midnights_of_people():
    extent = datetime(2026, 5, 1, 9, 0, tzinfo=UTC), datetime(2026, 5, 4, 18, 0, tzinfo=UTC)
    ends = to_ends(extent, "week")
    local = [
        (ends.first + place * ends.step).astimezone(ZoneInfo("Europe/Amsterdam"))
        for place in range(ends.count)
    ]
    assert [(each.day, each.hour) for each in local] == [(3, 0), (4, 0)]


def test_without_a_step_of_data_or_a_period_there_is_no_choice():
    moment = datetime(2026, 5, 1, 9, 59, tzinfo=UTC)
    assert to_ends((moment, moment + timedelta(minutes=30)), "hour") is None
    assert to_ends((FIRST, LAST), "all") is None
