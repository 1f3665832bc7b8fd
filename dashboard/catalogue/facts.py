"""What the catalogue says that changes: from when to when, where, and which kinds of data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from lokaalmeten.geo import Box, to_centres
from storage import reader
from storage.crowd_reading import read_open_places
from storage.forecasts import read_rounds
from storage.licences import list_names, read_licensed
from storage.listed import read_measured

SLACK_DEG = 0.01  # around the centres of cells: their corners lie within it


@dataclass(frozen=True)
class Facts:
    """What there is at one moment."""

    extent: tuple[datetime, datetime] | None  # of samples
    box: Box | None  # around the cells of fixed nodes
    quantities: Sequence[str]  # that were ever measured, by key
    rides: bool
    places: bool  # of crowd safety, open to everybody
    forecast: datetime | None  # when the newest was made
    license: str  # that asks most, of those of the samples


def read_facts(connection: Any) -> Facts:
    """Read it; one question each, none of which touches the samples."""
    nodes = reader.nodes(connection)
    rounds, extent = read_rounds(connection), reader.extent(connection)
    return Facts(
        extent=extent,
        box=find_box(nodes["cell"].to_numpy(np.int64)),
        quantities=read_measured(connection),
        rides=bool(nodes["moving"].any()),
        places=bool(read_open_places(connection)),
        forecast=None if rounds.empty else rounds["issue_time"].max().to_pydatetime(),
        license=list_names(read_licensed(connection, *extent) if extent else ())[-1],
    )


def find_box(cells: np.ndarray) -> Box | None:
    """Box around cells (n,), a little larger; None when none of them is a place."""
    known = cells[cells != 0]
    if not len(known):
        return None
    lat, lon = to_centres(known)
    west, south = max(lon.min() - SLACK_DEG, -180), max(lat.min() - SLACK_DEG, -90)
    east, north = min(lon.max() + SLACK_DEG, 180), min(lat.max() + SLACK_DEG, 90)
    return float(west), float(south), float(east), float(north)
