"""Weather added, a round gone, days measured: what `meten forecast` tells of days is right."""

import json
import urllib.request
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from rich.console import Console

from lokaalmeten.cli.forecast_metrics import Metrics
from lokaalmeten.cli.rounds import Desk, go_round
from lokaalmeten.forecasts import QUANTITIES
from lokaalmeten.observations import to_observations
from lokaalmeten.processes import free_port
from lokaalmeten.quality import Flag
from predict.job import run
from predict.rounds.hours import Memory
from storage.chance_scores import read_day_scores
from storage.forecasts import read_forecast
from storage.outlook import read_chances, read_index
from storage.pool import connect
from storage.registry import add_node
from storage.rollups import roll_up
from storage.store import Store
from storage.weather import WeatherRows, add_weather
from storage.writer import write
from tests.services.meten import meten, running, wait_until

HOUR = timedelta(hours=1)
LEVELS = {"dirty": 60, "clean": 3}  # ug/m3 of PM2.5: four times the WHO's value of a day, a fifth


def last_hour():
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


def measure(connection, start, stop):
    """Ten-minute samples of both boxes, a daily wave and some noise."""
    times = np.arange(int(start.timestamp()), int(stop.timestamp()), 600, dtype=np.int64)
    rng = np.random.default_rng(int(start.timestamp()) % 1000)
    for name, level in LEVELS.items():
        node = add_node(connection, name, "box", lat=52.1, lon=5.1).id
        wave = level * (1 + 0.2 * np.sin(times / 86_400 * 2 * np.pi))
        steps = np.round(100 * np.maximum(wave + rng.normal(0, 0.3, len(times)), 0))
        which = np.full(len(times), node, np.int32)
        made = to_observations(which, times, ("pm25",), steps.astype(np.int32)[None])
        made.flags[:] = Flag.GOOD
        write(connection, [made])
    while roll_up(connection):
        pass


@pytest.fixture
def connection(timescale_database):
    with connect(timescale_database) as connection:
        yield connection


def go(dsn):
    drawn = {}
    with Store(dsn) as store:
        return go_round(
            store, QUANTITIES, Memory(), drawn, Console(quiet=True), Metrics(3600)
        ), drawn


def test_a_round_of_all_quantities_stores_chances_and_the_index(timescale_database, connection):
    measure(connection, last_hour() - 240 * HOUR, last_hour())
    go(timescale_database)
    tomorrow = {}
    for name in LEVELS:
        found = read_chances(connection, "node", name, "pm25")
        tomorrow[name] = found["chance"].to_numpy()[2:4]
    assert (tomorrow["dirty"] > 0.9).all()
    assert (tomorrow["clean"] < 0.1).all()
    dirty, clean = (read_index(connection, "node", name) for name in ("dirty", "clean"))
    assert dirty.substances == clean.substances == ("pm25",)
    assert clean.days["high"].max() == 1  # below 10 ug/m3 all day
    assert dirty.days["middle"].iloc[1] >= 7  # its highest hour is above 60 (50-70 is 7)
    assert (dirty.days[["class3", "class4"]].iloc[1].sum()) > 0.9
    shown = meten("forecast", "show", "dirty", dsn=timescale_database).stdout
    assert "> 15 (WHO 2021)" in shown
    assert "index of its highest hour" in shown


def test_part_of_an_index_is_not_told_as_the_whole(timescale_database, connection):
    measure(connection, last_hour() - 240 * HOUR, last_hour())
    with Store(timescale_database) as store:
        metrics, out = Metrics(3600), Console(quiet=True)
        go_round(store, ["pm25"], Memory(), {}, out, metrics)
        assert read_index(connection, "node", "dirty") is None


def test_weather_is_added_used_and_old_again(timescale_database, connection, tmp_path):
    now = last_hour()
    measure(connection, now - 40 * 24 * HOUR, now)
    nothing = meten("forecast", "weather", "list", dsn=timescale_database)
    assert "no weather yet" in nothing.stdout
    moments = [now - 41 * 24 * HOUR + hour * HOUR for hour in range(24 * 41 + 30)]
    said = {
        "utc_offset_seconds": 0,
        "hourly_units": {"time": "iso8601", "temperature_2m": "°C"},
        "hourly": {
            "time": [f"{at:%Y-%m-%dT%H}:00" for at in moments],
            "temperature_2m": [10 + 5 * np.sin(at.timestamp() / 70_000) for at in moments],
        },
    }
    file = tmp_path / "weather.json"
    file.write_text(json.dumps(said))
    added = meten("forecast", "weather", "add", file, dsn=timescale_database)
    assert added.returncode == 0, added.stderr
    assert "weather.json: 1,014 hours from" in added.stdout
    assert "temperature" in meten("forecast", "weather", "list", dsn=timescale_database).stdout
    with Store(timescale_database) as store:
        told = run(Desk(store), datetime.now(UTC), "pm25")
        assert told.weather == ("part", 30)
        assert read_forecast(connection, "node", "dirty", "pm25")[0]["weather"] == "part"
        later = run(Desk(store), datetime.now(UTC) + 31 * HOUR, "pm25")
        assert later.weather == ("old", 0)
    wrong = meten("forecast", "weather", "add", tmp_path / "none.csv", dsn=timescale_database)
    assert wrong.returncode == 2
    assert "cannot be read" in wrong.stderr


def test_weather_that_was_added_later_is_unknown_to_an_earlier_round(
    timescale_database, connection
):
    """The same round made twice, once with a storm in the database that was added after it."""
    now = last_hour()
    measure(connection, now - 40 * 24 * HOUR, now)
    start = int((now - 40 * 24 * HOUR).timestamp())
    wind = np.random.default_rng(1).uniform(1, 9, (40 * 24 + 72, 1))
    add_weather(connection, "known", now - HOUR, WeatherRows(start, ("wind_speed",), wind))
    tables = []
    for _ in range(2):
        connection.execute("DELETE FROM private.forecast_round")
        connection.execute("DELETE FROM private.forecast_fit")
        with Store(timescale_database) as store:
            assert run(Desk(store), now, "pm25").weather == ("used", 72)
        tables.append(read_forecast(connection, "node", "dirty", "pm25")[1].to_numpy())
        storm = WeatherRows(start, ("wind_speed",), np.full_like(wind, 30.0))
        add_weather(connection, "later", now + timedelta(seconds=1), storm)
    assert np.array_equal(tables[0], tables[1])


def test_chances_are_scored_when_their_day_is_measured(timescale_database, connection):
    """What was told of the days since, added up one chance at a time."""
    first = last_hour() - 100 * HOUR
    measure(connection, first - 240 * HOUR, first)
    with Store(timescale_database) as store:
        for later in (0, 5, 30):
            measure(connection, first, first + later * HOUR) if later else None
            run(Desk(store), first + later * HOUR, "pm25")
        measure(connection, first + 30 * HOUR, last_hour())
        told = run(Desk(store), last_hour(), "pm25")
    assert told.scored_days > 0
    rows = connection.execute(
        "SELECT place, day, norm, bound, cutoff, chance FROM public.forecast_chance"
        " WHERE kind = 'node' AND quantity = 'pm25'"
    ).fetchall()
    means = dict(
        connection.execute(
            "SELECT (node, day)::text, avg(mean) FROM ("
            " SELECT node, (hour AT TIME ZONE 'Europe/Amsterdam')::date AS day, mean"
            " FROM public.rollup_hour WHERE quantity = 'pm25') AS h"
            " GROUP BY 1 HAVING count(*) >= 18"
        ).fetchall()
    )
    today = connection.execute(
        "SELECT (%s AT TIME ZONE 'Europe/Amsterdam')::date", [last_hour()]
    ).fetchone()[0]
    slow = {}
    for place, day, norm, bound, cutoff, chance in rows:
        mean = means.get(f"({place},{day})")
        if mean is not None and day < today:
            issued = connection.execute(
                "SELECT (%s AT TIME ZONE 'Europe/Amsterdam')::date", [cutoff]
            ).fetchone()[0]
            cell = slow.setdefault((norm, (day - issued).days), [])
            cell.append((chance - (mean > bound)) ** 2)
    day = timedelta(days=1)
    found = read_day_scores(connection, "pm25", (first - 5 * day).date(), today)
    fast = {
        (norm, ahead): (count, brier)
        for norm, ahead, count, brier in zip(
            *(found[name] for name in ("norm", "days_ahead", "forecasts", "brier")), strict=True
        )
    }
    assert fast.keys() == slow.keys()
    assert len(fast) >= 6
    for key, errors in slow.items():
        assert fast[key] == (len(errors), pytest.approx(np.mean(errors), abs=2e-4))
    shown = meten("forecast", "scores", dsn=timescale_database).stdout
    assert "Brier" in shown


def test_the_service_answers_while_it_waits_for_its_next_round(
    timescale_database, connection, tmp_path
):
    measure(connection, last_hour() - 240 * HOUR, last_hour())
    port, log = free_port(), tmp_path / "log"
    settings = {"dsn": timescale_database, "forecast_port": str(port)}
    with running("forecast", "run", "--every", "1h", log=log, **settings):
        wait_until(lambda: "air quality index of" in log.read_text(), seconds=200)
        address = f"http://127.0.0.1:{port}"
        with urllib.request.urlopen(f"{address}/healthz", timeout=10) as answer:
            assert answer.status == 200
        with urllib.request.urlopen(f"{address}/metrics", timeout=10) as answer:
            text = answer.read().decode()
    assert 'lokaalmeten_forecast_places{quantity="pm25"} 3.0' in text  # two boxes, and their cell
