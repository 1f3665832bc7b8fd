"""The index of hours ahead, against a slow reading of each draw."""

import numpy as np
import pytest

from lokaalmeten.lki import EDGES, GROUPS
from predict.air.index import forecast_index, index_samples
from predict.calendar import ForecastError


def slow_index(draws):
    """Number of one draw of one hour, read from the table of edges."""
    own = [1 + sum(edge <= x for edge in EDGES[key]) for key, x in draws.items() if not np.isnan(x)]
    if not own:
        return 0
    equal = len(own) == 4 and len(set(own)) == 1
    return min(max(own) + equal, 11)


def test_chances_are_those_of_a_slow_count_over_draws():
    rng = np.random.default_rng(1)
    samples = {key: rng.gamma(1.5, 20, (50, 4, 3)) for key in EDGES}
    samples["o3"][..., 1] = np.nan  # a place without ozone
    for values in samples.values():
        values[..., 2] = np.nan  # and one without anything
    found = index_samples(samples)
    for hour in range(4):
        for place in range(2):
            numbers = sorted(
                slow_index({key: values[draw, hour, place] for key, values in samples.items()})
                for draw in range(50)
            )
            assert found.middle[hour, place] == numbers[24]
            for number in range(1, 12):
                assert found.numbers[hour, place, number - 1] == numbers.count(number) / 50
            for group in range(1, 6):
                share = sum(GROUPS[number - 1] == group for number in numbers) / 50
                assert found.classes[hour, place, group - 1] == pytest.approx(share)
    assert (found.middle[:, 2] == 0).all()
    assert np.isnan(found.numbers[:, 2]).all()
    assert np.isnan(found.classes[:, 2]).all()


def test_the_likely_highest_is_not_the_highest_of_likely_numbers():
    """Two substances, each above 20 in two of five draws, never both: together in four of five."""
    pm25 = np.array([25.0, 25, 5, 5, 5]).reshape(5, 1, 1)
    no2 = np.array([5.0, 5, 31, 31, 5]).reshape(5, 1, 1)
    found = index_samples({"pm25": pm25, "no2": no2})
    assert index_samples({"pm25": pm25}).middle[0, 0] == 1
    assert index_samples({"no2": no2}).middle[0, 0] == 1
    assert found.middle[0, 0] == 4
    np.testing.assert_allclose(found.classes[0, 0], [0.2, 0.8, 0, 0, 0])


def test_quantities_without_an_index_are_left_out():
    samples = {"co2": np.full((2, 1, 1), 400.0), "pm25": np.full((2, 1, 1), 12.0)}
    found = index_samples(samples)
    assert found.substances == ("pm25",)
    assert found.middle[0, 0] == 2
    with pytest.raises(ForecastError, match="an index is made of"):
        index_samples({"co2": samples["co2"]})
    with pytest.raises(ForecastError, match="not of nothing"):
        forecast_index({})
