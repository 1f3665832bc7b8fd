"""Samen Meten by its API: pages of SensorThings JSON that were saved to files.

A file is one page, several pages one after the other (JSON lines or a list), or a zip of pages.
Kits are Things, with Locations and Datastreams when those were expanded; a Datastream is called
``<kit>-<number>-<quantity>``, and Observations are inside it, or on pages of their own. Such a page
does not tell its Datastream by name: it is looked up by the number in its links among the
Datastreams of the file, or else told by the name of the file, ``<kit>-<number>-<quantity>.json``.

``phenomenonTime`` is the END of the hour in UTC, or an interval with both ends. What RIVM
calibrated (``pm25_kal``) is counted and not stored. An observation is a row; its line in a report
is its place in the file.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lokaalmeten.errors import FormatError

from ..decode import DAY_S, EARLIEST
from .kits import CALIBRATED, HOUR_S, KEYS, Values, to_device, to_rows
from .official import find_repeats
from .source import BadLine, Device, Part, Source
from .text import Member, Text, read_members

KIND = "pages of the Samen Meten API"
STREAM = re.compile(r"(?P<kit>.+?)(?:-\d+)?-(?P<quantity>[a-z0-9]+(?:_kal)?)")
NUMBER = re.compile(r"Datastreams\((\d+)\)")
PASCAL_FROM = 2000  # no air pressure is as high in hPa or as low in Pa
Page = Mapping[str, Any]


@dataclass
class Heard:
    """What the pages of a file tell, by name."""

    places: dict[str, tuple[float, float]] = field(default_factory=dict)  # kit: lat, lon
    streams: dict[str, str] = field(default_factory=dict)  # number: name of the Datastream
    kits: dict[str, None] = field(default_factory=dict)  # in the order of the file
    stream: list[str] = field(default_factory=list)  # of each observation
    time: list[Any] = field(default_factory=list)
    result: list[Any] = field(default_factory=list)
    member: list[str] = field(default_factory=list)


def looks_like(head: str) -> bool:
    """Tell by the keys of a page."""
    return head.lstrip("\ufeff \r\n\t[").startswith("{") and (
        "@iot." in head or '"phenomenonTime"' in head
    )


def read(text: Text, start: int, now: int) -> Iterator[Part]:
    """All observations of the pages, from the one of number ``start`` on."""
    heard, bare, read = Heard(), [], 0
    for member in read_members(text.path):
        for page in read_pages(member, text):
            bare += hear_page(page, member.name or text.path.name, heard)
        read = member.read()
    for name, page in bare:
        hear_observations(page["value"], find_stream(page, name, heard), name, heard)
    if start <= max(len(heard.stream), 1):
        yield to_part(heard, start, now, read)


def read_pages(member: Member, text: Text) -> Iterator[Page]:
    """Pages of one file; FormatError when it is no JSON, or ends in the middle."""
    data = member.file.read().decode("utf-8-sig").strip()
    decoder, at = json.JSONDecoder(), 0
    where = f"{text.path}{': ' + member.name if member.name else ''}"
    while at < len(data):
        try:
            found, at = decoder.raw_decode(data, at)
        except json.JSONDecodeError as error:
            raise FormatError(
                f"{where}: is not {KIND}: no JSON from line {error.lineno}, column {error.colno} on"
                f" ({data[error.pos : error.pos + 40]!r}); was it copied whole?"
            ) from error
        while at < len(data) and data[at] in " \r\n\t,":
            at += 1
        for page in found if isinstance(found, list) else [found]:
            if not isinstance(page, dict):
                raise FormatError(f"{where}: is not {KIND}: it holds {str(page)[:40]!r}")
            yield page


def hear_page(page: Page, name: str, heard: Heard) -> list[tuple[str, Page]]:
    """Take what a page tells; a page of bare Observations comes back, for its name may follow."""
    entities = page.get("value", [page])
    first = entities[0] if entities else {}
    if not isinstance(entities, list) or not isinstance(first, dict):
        raise FormatError(f"{name}: is not {KIND}: 'value' holds {str(entities)[:40]!r}")
    if "phenomenonTime" in first and "result" in first:
        return [(name, {**page, "value": entities})]
    for entity in entities:
        if "unitOfMeasurement" in entity or "Observations" in entity:
            hear_stream(entity, name, heard)
        elif "name" in entity:
            hear_thing(entity, name, heard)
    return []


def hear_thing(thing: Page, name: str, heard: Heard) -> None:
    """Take a kit with its place and Datastreams."""
    heard.kits[thing["name"].strip()] = None
    for location in thing.get("Locations") or ():
        found = location.get("location") or {}
        lon, lat, *_ = (*found.get("coordinates", ()), None, None)
        if isinstance(lat, int | float) and isinstance(lon, int | float):
            heard.places[thing["name"].strip()] = (float(lat), float(lon))
    for stream in thing.get("Datastreams") or ():
        hear_stream(stream, name, heard)


def hear_stream(stream: Page, name: str, heard: Heard) -> None:
    """Take a Datastream with its Observations."""
    called = str(stream.get("name", "")).strip()
    heard.streams[str(stream.get("@iot.id", ""))] = called
    if isinstance(thing := stream.get("Thing"), dict) and "name" in thing:
        hear_thing({**thing, "Datastreams": ()}, name, heard)
    hear_observations(stream.get("Observations") or (), called, name, heard)


def hear_observations(found: Sequence[Page], stream: str, name: str, heard: Heard) -> None:
    """Take Observations of one Datastream."""
    inside = [one.get("Datastream") for one in found]
    named = [str(of["name"]) if isinstance(of, dict) and "name" in of else stream for of in inside]
    heard.stream += named
    heard.time += [one.get("phenomenonTime") for one in found]
    heard.result += [one.get("result") for one in found]
    heard.member += [name] * len(found)


def find_stream(page: Page, name: str, heard: Heard) -> str:
    """Name of the Datastream of a page of Observations; empty when nothing tells it."""
    links = json.dumps([page.get("@iot.nextLink"), page.get("@iot.selfLink"), page["value"][0]])
    for number in NUMBER.findall(links):
        if number in heard.streams:
            return heard.streams[number]
    stem = PurePath(name).name.partition(".")[0]
    return stem if STREAM.fullmatch(stem) else ""


def to_part(heard: Heard, start: int, now: int, read: int) -> Part:
    """Samples of all that was heard; each observation is a row of a kit or a bad line."""
    stream, streams = pd.factorize(np.array(heard.stream, object))
    kits, keys, reasons, factors = read_names(list(streams), heard)
    begin, length, wrong_time = read_times(heard.time)
    value, wrong_value = read_results(heard.result)
    number = np.arange(1, len(stream) + 1)
    reason = np.array([*reasons, ""], object)[stream]
    for rows, why in (
        (wrong_time, "phenomenonTime is not a time"),
        (begin < EARLIEST, "time before 2018: the clock was not set"),
        (begin > now + DAY_S, "time in the future"),
        (length != HOUR_S, "a value of another period than an hour"),
        (np.isnan(value) & ~wrong_value, "no result"),
        (wrong_value, "result is not a number"),
    ):
        reason[rows & (reason == "")] = why
    names, stored = list(heard.kits), list(dict.fromkeys(key for key in keys if key))
    node = np.array([names.index(kit) if kit else 0 for kit in kits] + [0], np.int32)[stream]
    key = np.array([stored.index(key) if key else 0 for key in keys] + [0], np.int32)[stream]
    factor = np.array([*factors, 1.0])[stream]
    again = find_repeats(node * max(len(stored), 1) + key, begin)
    reason[again & (reason == "")] = "this hour of this quantity came before"
    good = (reason == "") & (number >= start)
    found = Values(node[good], key[good], begin[good], to_pascal(value, factor)[good])
    rows = to_rows(stored, found)
    bad = [
        BadLine(
            int(number[at]), reason[at], f"{heard.time[at]} {heard.result[at]}", heard.member[at]
        )
        for at in np.flatnonzero((reason != "") & (number >= start)).tolist()
    ]
    devices = [to_kit(name, heard) for name in names]
    return Part(len(stream) + 1, read, bad, rows, devices)


def to_kit(name: str, heard: Heard) -> Device:
    """A kit with the place that was heard of it."""
    return to_device(name, *heard.places.get(name, (None, None)))


def read_names(
    streams: Sequence[str], heard: Heard
) -> tuple[list[str], list[str], list[str], list[float]]:
    """Kit, key, reason why it is not stored, and factor of each Datastream by its name."""
    kits, keys, reasons, factors = [], [], [], []
    for name in streams:
        found = STREAM.fullmatch(name)
        kit, quantity = (found["kit"], found["quantity"]) if found else ("", "")
        key, factor = KEYS.get(quantity, ("", 1.0))
        reason = "" if key else "the Datastream is not named"
        if quantity and not key:
            what = "calibrated by RIVM, not raw" if quantity.endswith(CALIBRATED) else "not stored"
            reason = f"{quantity} is {what}"
        if kit:
            heard.kits[kit] = None
        kits.append(kit)
        keys.append(key)
        reasons.append(reason)
        factors.append(factor)
    return kits, keys, reasons, factors


def read_times(
    times: Sequence[Any],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Begin (n,) Unix seconds, length (n,) seconds and a mask of failures, of ends or intervals."""
    text = pd.Series([str(time) if time else "" for time in times], dtype=str)
    ends = text.str.rpartition("/")
    first, last = (
        pd.to_datetime(ends[column], format="ISO8601", utc=True, errors="coerce")
        for column in (0, 2)
    )
    interval = (ends[0] != "").to_numpy(np.bool_)
    wrong = last.isna().to_numpy(np.bool_) | (interval & first.isna().to_numpy(np.bool_))
    known = [to_unix(of) for of in (first, last)]
    begin = np.where(interval, known[0], known[1] - HOUR_S)
    return np.where(wrong, 0, begin), np.where(wrong, HOUR_S, known[1] - begin), wrong


def to_unix(times: Any) -> NDArray[np.int64]:
    """Unix seconds (n,) of times, 0 where there is none."""
    known = times.fillna(pd.Timestamp(0, tz="UTC")).astype("datetime64[s, UTC]")
    return np.asarray(known.astype("int64"), np.int64)


def read_results(results: Sequence[Any]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Values (n,), NaN where there is none, and a mask of what is no number."""
    given = pd.Series(results, dtype=object)
    values = np.asarray(pd.to_numeric(given, errors="coerce"), np.float64)
    absent = given.isna().to_numpy(np.bool_) | (given == "").to_numpy(np.bool_)
    return np.where(np.isfinite(values), values, np.nan), ~np.isfinite(values) & ~absent


def to_pascal(value: NDArray[np.float64], factor: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values in our units; an air pressure that is in Pa already is told by its size."""
    return np.where((factor == KEYS["pres"][1]) & (value >= PASCAL_FROM), value, value * factor)


SOURCE = Source(
    name="samenmeten-api",
    kind=KIND,
    time="phenomenonTime is the end of the hour in UTC, or an interval with both ends",
    looks_like=looks_like,
    read=read,
    fills=True,
)
