import numpy as np
import pytest

from predict.intervals import (
    KNOTS,
    PRIOR_SCALE,
    Scored,
    join_errors,
    prior_errors,
    reach,
    solve_sizes,
    sum_sizes,
    to_size,
    to_sized,
)


def test_quantiles_of_normal_errors_go_on_as_those_of_a_normal():
    from statistics import NormalDist

    levels = np.array([1e-6, 1e-4, 0.001, 0.1, 0.5, 0.9, 0.999, 0.9999, 1 - 1e-6])
    found = reach(prior_errors(1, 3), levels)
    assert found == pytest.approx([NormalDist().inv_cdf(level) for level in levels], abs=1e-3)


def test_quantiles_rise_through_the_outer_knots():
    levels = np.sort(np.concatenate([KNOTS, [1e-9, 1e-5, 0.0009, 0.9991, 1 - 1e-5, 1 - 1e-9]]))
    found = reach(prior_errors(1, 3), levels)
    assert (np.diff(found) > 0).all()


def make_scored(days, seed=0):
    """Errors of three series of so many days, twice as large as a standard normal."""
    rng = np.random.default_rng(seed)
    rows = round(24 * days)
    features = np.ones((rows, 3, 1), np.float32)
    residual = rng.normal(0, 2, (rows, 3)).astype(np.float32)
    return Scored(features, residual, np.arange(rows) / 24)


def learn(scored):
    sizes = solve_sizes([sum_sizes(scored)])
    return join_errors([to_sized(scored, sizes)], sizes)


def test_errors_of_many_days_are_as_large_as_they_were():
    errors = learn(make_scored(300))
    wide = to_size(np.ones((1, 3, 1), np.float32), errors) * reach(errors, np.array([0.9]))
    assert wide == pytest.approx(2 * 1.2816, rel=0.05)


def test_errors_of_few_days_lie_between_the_prior_and_what_was_seen():
    """On the scale of logs, by the days over which they were scored."""
    sizes = [
        float(to_size(np.ones((1, 1, 1), np.float32), learn(make_scored(days)))[0, 0])
        for days in (3, 30, 300)
    ]
    assert sizes[0] > PRIOR_SCALE
    assert sizes == sorted(sizes)
    assert sizes[-1] == pytest.approx(2, rel=0.1)


def test_where_no_error_is_known_the_prior_speaks():
    scored = make_scored(2)
    errors = learn(Scored(scored.features, np.full_like(scored.residual, np.nan), scored.day))
    np.testing.assert_array_equal(errors.shape, prior_errors(3, 1).shape)
    assert to_size(scored.features, errors) == pytest.approx(PRIOR_SCALE)
