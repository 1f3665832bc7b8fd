import csv
from datetime import date

import pytest

from lokaalmeten.errors import FormatError
from predict.holidays import dutch_holidays, read_holidays

GOOD_FRIDAY = "Good Friday"  # in the list, and an ordinary working day for most


def test_days_are_those_of_the_list_of_open_holidays(shared_data):
    with (shared_data / "forecasting/holidays_nl/holidays.public.csv").open(
        encoding="utf-8-sig"
    ) as file:
        rows = [
            row for row in csv.DictReader(file, delimiter=";") if GOOD_FRIDAY not in row["Name"]
        ]
    listed = {date.fromisoformat(row["StartDate"]) for row in rows}
    years = {day.year for day in listed}
    ours = dutch_holidays(years)
    assert listed <= ours
    assert {day for day in ours - listed if (day.month, day.day) != (5, 5)} == set()


def test_queens_day_and_a_kings_day_on_a_sunday():
    assert date(2013, 4, 30) in dutch_holidays([2013])
    assert {date(2025, 4, 26)} == {
        day for day in dutch_holidays([2025]) if day.month == 4 and day.day > 21
    }


def test_list_of_days_is_read_and_a_line_that_is_none_is_named(tmp_path):
    file = tmp_path / "days.txt"
    file.write_text("2026-01-01\n\n2026-12-25\n")
    assert read_holidays(file) == {date(2026, 1, 1), date(2026, 12, 25)}
    file.write_text("2026-01-01\nChristmas\n")
    with pytest.raises(FormatError, match="line 2: 'Christmas' is no day"):
        read_holidays(file)
