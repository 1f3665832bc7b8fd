"""One place: what kind it is, what it is called, and where its page is."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from lokaalmeten.geo import find_resolution, to_parent
from storage import histories, reader
from storage.node_days import node_days
from storage.periods import to_midnight

from ..hexagons import COARSEST, FINEST
from ..problems import NotFoundError, UnfitError
from ..words import ZONE, Words

NODE, AREA, HEXAGON = KINDS = ("node", "area", "hexagon")
SHAPES = {  # of names
    NODE: re.compile(r"[a-z0-9][a-z0-9-]{0,62}"),
    AREA: re.compile(r"[a-z0-9][a-z0-9-]{0,62}"),
    HEXAGON: re.compile(r"8[0-9a-f]{14}"),
}
LONGEST = 40  # letters of a wrong value that are said again
Frame = Any  # of pandas.DataFrame pyright takes nearly every answer for several types


@dataclass(frozen=True)
class Place:
    """A place that is there."""

    kind: str  # one of KINDS
    name: str
    label: str  # for people
    about: str = ""  # what more is known: the kind of a zone

    @property
    def code(self) -> str:
        """How an address names it: node:box-7."""
        return f"{self.kind}:{self.name}"

    @property
    def path(self) -> str:
        """Its page, below the language."""
        return f"{self.kind}/{self.name}"


def check_name(kind: str, name: str) -> None:
    """Refuse what cannot be the name of a place of a kind, with an UnfitError."""
    if kind not in KINDS or not SHAPES[kind].fullmatch(name):
        raise UnfitError("unfit.place", value=f"{kind}:{name}"[:LONGEST])
    if kind == HEXAGON:
        check_cell(name)


def check_cell(name: str) -> None:
    """Refuse a cell that is none, or of a size that is not shown."""
    try:
        resolution = find_resolution(int(name, 16))
    except ValueError:
        raise UnfitError("unfit.cell", value=name[:LONGEST]) from None
    if not COARSEST <= resolution <= FINEST:
        facts = {"resolution": resolution, "least": COARSEST, "most": FINEST}
        raise UnfitError("unfit.resolution", value=name, **facts)


def read_place(connection: Any, words: Words, kind: str, name: str) -> Place:
    """The place of a name.

    Raises:
        UnfitError: the name cannot be one.
        NotFoundError: there is no such place.

    """
    check_name(kind, name)
    if kind == HEXAGON:
        return Place(kind, name, words("place.hexagon.title", cell=name))
    if kind == AREA:
        known = reader.zones(connection)
        found = known[known["name"] == name]
    else:
        found = find_fixed(reader.node(connection, name))
    if found.empty:
        raise NotFoundError(f"There is no {kind} {name}.")
    row = found.iloc[0]
    return Place(kind, name, row["label"] or name, row["kind"])


def find_fixed(nodes: Frame) -> Frame:
    """Nodes that stay where they are: of others the history is not public."""
    return nodes[~nodes["moving"].astype(bool)]


def read_hours(connection: Any, place: Place, key: str, start: datetime, stop: datetime) -> Frame:
    """Hours with good values: time, mean, count, nodes."""
    if place.kind == NODE:
        return histories.node_hours(connection, place.name, key, start, stop)
    if place.kind == HEXAGON:
        return histories.cell_hours(connection, int(place.name, 16), key, start, stop)
    return histories.zone_hours(connection, [place.name], key, start, stop)


def read_days(connection: Any, place: Place, key: str, first: date, after: date) -> Frame:
    """Days with good values: day, mean, count, nodes, and counts (whether the day does).

    Of a node one with 18 hours that count, of an area with such a node in it, of a hexagon with 18
    hours that have a value.
    """
    if place.kind == NODE:
        found: Frame = node_days(connection, key, first, after, [place.name])
        return found.assign(nodes=1, counts=found["complete"].astype(bool))[DAYS]
    if place.kind == HEXAGON:
        found = histories.cell_days(connection, int(place.name, 16), key, first, after)
        return found.assign(counts=found["hours"] >= WHOLE_H)[DAYS]
    found = histories.zones_days(connection, [place.name], key, first, after)
    return found.assign(counts=found["complete"] > 0)[DAYS]


DAYS = ["day", "mean", "count", "nodes", "counts"]
WHOLE_H = 18  # three quarters of a day


def find_newest(connection: Any, place: Place, key: str) -> datetime | None:
    """End of the newest whole hour of a node, or of the nodes in an area or a hexagon.

    Where rides came through a hexagon this week, or where no node ever measured, it is that of
    everything; None where nothing was measured at all.
    """
    if place.kind == NODE:
        return find_end(find_fixed(reader.node(connection, place.name))["last"])
    extent = reader.extent(connection)
    if extent is None:
        return None
    whole = extent[1].replace(minute=0, second=0, microsecond=0)
    if place.kind == HEXAGON:
        week = (whole - timedelta(days=7), whole)
        if not read_hours(connection, place, key, *week).empty:
            return whole
    return find_end(find_nodes(connection, place, extent)["last"]) or whole


def find_end(last: Frame) -> datetime | None:
    """End of the newest whole hour of nodes that were heard last then; None of none."""
    heard = last.dropna()
    if heard.empty:
        return None
    return heard.max().to_pydatetime().replace(minute=0, second=0, microsecond=0)


def find_nodes(connection: Any, place: Place, span: tuple[datetime, datetime]) -> Frame:
    """Fixed nodes that are a place, stand in a hexagon, or stood in an area in a period."""
    if place.kind == NODE:
        return find_fixed(reader.node(connection, place.name))
    nodes: Frame = find_fixed(reader.nodes(connection))
    if place.kind == AREA:
        stood = reader.zone_nodes(connection, *span)
        return nodes[nodes["name"].isin(stood.loc[stood["zone"] == place.name, "node"])]
    return nodes[nodes["name"].isin(list(find_inside(nodes, int(place.name, 16))))]


def find_inside(nodes: Frame, cell: int) -> set[str]:
    """Names of the nodes that stand in a cell."""
    placed = nodes[nodes["cell"] != 0]
    cells = placed["cell"].to_numpy(np.int64)
    resolution = find_resolution(cell)
    if resolution > reader.FIXED_RESOLUTION:
        return set()
    return set(placed["name"][to_parent(cells, resolution) == cell])


def to_local_days(stop: datetime, days: int) -> tuple[date, date]:
    """First and one past the last of so many whole days that ended by a moment."""
    after = stop.astimezone(ZONE).date()
    return after - timedelta(days=days), after


def to_moments(first: date, after: date) -> tuple[datetime, datetime]:
    """Midnights at which days begin and end."""
    return to_midnight(first), to_midnight(after)
