"""What a ride measured, in numbers: means, peak and dose; arrays in, numbers out."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lokaalmeten.exposure import BREATH_M3_S, Exposure, measure_exposure
from lokaalmeten.geo import distance_m
from lokaalmeten.quality import Flag
from lokaalmeten.quantities import BY_KEY

from ..words import Words

Float = NDArray[np.float64]
FIRST = "pm25"  # what a ride is coloured by, where it was measured
JUMP_M_S = 45 / 3.6  # a cyclist is no faster (Kiss 2021), as for the rides that are found
DOSED = "ug/m3"  # of other units a dose would be no mass


@dataclass(frozen=True)
class Numbers:
    """One quantity along a ride."""

    exposure: Exposure  # mean over time, seconds that were measured, dose
    peak: float
    peak_s: int  # seconds after the first sample
    known: int  # values


def list_measured(samples: pd.DataFrame) -> list[str]:
    """Quantities of which a ride has good values, in the order of the table."""
    return [key for key in BY_KEY if key in samples and np.isfinite(to_good(samples, key)).any()]


def to_good(samples: pd.DataFrame, key: str) -> Float:
    """Values (n,) of one quantity, NaN where the flag is not good."""
    good = samples[f"{key}_flag"].to_numpy(int) == Flag.GOOD
    return np.where(good, samples[key].to_numpy(float), np.nan)


def choose(measured: list[str], asked: str | None) -> str | None:
    """Quantity that is shown: as asked, else PM2.5, else the first; None without any."""
    for key in (asked, FIRST):
        if key in measured:
            return key
    return measured[0] if measured else None


def measure(time: Any, values: Float) -> Numbers | None:
    """Numbers of good values (n,) at rising Unix seconds; None when there is no value."""
    time, known = np.asarray(time, np.int64), np.isfinite(values)
    if not known.any():
        return None
    place = int(np.nanargmax(values))
    exposure = measure_exposure(time, values)
    if not exposure.seconds:  # samples that stand alone: their plain mean, and no dose
        exposure = Exposure(float(values[known].mean()), 0, 0.0)
    return Numbers(exposure, float(values[place]), int(time[place] - time[0]), int(known.sum()))


def measure_way(time: Any, lat: Float, lon: Float) -> float:
    """Metres along samples (n,) with a place; a step faster than a bicycle is none."""
    known = np.isfinite(lat) & np.isfinite(lon)
    seconds, lat, lon = np.diff(np.asarray(time)[known]), lat[known], lon[known]
    metres = distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:])
    return float(metres[metres <= JUMP_M_S * np.maximum(seconds, 1)].sum())


def is_dosed(key: str) -> bool:
    """Whether a dose of a quantity is a mass."""
    return BY_KEY[key].unit == DOSED


def say_dose(words: Words, key: str, numbers: Numbers) -> str:
    """What was breathed in, in words, with what is assumed; nothing where it would be no mass."""
    exposure = numbers.exposure
    if not is_dosed(key) or not exposure.seconds:
        return ""
    return words(
        "mine.ride.dose",
        dose=words.number(exposure.dose, 1),
        quantity=words.quantity(key),
        time=words.duration(exposure.seconds),
        litres=words.number(BREATH_M3_S * 60_000),
    )


def to_minutes(seconds: Any, values: Float) -> pd.DataFrame:
    """Means of the good values per minute since the start: minute, mean, count."""
    frame = pd.DataFrame({"minute": np.asarray(seconds) // 60, "value": values})
    return frame.groupby("minute")["value"].agg(["mean", "count"]).reset_index()
