"""A line for one sensor from hours beside an official station.

1. look at its humidity sensor; a stuck one is left out
2. for each set of terms fit a line robustly on the earlier half (least absolute deviations)
3. choose the set by stretches of that half, each held out in turn
4. measure the error of the chosen line on the later half, which no step has seen
5. fit the same terms on all hours: that is the line that is stored
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.errors import FormatError

from .holdout import Floats, Gain, hold_out_in_turn, hold_out_later, measure_gain
from .humidity import Humidity, check_humidity
from .line import CLIMATE, NUMBERS, Line, Term

SETS = (
    (),
    ("gain",),
    ("gain", "offset"),
    ("gain", "offset", "root"),
    ("gain", "offset", "humidity"),
    ("gain", "offset", "temperature"),
    ("gain", "offset", "root", "humidity"),
    ("gain", "offset", "root", "temperature"),
    ("gain", "offset", "humidity", "temperature"),
    ("gain", "offset", "root", "humidity", "temperature"),
)
SIMPLER = 0.02  # of the error: a larger set must be so much better than a smaller one
LEAST_HOURS = 200  # at least eight days; seasons need more, which the held-out half shows
TURNS = 30  # of reweighting; the coefficients stand still long before
FLOOR = 0.1  # of the median residual, below which all weigh the same (Schlossmacher 1973)
SPAN = (1, 99)  # percentiles of what was seen, beyond which a term does not grow


@dataclass(frozen=True)
class Hours:
    """n hours of a sensor and a station; NaN where missing."""

    time: NDArray[np.int64]  # (n,) start of the hour, Unix seconds
    reference: Floats  # (n,) of the station, in the unit of the quantity
    raw: Floats  # (n,) mean of the sensor, same unit
    humidity: Floats  # (n,) %
    temperature: Floats  # (n,) Cel

    def take(self, rows: NDArray[np.bool_]) -> "Hours":
        """Hours by mask."""
        return Hours(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Fit:
    """A line, and what is known of it."""

    line: Line
    terms: Sequence[str]
    gain: Gain  # on the later half, of the same terms fitted on the earlier
    humidity: Humidity
    tried: Line  # the line of the earlier half, whose gain that is


def fit_line(hours: Hours) -> Fit:
    """Fit, choose and judge a line.

    Raises FormatError when fewer than LEAST_HOURS hours have both values.
    """
    verdict = check_humidity(hours.humidity)
    hours = hours.take(np.isfinite(hours.reference) & np.isfinite(hours.raw))
    if len(hours.time) < LEAST_HOURS:
        raise FormatError(
            f"sensor and station have {len(hours.time)} hours in common: a calibration needs"
            f" {LEAST_HOURS}"
        )
    later = hold_out_later(hours.time)
    early, late = hours.take(~later), hours.take(later)
    terms = choose_terms(early, list_sets(early, verdict))
    tried = fit_terms(early, terms)
    gain = measure_gain(late.reference, late.raw, correct_hours(tried, late))
    return Fit(fit_terms(hours, terms), terms, gain, verdict, tried)


def list_sets(hours: Hours, humidity: Humidity) -> list[Sequence[str]]:
    """Sets of terms whose values there are, the smallest first."""
    missing = {"humidity"} if not humidity.usable else set()
    for name in CLIMATE:
        if np.isfinite(getattr(hours, name)).mean() < 0.9:
            missing.add(name)
    return [terms for terms in SETS if not missing & set(terms)]


def choose_terms(hours: Hours, sets: Sequence[Sequence[str]]) -> Sequence[str]:
    """The set with the least error on stretches held out in turn, a smaller one if it is close."""
    errors = [measure_set(hours, terms) for terms in sets]
    best = min(errors)
    return next(
        terms for terms, error in zip(sets, errors, strict=True) if error <= best * (1 + SIMPLER)
    )


def measure_set(hours: Hours, terms: Sequence[str]) -> float:
    """Mean absolute error of a set of terms over stretches held out in turn."""
    missed = []
    for out in hold_out_in_turn(hours.time):
        kept, held = hours.take(~out), hours.take(out)
        missed.append(np.abs(correct_hours(fit_terms(kept, terms), held) - held.reference))
    errors = np.concatenate(missed)
    return float(np.nanmean(errors)) if np.isfinite(errors).any() else np.inf


def fit_terms(hours: Hours, terms: Sequence[str]) -> Line:
    """A line with some terms by least absolute deviations; without any the values stay raw."""
    if not terms:
        return Line()
    spans = {name: to_span(getattr(hours, name)) for name in CLIMATE if name in terms}
    columns = {"gain": hours.raw, "offset": np.ones(len(hours.raw))}
    columns["root"] = np.sqrt(np.maximum(hours.raw, 0))
    columns |= {name: np.clip(getattr(hours, name), *span) for name, span in spans.items()}
    table = np.stack([columns[name] for name in terms], axis=1)
    known = np.isfinite(table).all(axis=1)
    found = dict(zip(terms, fit_robustly(table[known], hours.reference[known]), strict=True))
    given: dict[str, Any] = {name: float(found[name]) for name in NUMBERS if name in found}
    given |= {name: Term(float(found[name]), *span) for name, span in spans.items()}
    line = Line(**given)
    return line if rises(line) else fit_terms(hours, [name for name in terms if name != "root"])


def rises(line: Line) -> bool:
    """Tell whether more raw dust is more corrected dust, however much there is."""
    return line.root == 0 or (line.gain >= 0 and line.root >= 0)


def to_span(values: Floats) -> tuple[float, float]:
    """What was seen of a value, without the odd hours at both ends."""
    low, high = np.nanpercentile(values, SPAN)
    return float(low), float(high)


def fit_robustly(table: Floats, target: Floats) -> Floats:
    """Coefficients (k,) that make the mean absolute error of ``table`` (n, k) small.

    By least squares with weights 1 / |residual| (iteratively reweighted, Schlossmacher 1973): a
    barbecue of 150 ug/m3 beside the sensor counts as one hour that is off, not as its square.
    """
    weights = np.ones(len(target))
    found: Floats = np.zeros(table.shape[1])
    for _ in range(TURNS):
        root = np.sqrt(weights)
        before = found
        found = np.linalg.lstsq(table * root[:, None], target * root)[0].astype(np.float64)
        if np.allclose(before, found, rtol=1e-6, atol=1e-9):
            break
        residual = np.abs(target - table @ found)
        weights = 1 / np.maximum(residual, max(FLOOR * float(np.median(residual)), 1e-9))
    return found


def correct_hours(line: Line, hours: Hours) -> Floats:
    """Corrected values (n,) of hours."""
    return line(hours.raw, hours.humidity, hours.temperature)
