"""`meten forecast air`: limits and the index from hours in a database."""

import json
import re
from datetime import UTC, datetime, timedelta

import numpy as np

from lokaalmeten.observations import to_observations
from lokaalmeten.quality import Flag
from storage.pool import connect
from storage.registry import add_node
from storage.rollups import roll_up
from storage.writer import write
from tests.services.meten import meten

HOUR = 3600
DAYS = 12
LEVELS = {
    "dirty": 60,
    "clean": 3,
}  # ug/m3 of PM2.5: four times the day limit of the WHO, and a fifth


def fill(dsn):
    now = int(datetime.now(UTC).timestamp()) // HOUR * HOUR
    times = np.arange(now - DAYS * 24 * HOUR, now, 600, dtype=np.int64)
    rng = np.random.default_rng(1)
    with connect(dsn) as connection:
        for name, level in LEVELS.items():
            node = add_node(connection, name, "box", lat=52.1, lon=5.1).id
            wave = level * (1 + 0.2 * np.sin(times / 86_400 * 2 * np.pi)) + rng.normal(
                0, 0.3, len(times)
            )
            steps = np.round(100 * np.maximum(wave, 0)).astype(np.int32)
            made = to_observations(
                np.full(len(times), node, np.int32), times, ("pm25",), steps[None]
            )
            made.flags[:] = Flag.GOOD
            write(connection, [made])
        while roll_up(connection):
            pass


def write_hours_of_weather(path):
    """As Open-Meteo tells it: from before the first hour to beyond the last that is forecast."""
    first = datetime.now(UTC) - timedelta(days=DAYS + 1)
    moments = [first + timedelta(hours=hour) for hour in range(24 * (DAYS + 6))]
    rows = {
        "time": [f"{at:%Y-%m-%dT%H}:00" for at in moments],
        "temperature_2m": [10.0] * len(moments),
    }
    units = {"time": "iso8601", "temperature_2m": "°C"}
    said = {"utc_offset_seconds": 0, "hourly_units": units, "hourly": rows}
    path.write_text(json.dumps(said))


def test_days_above_a_limit_are_likely_where_it_is_dirty_and_unlikely_where_it_is_clean(
    timescale_database, tmp_path
):
    fill(timescale_database)
    write_hours_of_weather(tmp_path / "weather.json")
    every = meten("forecast", "air", "--days", 14, dsn=timescale_database)
    assert every.returncode == 0, every.stderr
    lines = {line.split()[1]: line for line in every.stdout.splitlines() if "node " in line}
    chances = {name: [int(each) for each in re.findall(r"(\d+) %", lines[name])] for name in LEVELS}
    assert all(chance > 90 for chance in chances["dirty"])
    assert all(chance < 10 for chance in chances["clean"])
    index = {name: int(lines[name].split()[-1]) for name in LEVELS}
    assert index["clean"] == 1  # below 10 ug/m3 all day
    assert index["dirty"] >= 7  # the worst hour is above 60 (50-70 is 7)
    weather = ("--weather", tmp_path / "weather.json")
    one = meten("forecast", "air", "dirty", "--days", 14, *weather, dsn=timescale_database)
    assert one.returncode == 0, one.stderr
    assert "PM2.5 > 15" in one.stdout
    assert len(re.findall(r"^ ?\w{3} \d\d \w{3} ", one.stdout, re.M)) in (3, 4)


def test_what_has_no_forecast_is_a_sentence(timescale_database, tmp_path):
    nothing = meten("forecast", "air", dsn=timescale_database)
    assert nothing.returncode == 2
    assert "nothing was measured in the 400 days before now" in nothing.stderr
    broken = tmp_path / "weather.csv"
    broken.write_text("no weather\n")
    wrong = meten("forecast", "air", "--weather", broken, dsn=timescale_database)
    assert wrong.returncode == 2
    assert "is no weather" in wrong.stderr
    fill(timescale_database)
    unknown = meten("forecast", "air", "nobody", "--days", 14, dsn=timescale_database)
    assert unknown.returncode == 2
    assert "there is no forecast for 'nobody'; there is one for clean, dirty" in unknown.stderr
