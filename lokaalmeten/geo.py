"""Places on the earth: H3 cells and distances; arrays in, arrays out."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from h3 import H3BaseException
from h3.api import basic_int as h3
from numpy.typing import NDArray

PER_DEGREE = 10**7  # steps of a stored position in one degree; MISSING lies beyond any degree
RESOLUTION = 11  # H3 resolution of a stored cell: edge 29 m, finer than any map shows
CELL_KM2 = tuple(h3.average_hexagon_area(resolution) for resolution in range(16))
COVER = 20  # times the area of a cell is a box that a cover is made for
LARGEST_KM2 = 200_000  # of the boxes around a zone; the Netherlands are 80,000, 700,000 cells
NO_GEOJSON = "the outline is not GeoJSON: rings of positions in degrees"
EARTH_M = 6_371_008.8  # mean radius of the earth, metres (IUGG)
METRES_PER_DEGREE = EARTH_M * math.pi / 180  # of latitude, on that sphere

Int64 = NDArray[np.int64]
Box = tuple[float, float, float, float]  # west, south, east, north, degrees


def to_cells(lat: NDArray[np.int32], lon: NDArray[np.int32], resolution: int = RESOLUTION) -> Int64:
    """H3 cells (n,) of positions in 1e-7 degree; 0 where there is no place on earth.

    One call of the h3 library a row: it has no array form, and 2 million a second is twice
    what a hypertable takes.
    """
    known = (np.abs(lat.astype(np.int64)) <= 90 * PER_DEGREE) & (
        np.abs(lon.astype(np.int64)) <= 180 * PER_DEGREE
    )
    cells = np.zeros(len(lat), np.int64)
    degrees = zip(
        (lat[known] / PER_DEGREE).tolist(), (lon[known] / PER_DEGREE).tolist(), strict=True
    )
    to_cell = h3.latlng_to_cell
    found = (to_cell(y, x, resolution) for y, x in degrees)
    cells[known] = np.fromiter(found, np.int64, int(known.sum()))
    return cells


def to_parent(cells: Int64, resolution: int) -> Int64:
    """Cells at a coarser resolution by the bits of the index; 0 stays 0.

    An H3 index holds its resolution in bits 52-55 and one base-7 digit in three bits per
    level; digits beyond the resolution are all ones (h3geo.org, "H3 index representations").
    """
    cells = np.asarray(cells, np.int64)
    finer = (1 << (3 * (15 - resolution))) - 1
    parent = (cells & ~np.int64(15 << 52)) | np.int64(resolution << 52) | np.int64(finer)
    return np.where(cells == 0, 0, parent)


def cover_box(box: Box, finest: int) -> tuple[int, list[int]] | None:
    """Cells that hold all of a box: their resolution, at most ``finest``, and some dozens of them.

    Every cell as fine or finer whose centre lies in the box has its parent among them. None where
    that cannot be told cheaply: a box that is empty, a continent, at a pole or at longitude 180.
    """
    west, south, east, north = box
    if not (-175 <= west < east <= 175 and -85 <= south < north <= 85 and east - west <= 90):
        return None
    height_m = distance_m(south, 0, north, 0)
    width_m = max(float(distance_m(lat, west, lat, east)) for lat in (south, north))
    area_km2 = float(height_m) * width_m / 1e6
    fitting = (r for r in range(finest, -1, -1) if area_km2 <= COVER * CELL_KM2[r])
    if (resolution := next(fitting, None)) is None:
        return None
    corners = [(south, west), (south, east), (north, east), (north, west)]
    touched = h3.h3shape_to_cells_experimental(h3.LatLngPoly(corners), resolution, "overlap")
    # Descendants stick out of a cell a little, by much less than its neighbours reach.
    return resolution, sorted({near for cell in touched for near in h3.grid_disk(cell, 1)})


def distance_m(lat1: Any, lon1: Any, lat2: Any, lon2: Any) -> NDArray[np.float64]:
    """Great-circle distance in metres (haversine) between positions in degrees; broadcasts."""
    y1, x1, y2, x2 = (np.radians(np.asarray(a, np.float64)) for a in (lat1, lon1, lat2, lon2))
    half = np.sin((y2 - y1) / 2) ** 2 + np.cos(y1) * np.cos(y2) * np.sin((x2 - x1) / 2) ** 2
    return 2 * EARTH_M * np.arcsin(np.sqrt(np.minimum(half, 1)))


def find_resolution(cell: int) -> int:
    """H3 resolution of a cell. Raises ValueError for a number that no cell has."""
    if not 0 < cell < 1 << 63 or not h3.is_valid_cell(cell):
        raise ValueError(f"there is no cell {cell:x}")
    return h3.get_resolution(cell)


def to_centres(cells: Int64) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Latitudes and longitudes (n,) in degrees of the centres of cells; none may be 0."""
    places = np.array([h3.cell_to_latlng(cell) for cell in cells.tolist()], np.float64)
    lat, lon = places.reshape(-1, 2).T
    return lat, lon


def find_around(cells: Int64, rings: int) -> Int64:
    """Cells within so many rings of any of some (n,), themselves too; each once, sorted."""
    around = {near for cell in set(cells.tolist()) for near in h3.grid_disk(cell, rings)}
    return np.array(sorted(around), np.int64)


def to_boundaries(cells: Int64) -> list[NDArray[np.float64]]:
    """Corners (m, 2), latitude and longitude in degrees, of each cell; none may be 0."""
    return [np.array(h3.cell_to_boundary(cell), np.float64) for cell in cells.tolist()]


def find_cells(outline: Mapping[str, Any], resolution: int) -> list[int]:
    """H3 cells whose centre lies in a GeoJSON Polygon or MultiPolygon (degrees, WGS84).

    Seven that fill a coarser one are given as that one. Raises ValueError for another shape, for
    one that is larger than LARGEST_KM2 and for one in which no centre lies.
    """
    kind = outline.get("type")
    if kind not in ("Polygon", "MultiPolygon"):
        raise ValueError(f"an outline is a Polygon or a MultiPolygon, not {kind!r}")
    check_outers(read_outers(outline))
    try:
        cells = set(h3.geo_to_cells(outline, resolution))  # polygons may overlap
    except (TypeError, ValueError, H3BaseException) as error:
        raise ValueError(NO_GEOJSON) from error
    if not cells:
        raise ValueError(f"the outline is too small: no cell of resolution {resolution} lies in it")
    return h3.compact_cells(cells)


def read_outers(outline: Mapping[str, Any]) -> list[NDArray[np.float64]]:
    """Longitudes and latitudes (n, 2) of the outer ring of each polygon; ValueError for no ring."""
    try:
        given = outline["coordinates"]
        polygons = [given] if outline["type"] == "Polygon" else given
        outers = [
            np.array([(x, y) for x, y, *_ in polygon[0]], np.float64).reshape(-1, 2)
            for polygon in polygons
        ]
    except (TypeError, ValueError, KeyError, IndexError) as error:
        raise ValueError(NO_GEOJSON) from error
    if not outers or min(map(len, outers)) < 3:
        raise ValueError(NO_GEOJSON)
    return outers


def check_outers(outers: Sequence[NDArray[np.float64]]) -> None:
    """Refuse, with a ValueError, rings that are not on the earth, or too large to be a zone."""
    positions = np.concatenate(outers)
    wrong = ~(np.abs(positions) <= (180, 90)).all(axis=1)  # NaN is wrong as well
    if wrong.any():
        x, y = positions[wrong][0]
        raise ValueError(
            f"position {x:.12g}, {y:.12g} is no longitude and latitude in degrees (WGS84);"
            " metres, as those of RD, have to be converted first"
        )
    boxes = ((*ring.min(axis=0), *ring.max(axis=0)) for ring in outers)
    area_km2 = sum(measure_box(box) for box in boxes)
    if area_km2 > LARGEST_KM2:
        raise ValueError(
            f"the outline spans {area_km2:,.0f} km2: a zone is at most {LARGEST_KM2:,} km2"
        )


def measure_box(box: Box) -> float:
    """Area of a box, km2, as long as it is small beside the earth."""
    west, south, east, north = box
    middle = (south + north) / 2
    height_m, width_m = distance_m(south, west, north, west), distance_m(middle, west, middle, east)
    return float(height_m) * float(width_m) / 1e6
