"""`meten route`: what was measured along a route, as a table, a CSV and a picture.

1. read the route and check what was asked
2. average what public rides measured along it, a day at a time
3. say it, write it, draw it
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from rich.console import Console
from rich.progress import track
from rich.table import Table

from ingest.routes.along import WAYS, WIDEST_M, Along, Direction, measure_along
from ingest.routes.averages import FIRM, SEGMENT_M
from ingest.routes.route import Route, read_route
from lokaalmeten.errors import LokaalmetenError, SettingsError
from lokaalmeten.geo import Box
from lokaalmeten.privacy import FEWEST_NODES
from lokaalmeten.quantities import BY_KEY
from storage.asked import check_key
from storage.periods import AMSTERDAM
from storage.pool import connect
from storage.ridden import read_public_samples

from .route_picture import draw_route

LEGEND = (
    f"mean and its standard error between rides; firm from {FIRM} samples on. Left out is what"
    f" fewer than {FEWEST_NODES} nodes have passed, and of every ride its ends."
)


class Samples(NamedTuple):
    """Columns of rides as the join takes them."""

    ride: Any
    node: Any
    time: Any
    lat: Any
    lon: Any
    value: Any


@dataclass(frozen=True)
class Asked:
    """What somebody wants to know of a route."""

    file: Path
    since: date
    until: date  # this day is not in it
    quantity: str
    corridor_m: float
    direction: str
    corrected: bool = False

    def check(self) -> Direction:
        """Direction; SettingsError for what cannot be asked."""
        check_key(self.quantity)
        if self.since >= self.until:
            raise SettingsError(
                f"the period is empty: --since {self.since} is not before --until {self.until}"
            )
        if not 0 < self.corridor_m <= WIDEST_M:
            raise SettingsError(
                f"--corridor is a number of metres above 0, at most {WIDEST_M:g},"
                f" not {self.corridor_m:g}"
            )
        for known in WAYS:
            if known == self.direction:
                return known
        raise SettingsError(f"--direction is one of {', '.join(WAYS)}, not {self.direction}")


def run_route(dsn: str, asked: Asked, csv: Path | None, picture: Path | None, out: Console) -> None:
    """Print the segments of a route, and write them where that is asked."""
    direction, route = asked.check(), read_route(asked.file)
    with connect(dsn) as connection:

        def read(start: datetime, stop: datetime, box: Box) -> Samples:
            """Samples of one day."""
            found = read_public_samples(
                connection, start, stop, asked.quantity, box, corrected=asked.corrected
            )
            return Samples(*(found[name].to_numpy() for name in Samples._fields))

        days = track(
            to_days(asked.since, asked.until),
            "reading rides",
            console=out,
            transient=True,
            disable=not out.is_terminal,
        )
        found = measure_along(route, read, days, asked.corridor_m, direction)
    rows = to_rows(route, found)
    show(asked, route, found, rows, out)
    if csv is not None:
        text = rows.to_csv(index=False, float_format="%.10g", lineterminator="\n")
        write_file(csv, text, out)
    if picture is not None:
        write_file(picture, draw_route(route, rows, to_title(asked), to_words(found)), out)


def to_days(since: date, until: date) -> Sequence[tuple[datetime, datetime]]:
    """Days of a period, by the clock of Europe/Amsterdam."""
    days = (since + timedelta(days=day) for day in range((until - since).days))
    midnights = [datetime(day.year, day.month, day.day, tzinfo=AMSTERDAM) for day in days]
    return [(midnight, midnight + timedelta(days=1)) for midnight in midnights]


def to_rows(route: Route, found: Along) -> pd.DataFrame:
    """One row a segment that is shown."""
    means = found.shown
    begin = means.place * SEGMENT_M
    end = np.minimum(begin + SEGMENT_M, route.length_m)
    lat, lon = route.find_place((begin + end) / 2)
    return pd.DataFrame(
        {
            "segment": means.place,
            "from_m": begin,
            "to_m": np.round(end, 1),
            "latitude": np.round(lat, 6),
            "longitude": np.round(lon, 6),
            "mean": means.mean,
            "error": means.error,
            "samples": means.samples,
            "rides": means.rides,
            "nodes": means.nodes,
            "firm": means.firm,
        }
    )


def show(asked: Asked, route: Route, found: Along, rows: pd.DataFrame, out: Console) -> None:
    """Print what was found, a line a segment."""
    out.print(to_title(asked), style="bold", markup=False, highlight=False)
    kilometres = f"{route.length_m / 1000:.1f} km, {found.segments} segments of {SEGMENT_M:g} m"
    out.print(f"{kilometres}; {to_words(found)}", highlight=False)
    if len(rows):
        out.print(to_table(rows, BY_KEY[asked.quantity].unit))
        out.print(LEGEND, style="dim", highlight=False)


def to_title(asked: Asked) -> str:
    """What, where and when."""
    about = BY_KEY[asked.quantity]
    words = [f"{about.en}{', corrected' if asked.corrected else ''} ({about.unit})"]
    words += [f"along {asked.file.stem}", f"{asked.since} to {asked.until - timedelta(days=1)}"]
    words.append(f"within {asked.corridor_m:g} m")
    if asked.direction != "both":
        words.append(f"{asked.direction} the route only")
    return ", ".join(words)


def to_words(found: Along) -> str:
    """How much there was, and how much of it is shown."""
    firm = int(found.shown.firm.sum())
    shown = len(found.shown.place)
    return (
        f"{found.samples:,} samples of {found.rides:,} rides and {found.nodes:,} nodes;"
        f" {shown} segments are shown, {firm} of them firm,"
        f" {found.hidden} were passed by fewer than {FEWEST_NODES} nodes"
    )


def to_table(rows: pd.DataFrame, unit: str) -> Table:
    """The rows for people."""
    table = Table(box=None)
    for name in ("from, m", f"mean, {unit}", "error", "samples", "rides", "nodes", ""):
        table.add_column(name, justify="right")
    for row in rows.itertuples(index=False):
        of: Any = row
        error = "" if np.isnan(of.error) else f"{of.error:.1f}"
        counts = (f"{count:,}" for count in (of.samples, of.rides, of.nodes))
        table.add_row(
            f"{of.from_m:,.0f}", f"{of.mean:.1f}", error, *counts, "firm" if of.firm else ""
        )
    return table


def write_file(path: Path, text: str, out: Console) -> None:
    """Write a file and say so; LokaalmetenError when it cannot be written."""
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise LokaalmetenError(f"{path}: cannot be written: {error.strerror}") from error
    out.print(f"{path}: written", markup=False, highlight=False, soft_wrap=True)
