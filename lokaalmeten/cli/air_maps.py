"""`meten forecast map`: the air of the latest hour between sensors, told or as GeoJSON."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from lokaalmeten.air_map import AirMap
from lokaalmeten.errors import SettingsError
from lokaalmeten.geo import to_boundaries
from storage.air_maps import read_drawn, read_map
from storage.pool import connect

DIGITS = 6  # of degrees: 0.1 m


def show_map(dsn: str, quantity: str, file: Path | None, out: Console) -> None:
    """Say how good the latest map is, and write it to ``file`` when one is given.

    Raises SettingsError when there is no map, or the file cannot be written.
    """
    with connect(dsn, reading=True) as connection:
        found = read_map(connection, quantity)
        there = read_drawn(connection)
    if found is None:
        known = f"there is one of {', '.join(there)}" if there else "meten forecast run draws them"
        raise SettingsError(f"there is no map of {quantity}: {known}")
    out.print(to_table(found))
    if file is not None:
        try:
            file.write_text(json.dumps(to_geojson(found), separators=(",", ":")))
        except OSError as error:
            raise SettingsError(f"{file} cannot be written: {error.strerror}") from error
        out.print(f"{len(found.cells):,} cells in {file}", soft_wrap=True)


def to_table(found: AirMap) -> Table:
    """What it rests on and how far it can be believed."""
    table = Table(box=None, show_header=False, pad_edge=False)
    kind = "corrected nodes and official stations" if found.corrected else "raw nodes"
    empty = int((found.measured == 0).sum())
    for name, value in (
        ("hour", f"{found.hour:%Y-%m-%d %H:%M} UTC"),
        ("drawn from", f"{found.sensors} {kind}"),
        ("cells", f"{len(found.cells):,}, of which {empty:,} without a sensor"),
        ("values", f"{np.min(found.median):.1f} to {np.max(found.median):.1f} ug/m3"),
        ("off by", f"{found.error:.2f} ug/m3; the mean of the others by {found.error_of_mean:.2f}"),
        ("in 80 %", f"{100 * found.inside80:.0f} % of the values of a day"),
        ("untold", f"{100 * found.nugget_share:.0f} % of differences is not told by neighbours"),
    ):
        table.add_row(name, value)
    return table


def to_geojson(found: AirMap) -> dict[str, Any]:
    """Cells as polygons, with their values (RFC 7946)."""
    columns = (found.low, found.median, found.high, found.measured)
    rows = zip(
        to_boundaries(found.cells), *(each.round(2).tolist() for each in columns), strict=True
    )
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": [to_ring(outline)]},
            "properties": {
                "cell": f"{cell:x}",
                **dict(zip(("low", "median", "high", "measured"), values, strict=True)),
            },
        }
        for cell, (outline, *values) in zip(found.cells.tolist(), rows, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}


def to_ring(outline: Any) -> list[list[float]]:
    """Closed ring of longitudes and latitudes, of (n, 2) latitudes and longitudes."""
    ring = outline[:, ::-1].round(DIGITS).tolist()
    return [*ring, ring[0]]
