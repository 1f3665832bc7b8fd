"""The year report of fixed nodes, as a municipality needs it.

1. read what the public may know of the year (year_facts.py)
2. say in short what was measured, and what that is worth
3. per quantity: beside the limits, per node, day, month, zone and on a map
4. the hours as air quality index
5. how much of the year was measured, node by node
6. how it was worked out, and where the limits are written
"""

from collections.abc import Iterator
from datetime import datetime

import numpy as np
import pandas as pd

from lokaalmeten.limits import LIMITS

from ..words import Words
from .document import Block, Document, Facts, Heading, Paragraph, Table
from .reading import Frame
from .year_facts import (
    CAPTURE,
    QUANTITIES,
    Year,
    to_daily,
    to_means,
    to_node_groups,
)
from .year_hours import write_captures, write_index
from .year_quantity import PERIODS, write_quantity

LITTLE = 0.5  # of the days of a year: below it the report begins with how little there is


def write_year(year: Year, words: Words, made: datetime) -> Document:
    """Lay out the report of a year with at least one node; ``made`` is when that was."""
    days = pd.concat([rows["day"] for rows in year.days.values()])
    title = words("year.title", year=year.year)
    if year.asked:
        title = words("year.title.zones", year=year.year, zones=", ".join(year.zones.values()))
    if year.corrected:
        title += words("year.title.corrected")
    return Document(
        language=words.language,
        title=title,
        lead=words(
            "year.lead",
            nodes=len(year.nodes),
            first=words.day(days.min().date()),
            last=words.day(days.max().date()),
        ),
        foot=words("report.foot", made=words.time(made)),
        blocks=[
            *write_short(year, words),
            *(block for key in QUANTITIES for block in write_quantity(year, key, words)),
            *write_index(year, words),
            *write_captures(year, words),
            *write_method(year, words),
        ],
    )


def write_short(year: Year, words: Words) -> Iterator[Block]:
    """What was measured, and what that is worth."""
    measured = [key for key in QUANTITIES if len(year.days[key])]
    facts = [(words("year.nodes"), words.number(len(year.nodes)))]
    captures: list[Frame] = []
    for key in measured:
        means, daily = to_means(year, key), to_daily(year, key)
        captures.append(means["capture"])
        name = words.quantity(key)
        facts.append((words("year.mean", quantity=name), words.value(key, means["mean"].mean())))
        highest = daily.loc[daily["counts"], "highest"].max()
        facts.append((words("year.highest", quantity=name), words.value(key, highest)))
    capture: np.ndarray = np.concatenate(captures)
    enough = words("year.enough.of", count=int((capture >= CAPTURE).sum()), of=len(capture))
    if len(measured) == 1:
        facts.insert(1, (words("year.enough"), enough))
    hours = to_node_groups(year).to_numpy()
    if hours.sum():
        good = words.number(100 * hours[:, 0].sum() / hours.sum())
        facts.append((words("year.good"), f"{good}%"))
    if capture.mean() < LITTLE:
        counted = words.number(capture.mean() * year.length, 1)
        yield Paragraph(words("year.little", days=counted, of=year.length), note=True)
    yield Paragraph(words("year.note"), note=True)
    yield Facts(facts)


def write_method(year: Year, words: Words) -> Iterator[Block]:
    """How it was worked out, and where the limits are written."""
    yield Heading(words("report.method"))
    yield Paragraph(words("year.method.hour"))
    yield Paragraph(words("report.clock"))
    yield Paragraph(words("year.corrected" if year.corrected else "report.raw"))
    if year.zones:
        yield Paragraph(words("year.method.zone"))
    yield Paragraph(words("year.method.lki"))
    head = [
        words("quantity"),
        words("year.limit"),
        words("year.period"),
        words("year.value"),
        words("year.counts_from"),
        words("year.source"),
    ]
    rows = [
        (
            words.quantity(limit.quantity),
            limit.norm,
            words(PERIODS[limit.period]),
            words.number(limit.value),
            f"{limit.capture:.0%}",
            limit.source,
        )
        for limit in LIMITS
    ]
    yield Table(words("year.sources"), head, rows, texts=(1, 2, 5))
