from datetime import UTC, datetime, timedelta

import pytest

from dashboard.periods import PERIODS, POINTS, SAMPLE_S, WIDTHS, known, to_span, to_width

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
