"""A round uses the weather that was known when it was made, and says how far that reached."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from lokaalmeten.forecasts import OLD, PART, SHORT, USED, Kept, Series, Weathered
from predict.air.forecast import DENSE
from predict.air.weather import Weather
from predict.job import run
from predict.rounds.hours import Hours
from predict.rounds.weather import is_due, join_weather, name_model, weaken
from tests.predict.rounds.desk import Desk, to_rows

NOW = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
CUTOFF = datetime(2026, 3, 14, 9, tzinfo=UTC)
LAST = CUTOFF - timedelta(hours=1)
ROWS = 60 * 24
RNG = np.random.default_rng(3)
WIND = 2 + 6 * RNG.uniform(size=(ROWS + 72) // 12).repeat(12)  # m/s, another every half day
VALUES = 40 / WIND[:ROWS] * RNG.lognormal(0, 0.05, ROWS)
BEGIN = int(CUTOFF.timestamp()) - 3600 * ROWS


def make_desk():
    return Desk({("node", "pm25"): to_rows("box-1", VALUES, LAST)})


def make_weather(first, after):
    """The true wind of hours ``first`` to ``after`` of WIND."""
    return Weather(BEGIN + 3600 * first, ("wind_speed",), WIND[first:after, None])


PAST, AHEAD = make_weather(0, ROWS), make_weather(ROWS, ROWS + 72)


def go(*weather, now=NOW):
    desk = make_desk()
    desk.weather = [(now - timedelta(minutes=5), each) for each in weather]
    told = run(desk, now, "pm25")
    return told, desk


@pytest.fixture(scope="module")
def without():
    return go()[1].rounds[0]


@pytest.fixture(scope="module")
def informed():
    return go(PAST, AHEAD)


def test_weather_that_is_known_ahead_brings_the_forecast_closer(informed, without):
    told, desk = informed
    (issued,) = desk.rounds
    assert told.weather == issued.weather == Weathered(USED, 72)
    truth = 40 / WIND[ROWS:]
    errors = [np.abs(each.quantiles[:, 0, 3] - truth).mean() for each in (issued, without)]
    assert errors[0] < 0.5 * errors[1]
    assert set(desk.fits) == {("pm25", "node"), ("pm25", "node with weather")}
    assert without.weather == Weathered()


def test_weather_that_became_known_after_the_round_changes_nothing(informed):
    """A storm that somebody adds a minute too late: not a bit of the forecast is other."""
    desk = make_desk()
    desk.weather = [(NOW - timedelta(minutes=5), each) for each in (PAST, AHEAD)]
    storm = Weather(PAST.start, PAST.names, np.full((ROWS + 72, 1), 40.0))
    desk.weather.append((NOW + timedelta(minutes=1), storm))
    run(desk, NOW, "pm25")
    (issued,), (before,) = desk.rounds, informed[1].rounds
    assert np.array_equal(issued.quantiles, before.quantiles)
    assert np.array_equal(issued.chances.table, before.chances.table)
    later = make_desk()
    later.weather = [(at - timedelta(minutes=2), each) for at, each in desk.weather]
    run(later, NOW, "pm25")
    assert not np.array_equal(later.rounds[0].quantiles, before.quantiles)


def test_hours_beyond_a_forecast_of_the_weather_are_told_as_without(without):
    told, desk = go(PAST, make_weather(ROWS, ROWS + 24))
    assert told.weather == Weathered(PART, 24)
    quantiles = desk.rounds[0].quantiles
    assert np.array_equal(quantiles[24:], without.quantiles[24:])
    assert not np.array_equal(quantiles[:24], without.quantiles[:24])


def test_a_forecast_of_the_weather_that_is_over_changes_nothing_and_is_told(without):
    told, desk = go(PAST)
    assert told.weather == desk.rounds[0].weather == Weathered(OLD)
    assert np.array_equal(desk.rounds[0].quantiles, without.quantiles)


def test_too_little_past_of_the_weather_changes_nothing_and_is_told(without):
    told, desk = go(make_weather(ROWS - 24 * 20, ROWS + 72))
    assert told.weather == Weathered(SHORT)
    assert np.array_equal(desk.rounds[0].quantiles, without.quantiles)
    assert list(desk.fits) == [("pm25", "node")]


def test_what_was_known_later_takes_the_place_of_what_was_known_before():
    files = [
        Weather(0, ("rain", "humidity"), np.array([[1.0, 50.0], [2.0, 51.0], [3.0, 52.0]])),
        Weather(3600, ("rain",), np.array([[9.0], [np.nan], [8.0]])),
        Weather(-7200, ("rain",), np.array([[7.0]])),
    ]
    span = (datetime.fromtimestamp(at, UTC) for at in (0, 4 * 3600))
    found = join_weather(files, *span)
    assert found.names == ("humidity", "rain")
    assert np.array_equal(
        found.table,
        [[50, 1], [51, 9], [52, 3], [np.nan, 8]],
        equal_nan=True,
    )


def test_nothing_known_in_the_period_is_no_weather():
    span = (datetime.fromtimestamp(at, UTC) for at in (0, 7200))
    assert join_weather([Weather(7200, ("rain",), np.array([[7.0]]))], *span) is None


def test_what_the_weather_does_is_learned_with_the_rest_and_for_other_columns():
    numbers = np.array([1], np.int32)
    hours = Hours("node", 0, (Series("node", "box-1", "pm25"),), numbers, np.ones((5, 1)))
    plain = Kept(NOW, None, "core", numbers, b"")
    kept = Kept(NOW, None, name_model(["rain"]), numbers, b"")
    assert not is_due(kept, plain, hours, ["rain"])
    assert is_due(None, plain, hours, ["rain"])
    assert is_due(kept, plain, hours, ["rain", "humidity"])
    assert is_due(kept, plain._replace(fitted_at=NOW + timedelta(1)), hours, ["rain"])
    assert is_due(kept._replace(series=np.array([2], np.int32)), plain, hours, ["rain"])


def test_a_round_says_the_least_of_what_its_shares_made_of_the_weather():
    assert weaken([Weathered(USED, 72), Weathered(PART, 24)]) == Weathered(PART, 24)
    assert weaken([Weathered(PART, 24), Weathered(SHORT)]) == Weathered(SHORT)
    assert weaken([]) == Weathered()
    assert len(DENSE) % 2 == 1
