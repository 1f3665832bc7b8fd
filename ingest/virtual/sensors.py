"""What the sensors of a node make of the truth: every unit has its own bias and its own noise.

Values are physical, in the units of ``lokaalmeten.quantities``, one per sample. ``key`` names a
stream of noise of this unit (see noise.py).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from .city import to_degrees
from .field import Truth
from .local import DAY, HOUR
from .noise import normal, uniform, wave

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Key = Callable[[str], int]

PM = ("pm1", "pm25", "pm4", "pm10")
PM_GAIN = 0.09  # standard deviation between units: SPS30 datasheet, +-10 % or better
UNIT = -1  # the counter at which a unit's bias is drawn


def sense(key: Key, truth: Truth, time: Int, volt: float) -> dict[str, Float]:
    """Air, climate, sound and supply, as a box or bike measures them."""
    warm, gas, loud = (normal(key(name), UNIT) for name in ("climate", "gas", "sound"))
    humidity = truth.humidity - 1.2 * warm + 0.4 * normal(key("humidity"), time)
    laeq = truth.sound_laeq + 0.5 * loud + 1.2 * normal(key("sound"), time)
    return {
        **sense_particles(key, truth, time),
        "temperature": truth.temperature + 0.3 * warm + 0.08 * normal(key("climate"), time),
        "humidity": np.clip(humidity, 0, 100),
        "pressure": truth.pressure + 40 * warm + 6 * normal(key("pressure"), time),
        "voc_raw": truth.voc_raw + 250 * gas + 25 * normal(key("voc"), time),
        "nox_raw": truth.nox_raw + 90 * gas + 18 * normal(key("nox"), time),
        "co2": truth.co2 + 6 * gas + 4 * normal(key("co2"), time),
        "sound_laeq": laeq,
        "sound_lamax": laeq + 7 + 2.5 * np.abs(normal(key("peak"), time)),
        "battery": volt + 0.03 * wave(key("battery"), time, 2 * DAY),
    }


def sense_particles(key: Key, truth: Truth, time: Int) -> dict[str, Float]:
    """PM1 to PM10: noise on the mass of each size class, so that the sums stay in order."""
    sums = np.stack([np.broadcast_to(getattr(truth, name), time.shape) for name in PM])
    classes = np.diff(sums, axis=0, prepend=0)
    noise = 1 + 0.06 * np.stack([normal(key(name), time) for name in PM])
    gain = np.exp(PM_GAIN * normal(key("pm"), UNIT))
    sensed = np.cumsum(gain * classes * noise, axis=0)
    return dict(zip(PM, sensed, strict=True))


def count_people(key: Key, truth: Truth, time: Int, interval_s: int) -> dict[str, Float]:
    """People in and out since the last sample (Poisson, by its normal approximation)."""
    inwards = 0.5 + 0.15 * np.cos(2 * np.pi * (time - 9 * HOUR) / DAY)  # more before noon
    counts = {}
    for name, share in (("count_in", inwards), ("count_out", 1 - inwards)):
        mean = truth.people * share * interval_s / 60
        rounding = uniform(key(name + " rounding"), time)
        people = np.floor(mean + np.sqrt(mean) * normal(key(name), time) + rounding)
        counts[name] = np.maximum(people, 0)
    return {**counts, "battery": 3.9 + 0.05 * wave(key("battery"), time, 2 * DAY)}


def find_place(key: Key, time: Int, x: Float, y: Float) -> dict[str, Float]:
    """Receiver's ``lat`` and ``lon`` in degrees, ``accuracy`` in cm: metres off, wandering."""
    east = x + 2.2 * wave(key("east"), time, 90) + 0.6 * normal(key("east jump"), time)
    north = y + 2.2 * wave(key("north"), time, 90) + 0.6 * normal(key("north jump"), time)
    accuracy = 280 + 90 * wave(key("sky"), time, 120) + 20 * normal(key("sky jump"), time)
    lat, lon = to_degrees(east, north)
    return {"lat": lat, "lon": lon, "accuracy": np.maximum(accuracy, 120)}
