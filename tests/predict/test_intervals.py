import numpy as np
import pytest

from predict.intervals import KNOTS, prior_errors, reach


def test_quantiles_of_normal_errors_go_on_as_those_of_a_normal():
    from statistics import NormalDist

    levels = np.array([1e-6, 1e-4, 0.001, 0.1, 0.5, 0.9, 0.999, 0.9999, 1 - 1e-6])
    found = reach(prior_errors(1, 3), levels)
    assert found == pytest.approx([NormalDist().inv_cdf(level) for level in levels], abs=1e-3)


def test_quantiles_rise_through_the_outer_knots():
    levels = np.sort(np.concatenate([KNOTS, [1e-9, 1e-5, 0.0009, 0.9991, 1 - 1e-5, 1 - 1e-9]]))
    found = reach(prior_errors(1, 3), levels)
    assert (np.diff(found) > 0).all()
