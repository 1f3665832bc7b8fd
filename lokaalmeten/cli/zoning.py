"""`meten privacy`: the work behind it.

1. read what an owner draws as corners and a radius
2. write it, which hides all rides of the owner
3. cut them anew, as the ingest does, so that they need not wait for it
"""

import math
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from ingest.ridebook import RideBook
from lokaalmeten.errors import FormatError, LokaalmetenError
from lokaalmeten.geo import read_outers
from storage.pool import connect
from storage.privacy import (
    Publication,
    add_privacy_zone,
    read_privacy_zones,
    read_publication,
    remove_privacy_zone,
    set_publication,
)
from storage.rides import make_due
from storage.store import Store

from .zones import read_features

Corners = Sequence[tuple[float, float]]


def draw(
    dsn: str,
    owner: str,
    name: str,
    centre: tuple[float | None, float | None],
    radius_m: float,
    outline: Path | None,
    out: Console,
) -> None:
    """Draw a zone and cut the rides of its owner by it."""
    corners = read_corners(centre, outline)
    with connect(dsn) as connection:
        add_privacy_zone(connection, owner, name, corners, radius_m)
    out.print(f"nothing of {owner} is public any more in {name}, nor near it", highlight=False)
    settle_due(dsn, out)


def read_corners(centre: tuple[float | None, float | None], outline: Path | None) -> Corners:
    """Latitudes and longitudes as given on the command line or in a file."""
    lat, lon = centre
    if (outline is None) == (lat is None and lon is None):
        raise LokaalmetenError("say where: either --lat, --lon and --radius, or --outline FILE")
    if outline is None:
        if lat is None or lon is None:
            raise LokaalmetenError("a centre needs --lat and --lon")
        return [(lat, lon)]
    shapes = [feature["geometry"] for feature in read_features(outline)]
    if len(shapes) != 1 or shapes[0].get("type") != "Polygon":
        raise FormatError(f"{outline}: a privacy zone is one Polygon")
    try:
        (outer,) = read_outers(shapes[0])
    except ValueError as error:
        raise FormatError(f"{outline}: {error}") from error
    corners = [(y, x) for x, y in outer.tolist()]
    return corners[:-1] if corners[0] == corners[-1] else corners  # GeoJSON closes its rings


def erase(dsn: str, owner: str, name: str, out: Console) -> None:
    """Remove a zone and cut the rides of its owner without it."""
    with connect(dsn) as connection:
        remove_privacy_zone(connection, owner, name)
    out.print(f"zone {name} of {owner} is removed", highlight=False)
    settle_due(dsn, out)


def settle_all(dsn: str, out: Console) -> None:
    """Cut all rides whose samples are kept."""
    with connect(dsn) as connection:
        count = make_due(connection)
    settle_due(dsn, out, count)


def settle_due(dsn: str, out: Console, total: int | None = None) -> None:
    """Settle the rides that are due, with a bar, and say how many they were."""
    columns = (TextColumn("rides"), BarColumn(), TimeRemainingColumn())
    settled = 0
    with Store(dsn) as store, Progress(*columns, console=out, transient=True) as progress:
        book, task = RideBook(store), progress.add_task("", total=total)
        while taken := book.settle(math.ceil(time.time()), at_once=True):
            settled += taken
            progress.update(task, completed=settled)
    out.print(f"{settled:,} {'ride' if settled == 1 else 'rides'} cut", highlight=False)


def show_zones(dsn: str, owner: str | None, out: Console) -> None:
    """Print one line a zone, without where it is: terminals are looked at, and copied."""
    with connect(dsn) as connection:
        found = read_privacy_zones(connection, owner)
    table = Table("owner", "zone", "shape", box=None)
    for drawn in found:
        corners = len(drawn.ring) // 2
        around = f"{drawn.radius_m:g} m around " if drawn.radius_m else ""
        shape = "a place" if corners == 1 else f"{corners} corners"
        table.add_row(drawn.owner, drawn.name, around + shape)
    out.print(table if found else "no privacy zone is drawn; see: meten privacy zone add --help")


def show_publication(dsn: str, out: Console) -> None:
    """Print when and where rides are public."""
    with connect(dsn) as connection:
        found = read_publication(connection)
    out.print(to_sentence(found), highlight=False, soft_wrap=True)


def change_publication(dsn: str, delay_s: int | None, fewest: int | None, out: Console) -> None:
    """Change what is given and print what is so now."""
    with connect(dsn) as connection:
        changed = set_publication(connection, delay_s=delay_s, fewest_nodes=fewest)
    out.print(to_sentence(changed), highlight=False, soft_wrap=True)


def to_sentence(publication: Publication) -> str:
    """Say it for people.

    >>> to_sentence(Publication(0, 1))
    'rides are public as soon as they have ended, in every cell'
    >>> to_sentence(Publication(86400, 3))
    'rides are public after 24 hours or somewhat more, in cells that 3 moving nodes have passed'
    """
    hours = f"{publication.delay_s / 3600:g} hours or somewhat more"
    when = f"after {hours}" if publication.delay_s else "as soon as they have ended"
    nodes = publication.fewest_nodes
    where = "every cell" if nodes == 1 else f"cells that {nodes} moving nodes have passed"
    return f"rides are public {when}, in {where}"
