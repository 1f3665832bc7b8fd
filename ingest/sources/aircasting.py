"""AirCasting: a session of an AirBeam, as the platform exports it.

Eight lines before the header name the device, the sensor and the unit of each column of values. A
row holds the values of one instant, mostly one of them: rows of one second are joined.

- temperature comes in degrees Fahrenheit or Celsius, told by its unit;
- times are those of the phone, without a zone: the caller tells it;
- the name of the session, which says where somebody left from, is not read.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from lokaalmeten.errors import FormatError

from .columns import Refusals
from .local_time import read_zone, to_utc
from .source import Device, Part, Source
from .table import Chunk, Form, read_table
from .text import Text
from .values import Column, join_seconds, read_values, refuse_silent, take, to_samples

FORM = Form(
    "an AirCasting session",
    ("ObjectID", "Timestamp", "Latitude", "Longitude", "1:Measurement_Value"),
    also=None,
    preamble=8,
    joined=True,
    separators=(",",),
)
PACKAGE, SENSOR, UNIT = 1, 3, 7  # lines of the preamble, from 0
KEYS = {"PM1": "pm1", "PM2.5": "pm25", "PM10": "pm10", "RH": "humidity"}
KEYS |= {"F": "temperature", "C": "temperature"}
UNITS = {  # factor and offset to our unit
    "degrees Fahrenheit": (5 / 9, -32 * 5 / 9),
    "degrees Celsius": (1, 0),
    "degree celsius": (1, 0),
    "micrograms per cubic meter": (1, 0),
    "percent": (1, 0),
}


def read(text: Text, start: int, now: int, *, zone: str) -> Iterator[Part]:
    """Yield the samples of a session from line ``start`` on; its clock was in ``zone``."""
    for chunk in read_table(text, FORM, start):
        yield to_part(chunk, now, zone)


def to_part(chunk: Chunk, now: int, zone: str) -> Part:
    """Convert one chunk to our steps and join the rows of one second."""
    refusals, place = Refusals(len(chunk)), read_zone(zone)
    values = read_values(chunk, find_columns(chunk.layout.preamble), refusals)
    local, wrong = chunk.seconds("Timestamp")
    none = np.zeros(len(chunk), np.int32)
    seconds = to_utc(local, none, place, refusals, ~wrong)
    refusals.refuse_times(seconds, wrong, "Timestamp", now)
    positions = {name: chunk.numbers(name, refusals) for name in ("Latitude", "Longitude")}
    refuse_silent(values, refusals)
    good = refusals.good
    taken = take(values | positions, good)
    node, moments, joined = join_seconds(none[good], seconds[good], taken)
    lat, lon = joined.pop("Latitude"), joined.pop("Longitude")
    return Part(
        chunk.next_line,
        chunk.read,
        chunk.list_bad(refusals),
        to_samples(node, moments, joined, lat, lon),
        [find_device(chunk.layout.preamble)],
        joined=int(good.sum()) - len(moments),
    )


def find_columns(preamble: Sequence[str]) -> dict[str, Column]:
    """The column of each quantity; one in a unit that we do not know is not read."""
    sensors, units = (preamble[line].split(",")[5:] for line in (SENSOR, UNIT))
    columns = {}
    for number, (sensor, unit) in enumerate(zip(sensors, units, strict=False), 1):
        key = KEYS.get(sensor.strip().rpartition("-")[2])
        if key and unit.strip() in UNITS:
            columns[key] = Column(f"{number}:Measurement_Value", *UNITS[unit.strip()])
    if not columns:
        raise FormatError(
            "an AirCasting session without a quantity that we keep;"
            f" it has: {', '.join(filter(None, sensors))}"
        )
    return columns


def find_device(preamble: Sequence[str]) -> Device:
    """The AirBeam of a session; FormatError when there are more."""
    packages = sorted({name.strip() for name in preamble[PACKAGE].split(",")[5:]} - {""})
    if len(packages) != 1:
        raise FormatError(f"an AirCasting session of {len(packages)} devices; export one by one")
    model, _, _ = packages[0].partition(":")
    return Device(f"aircasting:{packages[0]}", "bike", model)


def looks_like(head: str) -> bool:
    """Tell whether a file begins as a session does."""
    return "Sensor_Package_Name" in head.partition("\n")[0]


SOURCE = Source(
    "aircasting",
    FORM.kind,
    "Timestamp is the moment of the value by the clock of the phone: say its --zone",
    looks_like,
    read,
    fills=True,
    asks=("zone",),
)
