"""The Snuffelfiets of the province of Utrecht: the raw CKAN table of its bike units.

Units and traps as the maker's firmware and 5,704 real rows show them:

- particulate matter is 0.01 ug/m3 from firmware 2 on and whole ug/m3 in firmware 1;
- temperature is 0.1 Cel, voltage is (V - 3.00) x 100, accuracies are mm;
- pressure is hPa in the table, Pa from the first firmware: told apart by size;
- 0,0 is no position, and a row with "no fix" may still carry an old one;
- ``error_code`` is a bit field: 2080 is 2048 and 32, so it is masked and never compared;
- ``no2`` is always 0 (the sensor was removed) and is not read;
- ``entity_id`` is the modem's IMEI, a lasting name of one cyclist: kept in private only.

Times are UTC without a mark; a sample is a moment, not a period.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lokaalmeten.geo import PER_DEGREE, to_cells
from lokaalmeten.observations import MISSING, Observations, to_observations
from lokaalmeten.quality import Flag

from ..checks import CLIMATE, PM, DeviceBits
from ..decode import DAY_S, EARLIEST
from .table import BadLine, Chunk, saturate, to_counts, to_numbers, to_seconds

KIND = "the Snuffelfiets CKAN table"
MODEL = "Snuffelfiets"
TIME_CONVENTION = "recording_timestamp is the moment of the sample in UTC"
NUMBERS = (
    "acc_max", "error_code", "horizontal_accuracy", "humidity", "latitude", "longitude",
    "pm1_0", "pm2_5", "pm10", "pressure", "temperature", "version_major", "vertical_accuracy",
    "voc", "voltage",
)  # fmt: skip
COLUMNS = ("entity_id", "recording_timestamp", *NUMBERS)
KEYS = (
    "pm1", "pm25", "pm10", "temperature", "humidity", "pressure",
    "gas_resistance", "battery", "shock",
)  # fmt: skip
PASCAL_FROM = 2000  # no air pressure is as high in hPa or as low in Pa

# error_code, as the users' own tools list it
BITS = DeviceBits(
    (
        (1, ("shock",), Flag.FAIL),  # accelerometer not found
        (4 | 8, (*CLIMATE, "gas_resistance"), Flag.FAIL),  # BME not found, failed to start reading
        (512 | 1024, PM, Flag.FAIL),  # PM sensor not found, not started
        (2048 | 4096, PM, Flag.SUSPECT),  # read failed, accuracy uncertain: values look plausible
    ),
    no_fix=16 | 32,
    warms_up=True,
)


@dataclass(frozen=True)
class Rows:
    """Rows of one chunk that could be read, and those that could not."""

    observations: Observations  # node is an index into ``devices``
    devices: list[str]
    lines: NDArray[np.int64]  # (n,) line numbers of the observations
    bad: list[BadLine]


def to_rows(chunk: Chunk, now: int) -> Rows:
    """Convert one chunk to our steps; a row with an unreadable cell or clock is refused whole."""
    frame: Any = chunk.frame
    numbers: dict[str, NDArray[np.float64]] = {}
    reason = np.full(len(frame), "", object)
    for name in NUMBERS:
        numbers[name], wrong = to_numbers(frame[name])
        reason[wrong & (reason == "")] = f"{name} is not a number"
    seconds, wrong = to_seconds(frame["recording_timestamp"])
    reason[wrong] = "recording_timestamp is not a time"
    reason[~wrong & (seconds < EARLIEST)] = "time before 2018: the clock was not set"
    reason[~wrong & (seconds > now + DAY_S)] = "time in the future"
    reason[(frame["entity_id"].str.strip() == "").to_numpy(np.bool_)] = "entity_id is empty"
    good = reason == ""
    bad = [
        (int(chunk.lines[row]), str(reason[row]), ",".join(frame.iloc[row]))
        for row in np.flatnonzero(~good)
    ]
    numbers = {name: values[good] for name, values in numbers.items()}
    index, devices = pd.factorize(frame["entity_id"][good].str.strip())
    rows = _to_columns(index.astype(np.int32), seconds[good], numbers)
    return Rows(rows, list(devices), chunk.lines[good], sorted(chunk.bad + bad))


def _to_columns(
    node: NDArray[np.int32], seconds: NDArray[np.int64], of: dict[str, NDArray[np.float64]]
) -> Observations:
    """Put the columns into our steps (see ``quantities.py``)."""
    pm_per = np.where(of["version_major"] >= 2, 1, 100)
    pa_per = np.where(of["pressure"] < PASCAL_FROM, 100, 1)
    counts = saturate(
        KEYS,
        [
            to_counts(of["pm1_0"] * pm_per, 1),
            to_counts(of["pm2_5"] * pm_per, 1),
            to_counts(of["pm10"] * pm_per, 1),
            to_counts(of["temperature"], 10),
            to_counts(of["humidity"], 100),
            to_counts(of["pressure"] * pa_per, 1),
            to_counts(of["voc"], 1),
            to_counts(3000 + of["voltage"] * 10, 1),
            to_counts(of["acc_max"], 1),
        ],
    )
    lat, lon = to_counts(of["latitude"], PER_DEGREE), to_counts(of["longitude"], PER_DEGREE)
    nowhere = (lat == 0) & (lon == 0)
    lat, lon = np.where(nowhere, MISSING, lat), np.where(nowhere, MISSING, lon)
    return to_observations(
        node,
        seconds,
        KEYS,
        counts,
        lat=lat,
        lon=lon,
        horizontal=to_counts(of["horizontal_accuracy"], 1),
        vertical=to_counts(of["vertical_accuracy"], 1),
        bits=np.nan_to_num(of["error_code"]).astype(np.int32),
        cell=to_cells(lat, lon),
    )
