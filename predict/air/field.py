"""The air between sensors: an estimate anywhere in one hour, and how sure it is.

The story: turn values to logs, so that a place is a ratio to the background of its network; split
the log ratio into what is always so at a place and what passes; learn for both how much alike
neighbours are; and weigh the sensors around a point by that (ordinary kriging: Cressie 1993,
"Statistics for Spatial Data", section 3.2).
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lokaalmeten.geo import distance_m

from ..calendar import DAY_H, ForecastError
from .values import median_known, to_known
from .variogram import Variogram, fit_variogram

Float = NDArray[np.float64]

FLOOR = 5.0  # ug/m3 added before the logarithm: near 0 a ratio is noise
KNOWN_H = 3.0 * DAY_H  # hours after which what is always so at a place is half believed
ROUNDS = 5  # of means over hours and over places in turn
USUAL = 10.0  # places that an hour being as restless as others counts for
FAR = 3.0  # standard deviations from the others beyond which a sensor is not believed
BATCH = 256  # hours at a time


@dataclass(frozen=True)
class Field:
    """What was learned of s sensors; logs are natural ones."""

    lat: Float  # (s,) degrees, WGS84
    lon: Float
    always: Float  # (s,) mean log ratio to the background
    lasting: Variogram  # of what is always so
    passing: Variogram  # of the rest

    @property
    def nugget_share(self) -> float:
        """Share of differences that no neighbour tells: near 1 there is little to draw a map of."""
        nugget = self.lasting.nugget + self.passing.nugget
        return nugget / (nugget + self.lasting.sill + self.passing.sill)


@dataclass(frozen=True)
class Estimate:
    """What a sensor at each place would say; NaN where nothing is known. All of one shape."""

    log: Float  # of the value + FLOOR, natural
    log_deviation: Float

    @property
    def mean(self) -> Float:
        """Mean, ug/m3 (lognormal)."""
        return np.maximum(np.exp(self.log + self.log_deviation**2 / 2) - FLOOR, 0)

    @property
    def deviation(self) -> Float:
        """Standard deviation, ug/m3."""
        variance = self.log_deviation**2
        return np.sqrt(np.expm1(variance)) * np.exp(self.log + variance / 2)

    def read(self, level: float) -> Float:
        """Quantile at one level; 0.5 has the least mean absolute error."""
        reach = NormalDist().inv_cdf(level)
        return np.maximum(np.exp(self.log + reach * self.log_deviation) - FLOOR, 0)


def fit_field(hours: ArrayLike, lat: ArrayLike, lon: ArrayLike) -> Field:
    """Learn from hours (t, s) in ug/m3, NaN where unknown, of sensors at degrees (s,).

    Raises ForecastError when places and columns differ in number, or a place is not on the earth.
    """
    logs = to_logs(hours)
    y, x = check_places(lat, lon, logs.shape[1])
    always = np.zeros(logs.shape[1])
    number = np.isfinite(logs).sum(axis=0)
    background = median_known(logs, axis=1)
    for _ in range(ROUNDS):
        always = np.nan_to_num(median_known(logs - background[:, None], axis=0))
        background = median_known(logs - always, axis=1)
    believed = np.where(number >= KNOWN_H, always, np.nan)
    passing = logs - background[:, None] - always
    apart = distance_km(y, x, y, x)
    return Field(
        y,
        x,
        pull(always * number / (number + KNOWN_H), find_spread(believed)),
        fit_variogram(pull(believed, find_spread(believed))[None], apart),
        fit_variogram(pull(passing, find_spread(passing)), apart),
    )


def estimate(field: Field, hour: ArrayLike, lat: ArrayLike, lon: ArrayLike) -> Estimate:
    """The values of one hour (s,) at points (m,): what a further sensor there would say.

    A point where a sensor stands is smoothed like any other. NaN when fewer than two are known.
    """
    values = to_logs(np.asarray(hour, np.float64)[None])[0]
    known = np.isfinite(values)
    y, x = check_places(lat, lon)
    if known.sum() < 2:
        return Estimate(*np.full((2, len(y)), np.nan))
    between = distance_km(field.lat, field.lon, field.lat, field.lon)
    to_points = distance_km(field.lat, field.lon, y, x)
    lasting, unsure = krige(field.lasting, field.always, between, to_points)
    passing = calm(field, values[None])[0, known]
    here = between[np.ix_(known, known)]
    log, variance = krige(field.passing, passing, here, to_points[known])
    variance = variance * find_unrest(field.passing, passing[None], here)
    return Estimate(log + lasting, np.sqrt(variance + unsure))


def leave_out(field: Field, hours: ArrayLike) -> Estimate:
    """Each sensor in each hour (t, s) estimated from the others alone: leave-one-out.

    The variograms and the background were learned with all of them.
    """
    logs = to_logs(hours)
    apart = distance_km(field.lat, field.lon, field.lat, field.lon)
    lasting, unsure = left_out(field.lasting, field.always[None], apart)
    parts = [
        left_out_passing(field.passing, calm(field, logs[at : at + BATCH]), apart)
        for at in range(0, len(logs), BATCH)
    ]
    passing, variance = (np.concatenate(each) for each in zip(*parts, strict=True))
    return Estimate(passing + lasting, np.sqrt(variance + unsure))


def calm(field: Field, logs: Float) -> Float:
    """What passes, of logs (t, s); no sensor is further from the others than it can be in earnest.

    A sensor that jumps or drops would draw a spot on the map otherwise.
    """
    passing = logs - field.always
    middle = median_known(passing, axis=1)[:, None]
    usual = np.sqrt(field.passing.nugget + field.passing.sill)
    return middle + pull(passing - middle, usual)


def pull(values: Float, spread: float) -> Float:
    """Values within FAR spreads of 0."""
    return np.clip(values, -FAR * spread, FAR * spread)


def find_spread(values: Float) -> float:
    """Standard deviation of most of the values, as a normal one would have (median of sizes)."""
    known = np.abs(values[np.isfinite(values)])
    return float(np.median(known) / 0.6745) if len(known) else 1.0


def krige(of: Variogram, values: Float, between: Float, to_points: Float) -> tuple[Float, Float]:
    """Estimate and its variance (m,) of values (n,) with distances (n, n) and (n, m), km."""
    inverse = invert(of, between[None], np.ones((1, len(values)), np.bool_))[0]
    reach = of.covary(to_points)
    weights = inverse[:-1, :-1] @ reach + inverse[:-1, -1:]
    # variance C(0) - w'c - (Lagrange's multiplier)
    extra = inverse[-1, :-1] @ reach + inverse[-1, -1]
    variance = of.nugget + of.sill - (weights * reach).sum(axis=0) - extra
    return values @ weights, np.maximum(variance, of.nugget)


def left_out(of: Variogram, values: Float, apart: Float) -> tuple[Float, Float]:
    """Estimate and variance (t, s) of each of values (t, s) from the others.

    The inverse B of the kriging matrix has all of them: error i is (B z)_i / B_ii with variance
    1 / B_ii (Dubrule 1983, "Cross validation of kriging in a unique neighborhood", Mathematical
    Geology 15).
    """
    known = np.isfinite(values)
    inverse = invert(of, apart[None], known)[:, :-1, :-1]
    filled = np.where(known, values, 0.0)
    own = np.where(known, np.einsum("tii->ti", inverse), 1.0)
    error = np.einsum("tij,tj->ti", inverse, filled) / own
    enough = known & (known.sum(axis=1, keepdims=True) > 2)
    return np.where(enough, filled - error, np.nan), np.where(enough, 1 / own, np.nan)


def left_out_passing(of: Variogram, values: Float, apart: Float) -> tuple[Float, Float]:
    """The same, the variance as restless as the others are in that hour.

    What the others add up to is the sum of all without a sensor's own squared error (Dubrule 1983).
    """
    found, variance = left_out(of, values, apart)
    total, number = add_squares(of, values, apart)
    own = np.nan_to_num((values - found) ** 2 / variance)
    return found, variance * to_unrest(total[:, None] - own, number[:, None] - 1)


def find_unrest(of: Variogram, values: Float, apart: Float) -> Float:
    """How much larger the squared differences of each hour (t,) are than usual."""
    return to_unrest(*add_squares(of, values, apart))


def to_unrest(total: Float, number: NDArray[np.intp]) -> Float:
    """Squares of so many places beside what is usual, drawn to 1 where there are few."""
    return (total + USUAL) / (np.maximum(number - 1, 0) + USUAL)


def add_squares(of: Variogram, values: Float, apart: Float) -> tuple[Float, NDArray[np.intp]]:
    """Squared differences (t,) of values (t, s), 1 a place when usual, and how many are known."""
    known = np.isfinite(values)
    inverse = invert(of, apart[None], known)[:, :-1, :-1]
    filled = np.where(known, values, 0.0)
    return np.einsum("ti,tij,tj->t", filled, inverse, filled), known.sum(axis=1)


def invert(of: Variogram, between: Float, known: NDArray[np.bool_]) -> Float:
    """Inverse (t, n + 1, n + 1) of the kriging matrix of the known ones (t, n) of n places.

    Rows of the others are those of places that nobody is like and that count for nothing.
    """
    number = known.shape[1]
    matrix = np.zeros((len(known), number + 1, number + 1))
    both = known[:, :, None] & known[:, None, :]
    matrix[:, :-1, :-1] = np.where(both, of.covary(between), 0.0)
    diagonal = np.arange(number)
    matrix[:, diagonal, diagonal] = np.where(known, of.nugget + of.sill, 1.0)
    matrix[:, :-1, -1] = matrix[:, -1, :-1] = known
    matrix[~known.any(axis=1), -1, -1] = 1.0
    return np.linalg.inv(matrix).astype(np.float64, copy=False)


def to_logs(hours: ArrayLike) -> Float:
    """Logs of values (t, s) over the floor."""
    return np.log(to_known(hours) + FLOOR)


def check_places(lat: ArrayLike, lon: ArrayLike, number: int | None = None) -> tuple[Float, Float]:
    """Places as arrays (n,); ForecastError for other numbers and for what is not on the earth."""
    y, x = np.asarray(lat, np.float64), np.asarray(lon, np.float64)
    wanted = (number,) if number is not None else y.shape[:1]
    if y.shape != wanted or x.shape != wanted:
        raise ForecastError(f"places must be {wanted}, not {y.shape} and {x.shape}")
    wrong = ~((np.abs(y) <= 90) & (np.abs(x) <= 180))
    if wrong.any():
        at = int(wrong.argmax())
        raise ForecastError(f"place {at} ({y[at]}, {x[at]}) is no latitude and longitude")
    return y, x


def distance_km(lat1: Float, lon1: Float, lat2: Float, lon2: Float) -> Float:
    """Distances (n, m) in km."""
    return distance_m(lat1[:, None], lon1[:, None], lat2[None], lon2[None]) / 1000
