"""Any other CSV, described by a small TOML file: see mapping.py for what it can say.

Wide (a column for each quantity) or long (a column that names the quantity and one of values, whose
rows of one device and second are joined); one device, or a column that names it; times in any zone.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from lokaalmeten.observations import Int32

from .columns import Mask, Numbers, Refusals, Seconds, to_groups, to_numbers
from .local_time import read_zone, to_utc
from .mapping import Mapping, read_mapping
from .source import Device, Part, Source
from .table import Chunk, Form, read_table
from .text import Text
from .values import Values, join_seconds, refuse_silent, take, to_samples

KIND = "a CSV as its mapping says"
COMMA = pc.ReplaceSubstringOptions(",", ".")
POINT = pc.MatchSubstringOptions(".")


def read(text: Text, start: int, now: int, *, mapping: Path) -> Iterator[Part]:
    """Yield the rows of a file from line ``start`` on, as the TOML file ``mapping`` says."""
    said = read_mapping(mapping)
    form = Form(
        f"a CSV as {mapping} says",
        [said.time, *said.texts],
        also=said.optional,
        some=said.some,
        preamble=said.preamble,
        separators=said.separators,
    )
    for chunk in read_table(text, form, start):
        yield to_part(chunk, said, now)


def to_part(chunk: Chunk, said: Mapping, now: int) -> Part:
    """Convert one chunk to our steps; a row with an unreadable cell or clock is refused whole."""
    refusals = Refusals(len(chunk))
    node, names = find_names(chunk, said)
    refusals.refuse(np.array([not name for name in names], np.bool_)[node], f"{said.node} is empty")
    seconds = read_times(chunk, said, node, refusals)
    refusals.refuse_times(seconds, np.zeros(len(chunk), np.bool_), said.time, now, said.earliest)
    values = read_long(chunk, said, refusals) if said.long else read_wide(chunk, said, refusals)
    refuse_silent(values, refusals)
    lat, lon = (read_column(chunk, name, said, refusals) for name in (said.lat, said.lon))
    devices = [
        to_device(said, name, lat[node == n], lon[node == n]) for n, name in enumerate(names)
    ]
    good, joined = refusals.good, 0
    rows = take(values | {"lat": lat, "lon": lon}, good)
    node, seconds = node[good], seconds[good]
    if said.long:
        before = len(node)
        node, seconds, rows = join_seconds(node, seconds, rows)
        joined = before - len(node)
    places = (rows.pop("lat"), rows.pop("lon"))
    moving = places if said.kind == "bike" else (None, None)
    samples = to_samples(node, seconds, rows, *moving, period_s=said.period)
    return Part(
        chunk.next_line, chunk.read, chunk.list_bad(refusals), samples, devices, joined=joined
    )


def find_names(chunk: Chunk, said: Mapping) -> tuple[Int32, list[str]]:
    """Index (n,) of each row into the names of devices."""
    if said.node:
        return to_groups(chunk.text(said.node))
    return np.zeros(len(chunk), np.int32), [said.device]


def to_device(said: Mapping, name: str, lat: Numbers, lon: Numbers) -> Device:
    """A device of this name, fixed where its first row with a position says."""
    hardware = f"{said.name}:{name}"
    there = np.flatnonzero(np.isfinite(lat) & np.isfinite(lon) & (np.abs(lat) <= 90))
    fixed = said.kind != "bike" and len(there) > 0
    place = (float(lat[there[0]]), float(lon[there[0]])) if fixed else ()
    return Device(hardware, said.kind, said.model, name if said.kind != "bike" else "", *place)


def read_times(chunk: Chunk, said: Mapping, node: Int32, refusals: Refusals) -> Seconds:
    """Unix seconds (n,) of the moment, or of the start of the span, of each row."""
    if said.time_format:
        found = pd.to_datetime(
            chunk.text(said.time).to_pandas(), format=said.time_format, errors="coerce", utc=True
        )
        wrong = np.asarray(found.isna(), np.bool_)
        shown = np.asarray(found.dt.as_unit("s").astype("int64"), np.int64)
    else:
        shown, wrong = chunk.seconds(said.time)
    refusals.refuse(wrong, f"{said.time} is not a time")
    zone = read_zone(said.zone)
    named = has_zone(chunk, said)
    seconds = shown if said.zone == "UTC" or named else to_utc(shown, node, zone, refusals, ~wrong)
    refused = ~refusals.good  # of them nothing is said twice
    return np.where(refused, said.earliest, seconds - (said.period if said.at_end else 0))


def has_zone(chunk: Chunk, said: Mapping) -> bool:
    """Tell whether the times say their zone: then that of the mapping is not used."""
    if said.time_format:
        return "%z" in said.time_format
    first = pc.call_function("drop_null", [chunk.text(said.time)])
    text = first[0].as_py() if len(first) else ""
    return text.endswith("Z") or "+" in text[10:] or "-" in text[10:]


def read_column(chunk: Chunk, name: str, said: Mapping, refusals: Refusals) -> Numbers:
    """A column (n,) of numbers, NaN where empty or not there."""
    if said.decimal == "." or not chunk.has(name):
        return chunk.numbers(name, refusals)
    text = chunk.text(name)
    dotted = pc.call_function("replace_substring", [text], COMMA)
    values, wrong = to_numbers(dotted)
    point = pc.call_function("match_substring", [text], POINT).fill_null(fill_value=False)
    refusals.refuse(
        np.asarray(point, np.bool_), f"{name} has a decimal point, its mapping says comma"
    )
    refusals.refuse(wrong, f"{name} is not a number")
    return values


def read_wide(chunk: Chunk, said: Mapping, refusals: Refusals) -> Values:
    """A column for each quantity, in our units."""
    return {
        key: read_column(chunk, column.name, said, refusals) * column.factor + column.offset
        for key, column in said.columns.items()
        if chunk.has(column.name)
    }


def read_long(chunk: Chunk, said: Mapping, refusals: Refusals) -> Values:
    """A column for each quantity, of the column that names it and the one that holds it."""
    which, names = to_groups(chunk.text(said.long[0]))
    number = read_column(chunk, said.long[1], said, refusals)
    keys = {column.name: key for key, column in said.columns.items()}
    nothing = np.full(len(chunk), np.nan)
    values = dict.fromkeys(said.columns, nothing)
    for place, name in enumerate(names):
        own: Mask = which == place
        key = keys.get(name)
        if key is None:
            refusals.refuse(own, f"{name or 'nothing'} is no quantity of the mapping")
            continue
        column = said.columns[key]
        values[key] = np.where(own, number * column.factor + column.offset, values[key])
    return values


def looks_like(_head: str) -> bool:
    """Nothing looks like any CSV."""
    return False


SOURCE = Source(
    "generic",
    KIND,
    "as the mapping says: zone, and whether a row is a moment or a span told by its start or end",
    looks_like,
    read,
    encoding="latin-1",
    fills=True,
    asks=("mapping",),
)
