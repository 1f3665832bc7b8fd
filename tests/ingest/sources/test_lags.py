import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.importing import find_source
from ingest.sources.lags import HOUR_S, HourBook, correlate, find_lag
from ingest.sources.text import look_at
from lokaalmeten.observations import to_observations

START = 1_700_000_000 // HOUR_S * HOUR_S


def make_weather(hours, seed=1):
    """A series with a memory, as air has."""
    random = np.random.default_rng(seed)
    noise = random.normal(0, 5, hours + 5)
    return np.asarray(20 + np.convolve(noise, np.ones(6) / 3, "valid"), np.float64)


@pytest.mark.parametrize("late", [-2, -1, 0, 1, 2])
def test_a_clock_that_is_wrong_by_hours_is_found(late):
    time = START + HOUR_S * np.arange(400)
    air = make_weather(400)
    sensor = air * 0.8 + np.random.default_rng(2).normal(0, 1, 400)
    sensor[::7] = np.nan
    lag = find_lag(time + late * HOUR_S, sensor, time, air)
    assert lag.best == late
    assert str(lag).startswith(f"the times seem {abs(late)} h too" if late else "")


def test_what_says_too_little_says_nothing():
    time, air = START + HOUR_S * np.arange(71), make_weather(71)
    assert find_lag(time + HOUR_S, air, time, air).best == 0
    flat = START + HOUR_S * np.arange(400), np.ones(400)
    assert find_lag(*flat, *flat).best == 0
    assert find_lag(*flat, np.zeros(0, np.int64), np.zeros(0)).best == 0


@given(seed=st.integers(0, 1000), shift=st.integers(-50, 50))
def test_correlation_is_that_of_pandas_over_the_times_of_both(seed, shift):
    random = np.random.default_rng(seed)
    time = START + HOUR_S * np.arange(200)
    x, y = random.normal(size=200), random.normal(size=200)
    x[random.random(200) < 0.2] = np.nan
    other = time + shift * HOUR_S
    left, right = pd.Series(x, time).align(pd.Series(y, other), join="inner")
    assert correlate(time, x, other, y) == pytest.approx(left.corr(right))


def test_hours_are_means_of_all_parts():
    book = HourBook("pm25")
    for first in (0, 40):
        time = START + 60 * np.arange(first, first + 40, dtype=np.int64)
        counts = (100 * (np.arange(first, first + 40)))[None].astype(np.int32)
        book.note(to_observations(np.zeros(40, np.int32), time, ("pm25",), counts))
    hours, means = book.to_means()
    assert hours.tolist() == [START // HOUR_S * HOUR_S, START + HOUR_S]
    assert means.tolist() == [np.mean(range(60)), np.mean(range(60, 80))]


def test_the_real_sensor_in_aberdeen_is_on_time_and_a_shifted_one_is_found(shared_data):
    folder = shared_data / "sensor_community"
    source, book = find_source("sensor.community"), HourBook("pm25")
    text = look_at(folder / "sds011_sensor_16422.zip", "utf-8", "")
    for part in source.read(text, 1, START * 2):
        book.note(part.observations)
    official = pd.read_csv(
        folder / "official_stations/aberdeen-errol-place.csv", sep=";", parse_dates=["DateTime"]
    )
    ends = official["DateTime"].astype("datetime64[s]").astype("int64").to_numpy()
    value = official["PM2.5"].to_numpy(np.float64)
    hours, means = book.to_means()
    right = find_lag(hours, means, ends - HOUR_S, value)  # the council labels the end of the hour
    assert right.best == 0
    assert find_lag(hours + HOUR_S, means, ends - HOUR_S, value).correlations[1] == pytest.approx(
        right.correlations[0]
    )
