"""`meten import --reference`: files whose clock is off by hours are told, by a real database."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from storage.pool import connect
from storage.stations import Hours, Station, write_hours, write_stations
from tests.services.meten import meten

START = datetime(2026, 3, 2, tzinfo=UTC)
HOURS = 200
HEADER = "sensor_id;sensor_type;location;lat;lon;timestamp;P1;durP1;ratioP1;P2;durP2;ratioP2"


def make_air(hours):
    """PM2.5 with a memory of some hours, as air has."""
    noise = np.random.default_rng(1).gamma(2, 4, hours + 5)
    return np.asarray(np.convolve(noise, np.ones(6) / 6, "valid"), np.float32)


@pytest.fixture
def town(database):
    """DSN of a database with one official station."""
    time = int(START.timestamp()) + 3600 * np.arange(HOURS)
    with connect(database) as connection:
        write_stations(connection, [Station("NL1", "Park", "background", 52.1, 5.1)])
        none = np.zeros(HOURS, np.int32)
        hours = Hours([("NL1", "pm25")], none, time, make_air(HOURS), np.ones(HOURS, np.uint8))
        write_hours(connection, hours)
    return database


def write_archive(folder, hours, late=0):
    """A file of sensor.community of which the clock runs so many hours late."""
    path = folder / "2026_sds011_sensor_7.csv"
    rows = [
        f"7;SDS011;20;52.1;5.1;{START + timedelta(hours=hour + late):%Y-%m-%dT%H:%M:%S};"
        f"{1.5 * value:.2f};;;{value:.2f};;"
        for hour, value in enumerate(make_air(HOURS)[:hours])
    ]
    path.write_text("\n".join([HEADER, *rows]) + "\n")
    return path


def import_beside(dsn, path, station="NL1"):
    done = meten("import", "sensor.community", path, "--reference", station, dsn=dsn)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("late", [-2, 1])
def test_a_file_whose_clock_is_off_by_hours_is_told(town, tmp_path, late):
    told = import_beside(town, write_archive(tmp_path, HOURS, late))
    direction = "late" if late > 0 else "early"
    assert f"pm25: the times seem {abs(late)} h too {direction}" in told
    assert f"{HOURS} stored" in told  # told, and not changed


def test_a_file_whose_clock_is_right_agrees_with_the_station(town, tmp_path):
    told = import_beside(town, write_archive(tmp_path, HOURS))
    assert "pm25: the times agree with station NL1, r = 1.000" in told


@pytest.mark.parametrize(("station", "hours"), [("NL1", 50), ("NL2", HOURS)])
def test_where_little_is_in_both_nothing_is_said_of_the_clock(town, tmp_path, station, hours):
    told = import_beside(town, write_archive(tmp_path, hours, 1), station)
    assert f"not compared with station {station}: fewer than 72 hours are in both" in told
