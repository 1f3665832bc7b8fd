"""The page of one public ride: its map, its profile, its numbers."""

from typing import Any

import numpy as np
from dash import Dash, html
from pandas import DataFrame

from lokaalmeten.quality import Flag
from lokaalmeten.quantities import BY_KEY
from storage import reader

from .. import figures
from ..source import Source
from ..words import Words, decimals
from . import hexmap
from .hexmap import Drawing
from .parts import TABLE_ROWS, chart, cut_note, folded, notice, table
from .rides import EVER

RESOLUTION = 10  # of the public cells of a ride
FIRST = "pm25"  # what a ride is coloured by, where it was measured


def register(dash: Dash) -> None:
    """Draw the map when the page is there."""
    hexmap.register(dash, "ride")


def read_ride(connection: Any, ride: str) -> tuple[Any, DataFrame]:
    """Row of ``reader.rides`` (None when there is no such ride) and the samples."""
    rides = reader.rides(connection, *EVER, 2**31 - 1)
    found = rides[rides["public_id"].astype(str) == ride]
    if found.empty:
        return None, DataFrame()
    return found.iloc[0], reader.ride(connection, ride)


async def layout(source: Source, words: Words, name: str, _query: dict[str, str]) -> Any:
    """Map of cells, profile and statistics; there is nothing to choose, so no callback."""
    ride, samples = await source.ask(read_ride, name)
    key = _coloured_by(samples)
    if key is None:
        return notice(words("no.data"), words("no.data.why"))
    seconds = samples["second"].to_numpy(int)
    values = good_values(samples, key)
    drawing = to_drawing(words, key, ride, samples["cell"].to_numpy(np.int64), values)
    address = f"/v1/rides/{name}"
    profile = _profile(words, key, seconds, values, address)
    return html.Div(
        [
            html.P(words("rides.privacy"), className="lead"),
            html.H2(words("ride.map")),
            html.Div(
                [
                    hexmap.map_place(words, "ride", hexmap.to_data(words, drawing)),
                    html.Div(hexmap.legend(words, drawing), className="legend"),
                ],
                className="map-row",
            ),
            folded(words("map.table"), hexmap.cell_table(words, drawing, address), "ride-cells"),
            html.H2(words("ride.profile")),
            chart(
                words,
                "ride-figure",
                words("ride.profile"),
                figures.profile_figure(words, key, seconds, values),
            ),
            folded(words("series.table"), profile, "ride-table"),
            html.H2(words("ride.statistics")),
            _statistics(words, key, ride, values),
        ]
    )


def good_values(samples: DataFrame, key: str) -> Any:
    """Values (n,) of one quantity, NaN where the flag is not good."""
    good = samples[f"{key}_flag"].to_numpy(int) == Flag.GOOD
    return np.where(good, samples[key].to_numpy(float), np.nan)


def to_drawing(words: Words, key: str, ride: Any, cells: Any, values: Any) -> Drawing:
    """Mean of the good values per cell of the ride."""
    known = np.isfinite(values) & (cells != 0)
    means = DataFrame({"cell": cells[known], "value": values[known]}).groupby("cell")["value"]
    frame = means.agg(["mean", "count"]).reset_index()
    period = words("ride.period", time=words.time(ride["start"].to_pydatetime()))
    return Drawing(key, frame, RESOLUTION, period, box=None, fixed=True)


def _coloured_by(samples: DataFrame) -> str | None:
    """PM2.5, or the first quantity that the ride has good values of."""
    keys = [FIRST, *BY_KEY] if len(samples) else []
    return next(
        (key for key in keys if key in samples and np.isfinite(good_values(samples, key)).any()),
        None,
    )


def _profile(words: Words, key: str, seconds: Any, values: Any, address: str) -> Any:
    """Means per minute, and where the samples themselves are."""
    minutes = DataFrame({"minute": seconds // 60, "value": values}).groupby("minute")["value"]
    means = minutes.agg(["mean", "count"]).reset_index().head(TABLE_ROWS)
    rows = [
        (words.number(minute), words.number(mean, decimals(key)), words.number(count))
        for minute, mean, count in zip(means["minute"], means["mean"], means["count"], strict=True)
    ]
    head = (words("ride.minute"), words.quantity_unit(key), words("count"))
    caption = f"{words.quantity(key)}, {words('step.minute')}, {words('raw')}"
    return [
        table(head, rows, caption, numbers=(0, 1, 2)),
        cut_note(words, len(rows), len(minutes), address),
    ]


def _statistics(words: Words, key: str, ride: Any, values: Any) -> Any:
    known = values[np.isfinite(values)]
    facts = (
        (words("ride.duration"), words.duration(ride["duration_s"])),
        (words("ride.distance"), words.distance(ride["distance_m"])),
        (words("count"), words.number(ride["samples"])),
        (f"{words.quantity(key)}, {words('mean').lower()}", words.value(key, known.mean())),
        (f"{words.quantity(key)}, {words('median').lower()}", words.value(key, np.median(known))),
        (f"{words.quantity(key)}, {words('highest').lower()}", words.value(key, known.max())),
    )
    return html.Dl(
        [html.Div([html.Dt(name), html.Dd(value)]) for name, value in facts], className="facts"
    )
