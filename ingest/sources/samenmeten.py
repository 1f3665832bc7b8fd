"""Samen Meten, the network of citizens' sensors at RIVM: tables of hours and of places.

A table of hours has ``phenomenonTime`` and a column a kit; which quantity it holds stands in the
name of the file, such as ``pm25_2023.csv``. A table of places has ``name, lon, lat``.

``phenomenonTime`` is the END of the hour in UTC: against the official station beside them, kits
agree best when it is taken so, in winter (0.867) as in summer (0.680). Samples are stored at the
start of their hour with its length.
"""

import re
from collections.abc import Iterator
from pathlib import PurePath

import numpy as np

from lokaalmeten.errors import FormatError

from .columns import Refusals, to_groups
from .kits import HOUR_S, KEYS, Values, to_device, to_rows
from .official import list_bad, list_wrong, read_matrix
from .source import Part, Source
from .table import Chunk, Form, read_table
from .text import Text

TIME = "phenomenonTime"
KIND = "a table of Samen Meten"
HOURS = Form(KIND, (TIME,), also=None)
PLACES = Form(KIND, ("name", "lon", "lat"))
WORDS = re.compile(r"[a-z0-9]+")


def looks_like(head: str) -> bool:
    """Tell by the header."""
    line = head.partition("\n")[0].strip()
    return line.startswith(TIME) or is_places(line)


def is_places(line: str) -> bool:
    """Tell a table of places by its header."""
    return set(re.split(r"[,;]", line.strip())) == set(PLACES.needed)


def read(text: Text, start: int, now: int) -> Iterator[Part]:
    """Hours or places from line ``start`` on."""
    if is_places(text.head.partition("\n")[0]):
        for chunk in read_table(text, PLACES, start):
            yield to_places(chunk)
        return
    for chunk in read_table(text, HOURS, start):
        name = chunk.pieces[0].member or text.path.name
        yield to_hours(chunk, find_quantity(name, text), now)


def find_quantity(name: str, text: Text) -> str:
    """Name of the quantity of a table in the network, told by the name of its file."""
    for word in WORDS.findall(PurePath(name).stem.lower().replace("pm2.5", "pm25")):
        if word in KEYS:
            return word
    raise FormatError(
        f"{text.path}: which quantity it holds is not to be told from the name {name}: begin it"
        f" with one of {', '.join(KEYS)}, such as pm25_2023.csv"
    )


def to_hours(chunk: Chunk, quantity: str, now: int) -> Part:
    """Samples of one chunk: a column a kit. An empty cell is no row."""
    kits = [name for name in chunk.layout.wanted if name != TIME]
    refusals = Refusals(len(chunk))
    ends, wrong_time = chunk.seconds(TIME)
    refusals.refuse_times(ends - HOUR_S, wrong_time, TIME, now)
    values, wrong = read_matrix(chunk, kits, comma=chunk.layout.separator == ";")
    some = np.logical_or.reduce(np.isfinite(values) | wrong, axis=1)
    refusals.refuse(~some, "no values")
    good = refusals.good[:, None]
    row, column = np.nonzero(np.isfinite(values) & good)
    measured, node = np.unique(column, return_inverse=True)
    key, factor = KEYS[quantity]
    found = Values(
        node.astype(np.int32),
        np.zeros(len(row), np.int32),
        ends[row] - HOUR_S,
        values[row, column] * factor,
    )
    refused = [(int(chunk.at[at]), reason) for at, reason in refusals.list_all()]
    bad = list_bad(chunk, [*refused, *list_wrong(chunk, kits, wrong & good)])
    devices = [to_device(kits[at]) for at in measured]
    rows = to_rows([key], found)
    return Part(chunk.next_line, chunk.read, bad, rows, devices)


def to_places(chunk: Chunk) -> Part:
    """Kits and where they are; a row without a place is refused."""
    refusals = Refusals(len(chunk))
    lat, lon = (chunk.numbers(name, refusals) for name in ("lat", "lon"))
    refusals.refuse(~((np.abs(lat) <= 90) & (np.abs(lon) <= 180)), "the place is not on the earth")
    index, names = to_groups(chunk.text("name"))
    refusals.refuse(np.array([not names[at] for at in index], np.bool_), "name is empty")
    good = np.flatnonzero(refusals.good).tolist()
    devices = {
        names[index[row]]: to_device(names[index[row]], float(lat[row]), float(lon[row]))
        for row in good
    }
    bad = chunk.list_bad(refusals)
    return Part(chunk.next_line, chunk.read, bad, devices=[*devices.values()], listed=len(good))


SOURCE = Source(
    name="samenmeten",
    kind=KIND,
    time="phenomenonTime is the end of the hour in UTC",
    looks_like=looks_like,
    read=read,
    fills=True,
)
