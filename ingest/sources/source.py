"""What every importer is: a source says what it reads, and hands it out part by part.

A part is what came out of some lines of a file: samples of devices, or hours of official
stations, and the lines that could not be used. It is stored together with the mark behind it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from lokaalmeten.observations import MISSING, Observations, to_observations
from lokaalmeten.stations import Hours, Station

from ..checks import DeviceBits

SILENT = DeviceBits((), no_fix=0)  # the device sends no error bits


class BadLine(NamedTuple):
    """A line that did not become a row."""

    line: int  # counted from 1 in its file
    reason: str
    text: str
    member: str = ""  # file inside a zip


@dataclass(frozen=True)
class Device:
    """What a file tells of one device."""

    hardware: str  # lasting name, one for ever: `smartcitizen:1234`; stays private
    kind: str = "box"  # box, bike or counter
    model: str = ""
    label: str = ""  # name for people; public
    lat: float | None = None  # degrees, WGS84; of a fixed device
    lon: float | None = None


def nothing() -> Observations:
    """No samples."""
    none = np.zeros(0, np.int32)
    return to_observations(none, none.astype(np.int64), (), np.full((0, 0), MISSING, np.int32))


@dataclass(frozen=True)
class Part:
    """Some lines of a file; a row is a sample or part of one, an hour, a day, a place, or bad."""

    next_line: int  # where a later run goes on, counted through the whole file
    read: int  # bytes of the file on disk so far, for a progress bar
    bad: Sequence[BadLine] = ()
    observations: Observations = field(default_factory=nothing)  # node: index into ``devices``
    devices: Sequence[Device] = ()
    stations: Sequence[Station] = ()  # that ``hours`` speak of
    hours: Hours | None = None
    days: Hours | None = None  # the same of days; a time is 0 h UTC
    listed: int = 0  # rows that only tell where a station or device is
    joined: int = 0  # rows of the file that are part of a sample and not one of their own

    def __len__(self) -> int:
        """Count the rows that can be stored."""
        official = [len(of.time) for of in (self.hours, self.days) if of is not None]
        return len(self.observations) + sum(official) + self.listed


@dataclass(frozen=True)
class Source:
    """One kind of file."""

    name: str  # on the command line
    kind: str  # in words, after "is not ..."
    time: str  # what its times mean, one sentence
    looks_like: Callable[[str], bool]  # told by the first HEAD characters
    # a file, the line to go on at (1 = from the start) and now (Unix seconds) -> its parts
    read: Callable[..., Iterator[Part]]
    encoding: str = "utf-8"  # "latin-1": UTF-8 where the bytes are that, else Latin-1
    bits: DeviceBits = SILENT  # what the error bits of its devices mean
    fills: bool = False  # rows of one device and second complete one another
    asks: Sequence[str] = ()  # what ``read`` needs beside, by name: device, zone, mapping
