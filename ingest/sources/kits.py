"""Hourly values of Samen Meten kits, from a table of hours to samples of nodes.

A kit is a node: its name in the network of RIVM is public, and so is its place, which the network
rounds. Particles, gas and climate of one kit come in files of their own and belong in one row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.observations import MISSING, Observations, to_observations

from .columns import saturate, to_steps
from .source import Device

HOUR_S = 3600
MODEL = "Samen Meten"

# How the network calls its quantities, and value in our unit = value there * factor
KEYS: Mapping[str, tuple[str, float]] = {
    "pm1": ("pm1", 1),
    "pm25": ("pm25", 1),
    "pm10": ("pm10", 1),
    "no2": ("no2", 1),
    "temp": ("temperature", 1),
    "rh": ("humidity", 1),
    "pres": ("pressure", 100),  # hPa
}
CALIBRATED = "_kal"  # what RIVM made of the raw value; never stored as if it were raw


@dataclass(frozen=True)
class Values:
    """n hourly values of kits, one a row."""

    node: NDArray[np.int32]  # (n,) index into the kits
    key: NDArray[np.int32]  # (n,) index into the keys
    time: NDArray[np.int64]  # (n,) start of the hour, Unix seconds
    value: NDArray[np.float64]  # (n,) in the unit of the quantity, none NaN


def to_device(name: str, lat: float | None = None, lon: float | None = None) -> Device:
    """A kit by its name; a place of 0, 0 is none."""
    if not lat or not lon or not (np.isfinite(lat) and np.isfinite(lon)):
        lat = lon = None
    return Device(f"samenmeten:{name}", "box", MODEL, name, lat, lon)


def to_rows(keys: Sequence[str], values: Values) -> Observations:
    """Samples of values: one row a kit and hour, with all its quantities side by side.

    A sentinel (65,535, -999) keeps its value as far as the column holds it; the checks fail it.
    """
    rows, place = np.unique(np.stack([values.node, values.time]), axis=1, return_inverse=True)
    counts = np.full((len(keys), rows.shape[1]), MISSING, np.int32)
    for index, key in enumerate(keys):
        mine = values.key == index
        counts[index, place.ravel()[mine]] = to_steps(values.value[mine], key)
    period = np.full(rows.shape[1], HOUR_S, np.int32)
    counts = saturate(keys, list(counts)) if len(keys) else counts
    return to_observations(rows[0].astype(np.int32), rows[1], keys, counts, period=period)
