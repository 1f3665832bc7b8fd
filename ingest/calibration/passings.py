"""A line for each bike from where it passes stations.

A bike is beside a station for some minutes a month, so little is known of one bike and much of all
together: each has the line of the fleet, moved as far as its own passings prove.

1. one line for the fleet, robustly
2. each bike's offset and gain by least squares around that line, held back by a ridge
3. how much it is held back is chosen on stretches of time that are held out in turn
4. the gain is measured on the later half of the passings, which no step has seen
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.errors import FormatError

from .fitting import fit_robustly
from .holdout import Floats, Gain, hold_out_in_turn, hold_out_later, measure_gain
from .line import Line

LEAST_PASSINGS = 100  # of the fleet
HOLDS = (
    1.0,
    3.0,
    10.0,
    30.0,
    100.0,
    np.inf,
)  # passings that weigh as much as the fleet; inf: only it
FAR = 3.0  # times the median deviation: a passing behind a lorry tells nothing of the bike


@dataclass(frozen=True)
class Passings:
    """n hours in which a bike was near a station."""

    bike: NDArray[np.int32]  # (n,) number of the node
    time: NDArray[np.int64]  # (n,) start of the hour, Unix seconds
    raw: Floats  # (n,) mean of the bike's samples there, in the unit of the quantity
    reference: Floats  # (n,) of the station

    def take(self, rows: NDArray[np.bool_]) -> "Passings":
        """Passings by mask."""
        return Passings(self.bike[rows], self.time[rows], self.raw[rows], self.reference[rows])


@dataclass(frozen=True)
class Fleet:
    """The line of all and of each bike."""

    line: Line
    bikes: NDArray[np.int32]  # (b,) sorted
    offsets: Floats  # (b,)
    gains: Floats  # (b,)
    hold: float  # of HOLDS

    def correct(self, bike: NDArray[np.int32], raw: Floats) -> Floats:
        """Corrected values (n,); a bike that passed nowhere has the line of the fleet."""
        place = np.minimum(np.searchsorted(self.bikes, bike), max(len(self.bikes) - 1, 0))
        known = self.bikes[place] == bike
        offset = np.where(known, self.offsets[place], self.line.offset)
        return offset + np.where(known, self.gains[place], self.line.gain) * raw

    def lines(self) -> dict[int, Line]:
        """The line of each bike."""
        found = zip(self.bikes.tolist(), self.offsets.tolist(), self.gains.tolist(), strict=True)
        return {bike: Line(offset, gain) for bike, offset, gain in found}


def fit_passings(passings: Passings) -> tuple[Fleet, Gain]:
    """Lines of all bikes, and what such lines were worth on the later half.

    Raises FormatError for fewer than LEAST_PASSINGS.
    """
    known = np.isfinite(passings.raw) & np.isfinite(passings.reference)
    passings = passings.take(known)
    if len(passings.time) < LEAST_PASSINGS:
        raise FormatError(
            f"the bikes were near a station in {len(passings.time)} hours: a calibration needs"
            f" {LEAST_PASSINGS}"
        )
    later = hold_out_later(passings.time)
    early, late = passings.take(~later), passings.take(later)
    hold = choose_hold(early)
    tried = fit_fleet(early, hold)
    gain = measure_gain(late.reference, late.raw, tried.correct(late.bike, late.raw))
    return fit_fleet(passings, hold), gain


def choose_hold(passings: Passings) -> float:
    """How much the bikes are held back for the least error on stretches held out in turn."""
    errors = dict.fromkeys(HOLDS, 0.0)
    for out in hold_out_in_turn(passings.time):
        kept, held = passings.take(~out), passings.take(out)
        for hold in HOLDS:
            corrected = fit_fleet(kept, hold).correct(held.bike, held.raw)
            errors[hold] += float(np.abs(corrected - held.reference).sum())
    return min(errors, key=lambda hold: errors[hold])


def fit_fleet(passings: Passings, hold: float) -> Fleet:
    """Lines of the fleet and of each bike; ``hold`` passings of its own move a bike half way."""
    table = np.stack([np.ones(len(passings.raw)), passings.raw], axis=1)
    offset, gain = fit_robustly(table, passings.reference)
    bikes, which = np.unique(passings.bike, return_inverse=True)
    residual = passings.reference - offset - gain * passings.raw
    far = FAR * 1.4826 * max(float(np.median(np.abs(residual))), 1e-9)
    weight = np.minimum(1, far / np.maximum(np.abs(residual), 1e-9))  # Huber 1964
    moved_offset, moved_gain = move(which, len(bikes), passings.raw, residual, weight, hold)
    line = Line(float(offset), float(gain))
    return Fleet(line, bikes.astype(np.int32), offset + moved_offset, gain + moved_gain, hold)


def move(
    which: NDArray[np.intp], bikes: int, raw: Floats, residual: Floats, weight: Floats, hold: float
) -> tuple[Floats, Floats]:
    """What to add to offset and gain (b,) of each bike: a ridge of two unknowns, solved at once."""
    if not np.isfinite(hold):
        return np.zeros(bikes), np.zeros(bikes)

    def add_up(values: Floats) -> Floats:
        return np.bincount(which, weight * values, bikes).astype(np.float64)

    scale = float(np.mean(raw**2)) or 1.0  # so that the ridge holds offset and gain alike
    ones, first = add_up(np.ones(len(raw))) + hold, add_up(raw)
    second = add_up(raw**2) + hold * scale
    left, right = add_up(residual), add_up(residual * raw)
    determinant = ones * second - first**2
    return (
        (left * second - right * first) / determinant,
        (right * ones - left * first) / determinant,
    )
