from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from predict.calendar import make_calendar, to_local_hours, to_local_rows

HOUR = 3600
SPRING, AUTUMN = 1_774_742_400, 1_792_886_400  # midnights (UTC) of the days that the clock changes


@given(
    st.integers(0, 400_000),
    st.integers(1, 24 * 400),
    st.sampled_from(["UTC", "Europe/Amsterdam", "Australia/Melbourne", "America/New_York"]),
)
def test_local_hours_are_those_of_the_clock(first, rows, zone):
    hours = to_local_hours(first * HOUR, rows, zone)
    for at in {0, rows // 2, rows - 1}:
        clock = datetime.fromtimestamp((first + at) * HOUR, UTC).astimezone(ZoneInfo(zone))
        wall = clock.replace(tzinfo=None) - datetime(1970, 1, 1)
        assert hours[at] == wall // timedelta(hours=1)


@pytest.mark.parametrize(("day", "rows"), [(SPRING, 49), (AUTUMN, 47)])
def test_hours_around_a_change_of_the_clock_are_those_of_the_clock(day, rows):
    hours = to_local_hours(day - 86400 // 2, rows, "Europe/Amsterdam")
    zone = ZoneInfo("Europe/Amsterdam")
    for at, hour in enumerate(hours):
        clock = datetime.fromtimestamp(day - 86400 // 2 + at * HOUR, UTC).astimezone(zone)
        assert hour % 24 == clock.hour


def test_hour_that_is_skipped_is_a_hole_and_hours_of_one_name_share_a_row():
    for day, change in ((SPRING, 1), (AUTUMN, -1)):
        local = to_local_hours(day, 24, "Europe/Amsterdam")
        table = to_local_rows(np.arange(24.0)[:, None], local)
        assert len(table) == 24 + change
        assert np.isnan(table).sum() == max(change, 0)
        np.testing.assert_array_equal(table[local - local[0]][[5, 23], 0], [5, 23])


def test_of_two_hours_of_one_name_the_known_one_stays():
    table = to_local_rows(np.array([[1.0, 2.0], [3.0, np.nan]]), np.array([7, 7]))
    assert table.tolist() == [[3.0, 2.0]]


def test_weekdays_and_holidays_are_those_of_the_date():
    local = to_local_hours(int(datetime(2026, 4, 3, 22, tzinfo=UTC).timestamp()), 96, "UTC")
    calendar = make_calendar(local, [date(2026, 4, 6)])
    moments = [datetime(2026, 4, 3, 22) + timedelta(hours=at) for at in range(96)]
    assert calendar.weekday.tolist() == [moment.weekday() for moment in moments]
    assert calendar.hour.tolist() == [moment.hour for moment in moments]
    assert calendar.holiday.tolist() == [moment.date() == date(2026, 4, 6) for moment in moments]
    for at in range(60, 96):
        sunday = moments[int(calendar.last_sunday[at])]
        assert sunday.weekday() == 6
        assert sunday.hour == moments[at].hour
        assert timedelta(0) <= moments[at] - sunday < timedelta(days=7)
