"""The older processed files of the Snuffelfiets: one row a sample, in physical units.

Units and traps:

- particulate matter is ug/m3, temperature Cel, accuracies are mm;
- pressure is hPa or Pa: told apart by size;
- voltage is V where it is below 6, the packed (V - 3.00) x 100 of the device from 30 on, and
  between them 3 + packed / 10, ten times too much above 3, as a tool of users writes it;
- ``error_code`` is the bit field of the raw table.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from .columns import Numbers, Refusals, to_counts, to_groups
from .snuffelfiets import BITS, MODEL, PASCAL_FROM
from .source import Device, Part, Source
from .table import Chunk, Form, read_table
from .text import Text
from .values import Column, read_values, refuse_silent, take, to_samples

COLUMNS = {
    "pm1": Column("pm1_0"),
    "pm25": Column("pm2_5"),
    "pm10": Column("pm10"),
    "temperature": Column("temperature"),
    "humidity": Column("humidity"),
    "pressure": Column("pressure"),
    "gas_resistance": Column("voc"),
    "battery": Column("voltage"),
    "shock": Column("acc_max"),
}
NEEDED = ("sensor", "recording_time", "lat", "lon", "pm2_5")
BESIDE = ("error_code", "horizontal_accuracy", "vertical_accuracy")
FORM = Form(
    "a processed file of the Snuffelfiets",
    NEEDED,
    also=[*BESIDE, *(column.name for column in COLUMNS.values())],
)
VOLTS_BELOW, PACKED_FROM = 6, 30


def read(text: Text, start: int, now: int) -> Iterator[Part]:
    """Yield the rows of a file from line ``start`` on."""
    for chunk in read_table(text, FORM, start):
        yield to_part(chunk, now)


def to_part(chunk: Chunk, now: int) -> Part:
    """Convert one chunk to our steps; a row with an unreadable cell or clock is refused whole."""
    refusals = Refusals(len(chunk))
    seconds, wrong = chunk.seconds("recording_time")
    refusals.refuse_times(seconds, wrong, "recording_time", now)
    values = read_values(chunk, COLUMNS, refusals)
    if "pressure" in values:
        values["pressure"] = to_pascal(values["pressure"])
    if "battery" in values:
        values["battery"] = to_volts(values["battery"])
    lat, lon = (chunk.numbers(axis, refusals) for axis in ("lat", "lon"))
    bits, horizontal, vertical = (chunk.numbers(name, refusals) for name in BESIDE)
    node, names = to_groups(chunk.text("sensor"))
    refusals.refuse(np.array([not name for name in names], np.bool_)[node], "sensor is empty")
    refuse_silent(values, refusals)
    good = refusals.good
    codes = np.nan_to_num(bits[good]).astype(np.int32)
    rows = to_samples(
        node[good], seconds[good], take(values, good), lat[good], lon[good], bits=codes
    )
    accuracies = {"horizontal": to_counts(horizontal[good], 1)}
    accuracies["vertical"] = to_counts(vertical[good], 1)
    devices = [Device(f"snuffelfiets:{name}", "bike", MODEL) for name in names]
    bad = chunk.list_bad(refusals)
    return Part(chunk.next_line, chunk.read, bad, replace(rows, **accuracies), devices)


def to_pascal(pressure: Numbers) -> Numbers:
    """Pressure (n,) in Pa, of hPa or Pa."""
    return np.where(pressure < PASCAL_FROM, pressure * 100, pressure)


def to_volts(voltage: Numbers) -> Numbers:
    """Voltage (n,) in V, of any of the three ways in which it is written."""
    packed = np.where(voltage < PACKED_FROM, (voltage - 3) * 10, voltage)
    return np.where(voltage < VOLTS_BELOW, voltage, 3 + packed / 100)


def looks_like(head: str) -> bool:
    """Tell whether a file begins as a processed one does."""
    header = head.partition("\n")[0]
    return "recording_time" in header and "pm2_5" in header and "entity_id" not in header


SOURCE = Source(
    "snuffelfiets-processed",
    FORM.kind,
    "recording_time is the moment of the sample, without a mark and taken for UTC",
    looks_like,
    read,
    bits=BITS,
)
