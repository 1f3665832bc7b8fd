"""Fixed nodes as points, each with its latest values."""

from typing import Any

import numpy as np
import pandas as pd

from lokaalmeten.geo import to_centres
from storage import reader

from ..api.answers import to_list
from .table import Asked, Table, to_points


def read_nodes(connection: Any, asked: Asked) -> Table:
    """Nodes that do not move, in the middle of their cell.

    Properties name, label, kind, time, then of each quantity that any of them has: its value, flag
    and what it is corrected to. With a ``quantity`` asked for only nodes with a value of it.
    """
    nodes = reader.nodes(connection)
    fixed = nodes.loc[~nodes["moving"].to_numpy(bool), ["name", "label", "kind", "cell"]]
    found = fixed.merge(
        reader.latest(connection).drop(columns="cell"), "left", left_on="name", right_on="node"
    ).drop(columns="node")
    if (key := asked.equal.get("quantity")) is not None:
        has = found[key].notna() if key in found else pd.Series(False, found.index)
        found = found[has].reset_index(drop=True)
    cells = found.pop("cell").to_numpy(np.int64)
    properties = {name: to_list(to_whole(name, found[name])) for name in found.columns}
    times = found["time"].dt.tz_convert(None).to_numpy("datetime64[us]")
    return Table(found["name"].to_list(), to_places(cells), properties, times)


def to_places(cells: np.ndarray) -> np.ndarray:
    """Points (n,) in the middle of cells; None for 0."""
    lat, lon = np.full((2, len(cells)), np.nan)
    known = cells != 0
    if known.any():
        lat[known], lon[known] = to_centres(cells[known])
    return to_points(lat, lon)


def to_whole(name: str, column: pd.Series) -> pd.Series:
    """Flags of nodes that never measured are missing, and no fractions."""
    if name.endswith("_flag"):
        return column.fillna(9).astype("int64")
    if name == "correction":
        return column.astype(object).where(column.notna(), None)
    return column
