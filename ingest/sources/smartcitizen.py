"""Smart Citizen kits: the files of their SD card and those of the platform.

On the card three lines follow the header: units, names and numbers of the sensors. The platform
repeats a clock of five seconds with nearly all cells empty, and has positions of kits that move.

- pressure is kPa, battery a percentage (not kept), noise dB(A) of a moment;
- eCO2 and VOC of the CCS811 are estimates of that sensor, no measured CO2, and not kept;
- GPS_FIX 0 is no fix, the position beside it an old one.

No column names the kit: the caller does.
"""

from collections.abc import Iterator

import numpy as np

from ..checks import DeviceBits
from .columns import Refusals
from .source import Device, Part, Source
from .table import Chunk, Form, read_table
from .text import Text
from .values import Column, read_values, refuse_silent, take, to_samples

NO_FIX = 1
COLUMNS = {
    "temperature": Column("TEMP"),
    "humidity": Column("HUM"),
    "sound_laeq": Column("NOISE_A"),
    "pressure": Column("PRESS", 1000),
    "pm1": Column("PM_1"),
    "pm25": Column("PM_25"),
    "pm10": Column("PM_10"),
    "co2": Column("SCD30_CO2"),
}
PLACE = ("GPS_LAT", "GPS_LONG", "GPS_FIX")
KIND = "a file of a Smart Citizen kit"
CARD, PLATFORM = (
    Form(KIND, ["TIME"], PLACE, [column.name for column in COLUMNS.values()], after=after)
    for after in (3, 0)
)


def read(text: Text, start: int, now: int, *, device: str) -> Iterator[Part]:
    """Yield the rows of a file of the kit ``device`` from line ``start`` on."""
    second = text.head.split("\n", 2)[1:2]
    form = CARD if second and second[0].startswith("ISO 8601") else PLATFORM
    for chunk in read_table(text, form, start):
        yield to_part(chunk, now, device)


def to_part(chunk: Chunk, now: int, device: str) -> Part:
    """Convert one chunk to our steps; a row with an unreadable cell or clock is refused whole."""
    refusals = Refusals(len(chunk))
    seconds, wrong = chunk.seconds("TIME")
    refusals.refuse_times(seconds, wrong, "TIME", now)
    values = read_values(chunk, COLUMNS, refusals)
    lat, lon, fix = (chunk.numbers(name, refusals) for name in PLACE)
    refuse_silent(values, refusals)
    good = refusals.good
    moving = chunk.has("GPS_LAT")
    place = (lat[good], lon[good]) if moving else (None, None)
    bits = np.where(fix[good] == 0, NO_FIX, 0).astype(np.int32)
    node = np.zeros(int(good.sum()), np.int32)
    rows = to_samples(node, seconds[good], take(values, good), *place, bits=bits)
    kit = Device(f"smartcitizen:{device}", "bike" if moving else "box", "Smart Citizen")
    return Part(chunk.next_line, chunk.read, chunk.list_bad(refusals), rows, [kit])


def looks_like(head: str) -> bool:
    """Tell whether a file begins as those of a kit do."""
    header = head.partition("\n")[0]
    return header.startswith("TIME,") and ("NOISE_A" in header or "BATT" in header)


SOURCE = Source(
    "smartcitizen",
    KIND,
    "TIME is the moment of the sample and says its zone",
    looks_like,
    read,
    bits=DeviceBits((), no_fix=NO_FIX),
    asks=("device",),
)
