import numpy as np
import pytest

from ingest.calibration.passings import HOLDS, Passings, choose_hold, fit_fleet, fit_passings
from lokaalmeten.errors import FormatError


def ride_past(bikes=8, each=60, seed=3, spread=0.3, noise=2.0):
    """Bikes that all read half of the air, each off by a factor of its own."""
    rng = np.random.default_rng(seed)
    own = 0.5 * np.exp(rng.normal(0, spread, bikes))
    bike = rng.permutation(np.repeat(np.arange(bikes), each)).astype(np.int32)
    reference = 15 * rng.lognormal(0, 0.5, len(bike))
    raw = own[bike] * np.maximum(reference + rng.normal(0, noise, len(bike)), 0)
    time = 3600 * np.arange(len(bike))
    return Passings(bike + 10, time, raw, reference), own


def test_each_bike_is_put_right_by_its_own_passings():
    passings, own = ride_past()
    fleet, gain = fit_passings(passings)
    lines = fleet.lines()
    found = np.array([lines[bike].gain for bike in fleet.bikes.tolist()])
    assert np.abs(found * own - 1).max() < 0.35
    assert np.corrcoef(found, 1 / own)[0, 1] > 0.95
    assert gain.helps
    assert gain.part > 0.5


def test_bikes_that_are_alike_stay_with_the_fleet():
    passings, _ = ride_past(spread=0.0, each=15, noise=6)
    assert choose_hold(passings) >= 10
    alone = fit_fleet(passings, np.inf)
    assert set(alone.gains.tolist()) == {alone.line.gain}


def test_a_bike_with_one_passing_hardly_leaves_the_fleet():
    passings, _ = ride_past()
    many = fit_fleet(passings, 10.0)
    place = np.abs(many.gains - many.line.gain).argmax()
    odd = passings.bike == many.bikes[place]
    few = fit_fleet(passings.take(~odd | (np.cumsum(odd) <= 1)), 10.0)
    moved = [abs(fleet.gains[place] - fleet.line.gain) for fleet in (few, many)]
    assert moved[0] < 0.3 * moved[1]


def test_a_bike_that_passed_nowhere_has_the_line_of_the_fleet():
    fleet, _ = fit_passings(ride_past()[0])
    bike, raw = np.array([9, 11, 99], np.int32), np.full(3, 8.0)
    corrected = fleet.correct(bike, raw)
    assert corrected[0] == corrected[2] == fleet.line.offset + fleet.line.gain * 8
    assert corrected[1] == fleet.offsets[1] + fleet.gains[1] * 8


@pytest.mark.parametrize("hold", HOLDS)
def test_the_ridge_is_that_of_one_bike_after_the_other(hold):
    passings, _ = ride_past(bikes=4, each=40, noise=0.0, spread=0.1)
    fleet = fit_fleet(passings, hold)
    scale = np.mean(passings.raw**2)
    residual = passings.reference - fleet.line.offset - fleet.line.gain * passings.raw
    limit = 3 * 1.4826 * np.median(np.abs(residual))
    for place, bike in enumerate(fleet.bikes):
        mine = passings.bike == bike
        table = np.stack([np.ones(mine.sum()), passings.raw[mine]], 1)
        weight = np.minimum(1, limit / np.maximum(np.abs(residual[mine]), 1e-9))
        if np.isinf(hold):
            moved = np.zeros(2)
        else:
            left = table.T @ (weight[:, None] * table) + hold * np.diag([1, scale])
            moved = np.linalg.solve(left, table.T @ (weight * residual[mine]))
        assert fleet.offsets[place] == pytest.approx(fleet.line.offset + moved[0])
        assert fleet.gains[place] == pytest.approx(fleet.line.gain + moved[1])


def test_too_few_passings_are_refused_with_their_number():
    passings, _ = ride_past(bikes=2, each=20)
    with pytest.raises(FormatError, match="in 40 hours: a calibration needs 100"):
        fit_passings(passings)
