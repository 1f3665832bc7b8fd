from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.virtual.local import summer_offset, to_local, to_unix

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
YEARS = st.integers(852_076_800, 2_114_380_800)  # 1997 to 2037: one rule for the whole EU


def slow_local(time):
    return datetime.fromtimestamp(time, AMSTERDAM)


@given(st.lists(YEARS, min_size=1, max_size=20))
def test_clock_is_that_of_the_time_zone_database(times):
    local = to_local(np.array(times))
    truth = [slow_local(time) for time in times]
    assert local.weekday.tolist() == [moment.weekday() for moment in truth]
    assert local.day.tolist() == [(m.date() - datetime(1970, 1, 1).date()).days for m in truth]
    hours = [moment.hour + moment.minute / 60 + moment.second / 3600 for moment in truth]
    assert local.hour == pytest.approx(hours)


@pytest.mark.parametrize("month", [3, 10])
@pytest.mark.parametrize("year", range(2020, 2032))
def test_change_of_the_clock_falls_on_its_second(year, month):
    day = max(d for d in range(25, 32) if datetime(year, month, d).weekday() == 6)
    change = int(datetime(year, month, day, 1, tzinfo=UTC).timestamp())
    before, after = summer_offset([change - 1, change])
    assert (before, after) == ((3600, 7200) if month == 3 else (7200, 3600))


@given(st.integers(10_000, 24_000), st.integers(5, 23))
def test_hour_of_a_day_comes_back(day, hour):
    local = to_local(to_unix(day, hour))
    assert (int(local.day), float(local.hour)) == (day, hour)


def test_summer_is_in_july():
    months = [datetime(2026, month, 15, tzinfo=UTC).timestamp() for month in range(1, 13)]
    season = to_local(np.array(months)).season
    assert (season.argmax() + 1, season.argmin() + 1) == (7, 1)
