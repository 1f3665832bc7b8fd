import numpy as np

from predict.ridge import PENALTIES, solve, sum_products


def make_rows(rows=400, series=5, seed=0):
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(rows, series, 4)).astype(np.float32)
    target = features @ np.array([1, -2, 0, 0.5], np.float32)
    target += rng.normal(size=target.shape).astype(np.float32)
    target[rng.uniform(size=target.shape) < 0.2] = np.nan
    return features, target, np.arange(rows) * 4 // rows


def solve_slowly(features, target, penalty):
    """Ridge of the rows that are known, by augmented least squares."""
    known = np.isfinite(target)
    x, y = features[known].astype(float), target[known].astype(float)
    wide = np.vstack([x, np.sqrt(penalty)])
    return np.linalg.lstsq(wide, np.append(y, np.zeros(len(penalty))), rcond=None)[0]


def test_coefficients_without_a_block_are_those_of_a_fit_without_its_rows():
    features, target, blocks = make_rows()
    found = solve([sum_products(features, target, blocks, 4)])
    x = features[np.isfinite(target)].astype(float)
    penalties = [np.diag(part * (x.T @ x).diagonal()) for part in PENALTIES]
    slow = [
        [solve_slowly(features[blocks != b], target[blocks != b], p) for b in range(4)]
        for p in penalties
    ]
    losses = [
        sum(
            np.nansum((target[blocks == b] - features[blocks == b] @ each[b]) ** 2)
            for b in range(4)
        )
        for each in slow
    ]
    best = int(np.argmin(losses))
    np.testing.assert_allclose(found.left_out, slow[best], rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(
        found.whole, solve_slowly(features, target, penalties[best]), rtol=1e-5, atol=1e-5
    )


def test_parts_of_the_series_add_up_to_all_of_them():
    features, target, blocks = make_rows()
    whole = solve([sum_products(features, target, blocks, 4)])
    parts = [
        sum_products(features[:, at], target[:, at], blocks, 4) for at in (slice(1), slice(1, None))
    ]
    np.testing.assert_allclose(solve(parts).whole, whole.whole, rtol=1e-12)
    np.testing.assert_allclose(solve(parts).left_out, whole.left_out, rtol=1e-12)


def test_no_rows_are_no_coefficients():
    empty = np.zeros((0, 3, 4), np.float32)
    found = solve([sum_products(empty, empty[..., 0], np.zeros(0, int), 8)])
    assert (found.whole == 0).all()
    assert found.left_out.shape == (8, 4)
