"""The page of one public ride: its map, its profile, its numbers."""

from typing import Any

import numpy as np
from dash import Dash, html
from pandas import DataFrame

from storage import reader

from .. import figures
from ..mine.addresses import to_base
from ..mine.tracks import choose, list_measured, measure, say_dose, to_good
from ..source import Source
from ..words import Words, decimals
from . import hexmap
from .hexmap import Drawing
from .parts import TABLE_ROWS, chart, choices, cut_note, folded, notice, table
from .rides import EVER

RESOLUTION = 10  # of the public cells of a ride


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


async def layout(source: Source, words: Words, name: str, query: dict[str, str]) -> Any:
    """Map of cells, profile and statistics of one quantity; what is chosen is in the address."""
    ride, samples = await source.ask(read_ride, name)
    keys = list_measured(samples)
    key = choose(keys, query.get("quantity"))
    if key is None:
        return notice(words("no.data"), words("no.data.why"))
    seconds = samples["second"].to_numpy(int)
    values = to_good(samples, key)
    drawing = to_drawing(words, key, ride, samples["cell"].to_numpy(np.int64), values)
    address = f"/v1/rides/{name}"
    profile = _profile(words, key, seconds, values, address)
    return html.Div(
        [
            html.P(words("rides.privacy"), className="lead"),
            choices(words, f"ride/{name}", keys, key),
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
            _statistics(words, key, ride, seconds, values),
            *_dose(words, key, seconds, values),
            _files(words, name),
        ]
    )


def to_drawing(words: Words, key: str, ride: Any, cells: Any, values: Any) -> Drawing:
    """Mean of the good values per cell of the ride."""
    known = np.isfinite(values) & (cells != 0)
    means = DataFrame({"cell": cells[known], "value": values[known]}).groupby("cell")["value"]
    frame = means.agg(["mean", "count"]).reset_index()
    period = words("ride.period", time=words.time(ride["start"].to_pydatetime()))
    return Drawing(key, frame, RESOLUTION, period, box=None, fixed=True)


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


def _statistics(words: Words, key: str, ride: Any, seconds: Any, values: Any) -> Any:
    """Of the public part; the mean is over time, as of a dose."""
    known, numbers = values[np.isfinite(values)], measure(seconds, values)
    assert numbers is not None  # of a quantity that was measured
    facts = (
        (words("ride.duration"), words.duration(ride["duration_s"])),
        (words("ride.distance"), words.distance(ride["distance_m"])),
        (words("count"), words.number(ride["samples"])),
        (f"{words.quantity(key)}, {words('mean').lower()}", words.value(key, known.mean())),
        (f"{words.quantity(key)}, {words('median').lower()}", words.value(key, np.median(known))),
        (f"{words.quantity(key)}, {words('highest').lower()}", words.value(key, numbers.peak)),
    )
    return html.Dl(
        [html.Div([html.Dt(name), html.Dd(value)]) for name, value in facts], className="facts"
    )


def _dose(words: Words, key: str, seconds: Any, values: Any) -> list[Any]:
    """What was breathed in, in words; nothing where it would be no mass."""
    numbers = measure(seconds, values)
    said = "" if numbers is None else say_dose(words, key, numbers)
    return [html.P(said)] if said else []


def _files(words: Words, name: str) -> Any:
    """The same as files, and the rides of who looks."""
    base = f"/{words.language}/ride/{name}"
    return html.P(
        [
            words("ride.files"),
            *(part for form in ("gpx", "csv") for part in (" ", _link(f"{base}.{form}", form))),
            " · ",
            html.A(words("rides.mine"), href=to_base(words)),
        ]
    )


def _link(target: str, form: str) -> Any:
    return html.A(form.upper(), href=target, download="")
