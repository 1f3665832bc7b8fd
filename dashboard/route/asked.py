"""What the address asks for: two places, as a hexagon or as latitude and longitude; a quantity."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from h3.api import basic_int as h3

from lokaalmeten.geo import Box, distance_m

from ..pages.options import check_quantity
from ..problems import UnfitError

RESOLUTION = 10  # of rides in public
QUANTITIES = ("pm25", "pm10", "pm1", "no2")  # of which less is better, and half is half as much
FARTHEST_M = 15_000.0  # between two places that are asked for
AROUND_M = 1500.0  # kept around two places, or a third of their distance
SEEN_M = 3000.0  # around one place, before the other is chosen
PLACE = re.compile(r"\s*(-?\d{1,2}(?:[.,]\d{1,12})?)\s*[;,\s]\s*(-?\d{1,3}(?:[.,]\d{1,12})?)\s*")
CELL = re.compile(r"[0-9a-f]{15}")
METRES = 111_195.0  # of a degree of latitude
LONGEST = 40  # letters of a wrong value that are said again


@dataclass(frozen=True)
class Asked:
    """Two hexagons, or what is chosen of them so far."""

    quantity: str
    first: int | None  # H3 cell
    last: int | None

    @property
    def box(self) -> Box | None:
        """What is looked at: around both places, or around the one that is known."""
        places = [h3.cell_to_latlng(cell) for cell in (self.first, self.last) if cell is not None]
        if not places:
            return None
        margin = SEEN_M
        if len(places) == 2:
            margin = max(AROUND_M, measure(*places) / 3)
        return surround(places, margin)


def read_asked(query: Mapping[str, str]) -> Asked:
    """What is asked; an UnfitError for what cannot be."""
    check_quantity(query, QUANTITIES)
    first, last = (read_place(query.get(name, "")) for name in ("from", "to"))
    if first is not None and last is not None:
        away = measure(h3.cell_to_latlng(first), h3.cell_to_latlng(last))
        if away > FARTHEST_M:
            raise UnfitError("route.far", km=round(away / 1000), most=round(FARTHEST_M / 1000))
    return Asked(query.get("quantity") or QUANTITIES[0], first, last)


def read_place(text: str) -> int | None:
    """Hexagon of a place; None for an empty text.

    >>> read_place("52.0907, 5.1214") == read_place("52,0907; 5,1214")
    True
    """
    if not text.strip():
        return None
    if CELL.fullmatch(text.strip().lower()):
        cell = int(text, 16)
        if h3.is_valid_cell(cell) and h3.get_resolution(cell) == RESOLUTION:
            return cell
    elif found := PLACE.fullmatch(text):
        lat, lon = (float(part.replace(",", ".")) for part in found.groups())
        if abs(lat) <= 90 and abs(lon) <= 180:
            return h3.latlng_to_cell(lat, lon, RESOLUTION)
    raise UnfitError("route.place", value=text[:LONGEST])


def measure(start: tuple[float, float], stop: tuple[float, float]) -> float:
    """Metres between two places."""
    return float(distance_m(*start, *stop))


def surround(places: list[tuple[float, float]], margin: float) -> Box:
    """West, south, east and north of what lies within some metres of places."""
    lat, lon = zip(*places, strict=True)
    up = margin / METRES
    aside = up / max(0.1, 1 - (max(map(abs, lat)) / 90) ** 2)  # at least what the cosine asks for
    return min(lon) - aside, min(lat) - up, max(lon) + aside, max(lat) + up
