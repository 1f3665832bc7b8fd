"""The quarter report of bikes that measure.

1. read what the public may know of the quarter, and the weather (quarter_facts.py)
2. add it up: whole, by month, by week
3. say it in short, with what it is worth
4. draw weeks, the spread of values and maps of places where enough people rode
5. say how it was worked out
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import numpy as np

from lokaalmeten.lki import COLOURS, EDGES
from lokaalmeten.privacy import FEWEST_NODES
from storage.reader import RideCells

from ..classes import to_classes
from ..hexagons import WIDTH_M
from ..words import DASH, Words, unit_sign
from .charts import draw_columns
from .document import Block, Document, Facts, Heading, Paragraph, Picture, Table
from .drawing import LINE
from .maps import draw_map
from .quarter_facts import EDGES as SPREAD
from .quarter_facts import (
    QUANTITY,
    Quarter,
    add_up,
    count_flags,
    list_parts,
    spread,
    weigh_weather,
)
from .reading import Frame

HOUR_S, KILOMETRE_M = 3600, 1000
UNIT = unit_sign(QUANTITY)


def write_quarter(quarter: Quarter, words: Words, made: datetime) -> Document:
    """Lay out the report of a quarter with at least one ride; ``made`` is when that was."""
    last = quarter.after - timedelta(days=1)
    lead = words("quarter.lead", first=words.day(quarter.first), last=words.day(last))
    return Document(
        language=words.language,
        title=words("quarter.title", number=quarter.number, year=quarter.year),
        lead=lead,
        foot=words("report.foot", made=words.time(made)),
        blocks=[
            *write_short(quarter, words),
            *write_weeks(quarter, words),
            *write_spread(quarter, words),
            *write_maps(quarter, words),
            *write_weather(quarter, words),
            *write_method(words),
        ],
    )


def write_short(quarter: Quarter, words: Words) -> Iterator[Block]:
    """The numbers that matter most, and what they are worth."""
    days = quarter.days
    rides, hours = int(days["rides"].sum()), float(days["duration_s"].sum()) / HOUR_S
    metres = float(days["distance_m"].sum())
    count, mean = to_whole(add_up(quarter, "month"))
    yield Heading(words("quarter.short"))
    yield Facts(
        [
            (words("quarter.riders"), say_riders(quarter, words)),
            (words("quarter.rides"), words.number(rides)),
            (words("quarter.hours"), words.number(hours, digits_of(hours))),
            (
                words("quarter.kilometres"),
                words.number(metres / KILOMETRE_M, digits_of(metres / KILOMETRE_M)),
            ),
            (words("quarter.mean"), words.value(QUANTITY, mean)),
            (words("quarter.values"), words.number(count)),
            (words("quarter.per_ride"), words.distance(metres / rides)),
            (words("quarter.longest"), words.distance(float(days["longest_m"].max()))),
        ]
    )
    if quarter.until < quarter.after:
        last = words.day(quarter.until - timedelta(days=1))
        yield Paragraph(words("quarter.running", last=last), note=True)
    yield Paragraph(words("quarter.note"), note=True)
    yield Paragraph(words("quarter.public"))


def to_whole(parts: Frame) -> tuple[float, float]:
    """Number of good values of all parts together, and their mean."""
    count = float(parts["count"].sum())
    total = float((parts["mean"] * parts["count"]).sum())
    return count, total / count if count else float("nan")


def digits_of(number: float) -> int:
    """Decimals that a number deserves: one while it is small."""
    return 0 if number >= 100 else 1


def say_riders(quarter: Quarter, words: Words) -> str:
    """How many rode, unless that would point at somebody."""
    if quarter.riders is None:
        return words("quarter.riders.unknown")
    if quarter.riders < FEWEST_NODES:
        return words("quarter.riders.few", fewest=FEWEST_NODES)
    return words.number(quarter.riders)


def write_weeks(quarter: Quarter, words: Words) -> Iterator[Block]:
    """Week after week, as pictures and as a table; and the months."""
    found = add_up(quarter, "week")
    labels = [say_week(week) for week in found.index]
    kilometres = (found["distance_m"] / KILOMETRE_M).to_numpy(float)
    most = int(np.argmax(kilometres))
    yield Heading(words("quarter.weeks"))
    yield Picture(
        draw_columns(words, labels, kilometres.tolist(), [LINE] * len(labels), "km"),
        words(
            "quarter.weeks.kilometres.alt",
            most=words.number(kilometres[most]),
            week=labels[most],
        ),
        words("quarter.weeks.kilometres"),
    )
    means = found["mean"].to_numpy(float)
    if np.isfinite(means).any():
        low, high = (words.number(f(means), 1) for f in (np.nanmin, np.nanmax))
        yield Picture(
            draw_columns(words, labels, means.tolist(), to_colours(means), UNIT),
            words("quarter.weeks.mean.alt", low=low, high=high),
            words("quarter.weeks.mean"),
        )
    by_month = add_up(quarter, "month")
    names = [words.month(int(month[-2:])).capitalize() for month in by_month.index]
    caption = words("quarter.months.table")
    yield to_table(words, caption, words("report.month"), names, by_month, total=True)
    caption = words("quarter.weeks.table")
    yield to_table(words, caption, words("report.week"), labels, found, total=False)


def say_week(week: str) -> str:
    """Number of an ISO week.

    >>> say_week("2026-W05")
    '5'
    """
    return week.split("W")[1].lstrip("0")


def to_colours(values: np.ndarray) -> list[str]:
    """Colours of the classes in which values of PM2.5 lie; of NaN any."""
    places = np.searchsorted(EDGES[QUANTITY], np.nan_to_num(values), side="right")
    return [COLOURS[place] for place in places]


def to_table(
    words: Words,
    caption: str,
    name: str,
    labels: Sequence[str],
    found: Frame,
    *,
    total: bool,
) -> Table:
    """Rides, hours, kilometres and PM2.5 of each part, and of all of them together."""
    head = [
        name,
        words("quarter.rides"),
        words("quarter.hours"),
        words("quarter.kilometres"),
        words("quarter.values"),
        words("report.mean", sign=UNIT),
    ]
    columns = ("rides", "duration_s", "distance_m", "count", "mean")
    parts = list(found[list(columns)].itertuples(index=False, name=None))
    if total:
        parts.append((*(found[c].sum() for c in columns[:4]), to_whole(found)[1]))
        labels = [*labels, words("report.total")]
    rows = [
        (
            label,
            words.number(rides),
            words.number(seconds / HOUR_S, 1),
            words.number(metres / KILOMETRE_M, 1),
            words.number(count),
            words.number(mean, 1),
        )
        for label, (rides, seconds, metres, count, mean) in zip(labels, parts, strict=True)
    ]
    return Table(caption, head, rows)


def write_spread(quarter: Quarter, words: Words) -> Iterator[Block]:
    """How the values lie in classes, and how many were judged how."""
    yield Heading(words("quarter.spread"))
    counts = spread(quarter)
    total = counts.sum()
    names = [to_span(words, place) for place in range(len(counts))]
    last = max(np.flatnonzero(counts), default=0)  # classes above it are empty
    shown = [place for place in range(last + 1) if counts[place] or place > 0]
    if total:
        shares = 100 * counts / total
        largest = int(np.argmax(shares))
        yield Picture(
            draw_columns(
                words,
                [names[place] for place in shown],
                [float(shares[place]) for place in shown],
                [LINE] * len(shown),
                words("quarter.spread.axis"),
            ),
            words(
                "quarter.spread.alt",
                name=names[largest],
                share=words.number(shares[largest]),
            ),
            words("quarter.spread.picture"),
        )
        head = [words("quarter.class"), words("quarter.values"), words("report.share")]
        rows = [
            (names[place], words.number(counts[place]), f"{words.number(shares[place], 1)}%")
            for place in shown
        ]
        yield Table(words("quarter.spread.table"), head, rows)
    flags = count_flags(quarter)
    every = sum(flags.values())
    rows = [
        (words.flag(flag), words.number(count), f"{words.number(100 * count / every, 1)}%")
        for flag, count in flags.items()
    ]
    head = [words("quarter.flag"), words("count"), words("report.share")]
    yield Table(words("quarter.flags.table"), head, rows)


def to_span(words: Words, place: int) -> str:
    """Bounds of a class of SPREAD."""
    if place == 0:
        return f"< {words.number(SPREAD[0])}"
    if place == len(SPREAD):
        return f"≥ {words.number(SPREAD[-1])}"
    return f"{words.number(SPREAD[place - 1])}{DASH}{words.number(SPREAD[place])}"


def write_maps(quarter: Quarter, words: Words) -> Iterator[Block]:
    """Maps of the quarter and its months, and the highest places."""
    yield Heading(words("quarter.maps"))
    kept = words("quarter.map.kept", fewest=FEWEST_NODES, left_out=quarter.cells.left_out)
    yield Paragraph(kept)
    yield Paragraph(words("quarter.map.careful"))
    months = list_parts(quarter, "month")
    periods = [f"{words.month(int(month[-2:]))} {quarter.year}" for month in months]
    whole = words("quarter.whole", number=quarter.number, year=quarter.year)
    yield write_map(quarter, quarter.cells, whole, words)
    cells = quarter.cells.cells.sort_values("mean", ascending=False).head(10)
    if len(cells):
        yield to_highest(cells, words)
    for period, found in zip(periods, quarter.months, strict=False):  # those that began
        yield write_map(quarter, found, period, words)


def write_map(quarter: Quarter, found: RideCells, period: str, words: Words) -> Block:
    """One map, or a sentence where there is nothing to draw."""
    if len(found.cells) == 0:
        return Paragraph(words("quarter.map.none", period=period.capitalize()))
    cells, means = found.cells["cell"].to_numpy(np.int64), found.cells["mean"].to_numpy(float)
    low, high = (words.number(f(means), 1) for f in (np.min, np.max))
    return Picture(
        draw_map(words, cells, means, to_classes(QUANTITY, means)),
        words("quarter.map.alt", cells=len(cells), low=low, high=high),
        words("quarter.map", width=say_width(words, quarter.resolution), period=period),
    )


def say_width(words: Words, resolution: int) -> str:
    """How wide a hexagon is."""
    width = WIDTH_M[resolution]
    return f"{words.number(width / 1000, 1)} km" if width >= 1000 else f"{width} m"


def to_highest(cells: Frame, words: Words) -> Table:
    """The highest hexagons with what their means rest on."""
    head = [
        words("map.cell"),
        words("report.mean", sign=UNIT),
        words("quarter.values"),
        words("quarter.rides"),
    ]
    rows = [
        (f"{cell:x}", words.number(mean, 1), words.number(count), words.number(rides))
        for cell, mean, count, rides in cells.itertuples(index=False, name=None)
    ]
    return Table(words("quarter.map.highest"), head, rows)


def write_weather(quarter: Quarter, words: Words) -> Iterator[Block]:
    """Weather beside PM2.5 by week, or that it is not known."""
    yield Heading(words("quarter.weather"))
    if not quarter.station:
        yield Paragraph(words("quarter.weather.none"))
        return
    weather = weigh_weather(quarter)
    means = add_up(quarter, "week")["mean"]
    keys = list(weather.columns)
    head = [words("report.week"), words("quarter.mean"), *(words(WEATHER_TEXTS[k]) for k in keys)]
    rows = [
        (
            say_week(week),
            words.number(means[week], 1),
            *(words.number(weather.loc[week, key], 1) for key in keys),
        )
        for week in weather.index
    ]
    yield Table(words("quarter.weather.table", station=quarter.station), head, rows)
    yield Paragraph(words("quarter.weather.careful"))


WEATHER_TEXTS = {
    "temperature": "weather.temperature",
    "humidity": "weather.humidity",
    "wind_speed": "weather.wind_speed",
    "rain": "weather.rain",
}


def write_method(words: Words) -> Iterator[Block]:
    """How it was worked out, and what was kept back."""
    yield Heading(words("report.method"))
    yield Paragraph(words("report.clock"))
    yield Paragraph(words("report.raw"))
    yield Paragraph(words("quarter.method"))
    yield Paragraph(words("quarter.method.riders", fewest=FEWEST_NODES))
