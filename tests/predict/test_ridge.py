import numpy as np

from predict.ridge import OWN_PENALTIES, PENALTIES, fit_own, fit_pooled


def make_rows(rows=400, series=5, seed=0):
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(rows, series, 4)).astype(np.float32)
    target = features @ np.array([1, -2, 0, 0.5], np.float32)
    target += rng.normal(size=target.shape).astype(np.float32)
    target[rng.uniform(size=target.shape) < 0.2] = np.nan
    return features, target, np.arange(rows) * 4 // rows


def solve(features, target, penalty):
    """Ridge of the rows that are known, by augmented least squares."""
    known = np.isfinite(target)
    x, y = features[known].astype(float), target[known].astype(float)
    wide = np.vstack([x, np.sqrt(penalty)])
    return np.linalg.lstsq(wide, np.append(y, np.zeros(len(penalty))), rcond=None)[0]


def test_coefficients_without_a_block_are_those_of_a_fit_without_its_rows():
    features, target, blocks = make_rows()
    whole, without = fit_pooled(features, target, blocks, 4)
    x = features[np.isfinite(target)].astype(float)
    penalties = [np.diag(part * (x.T @ x).diagonal()) for part in PENALTIES]
    slow = [
        [solve(features[blocks != b], target[blocks != b], p) for b in range(4)] for p in penalties
    ]
    losses = [
        sum(
            np.nansum((target[blocks == b] - features[blocks == b] @ each[b]) ** 2)
            for b in range(4)
        )
        for each in slow
    ]
    best = int(np.argmin(losses))
    np.testing.assert_allclose(without, slow[best], rtol=2e-3, atol=2e-3)
    np.testing.assert_allclose(
        whole, solve(features, target, penalties[best]), rtol=2e-3, atol=2e-3
    )


def test_series_like_the_others_is_left_alone_and_one_unlike_them_is_not():
    features, target, blocks = make_rows(rows=4000)
    residual = np.random.default_rng(1).normal(size=target.shape).astype(np.float32)
    alike, _ = fit_own(features, residual, blocks, 4)
    residual[:, 2] += 3 * features[:, 2, 0]
    unlike, without = fit_own(features, residual, blocks, 4)
    assert np.abs(alike).max() < 0.1
    assert abs(unlike[2, 0] - 3) < 0.1
    assert without.shape == (5, 4, 4)


def test_own_coefficients_are_those_of_a_ridge_of_each_series():
    features, target, blocks = make_rows()
    own, _ = fit_own(features, target, blocks, 4)
    close = [
        np.abs(
            own - [solve(features[:, s], target[:, s], rows * np.eye(4)) for s in range(5)]
        ).max()
        for rows in OWN_PENALTIES
    ]
    assert min(close) < 2e-3


def test_no_rows_are_no_coefficients():
    empty = np.zeros((0, 3, 4), np.float32)
    whole, without = fit_pooled(empty, empty[..., 0], np.zeros(0, int), 8)
    own, own_out = fit_own(empty, empty[..., 0], np.zeros(0, int), 8)
    assert (whole == 0).all()
    assert (without.shape, own.shape, own_out.shape) == ((8, 4), (3, 4), (3, 8, 4))
