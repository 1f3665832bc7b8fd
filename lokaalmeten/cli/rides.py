"""`meten rides`: the rides of one's own nodes, with what they measured.

1. list the rides of a period
2. read the samples of each, all of them and where they were: this is private
3. measure way, speed and exposure
4. print a line each, or write CSV
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.progress import track
from rich.table import Table

from ingest.tracks import Measures, Stretch, drop_jumps
from lokaalmeten.errors import SettingsError
from lokaalmeten.exposure import Exposure, measure_exposure
from lokaalmeten.quantities import BY_KEY
from storage.asked import check_key
from storage.periods import AMSTERDAM
from storage.pool import connect
from storage.ridden import read_own_rides, read_ride_samples

from .routes import write_file

DOSED = "ug/m3"  # of other units a dose would be no mass
PRIVATE = "this is private: it tells when a rider leaves home; see docs/rides.md"


@dataclass(frozen=True)
class Ride:
    """One ride with its measures."""

    node: str
    start: datetime
    public: bool
    measures: Measures
    samples: int
    exposure: Exposure


def show_rides(
    dsn: str,
    since: date,
    until: date,
    nodes: Sequence[str],
    quantity: str,
    csv: Path | None,
    out: Console,
    *,
    every: bool = False,
) -> None:
    """Print the rides that start in a period, ``until`` not in it; SettingsError when it is empty.

    Without ``every`` only those that are rides of a bicycle by their length, time and speed.
    """
    check_key(quantity)
    if since >= until:
        raise SettingsError(f"the period is empty: --since {since} is not before --until {until}")
    start, stop = (datetime(d.year, d.month, d.day, tzinfo=AMSTERDAM) for d in (since, until))
    rides = [
        ride
        for ride in read_rides(dsn, start, stop, nodes, quantity, out)
        if every or ride.measures.plausible
    ]
    if csv is not None:
        text = to_frame(rides, quantity).to_csv(
            index=False, float_format="%.10g", lineterminator="\n"
        )
        write_file(csv, text, out)
    elif rides:
        out.print(to_table(rides, quantity))
    out.print(to_total(rides, since, until), highlight=False)
    if rides:
        out.print(PRIVATE, style="dim", highlight=False)


def read_rides(
    dsn: str, start: datetime, stop: datetime, nodes: Sequence[str], quantity: str, out: Console
) -> Iterator[Ride]:
    """Rides with what was measured on them, in order of time."""
    with connect(dsn, reading=True) as connection:
        found = read_own_rides(connection, start, stop, nodes)
        rows: list[Any] = list(found.itertuples(index=False))
        hidden = not out.is_terminal
        for row in track(rows, "reading rides", console=out, transient=True, disable=hidden):
            samples = read_ride_samples(connection, row.node_id, row.start, row.stop, quantity)
            yield to_ride(row.node, row.start, samples, public=bool(row.public))


def to_ride(node: str, start: datetime, samples: pd.DataFrame, *, public: bool) -> Ride:
    """Measure one ride of its samples: time, lat, lon, value."""
    time, lat, lon, value = (samples[k].to_numpy() for k in ("time", "lat", "lon", "value"))
    placed = np.flatnonzero(np.isfinite(lat) & np.isfinite(lon))
    rows = placed[drop_jumps(time[placed], lat[placed], lon[placed])]
    measures = Stretch(time[rows], lat[rows], lon[rows], 0).measure()
    return Ride(node, start, public, measures, len(time), measure_exposure(time, value))


def to_table(rides: Sequence[Ride], quantity: str) -> Table:
    """A line a ride, times by the clock of Europe/Amsterdam."""
    about = BY_KEY[quantity]
    table = Table(box=None)
    for name in ("node", "start", "minutes", "km", "km/h", "moving", f"mean {about.en}"):
        table.add_column(name, justify="left" if name in ("node", "start") else "right")
    dosed = about.unit == DOSED
    if dosed:
        table.add_column("dose, ug", justify="right")
    table.add_column("public")
    for ride in rides:
        measures, exposure = ride.measures, ride.exposure
        cells = [
            f"{measures.duration_s / 60:.0f}",
            f"{measures.distance_m / 1000:.2f}",
            to_number(measures.speed * 3.6),
            to_number(measures.moving_speed * 3.6),
            to_number(exposure.mean),
        ]
        if dosed:
            cells.append(f"{exposure.dose:.1f}" if exposure.seconds else "")
        start = f"{ride.start.astimezone(AMSTERDAM):%Y-%m-%d %H:%M}"
        table.add_row(ride.node, start, *cells, "in part" if ride.public else "no")
    return table


def to_number(value: float) -> str:
    """A number for people, nothing when there is none."""
    return f"{value:.1f}" if np.isfinite(value) else ""


def to_frame(rides: Sequence[Ride], quantity: str) -> pd.DataFrame:
    """The same for programs: times in UTC, SI units, the dose of what is in ug/m3."""
    dosed = BY_KEY[quantity].unit == DOSED
    rows = [
        {
            "node": ride.node,
            "start": f"{ride.start:%Y-%m-%dT%H:%M:%SZ}",
            "duration_s": ride.measures.duration_s,
            "distance_m": ride.measures.distance_m,
            "moving_s": ride.measures.moving_s,
            "moving_m": ride.measures.moving_m,
            "samples": ride.samples,
            f"{quantity}_mean": ride.exposure.mean,
            "measured_s": ride.exposure.seconds,
            **({"dose_ug": ride.exposure.dose} if dosed else {}),
            "public": ride.public,
        }
        for ride in rides
    ]
    return pd.DataFrame(rows)


def to_total(rides: Sequence[Ride], since: date, until: date) -> str:
    """All of them in a sentence."""
    hours = sum(ride.measures.duration_s for ride in rides) / 3600
    kilometres = sum(ride.measures.distance_m for ride in rides) / 1000
    nodes = len({ride.node for ride in rides})
    return (
        f"{since} to {until - timedelta(days=1)}: {len(rides):,} rides of {nodes:,} nodes,"
        f" {hours:,.1f} hours, {kilometres:,.1f} km"
    )
