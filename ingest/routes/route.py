"""A route: a line of positions, from a CSV as route planners write it."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.errors import FormatError
from lokaalmeten.geo import METRES_PER_DEGREE, distance_m

Float = NDArray[np.float64]

COLUMNS = ("latitude", "longitude")
KIND = "a route CSV with the columns latitude and longitude"
# The plane of a route is that of its middle. Half of this from it, at 52 degrees north, metres to
# the east are 2 % wrong: a corridor of 25 m by half a metre.
LONGEST_M = 200_000
MOST = 100_000  # positions of a route


@dataclass(frozen=True)
class Route:
    """A line through positions, none like the one before, on a plane of its own."""

    lat: Float  # (v,) degrees
    lon: Float  # (v,) degrees
    x: Float  # (v,) metres east of its middle
    y: Float  # (v,) metres north
    along: Float  # (v,) metres from its start; its length is the last

    @property
    def legs(self) -> int:
        """How many straight lines it has."""
        return len(self.x) - 1

    @property
    def length_m(self) -> float:
        """Metres from start to end."""
        return float(self.along[-1])

    def to_plane(self, lat: Float, lon: Float) -> tuple[Float, Float]:
        """Metres east and north of its middle of positions (n,) in degrees."""
        return _to_plane(self.lat, self.lon, lat, lon)

    def find_place(self, along: Float) -> tuple[Float, Float]:
        """Degrees north and east (n,) of places along it."""
        lat, lon = (np.interp(along, self.along, column) for column in (self.lat, self.lon))
        return lat, lon


def read_route(path: Path) -> Route:
    """Read a route; FormatError says what in which line is not as it should be."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            lat, lon = _read_positions(text, path)
    except OSError as error:
        raise FormatError(f"{path}: cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise FormatError(f"{path}: is not {KIND}: it is not UTF-8 text") from error
    try:
        return to_route(lat, lon)
    except ValueError as error:
        raise FormatError(f"{path}: {error}") from error


def to_route(lat: Sequence[float] | Float, lon: Sequence[float] | Float) -> Route:
    """Route through positions in degrees; ValueError when they make no line, or a too long one."""
    y, x = np.asarray(lat, np.float64), np.asarray(lon, np.float64)
    other = np.ones(len(y), np.bool_)
    other[1:] = (np.diff(y) != 0) | (np.diff(x) != 0)
    y, x = y[other], x[other]
    if len(y) < 2:
        raise ValueError("a route has at least two positions that differ")
    if len(y) > MOST:
        raise ValueError(f"has {len(y):,} positions: a route has at most {MOST:,}")
    steps = distance_m(y[:-1], x[:-1], y[1:], x[1:])
    if (longest := float(steps.sum())) > LONGEST_M:
        raise ValueError(
            f"is {longest / 1000:,.0f} km long: a route is at most {LONGEST_M // 1000} km"
        )
    plane_x, plane_y = _to_plane(y, x, y, x)
    return Route(y, x, plane_x, plane_y, np.concatenate([[0], np.cumsum(steps)]))


def _to_plane(own_lat: Float, own_lon: Float, lat: Float, lon: Float) -> tuple[Float, Float]:
    """Metres (n,) on the plane that touches the earth in the middle of ``own`` positions."""
    north, east = ((column.min() + column.max()) / 2 for column in (own_lat, own_lon))
    return (lon - east) * (METRES_PER_DEGREE * np.cos(np.radians(north))), (
        lat - north
    ) * METRES_PER_DEGREE


def _read_positions(text: TextIO, path: Path) -> tuple[list[float], list[float]]:
    """Latitudes and longitudes of the lines."""
    first = text.readline()
    if not first.strip():
        raise FormatError(f"{path}: is empty; expected {KIND}")
    separator = max(",;\t", key=first.count)
    header = [name.strip().lower() for name in next(csv.reader([first], delimiter=separator))]
    if lacking := [name for name in COLUMNS if name not in header]:
        found = ", ".join(header)[:120]
        raise FormatError(f"{path}: is not {KIND}: line 1 lacks {', '.join(lacking)} ({found})")
    places = [header.index(name) for name in COLUMNS]
    lat, lon = [], []
    for number, fields in enumerate(csv.reader(text, delimiter=separator), 2):
        if not any(field.strip() for field in fields):
            continue
        y, x = _to_position(fields, len(header), places, f"{path}:{number}")
        lat.append(y)
        lon.append(x)
    return lat, lon


def _to_position(
    fields: list[str], expected: int, places: list[int], where: str
) -> tuple[float, float]:
    """Latitude and longitude of one line."""
    if len(fields) != expected:
        raise FormatError(f"{where}: {len(fields)} of {expected} fields: {', '.join(fields)[:60]}")
    texts = [fields[place].strip() for place in places]
    try:
        y, x = map(float, texts)
    except ValueError:
        hint = " (decimals have a point)" if any("," in text for text in texts) else ""
        said = " and ".join(texts)
        raise FormatError(f"{where}: {said} are not latitude and longitude{hint}") from None
    if not (abs(y) <= 85 and abs(x) <= 180):  # NaN is wrong as well
        raise FormatError(f"{where}: {y:g} and {x:g} are not degrees of latitude and longitude")
    return y, x
