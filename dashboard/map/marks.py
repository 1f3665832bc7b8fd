"""Points on the map: fixed nodes and official stations, with their mean over the period."""

from typing import Any, NamedTuple

import numpy as np
from pandas import DataFrame

from lokaalmeten.geo import to_centres
from lokaalmeten.quality import Flag
from lokaalmeten.quantities import BY_KEY
from storage import stations
from storage.node_means import node_means

from ..hexagons import Box
from ..pages.hexmap import Mark
from ..periods import Span
from ..words import Words, decimals

MOST = 1000  # nodes that are drawn at once; of more only their number is told


class Row(NamedTuple):
    """An official station."""

    code: str
    name: str
    operator: str
    lat: float
    lon: float
    url: str


def place_nodes(nodes: DataFrame, box: Box | None) -> DataFrame:
    """Nodes of ``storage.reader.nodes`` with a place of their own in a box, with lat and lon."""
    placed = nodes.loc[~nodes["moving"].astype(bool) & (nodes["cell"] != 0)]
    lat, lon = to_centres(np.asarray(placed["cell"], np.int64))
    return keep_inside(placed.assign(lat=lat, lon=lon), box)


def keep_inside(places: DataFrame, box: Box | None) -> DataFrame:
    """Places (lat, lon) that lie in a box; all without one."""
    if box is None:
        return places
    west, south, east, north = box
    lat, lon = places["lat"], places["lon"]
    return places.loc[(lat >= south) & (lat <= north) & (lon >= west) & (lon <= east)]


def to_node_marks(words: Words, placed: DataFrame) -> list[Mark]:
    """Nodes as marks, without values."""
    columns = (placed["name"], placed["label"], placed["lat"], placed["lon"])
    return [
        {
            "kind": "node",
            "name": label or name,
            "lat": round(lat, 5),
            "lon": round(lon, 5),
            "href": f"/{words.language}/node/{name}",
        }
        for name, label, lat, lon in zip(*columns, strict=True)
    ]


def read_node_marks(
    connection: Any, words: Words, key: str, span: Span, placed: DataFrame
) -> list[Mark]:
    """Nodes with their mean over a period; None where they have none."""
    found = {}
    if key in BY_KEY:
        means = node_means(connection, key, *span, list(placed["name"]))
        found = dict(zip(means["node"], means["mean"], strict=True))
    return [
        {**mark, "value": to_value(key, found.get(name))}
        for mark, name in zip(to_node_marks(words, placed), placed["name"], strict=True)
    ]


def read_station_marks(
    connection: Any, words: Words, key: str, span: Span, box: Box | None
) -> list[Mark]:
    """Stations that publish a quantity, with the mean of their hours in a period."""
    known = stations.read_stations(connection)
    known = known.rename(columns={"latitude": "lat", "longitude": "lon"})
    known = keep_inside(known, box)
    if known.empty:
        return []
    hours = stations.read_hours(connection, key, *span, list(known["code"]))
    good = hours.loc[hours["value"].notna() & ~hours["flag"].isin([Flag.FAIL, Flag.MISSING])]
    means = dict(good.groupby("station")["value"].mean().items())
    return [
        {
            "kind": "station",
            "name": f"{row.name} ({row.operator})" if row.operator else row.name,
            "lat": round(float(row.lat), 5),
            "lon": round(float(row.lon), 5),
            "href": row.url or "",
            "value": to_value(key, means[row.code]),
        }
        for row in map(Row._make, known[list(Row._fields)].to_numpy().tolist())
        if row.code in means
    ]


def to_value(key: str, mean: float | None) -> float | None:
    """A mean as it is told; None where there is none."""
    return None if mean is None or not np.isfinite(mean) else round(float(mean), decimals(key) + 1)
