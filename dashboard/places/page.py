"""The page of a neighbourhood or a hexagon; the parts that it shares with that of a node.

1. which quantities were measured there, and which one is asked for
2. the hours of some weeks and the days of a year, in two or three questions
3. now, in numbers, the chart with its limits, the week by hour
4. the forecast where there is one, what else is known, and what to compare it with
"""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
from dash import html

from lokaalmeten.geo import find_resolution, to_parent
from lokaalmeten.quantities import CORRECTED
from storage import reader
from storage.listed import read_measured

from .. import figures
from ..pages.options import Query, check_known, check_quantity
from ..pages.parts import (
    TABLE_ROWS,
    USUAL,
    NothingYetError,
    chart,
    choices,
    cut_note,
    folded,
    notice,
    table,
)
from ..source import Source
from ..words import ZONE, Words, decimals
from . import section
from .options import check_weeks
from .place import (
    AREA,
    HEXAGON,
    Frame,
    Place,
    find_fixed,
    find_newest,
    read_days,
    read_hours,
    read_place,
    to_local_days,
    to_moments,
)
from .statistics import find_lines

DAY, WEEK, YEAR = "day", "week", "year"
PERIODS = {DAY: section.DAY_H, WEEK: section.WEEK_H, YEAR: 24 * section.YEAR_D}  # hours
LIMITS = {DAY: ("hour", "day"), WEEK: ("hour", "day"), YEAR: ("year",)}  # that are drawn


def check(query: Query) -> None:
    """Refuse a quantity, a period or a number of weeks that the page has not."""
    check_quantity(query)
    check_known(query, "period", tuple(PERIODS), "unfit.period")
    check_weeks(query)


def area_title(connection: Any, words: Words, name: str) -> str:
    """Heading of the page of a zone."""
    return read_place(connection, words, AREA, name).label


def hexagon_title(connection: Any, words: Words, name: str) -> str:
    """Heading of the page of a cell."""
    return read_place(connection, words, HEXAGON, name).label


async def area_layout(source: Source, words: Words, name: str, query: dict[str, str]) -> Any:
    """Page of a zone."""
    return await source.ask(write_page, words, AREA, name, query)


async def hexagon_layout(source: Source, words: Words, name: str, query: dict[str, str]) -> Any:
    """Page of a cell."""
    return await source.ask(write_page, words, HEXAGON, name, query)


def write_page(connection: Any, words: Words, kind: str, name: str, query: dict[str, str]) -> Any:
    """All below the heading.

    Raises:
        NothingYetError: nothing was ever measured.

    """
    check(query)
    place = read_place(connection, words, kind, name)
    stop = find_newest(connection, place)
    keys = read_measured(connection)
    if stop is None or not keys:
        raise NothingYetError(notice(words("no.data"), words("no.data.why")))
    key = query.get("quantity") or (USUAL if USUAL in keys else keys[0])
    period = query.get("period") or WEEK
    weeks = section.choose_weeks(query.get("weeks"))
    first, after = to_local_days(stop, section.YEAR_D)
    start = stop - timedelta(weeks=weeks)
    hours = read_hours(connection, place, key, start, stop)
    days = read_days(connection, place, key, first, after)
    path = f"{place.path}?period={period}&"
    return html.Div(
        [
            html.P(write_lead(words, place), className="lead"),
            choices(words, place.path, list(dict.fromkeys([*keys, key])), key),
            section.write_now(words, place, key, hours),
            html.H2(words("place.statistics")),
            *section.write_statistics(words, place, key, hours, days, stop, after),
            html.H2(words("place.history")),
            *write_history(connection, words, place, key, period, hours, days, stop),
            *section.write_heat(words, key, hours, weeks, weeks * section.WEEK_H, path),
            *write_around(connection, words, place, stop),
            section.write_compare(words, place, key),
        ]
    )


def write_lead(words: Words, place: Place) -> str:
    """What the place is and what its numbers are."""
    return words("place.area.lead" if place.kind == AREA else "place.hexagon.lead")


def write_history(
    connection: Any,
    words: Words,
    place: Place,
    key: str,
    period: str,
    hours: Frame,
    days: Frame,
    stop: datetime,
) -> list[Any]:
    """Choice of period, chart with limits, a sentence, and the same numbers."""
    start = stop - timedelta(hours=PERIODS[period])
    if period == YEAR:
        start, stop = to_moments(*to_local_days(stop, section.YEAR_D))
        width, rows = 86_400, days.rename(columns={"day": "time"})
        rows = rows.assign(time=rows["time"].dt.tz_localize(ZONE))
    else:
        width, rows = 3600, hours[hours["time"] >= start]
    links = choose_period(words, place, key, period)
    if rows.empty:
        facts = {"quantity": words.quantity(key), "period": words.span(start, stop)}
        return [links, notice(words("no.data"), words("no.period", **facts))]
    better = read_better(connection, place, key, period, rows, start, stop)
    values = rows["mean"].to_numpy(float)
    figure = figures.history_figure(words, key, rows["time"], values, better, width)
    limits = [limit for each in LIMITS[period] for limit in find_lines(key, each)]
    told = words(
        "place.history.text",
        quantity=words.quantity(key),
        period=words.span(start, stop),
        step=words("step.day" if period == YEAR else "step.hour"),
        mean=words.value(key, values.mean()),
        low=words.value(key, values.min()),
        high=words.value(key, values.max()),
    )
    return [
        links,
        chart(
            words,
            "place-figure",
            words("place.history"),
            figures.add_limits(figure, words, key, limits),
        ),
        html.P(told, id="place-summary"),
        section.write_limits(words, key, limits),
        folded(
            words("series.table"),
            write_table(words, place, key, rows, better, start, stop),
            "place-table",
        ),
    ]


def choose_period(words: Words, place: Place, key: str, chosen: str) -> Any:
    """Links to the same page with another period."""
    address = f"/{words.language}/{place.path}?quantity={key}"
    links = [
        html.Li(
            html.A(
                words(f"period.{period}"),
                href=f"{address}&period={period}",
                **section.mark_current(period == chosen),
            )
        )
        for period in PERIODS
    ]
    named: Any = {"aria-label": words("period")}
    return html.Nav(html.Ul(links), className="choices", **named)


def read_better(
    connection: Any,
    place: Place,
    key: str,
    period: str,
    rows: Frame,
    start: datetime,
    stop: datetime,
) -> Any:
    """What the means are corrected to, beside them; None where nothing is."""
    if key not in CORRECTED or key not in set(reader.corrections(connection)["quantity"]):
        return None
    if period == YEAR:
        days = to_local_days(stop, section.YEAR_D)
        found = read_days(connection, place, f"{key}_corrected", *days)
        times = found["day"].dt.tz_localize(ZONE)
    else:
        found = read_hours(connection, place, f"{key}_corrected", start, stop)
        times = found["time"]
    if found.empty:
        return None
    told = dict(zip(times, found["mean"], strict=True))
    return np.array([told.get(time, np.nan) for time in rows["time"]], float)


def write_table(
    words: Words,
    place: Place,
    key: str,
    rows: Frame,
    better: Any,
    start: datetime,
    stop: datetime,
) -> Any:
    """Newest first, and where all of it is."""
    digits = decimals(key)
    head = [words("time"), words.quantity_unit(key)]
    columns = [
        [words.time(time) for time in rows["time"]],
        [words.number(value, digits) for value in rows["mean"]],
    ]
    if better is not None:
        head.append(words("corrected"))
        columns.append([words.number(value, digits) for value in better])
    head += [words("count"), words("place.sources")]
    columns += [[words.number(each) for each in rows[name]] for name in ("count", "nodes")]
    shown = list(zip(*columns, strict=True))[::-1][:TABLE_ROWS]
    ends = (start, stop - timedelta(seconds=1))
    first, last = (moment.astimezone(ZONE).date() for moment in ends)
    asked = f"place={place.code}&quantity={key}&first={first}&last={last}"
    return [
        table(head, shown, words("place.table", quantity=words.quantity(key)), range(1, len(head))),
        cut_note(words, len(shown), len(rows), f"/{words.language}/compare.csv?{asked}"),
    ]


def write_around(connection: Any, words: Words, place: Place, stop: datetime) -> list[Any]:
    """The fixed nodes that are in it, and where it is one of many."""
    nodes = find_fixed(reader.nodes(connection))
    if place.kind == AREA:
        found = reader.zone_nodes(connection, stop - timedelta(hours=1), stop)
        names = set(found.loc[found["zone"] == place.name, "node"])
        more = html.A(words("place.areas"), href=f"/{words.language}/areas")
    else:
        names = find_inside(nodes, int(place.name, 16))
        more = html.A(words("place.map"), href=f"/{words.language}/")
    inside = nodes[nodes["name"].isin(list(names))]
    links = [
        html.Li(html.A(label or name, href=f"/{words.language}/node/{name}"))
        for name, label in zip(inside["name"], inside["label"], strict=True)
    ]
    if links:
        told = [html.Ul(links), html.P(words("place.nodes.forecast"))]
    else:
        told = [html.P(words("place.nodes.none"))]
    return [html.H2(words("place.nodes")), *told, html.P(more)]


def find_inside(nodes: Frame, cell: int) -> set[str]:
    """Names of the nodes that stand in a cell."""
    placed = nodes[nodes["cell"] != 0]
    cells = placed["cell"].to_numpy(np.int64)
    resolution = find_resolution(cell)
    if resolution > reader.FIXED_RESOLUTION:
        return set()
    return set(placed["name"][to_parent(cells, resolution) == cell])
