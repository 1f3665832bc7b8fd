"""The one table of what the checks compare with: value, unit, flag and where the number comes from.

The spans that a sensor can report, beyond which every value fails, are in
``lokaalmeten/quantities.py``; all else that a check needs to know is here, and in `docs/checks.md`.
"""

from typing import NamedTuple

from lokaalmeten.quality import Flag

PM = ("pm1", "pm25", "pm4", "pm10")
CLIMATE = ("temperature", "humidity", "pressure")
SOUND = ("sound_laeq", "sound_lamax")


class Threshold(NamedTuple):
    """One number, or a pair or list of them, that a check compares with."""

    key: str
    quantities: tuple[str, ...]  # keys of lokaalmeten.quantities; () = the sample or its place
    value: float | tuple[float, ...]
    unit: str  # UCUM
    flag: Flag  # of what is beyond it
    source: str


_S, _F = Flag.SUSPECT, Flag.FAIL
_UTRECHT = "95 boxes of Utrecht, January - June 2023"
_BIKES = "5,704 samples of Utrecht bikes, 2024"

# A table is read by column:
# fmt: off
THRESHOLDS = (
    Threshold("sentinel", (*PM, *CLIMATE, "no2", *SOUND), (-1000, -999, 655.33, 655.35, 65533, 65535), "1", _F, "all bits set, or all but one, also divided by 100; " + _UTRECHT),
    Threshold("range", ("pm25",), (0, 150), "ug/m3", _S, "RIVM criterion for bikes (Kiss 2021); of boxes only where no neighbours confirm it"),
    Threshold("range", ("no2",), (-10, 400), "ug/m3", _S, "twice the hourly limit value; reference analysers report small negatives"),
    Threshold("range", ("temperature",), (-20, 45), "Cel", _S, "start value: wider than years of Dutch weather"),
    Threshold("range", ("humidity",), (0, 99.49), "%", _S, "a sensor at its end: outdoor DHT22 read 99 or more in 66 % of hours (Aberdeen)"),
    Threshold("range", ("pressure",), (93000, 106000), "Pa", _S, "start value: wider than years of Dutch weather"),
    Threshold("flat_samples", (*PM, "no2"), 50, "1", _S, "equal values one after the other, at most pause apart"),
    Threshold("flat_hours", (*PM, "no2", "temperature", "humidity", "co2", "sound_laeq"), 6, "h", _S, "equal values for so long"),
    Threshold("zero_hours", PM, 24, "h", _F, "a broken sensor: two of " + _UTRECHT),
    Threshold("spike_window", PM, 7, "1", _S, "samples or hours of a rolling median"),
    Threshold("spike_mad", PM, 6, "1", _S, "times 1.4826 times the median absolute deviation, as openSenseMap does"),
    Threshold("spike_floor", PM, 15, "ug/m3", _S, "three times the accuracy of an SPS30, 5 ug/m3 (datasheet)"),
    Threshold("rate", ("pm25",), 10, "ug/m3/s", _S, "100 ug/m3 in 10 s on a bike"),
    Threshold("rate_pause", ("pm25",), 60, "s", _S, "samples further apart have no rate"),
    Threshold("pause", (), 300, "s", _S, "samples further apart are no series: airRohr sends each 145 s"),
    Threshold("neighbour_m", (*PM, "no2"), 5000, "m", _S, "RIVM: particulate matter is much the same over a district"),
    Threshold("neighbours", (*PM, "no2"), (3, 20), "1", _S, "fewest that are asked, and most: the nearest"),
    Threshold("neighbour_factor", (*PM, "no2"), 4, "1", _S, "times more or less than their median; RIVM: no factor 3 between districts"),
    Threshold("neighbour_floor", PM, 1, "ug/m3", _S, "less counts as this: factors of nothing say nothing"),
    Threshold("neighbour_floor", ("no2",), 10, "ug/m3", _S, "the same; NO2 sensors are off by about this"),
    Threshold("neighbour_hours", (*PM, "no2"), 6, "h", _S, "longer than a stove or a firework"),
    Threshold("persistent_share", (*PM, "no2"), 0.5, "1", _F, "of the hours of a week; sound ones reach 0.05, one that averages 142 ug/m3 0.4 to 1: " + _UTRECHT),
    Threshold("persistent_hours", (*PM, "no2"), 42, "h", _F, "fewest hours of a week, a quarter, that say so"),
    Threshold("run_gap", (), 6, "h", _S, "hours further apart are two runs; 1,013 of 4,344 are missing of " + _UTRECHT),
    Threshold("humid", PM, 95, "%", _S, "fog: RIVM calls even calibrated values unreliable; no formula is used above it"),
    Threshold("warm_up", PM, 30, "s", _S, "SPS30 datasheet: start-up 8-30 s; SODAQ firmware: 5 more measurements"),
    Threshold("sleep", (), 600, "s", _S, "a bike unit sleeps 10 min after its last motion (SODAQ firmware)"),
    Threshold("accuracy", (), 30_000, "mm", _S, "a street is not known any more; 12.6 % are beyond 20 m: " + _BIKES),
    Threshold("speed", (), 45 / 3.6, "m/s", _S, "45 km/h (Kiss 2021)"),
    Threshold("jump", (), (200, 12), "m, s", _S, "further in less: a receiver that jumps"),
    Threshold("clock", (), 60, "s", _S, "7.3 % run up to 24 s ahead: " + _BIKES),
)
# fmt: on


def find(key: str, quantity: str | None = None) -> Threshold:
    """The row of a key, of one quantity where that has several; KeyError when there is none.

    >>> find("flat_samples").value
    50
    """
    for row in THRESHOLDS:
        if row.key == key and (quantity is None or quantity in row.quantities):
            return row
    raise KeyError(f"no threshold {key!r} of {quantity or 'any quantity'}")


def number(key: str, quantity: str | None = None) -> float:
    """The value of a row that has one."""
    value = find(key, quantity).value
    assert not isinstance(value, tuple), key
    return value


def numbers(key: str, quantity: str | None = None) -> tuple[float, ...]:
    """The values of a row that has several."""
    value = find(key, quantity).value
    assert isinstance(value, tuple), key
    return value


RANGE = {key: numbers("range", key) for t in THRESHOLDS if t.key == "range" for key in t.quantities}
