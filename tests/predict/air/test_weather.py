"""Weather as numbers to learn from."""

import numpy as np
import pytest

from predict.air.weather import (
    COLUMNS,
    Weather,
    find_known,
    find_useful,
    to_ahead,
    to_back,
    to_terms,
    trail,
)

HOUR = 3600
NAN = float("nan")


def to_wind(degrees, speed):
    hours = {"wind_direction": np.array(degrees, float), "wind_speed": np.array(speed, float)}
    return to_terms(hours, hours)


def test_hours_beyond_either_end_are_unknown():
    weather = Weather(10 * HOUR, ("rain",), np.array([[1.0], [2.0], [3.0]]))
    assert weather.at(11 * HOUR, 2)["rain"].tolist() == [2, 3]
    for start, expected in ((8, [NAN, NAN, 1]), (12, [3, NAN, NAN]), (1, [NAN] * 3)):
        np.testing.assert_array_equal(weather.at(start * HOUR, 3)["rain"], expected)
    np.testing.assert_array_equal(weather.at(99 * HOUR, 2)["rain"], [NAN, NAN])


def test_wind_has_no_jump_at_north():
    terms = to_wind([1, 359], [5, 5])
    for name in ("from_east", "from_north", "east", "north", "twice_east", "twice_north"):
        assert terms[name][0] == pytest.approx(terms[name][1], abs=0.2)
    east = to_wind([90], [5])
    assert (east["east"][0], east["north"][0]) == pytest.approx((5, 0), abs=1e-9)


def test_calm_and_turning_wind_come_from_nowhere():
    """KNMI writes 0 for calm and 990 for a wind that turns; 360 is north."""
    terms = to_wind([0, 990, 45, 360], [0, 2, 0, 3])
    assert terms["from_east"][:3].tolist() == terms["north"][:3].tolist() == [0, 0, 0]
    assert terms["from_north"][3] == pytest.approx(1)


def test_what_is_unknown_stays_unknown():
    terms = to_wind([NAN, 90], [4, NAN])
    assert np.isnan([terms["from_east"][0], terms["east"][1], terms["speed"][1]]).all()


@pytest.mark.parametrize("names", [COLUMNS, COLUMNS[:1], COLUMNS[1:2], ("rain",), COLUMNS[3:]])
def test_any_choice_of_columns_makes_as_many_numbers_every_time(names):
    rng = np.random.default_rng(0)
    hours = {name: rng.uniform(1, 300, 60) for name in names}
    ahead, back = to_ahead(hours, names), to_back(hours, names)
    assert ahead.shape[0] == back.shape[0] == 60
    assert np.isfinite(back).all()
    assert np.isfinite(ahead[48:]).all()
    more = hours | {"unheard_of": np.ones(60)}
    np.testing.assert_array_equal(to_ahead(more, names), ahead)


def test_a_trailing_mean_is_that_of_a_slow_loop():
    values = np.random.default_rng(1).normal(size=80)
    values[::5] = NAN
    for hours in (6, 24):
        slow = []
        for at in range(80):
            known = [x for x in values[max(at - hours + 1, 0) : at + 1] if not np.isnan(x)]
            slow.append(np.mean(known) if 2 * len(known) >= hours else NAN)
        np.testing.assert_allclose(trail(values, hours), slow)


def test_only_columns_that_are_often_known_are_learned_from():
    known = np.ones(3000)
    half, few = known.copy(), known.copy()
    half[: 1500 + 1], few[600:] = NAN, NAN
    assert find_useful({"rain": known, "pressure": half, "humidity": few}) == ("rain",)
    assert find_useful({"rain": few}) == ()
    assert find_useful({}) == ()


def test_an_hour_is_known_when_all_of_its_columns_are():
    hours = {"rain": np.array([1, NAN, 1]), "pressure": np.array([1, 1, NAN])}
    assert find_known(hours, ["rain", "pressure"]).tolist() == [True, False, False]
    assert find_known(hours, ["rain", "humidity"]).tolist() == [False] * 3
