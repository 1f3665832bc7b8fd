"""Days and choices in the address of a page."""

from datetime import date

import pytest

from dashboard.pages.options import check_quantity, read_day, read_days
from dashboard.problems import UnfitError


@pytest.mark.parametrize("value", ["gisteren", "2026-13-01", "0001-01-01", "2106-01-01", "1e9"])
def test_what_is_no_day_is_refused_with_what_was_asked(value):
    with pytest.raises(UnfitError, match=f"“{value}” is no day"):
        read_day({"first": value}, "first")


def test_a_day_that_is_left_out_is_none():
    assert read_day({}, "first") is None
    assert read_days({"first": "2026-05-04"}) == (date(2026, 5, 4), None)


def test_swapped_days_are_refused_and_one_day_is_not():
    days = {"first": "2026-05-05", "last": "2026-05-04"}
    with pytest.raises(UnfitError, match="2026-05-05, is after the last, 2026-05-04"):
        read_days(days)
    same = date(2026, 5, 4)
    assert read_days({"first": str(same), "last": str(same)}) == (same, same)


def test_a_long_value_is_said_in_part():
    with pytest.raises(UnfitError) as told:
        check_quantity({"quantity": "x" * 5000})
    assert len(str(told.value)) < 400
