"""Official stations and their hours."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import h3.api.basic_int as h3
import numpy as np
import pytest

from lokaalmeten.errors import StorageError
from lokaalmeten.geo import RESOLUTION
from storage.stations import (
    Hours,
    Station,
    read_days,
    read_extent,
    read_hours,
    read_latest,
    read_stations,
    write_days,
    write_hours,
    write_stations,
)

STREET = Station("NL10636", "Kardinaal de Jongweg", "traffic", 52.1051, 5.1245, "RIVM")
PARK = Station("NL10643", "Griftpark", "background", 52.1014, 5.1283)
START = datetime(2026, 1, 1, tzinfo=UTC)
SERIES = [("NL10636", "pm25"), ("NL10636", "no2"), ("NL10643", "pm25")]


def make_hours(count, seed=1):
    """``count`` hours of each series, in any order, a tenth missing."""
    random = np.random.default_rng(seed)
    which = np.repeat(np.arange(len(SERIES), dtype=np.int32), count)
    time = int(START.timestamp()) + 3600 * np.tile(np.arange(count, dtype=np.int64), len(SERIES))
    value = random.uniform(0, 50, len(which)).astype(np.float32)
    value[random.random(len(which)) < 0.1] = np.nan
    flag = random.choice(np.array([1, 2, 3, 4], np.uint8), len(which))
    order = random.permutation(len(which))
    return Hours(SERIES, which[order], time[order], value[order], flag[order])


def expect(hours, quantity, stop):
    """Rows of a quantity before ``stop``, one by one."""
    rows = []
    for which, time, value, flag in zip(
        hours.which, hours.time, hours.value, hours.flag, strict=True
    ):
        code, key = hours.series[which]
        if key == quantity and time < stop:
            missing = bool(np.isnan(value))
            rows.append(
                (code, int(time), None if missing else float(value), 9 if missing else flag)
            )
    return sorted(rows)


def as_rows(found):
    return [
        (
            row.station,
            int(row.time.timestamp()),
            None if row.value != row.value else row.value,
            row.flag,
        )
        for row in found.itertuples()
    ]


@pytest.fixture
def stations(connection):
    write_stations(connection, [STREET, PARK])
    return connection


def test_stations_are_written_once_and_brought_up_to_date(stations):
    write_stations(stations, [replace(PARK, name="Park", url="https://example.org")])
    found = read_stations(stations)
    assert found["code"].tolist() == ["NL10636", "NL10643"]
    assert found["name"].tolist() == ["Kardinaal de Jongweg", "Park"]
    assert found["latitude"].tolist() == pytest.approx([52.1051, 52.1014], abs=1e-7)
    assert found["cell"].tolist() == [
        h3.latlng_to_cell(station.lat, station.lon, RESOLUTION) for station in (STREET, PARK)
    ]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"kind": "rural"}, "no kind 'rural'"), ({"lat": 91.0}, "not on the earth")],
)
def test_an_impossible_station_is_refused_with_all_beside_it(connection, wrong, said):
    with pytest.raises(StorageError, match=said):
        write_stations(connection, [STREET, replace(PARK, **wrong)])
    assert len(read_stations(connection)) == 0


def test_hours_come_back_as_they_were_written(stations):
    hours = make_hours(100)
    assert write_hours(stations, hours) == 300
    stop = datetime(2026, 1, 3, tzinfo=UTC)
    for quantity in ("pm25", "no2"):
        found = as_rows(read_hours(stations, quantity, START, stop))
        assert found == expect(hours, quantity, stop.timestamp())
    only = read_hours(stations, "pm25", START, stop, ["NL10643"])
    assert only["station"].unique().tolist() == ["NL10643"]


def test_the_same_hours_again_change_nothing_and_others_replace_them(stations):
    hours = make_hours(50)
    write_hours(stations, hours)
    assert write_hours(stations, hours) == 0
    better = replace(hours, value=np.where(np.arange(150) < 7, 99.5, hours.value).astype("f4"))
    assert write_hours(stations, better) == 7
    stop = datetime(2026, 2, 1, tzinfo=UTC)
    assert as_rows(read_hours(stations, "no2", START, stop)) == expect(
        better, "no2", stop.timestamp()
    )


def test_nothing_to_write_is_written(stations):
    nothing = np.zeros(0)
    hours = Hours([], *(nothing.astype(kind) for kind in ("i4", "i8", "f4", "u1")))
    assert write_hours(stations, hours) == 0


def test_hours_that_cannot_be_stored_are_named_and_nothing_is_kept(stations):
    hours = make_hours(3)
    late, twice = hours.time.copy(), hours.time.copy()
    late[4] += 60
    twice[:] = hours.time[0]
    for wrong, said in [
        (replace(hours, series=[*SERIES[:2], ("NL1", "pm25")]), "no station NL1"),
        (replace(hours, series=[*SERIES[:2], ("NL10643", "snow")]), "no quantity 'snow'"),
        (replace(hours, time=late), "not a whole hour"),
        (replace(hours, time=twice), "comes twice"),
    ]:
        with pytest.raises(StorageError, match=said):
            write_hours(stations, wrong)
    assert stations.execute("SELECT count(*) FROM private.official_hour").fetchone() == (0,)


WEATHER = Station("KNMI260", "De Bilt", "weather", 52.1, 5.18, "KNMI")
DAY = int(START.timestamp())


def make_days(values, first=DAY):
    """One day after the other of the rain at a weather station."""
    count = len(values)
    time = first + 86_400 * np.arange(count, dtype=np.int64)
    value = np.array(values, np.float32)
    return Hours(
        [("KNMI260", "rain")], np.zeros(count, np.int32), time, value, np.ones(count, np.uint8)
    )


def test_weather_has_stations_and_hours_like_the_air(connection):
    write_stations(connection, [WEATHER])
    hours = Hours(
        [("KNMI260", "wind_speed"), ("KNMI260", "o3")],
        np.array([0, 1], np.int32),
        np.array([DAY, DAY]),
        np.array([3.5, np.nan], np.float32),
        np.array([1, 1], np.uint8),
    )
    assert write_hours(connection, hours) == 2
    stop = datetime(2026, 1, 2, tzinfo=UTC)
    assert as_rows(read_hours(connection, "wind_speed", START, stop)) == [("KNMI260", DAY, 3.5, 1)]
    assert as_rows(read_hours(connection, "o3", START, stop)) == [("KNMI260", DAY, None, 9)]


def test_days_are_replaced_when_they_are_published_again(connection):
    write_stations(connection, [WEATHER])
    assert write_days(connection, make_days([1.5, np.nan, 0])) == 3
    assert write_days(connection, make_days([1.5, np.nan, 0.5])) == 1
    found = read_days(connection, "rain", date(2026, 1, 1), date(2026, 1, 3))
    assert found["day"].tolist() == [date(2026, 1, 1), date(2026, 1, 2)]
    assert found["flag"].tolist() == [1, 9]
    assert found["value"].tolist()[0] == 1.5
    assert len(read_days(connection, "rain", date(2026, 1, 3), date(2026, 1, 4), ["KNMI260"])) == 1


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (make_days([1], DAY + 3600), "not a whole day"),
        (make_days([1, 2], DAY), "comes twice"),
        (replace(make_days([1]), series=[("KNMI260", "snow")]), "no quantity 'snow'"),
        (replace(make_days([1]), series=[("KNMI1", "rain")]), "meten import stations"),
    ],
    ids=["no day", "twice", "unknown quantity", "unknown station"],
)
def test_days_that_cannot_be_stored_are_named(connection, days, said):
    write_stations(connection, [WEATHER])
    if said == "comes twice":
        days = replace(days, time=np.full(2, DAY))
    with pytest.raises(StorageError, match=said):
        write_days(connection, days)
    assert connection.execute("SELECT count(*) FROM private.official_day").fetchone() == (0,)


@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=40), timedelta(days=20_000)])
def test_the_latest_hours_are_those_of_a_slow_search(connection, later):
    write_stations(connection, [STREET, PARK])
    hours = make_hours(300)
    write_hours(connection, hours)
    latest = {}
    for key in ("pm25", "no2"):
        for code, time, value, flag in expect(hours, key, 2**40):
            if value is not None:
                latest[code, key] = (time, value, flag)
    newest = datetime.fromtimestamp(int(hours.time.max()), UTC)
    found = read_latest(connection, newest + later)
    seconds = [int(moment.timestamp()) for moment in found["time"]]
    keys = zip(found["station"], found["quantity"], strict=True)
    rows = zip(seconds, found["value"], found["flag"], strict=True)
    assert dict(zip(keys, rows, strict=True)) == latest


def test_a_series_that_is_silent_for_more_than_a_week_has_no_latest_hour(connection):
    write_stations(connection, [STREET])
    start = int(START.timestamp())
    time = start + 3600 * np.array([0, 8 * 24, 0, 7 * 24 + 1])
    which = np.array([0, 0, 1, 1], np.int32)
    values = np.array([1, 2, 3, 4], np.float32)
    series = [("NL10636", "pm25"), ("NL10636", "no2")]
    write_hours(connection, Hours(series, which, time, values, np.ones(4, np.uint8)))
    later = datetime(2026, 6, 1, tzinfo=UTC)
    found = read_latest(connection, later)
    assert list(zip(found["quantity"], found["value"], strict=True)) == [("no2", 4), ("pm25", 2)]
    time = np.array([start + 3600 * 24 * 15])
    more = Hours(series[:1], which[:1], time, values[:1], np.ones(1, np.uint8))
    write_hours(connection, more)
    assert list(read_latest(connection, later)["quantity"]) == ["pm25"]


def test_the_extent_of_a_series_is_its_first_and_last_hour_or_day(connection):
    write_stations(connection, [STREET])
    assert read_extent(connection, "NL10636", "pm25") is None
    times = int(START.timestamp()) + 86_400 * np.arange(3)
    days = Hours(
        [("NL10636", "pm25")],
        np.zeros(3, np.int32),
        times,
        np.ones(3, np.float32),
        np.ones(3, np.uint8),
    )
    write_hours(connection, days)
    write_days(connection, days)
    span = START, START + timedelta(days=2)
    assert read_extent(connection, "NL10636", "pm25") == span
    assert read_extent(connection, "NL10636", "pm25", daily=True) == span
    assert read_extent(connection, "NL10636", "no2", daily=True) is None
