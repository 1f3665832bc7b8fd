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


def test_short_history_has_a_penalty_of_its_own():
    """Of five days it is four times the squares of a feature, whatever the blocks say."""
    rng = np.random.default_rng(3)
    features = rng.normal(size=(80, 2, 3)).astype(np.float32)
    target = features @ np.array([1, -2, 0.5], np.float32)
    parts = [sum_products(features, target, np.arange(80) // 20, 4)]
    x, y = features.reshape(-1, 3).astype(float), target.ravel().astype(float)
    squares = x.T @ x
    by_hand = np.linalg.solve(squares + 4 * np.diag(np.diag(squares) + 1e-3), x.T @ y)
    np.testing.assert_allclose(solve(parts, days=5).whole, by_hand, rtol=1e-6)
    np.testing.assert_allclose(solve(parts).whole, [1, -2, 0.5], rtol=1e-3)
