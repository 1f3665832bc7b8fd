"""A quarter of rides against slow answers over the public samples, one by one."""

import math
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from dashboard.reports import quarter_facts
from dashboard.reports.quarter_facts import EDGES, gather_weather, read_quarter
from dashboard.reports.reading import silently, to_moments
from lokaalmeten.quality import Flag
from lokaalmeten.quantities import SLOT
from storage.pool import connect
from storage.roles import make_roles
from storage.stations import Hours, Station, write_hours, write_stations
from tests.dashboard.reports.conftest import TODAY
from tests.services.measured import BIKES
from tests.services.observed import CLOCK

FIRST, AFTER = date(2025, 10, 1), date(2026, 1, 1)


def to_part(day, name):
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}" if name == "week" else f"{day.year}-{day.month:02}"


@pytest.fixture(scope="session")
def rides(town):
    """(day, duration_s, distance_m) of every public ride of the quarter."""
    return town.execute(
        "SELECT (hour AT TIME ZONE %s)::date, duration_s, distance_m FROM public.ride"
        " WHERE hour >= %s AND hour < %s",
        [CLOCK, *to_moments(FIRST, AFTER)],
    ).fetchall()


@pytest.fixture(scope="session")
def samples(town):
    """(day, flag, value) of every public sample of them."""
    found = town.execute(
        "SELECT (hour AT TIME ZONE %s)::date, flags, pm25 FROM public.ride_observation"
        " WHERE hour >= %s AND hour < %s",
        [CLOCK, *to_moments(FIRST, AFTER)],
    ).fetchall()
    return [
        (day, 9 if value is None else flags >> 3 * SLOT["pm25"] & 7, value)
        for day, flags, value in found
    ]


@pytest.mark.parametrize(("name", "parts"), [("week", 14), ("month", 3)])
def test_parts_add_up_rides_and_good_values(quarter, rides, samples, name, parts):
    found = quarter_facts.add_up(quarter, name)
    assert len(found) == parts
    sums, values = defaultdict(list), defaultdict(list)
    for day, seconds, metres in rides:
        sums[to_part(day, name)].append((seconds, metres))
    for day, flag, value in samples:
        if flag == Flag.GOOD:
            values[to_part(day, name)].append(value)
    assert set(sums) <= set(found.index)
    for part, row in found.iterrows():
        own = sums[part]
        assert row["rides"] == len(own)
        assert row["duration_s"] == sum(seconds for seconds, _ in own)
        assert row["distance_m"] == pytest.approx(sum(metres for _, metres in own))
        assert row["count"] == len(values[part])
        if values[part]:
            assert row["mean"] == pytest.approx(np.mean(values[part]))
        else:
            assert math.isnan(row["mean"])
    assert found["rides"].sum() == len(rides) > 20


def test_the_spread_is_a_histogram_of_the_good_values(quarter, samples):
    good = [value for _, flag, value in samples if flag == Flag.GOOD]
    wanted = [sum(value < EDGES[0] for value in good)]
    bounds = zip(EDGES, [*EDGES[1:], math.inf], strict=True)
    wanted += [sum(low <= value < high for value in good) for low, high in bounds]
    assert quarter_facts.spread(quarter).tolist() == wanted
    assert np.histogram(good, EDGES)[0].tolist() == wanted[1:-1]


def test_flags_are_counted(quarter, samples):
    counts = Counter(flag for _, flag, _ in samples)
    assert quarter_facts.count_flags(quarter) == counts
    assert set(counts) == {Flag.GOOD, Flag.FAIL, Flag.MISSING}


def test_who_rode_is_counted_once_and_only_for_who_may_know(town, town_dsn, quarter):
    assert quarter.riders == BIKES
    make_roles(town)
    with connect(town_dsn) as reading:
        reading.execute("SET ROLE lokaalmeten_reader")
        found = read_quarter(reading, 2025, 4, TODAY, silently)
    assert found.riders is None
    pd.testing.assert_frame_equal(found.days, quarter.days)
    pd.testing.assert_frame_equal(found.cells.cells, quarter.cells.cells)


def test_months_have_maps_of_their_own(quarter):
    counts = [found.cells["count"].sum() for found in quarter.months]
    assert len(counts) == 3
    assert 0 < sum(counts) <= quarter.cells.cells["count"].sum()


def test_a_quarter_that_runs_has_no_weeks_to_come(town):
    found = read_quarter(town, 2025, 4, date(2025, 11, 2), silently)
    assert quarter_facts.add_up(found, "week").index[-1] == "2025-W44"
    assert quarter_facts.list_parts(found, "month") == ["2025-10", "2025-11"]


# weather


def hours_of(code, start, values, flags=None):
    times = [start + timedelta(hours=n) for n in range(len(values))]
    return pd.DataFrame(
        {
            "station": [code] * len(values),
            "time": pd.Series(times, dtype="datetime64[us, UTC]"),
            "value": np.array(values, float),
            "flag": flags or [Flag.GOOD] * len(values),
        }
    )


STATIONS = pd.DataFrame(
    {
        "code": ["far", "near"],
        "name": ["Rotterdam", "De Bilt"],
        "latitude": [51.95, 52.10],
        "longitude": [4.45, 5.18],
    }
)


def test_the_nearest_station_with_weather_is_taken(quarter):
    start = datetime(2025, 10, 1, tzinfo=UTC)
    found = {
        "temperature": pd.concat([hours_of("far", start, [1.0]), hours_of("near", start, [2.0])]),
        "rain": hours_of("far", start, [3.0]),
    }
    name, weather = gather_weather(found, STATIONS, quarter.cells.cells)
    assert name == "De Bilt"
    assert list(weather.columns) == ["hour", "temperature"]
    assert weather["temperature"].tolist() == [2.0]


def test_doubtful_hours_and_stations_without_weather_are_nothing(quarter):
    start = datetime(2025, 10, 1, tzinfo=UTC)
    failed = {"rain": hours_of("near", start, [3.0, 4.0], [Flag.FAIL, Flag.SUSPECT])}
    assert gather_weather(failed, STATIONS, quarter.cells.cells)[0] == ""
    assert quarter.station == ""


def test_a_week_of_weather_counts_with_three_quarters_of_its_hours(quarter):
    start = datetime(2025, 10, 5, 22, tzinfo=UTC)  # Monday in the Netherlands
    found = {
        "temperature": hours_of("near", start, list(range(126))),
        "rain": hours_of("near", start, [0.5] * 125),
    }
    name, weather = gather_weather(found, STATIONS, quarter.cells.cells)
    with_weather = quarter.__class__(**{**vars(quarter), "station": name, "weather": weather})
    weeks = quarter_facts.weigh_weather(with_weather)
    assert weeks.loc["2025-W41", "temperature"] == np.mean(range(126))
    assert math.isnan(weeks.loc["2025-W41", "rain"])  # 125 of 168 hours
    assert weeks.drop("2025-W41").isna().all(axis=None)
    longer = gather_weather(
        {"rain": hours_of("near", start, [0.5] * 126)}, STATIONS, quarter.cells.cells
    )
    longer = quarter.__class__(**{**vars(quarter), "station": name, "weather": longer[1]})
    assert quarter_facts.weigh_weather(longer).loc["2025-W41", "rain"] == 63.0  # summed


def test_weather_is_read_from_the_database(postgres_database):
    with connect(postgres_database) as connection:
        write_stations(connection, [Station("06260", "De Bilt", "background", 52.1, 5.18)])
        start = int(to_moments(FIRST, AFTER)[0].timestamp())
        time = start + 3600 * np.arange(48, dtype=np.int64)
        values = np.linspace(8, 12, 48).astype(np.float32)
        flags = np.full(48, Flag.GOOD, np.uint8)
        series = [("06260", "temperature")]
        write_hours(connection, Hours(series, np.zeros(48, np.int32), time, values, flags))
        found = read_quarter(connection, 2025, 4, TODAY, silently)
    assert found.station == "De Bilt"
    assert found.weather["temperature"].tolist() == values.astype(float).tolist()
