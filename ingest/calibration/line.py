"""A calibration as a line: offset + gain x raw + root x sqrt(raw) + terms of humidity, temperature.

The root bends the line: where dust is thick the sensor may rise faster than the station, or slower.

A physical growth law would need the hygroscopicity of the dust, which differs by place and season:
with the textbook value 0.4 the error of two SDS011 in Aberdeen rose from 3.0 to 5.8 and from 4.6 to
6.3 ug/m3. So nothing is assumed: the slopes are fitted against a station, or entered by people.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.errors import FormatError

Floats = NDArray[np.float64]

NUMBERS = ("offset", "gain", "root")
CLIMATE = ("humidity", "temperature")


@dataclass(frozen=True)
class Term:
    """What one unit of humidity (%) or temperature (Cel) adds, inside the span that was seen.

    Outside the span the nearest end counts: a slope fitted on 40-90 % says nothing about fog.
    """

    slope: float = 0.0
    low: float = -np.inf
    high: float = np.inf

    def __call__(self, values: Floats) -> Floats:
        """What values (n,) add; NaN where they are not known."""
        return self.slope * np.clip(values, self.low, self.high)


@dataclass(frozen=True)
class Line:
    """How values of one quantity are corrected, all in its unit."""

    offset: float = 0.0
    gain: float = 1.0
    root: float = 0.0
    humidity: Term = field(default_factory=Term)
    temperature: Term = field(default_factory=Term)

    def __call__(self, raw: Floats, humidity: Floats, temperature: Floats) -> Floats:
        """Corrected values (n,); NaN where the raw one or one that the line needs is missing."""
        corrected = self.offset + self.gain * raw
        if self.root:
            corrected = corrected + self.root * np.sqrt(np.maximum(raw, 0))
        for term, values in ((self.humidity, humidity), (self.temperature, temperature)):
            if term.slope:
                corrected = corrected + term(values)
        return corrected

    def to_parameters(self) -> dict[str, Any]:
        """As it is stored: only what it has."""
        found: dict[str, Any] = {"offset": self.offset, "gain": self.gain}
        if self.root:
            found["root"] = self.root
        for name in CLIMATE:
            term: Term = getattr(self, name)
            if term.slope:
                span = {"low": term.low, "high": term.high}
                found[name] = {"slope": term.slope} | {
                    key: end for key, end in span.items() if np.isfinite(end)
                }
        return found

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, Any]) -> Self:
        """Read back, or from what people wrote; FormatError for what is no number or not known."""
        if unknown := set(parameters) - {*NUMBERS, *CLIMATE}:
            raise FormatError(
                f"a correction has offset, gain, root, humidity, temperature, not {min(unknown)!r}"
            )
        found: dict[str, Any] = {}
        for key, value in parameters.items():
            found[key] = to_number(key, value) if key in NUMBERS else to_term(key, value)
        return cls(**found)


def to_term(name: str, given: Any) -> Term:
    """A term from a slope, or from a table with slope, low and high."""
    if not isinstance(given, Mapping):
        return Term(to_number(name, given))
    if unknown := set(given) - {"slope", "low", "high"}:
        raise FormatError(f"{name} has slope, low and high, not {min(unknown)!r}")
    return Term(**{key: to_number(f"{name}.{key}", value) for key, value in given.items()})


def to_number(name: str, given: Any) -> float:
    """A finite number; FormatError for anything else."""
    if isinstance(given, bool) or not isinstance(given, int | float) or not np.isfinite(given):
        raise FormatError(f"{name} must be a number, not {given!r}")
    return float(given)
