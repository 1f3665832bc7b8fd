"""openSenseMap: the CSV of its API and exports, one row a value.

``boxes/data`` gives the columns that are asked for: these files need createdAt, value, boxId and
phenomenon, and take unit, lat, lon and exposure. Values of one box and second are one sample. A
phenomenon is named as the owner of the box likes: the names below are known, others are refused and
counted. Boxes with exposure ``mobile`` move.
"""

from collections.abc import Iterator

import numpy as np

from lokaalmeten.observations import Int32

from .columns import Numbers, Refusals, to_groups
from .source import Device, Part, Source
from .table import Chunk, Form, read_table
from .text import Text
from .values import Values, join_seconds, to_samples

FORM = Form(
    "an openSenseMap CSV",
    ("createdAt", "value", "boxId", "phenomenon"),
    also=("unit", "lat", "lon", "exposure", "boxName"),
)
NAMES = {
    "pm1": ("PM1", "PM01", "PM1.0"),
    "pm25": ("PM2.5", "PM25", "PM2,5"),
    "pm4": ("PM4", "PM4.0"),
    "pm10": ("PM10", "PM10.0"),
    "temperature": ("Temperatur", "Temperature", "Temperatuur", "Lufttemperatur"),
    "humidity": (
        "rel. Luftfeuchte", "rel. Luftfeuchtigkeit", "Luftfeuchtigkeit", "Luftfeuchte",
        "relative Luftfeuchtigkeit", "Humidity", "Relative Humidity", "rel. Humidity",
        "Luchtvochtigheid",
    ),
    "pressure": ("Luftdruck", "Pressure", "Air pressure", "Atm. Luftdruck", "Luchtdruk"),
    "co2": ("CO2", "CO₂"),
}  # fmt: skip
KEYS = {name.casefold(): key for key, names in NAMES.items() for name in names}
UNITS = {
    "pressure": {"Pa": 1.0, "hPa": 100.0, "mbar": 100.0, "kPa": 1000.0},
    "temperature": {"°C": 1.0, "C": 1.0},
}  # of other quantities there is one unit


def read(text: Text, start: int, now: int) -> Iterator[Part]:
    """Yield the samples of a file from line ``start`` on."""
    for chunk in read_table(text, FORM, start):
        yield to_part(chunk, now)


def to_part(chunk: Chunk, now: int) -> Part:
    """Convert one chunk to our steps and join the values of one box and second."""
    refusals = Refusals(len(chunk))
    seconds, wrong = chunk.seconds("createdAt")
    refusals.refuse_times(seconds, wrong, "createdAt", now)
    number = chunk.numbers("value", refusals)
    refusals.refuse(np.isnan(number), "no value")
    columns = spread(chunk, number, refusals)
    columns |= {axis: chunk.numbers(axis, refusals) for axis in ("lat", "lon")}
    box, devices = find_boxes(chunk)
    refusals.refuse(np.array([not one.hardware for one in devices], np.bool_)[box], "no boxId")
    good = refusals.good
    taken = {name: column[good] for name, column in columns.items()}
    node, moments, joined = join_seconds(box[good], seconds[good], taken)
    lat, lon = joined.pop("lat"), joined.pop("lon")
    moving = np.array([one.kind == "bike" for one in devices], np.bool_)[node]
    away = np.full(len(node), np.nan)
    places = (np.where(moving, axis, away) for axis in (lat, lon))
    return Part(
        chunk.next_line,
        chunk.read,
        chunk.list_bad(refusals),
        to_samples(node, moments, joined, *places),
        devices,
        joined=int(good.sum()) - len(moments),
    )


def spread(chunk: Chunk, number: Numbers, refusals: Refusals) -> Values:
    """A column for each quantity, from one column of values and one that names them."""
    which, names = to_groups(chunk.text("phenomenon"))
    keys = [KEYS.get(name.casefold(), "") for name in names]
    unit, units = to_groups(chunk.text("unit"))
    columns: Values = {}
    for place, key in enumerate(keys):
        own = which == place
        if not key:
            refusals.refuse(own, f"{names[place] or 'nothing'} is no quantity that we keep")
            continue
        factor = np.array([to_factor(key, name) for name in units])[unit]
        refusals.refuse(own & np.isnan(factor), f"{names[place]} in a unit that we do not know")
        known = columns.setdefault(key, np.full(len(chunk), np.nan))
        columns[key] = np.where(own, number * factor, known)
    return columns or {"pm25": np.full(len(chunk), np.nan)}


def to_factor(key: str, unit: str) -> float:
    """What a value in a unit is multiplied by, NaN when the unit is not known."""
    known = UNITS.get(key)
    if known is None:
        return 1.0
    return known.get(unit, np.nan if unit or key == "pressure" else 1.0)


def find_boxes(chunk: Chunk) -> tuple[Int32, list[Device]]:
    """Index (n,) of each row into the boxes of a chunk, and what is known of those."""
    box, names = to_groups(chunk.text("boxId"))
    _, first = np.unique(box, return_index=True)
    lat, lon = (chunk.numbers(axis) for axis in ("lat", "lon"))
    devices = []
    for name, row in zip(names, first.tolist(), strict=True):
        moving = chunk.text("exposure")[row].as_py() == "mobile"
        fixed = not moving and np.isfinite(lat[row]) and abs(lat[row]) <= 90
        place = (float(lat[row]), float(lon[row])) if fixed and np.isfinite(lon[row]) else ()
        label = chunk.text("boxName")[row].as_py() or ""
        hardware = f"opensensemap:{name}" if name else ""
        kind = "bike" if moving else "box"
        devices.append(Device(hardware, kind, "senseBox", "" if moving else label, *place))
    return box, devices


def looks_like(head: str) -> bool:
    """Tell whether a file begins as an export does."""
    header = head.partition("\n")[0]
    return "createdAt" in header and "value" in header


SOURCE = Source(
    "opensensemap",
    FORM.kind,
    "createdAt is the moment of the value, in UTC",
    looks_like,
    read,
    fills=True,
)
