"""A field of correction factors for every hour, in the manner of RIVM's Samen Meten.

Dust hardly differs between the districts of a town. So a group of like sensors around an official
station, beside what the station says, tells by how much all sensors there are off in that hour,
whatever the fog does to them (RIVM, "Kalibratie van fijnstofsensoren").

1. around each station take the median of the sensors, hour by hour
2. the ratio of station to group: of the whole period, then of the hours around, then of the hour;
   each is drawn towards the one before it, the more so the less dust there was to compare
3. draw it towards 1 where the group is small
4. between the stations interpolate by distance
5. cut to what a sensor can be off
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.geo import distance_m

from .holdout import Floats, Gain, measure_gain

REACH_M = 20_000  # of a group; RIVM takes a town and what lies around it
NEAR_M = 5_000  # stations nearer than this count alike: an hour's field has no finer detail
SMALLEST = 1  # sensors; of so few half of the ratio is believed
LOW, HIGH = 0.4, 2.6  # what RIVM's own factors stay within in 69,000 sensor-hours
# How the hours around fade, h, and how much dust, ug/m3, weighs as much as what is drawn towards:
# an hour of one station is unsure by 2-3 ug/m3. Chosen on the first week of RIVM's own example.
AROUND_H, AROUND_DUST = 3.0, 40.0
HOUR_H, HOUR_DUST = 1.5, 10.0
REACH_OF_FADING = 4  # times the fading: e^-4 is nothing


@dataclass(frozen=True)
class Places:
    """Where n sensors or stations stand, degrees (WGS84)."""

    lat: Floats  # (n,)
    lon: Floats  # (n,)


@dataclass(frozen=True)
class Field:
    """Factors of h hours at s stations, with which every place has one."""

    factors: Floats  # (h, s), never NaN
    stations: Places

    def at(self, places: Places) -> Floats:
        """Factors (h, n) of places."""
        return self.factors @ weigh_stations(places, self.stations).T


def to_field(official: Floats, stations: Places, raw: Floats, sensors: Places) -> Field:
    """Field of h hours that follow each other from what stations (h, s) and sensors (h, n) say.

    In one unit; NaN where missing. An hour in which nothing is known has the ratio of those around.
    """
    groups, count = to_groups(raw, sensors, stations)
    ratios = to_ratios(official, groups)
    believed = count / (count + SMALLEST)
    return Field(np.clip(1 + believed * (ratios - 1), LOW, HIGH), stations)


def to_groups(raw: Floats, sensors: Places, stations: Places) -> tuple[Floats, Floats]:
    """Median (h, s) of the sensors around each station, or NaN; their mean number (s,)."""
    near = measure(stations, sensors) <= REACH_M
    groups = np.full((len(raw), len(near)), np.nan)
    for station, inside in enumerate(near):
        known = np.isfinite(raw[:, inside])
        there = known.any(axis=1)
        groups[there, station] = np.nanmedian(raw[there][:, inside], axis=1)
    there = np.isfinite(groups)
    count = np.isfinite(raw).astype(float) @ near.T.astype(float)
    return groups, np.where(there, count, 0).sum(axis=0) / np.maximum(there.sum(axis=0), 1)


def to_ratios(official: Floats, groups: Floats) -> Floats:
    """Ratios (h, s) of stations to their groups, without noise that an hour of little dust has."""
    known = np.isfinite(official) & np.isfinite(groups) & (groups > 0)
    if not known.any():
        return np.ones(official.shape)
    whole = np.median(official[known] / groups[known])
    ratios = np.full(official.shape, max(whole, 0.0))
    parts = [np.where(known, values, 0.0) for values in (official, groups)]
    for fading_h, dust in ((AROUND_H, AROUND_DUST), (HOUR_H, HOUR_DUST)):
        weight = fade(known.astype(float), fading_h)
        with np.errstate(invalid="ignore"):
            above, below = (np.nan_to_num(fade(part, fading_h) / weight) for part in parts)
        ratios = (np.maximum(above, 0) + dust * ratios) / (below + dust)
    return ratios


def fade(values: Floats, fading_h: float) -> Floats:
    """Sum (h, s) over the hours around with weights that fall to 1/e in ``fading_h`` hours."""
    total = values.copy()
    for step in range(1, min(len(values), int(REACH_OF_FADING * fading_h) + 1)):
        weight = np.exp(-step / fading_h)
        total[step:] += weight * values[:-step]
        total[:-step] += weight * values[step:]
    return total


def weigh_stations(places: Places, stations: Places) -> Floats:
    """Weights (n, s) of stations at places by inverse squared distance; each row is 1 together."""
    weights = 1 / (measure(places, stations) ** 2 + NEAR_M**2)
    return weights / weights.sum(axis=1, keepdims=True)


def measure(here: Places, there: Places) -> Floats:
    """Distances (n, m), metres."""
    return distance_m(here.lat[:, None], here.lon[:, None], there.lat, there.lon)


def measure_field(official: Floats, stations: Places, raw: Floats, sensors: Places) -> Gain:
    """Error at each station of the group around it, corrected by a field without that station.

    Every hour of a station is held out with it, so that no hour beside it tells the answer.
    """
    groups, _ = to_groups(raw, sensors, stations)
    corrected = np.full(official.shape, np.nan)
    for station in range(official.shape[1]):
        others = np.arange(official.shape[1]) != station
        if not others.any():
            break
        field = to_field(official[:, others], take(stations, others), raw, sensors)
        here = take(stations, ~others)
        corrected[:, station] = groups[:, station] * field.at(here)[:, 0]
    return measure_gain(official.ravel(), groups.ravel(), corrected.ravel())


def take(places: Places, which: NDArray[np.bool_]) -> Places:
    """Places by mask."""
    return Places(places.lat[which], places.lon[which])
