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

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.geo import PER_DEGREE, to_cells
from lokaalmeten.observations import MISSING, Observations, to_observations
from lokaalmeten.quality import Flag

from ..checks import CLIMATE, PM, DeviceBits
from .columns import Refusals, saturate, to_counts, to_groups
from .source import Device, Part, Source
from .table import Chunk, Form, read_table
from .text import Text

KIND = "the Snuffelfiets CKAN table"
MODEL = "Snuffelfiets"
TIME = "recording_timestamp is the moment of the sample in UTC"
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


FORM = Form(KIND, COLUMNS)


def read(text: Text, start: int, now: int) -> Iterator[Part]:
    """Yield the rows of a table from line ``start`` on."""
    for chunk in read_table(text, FORM, start):
        yield to_part(chunk, now)


def to_part(chunk: Chunk, now: int) -> Part:
    """Convert one chunk to our steps; a row with an unreadable cell or clock is refused whole."""
    refusals = Refusals(len(chunk))
    numbers = {name: chunk.numbers(name, refusals) for name in NUMBERS}
    seconds, wrong = chunk.seconds("recording_timestamp")
    refusals.refuse_times(seconds, wrong, "recording_timestamp", now)
    node, names = to_groups(chunk.text("entity_id"))
    refusals.refuse(np.array([not name for name in names], np.bool_)[node], "entity_id is empty")
    good = refusals.good
    numbers = {name: values[good] for name, values in numbers.items()}
    return Part(
        chunk.next_line,
        chunk.read,
        chunk.list_bad(refusals),
        _to_columns(node[good], seconds[good], numbers),
        [Device(name, "bike", MODEL) for name in names],
    )


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


def looks_like(head: str) -> bool:
    """Tell whether a file begins as the CKAN table does."""
    header = head.partition("\n")[0]
    return "entity_id" in header and "recording_timestamp" in header


SOURCE = Source("snuffelfiets", KIND, TIME, looks_like, read, bits=BITS)
