"""Hexagons: the mean of the good values per H3 cell, of everything or of a box.

A box is asked for by the coarse cells that cover it, so that the server adds up little else; which
hexagons have their centre in it is looked at afterwards.
"""

from datetime import datetime

import pandas as pd
from psycopg import sql

from lokaalmeten.geo import Box, cover_box, to_centres
from lokaalmeten.quantities import SLOT

from . import periods
from .asked import QUERIES, find_quantity
from .failures import Connection
from .frame import read_frame
from .queries import fill

FIXED_RESOLUTION, MOVING_RESOLUTION = 9, 10  # finest cells that the public sees


def hexagons(
    connection: Connection,
    quantity: str,
    start: datetime,
    stop: datetime,
    resolution: int,
    box: Box | None = None,
) -> pd.DataFrame:
    """Cells with good values: cell, mean, count (of values), nodes (boxes and rides).

    ``quantity`` may be ``<key>_corrected``. ``resolution`` is that of H3. Fixed nodes are never
    shown finer than at 9 and rides than at 10: beyond that their cells stay as they are. ``box``
    keeps the cells with their centre in it.
    """
    slot = SLOT[find_quantity(quantity).key]
    values = {**periods.to_period(start, stop), "resolution": resolution, "slot": slot}
    cover = box and cover_box(box, min(resolution, FIXED_RESOLUTION))
    if cover:
        values |= {"coarse": cover[0], "cover": cover[1]}

    def ask(text: str) -> pd.DataFrame:
        inside = INSIDE if cover else sql.SQL("TRUE")
        query = fill(text, quantity=sql.Identifier(quantity), inside=inside)
        return read_frame(connection, query, values | {"quantity": quantity})

    found = None
    if periods.is_whole(start, stop):
        found = ask(periods.HOURS["rolled_hexagons"])
    if found is None or found.empty:  # so it is when something waits, too
        rolled_up = periods.is_rolled_up(connection, start, stop)
        found = ask((periods.HOURS if rolled_up else QUERIES)["hexagons"])
    return found if box is None else keep_inside(found, box)


def keep_inside(found: pd.DataFrame, box: Box) -> pd.DataFrame:
    """The cells with their centre in a box, its edges included."""
    west, south, east, north = box
    lat, lon = to_centres(found["cell"].to_numpy())
    inside = (lat >= south) & (lat <= north) & (lon >= west) & (lon <= east)
    return found.loc[inside].reset_index(drop=True)


INSIDE = sql.SQL("cell_parent(cell, %(coarse)s) = ANY(%(cover)s)")
