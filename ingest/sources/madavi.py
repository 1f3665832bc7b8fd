"""madavi.de: what the boxes of sensor.community send there, one file a box and day.

All sensors of the box stand in one row. Headers of 2017 lack the two columns of the PMS that their
rows have: told by the number of fields. Pressure is Pa, temperature Cel. P1 and P2 without a
sensor before them are counts of the PPD42NS, no mass, and are not read.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow.compute as pc

from .columns import Refusals, to_seconds
from .sensor_community import EARLIEST
from .source import Device, Part, Source
from .table import Chunk, Form, read_table
from .text import Text
from .values import Column, Values, read_values, refuse_silent, take, to_samples

COLUMNS = {  # of more sensors the first that has a value
    "pm25": ("SDS_P2", "PMS_P2", "HPM_P2", "SPS30_P2"),
    "pm10": ("SDS_P1", "PMS_P1", "HPM_P1", "SPS30_P1"),
    "pm1": ("PMS_P0", "SPS30_P0"),
    "pm4": ("SPS30_P4",),
    "temperature": ("BME280_temperature", "BMP_temperature", "Temp"),
    "humidity": ("BME280_humidity", "Humidity"),
    "pressure": ("BME280_pressure", "BMP_pressure"),
}
HEADER_2017 = (
    "Time;durP1;ratioP1;P1;durP2;ratioP2;P2;SDS_P1;SDS_P2;PMS_P1;PMS_P2;Temp;Humidity;"
    "BMP_temperature;BMP_pressure;BME280_temperature;BME280_humidity;BME280_pressure;Samples;"
    "Min_cycle;Max_cycle;Signal"
)
FORM = Form(
    "a madavi.de file",
    ["Time"],
    some=[name for names in COLUMNS.values() for name in names],
    separators=(";",),
    wider=HEADER_2017.split(";"),
)
SLASHES = pc.ReplaceSubstringOptions("/", "-")
UNNAMED = "the name of the file does not say of which box it is (data-esp8266-...)"
NAME = re.compile(r"(esp8266|esp32|raspi)-[0-9a-zA-Z]+")


def read(text: Text, start: int, now: int) -> Iterator[Part]:
    """Yield the rows of a file, or of the files of a zip, from line ``start`` on."""
    for chunk in read_table(text, FORM, start):
        yield to_part(chunk, text.path, now)


def to_part(chunk: Chunk, path: Path, now: int) -> Part:
    """Convert one chunk; the box is named by the file."""
    refusals = Refusals(len(chunk))
    times = pc.call_function("replace_substring", [chunk.text("Time")], SLASHES)
    seconds, wrong = to_seconds(times)
    refusals.refuse_times(seconds, wrong, "Time", now, EARLIEST)
    values = read_first(chunk, refusals)
    refuse_silent(values, refusals)
    node, devices = find_boxes(chunk, path)
    refusals.refuse(np.array([not box.hardware for box in devices], np.bool_)[node], UNNAMED)
    good = refusals.good
    rows = to_samples(node[good], seconds[good], take(values, good))
    return Part(chunk.next_line, chunk.read, chunk.list_bad(refusals), rows, devices)


def read_first(chunk: Chunk, refusals: Refusals) -> Values:
    """Values of each quantity, of the first of its sensors that has one."""
    found: Values = {}
    for key, names in COLUMNS.items():
        for name in names:
            read_ = read_values(chunk, {key: Column(name)}, refusals)
            for values in read_.values():
                known = found.get(key, values)
                found[key] = np.where(np.isnan(known), values, known)
    return found


def find_boxes(chunk: Chunk, path: Path) -> tuple[np.ndarray, list[Device]]:
    """Index (n,) of each row into the boxes of a chunk, told by the names of the files."""
    names = [piece.member or path.name for piece in chunk.pieces]
    boxes = list(dict.fromkeys(names))
    begins = [piece.at for piece in chunk.pieces]
    piece = np.searchsorted(begins, chunk.at, side="right") - 1
    place = np.array([boxes.index(name) for name in names], np.int32)
    return place[piece], [to_device(name) for name in boxes]


def to_device(name: str) -> Device:
    """The box that a file is of; without hardware when its name does not say."""
    found = NAME.search(name)
    return Device(f"madavi:{found[0]}" if found else "", "box", label=found[0] if found else "")


def looks_like(head: str) -> bool:
    """Tell whether a file begins as those of madavi.de do."""
    return head.startswith("Time;") and "SDS_P1" in head.partition("\n")[0]


SOURCE = Source(
    "madavi",
    FORM.kind,
    "Time is the moment at which the server got the row, in UTC",
    looks_like,
    read,
    fills=True,
)
