"""The page of a neighbourhood or a hexagon; the parts that it shares with that of a node.

1. which quantities were measured there, and which one is asked for
2. the hours of some weeks and the days of a year, in two or three questions
3. now, in numbers, the chart with its limits, the week by hour
4. the nodes in it, which have forecasts, and what to compare it with
"""

from datetime import datetime, timedelta
from typing import Any

from dash import html

from storage.listed import read_measured

from ..pages.options import Query, check_known, check_quantity
from ..pages.parts import (
    USUAL,
    NothingYetError,
    choices,
    notice,
)
from ..source import Source
from ..words import Words
from . import section
from .history import PERIODS, WEEK, write_history
from .options import check_weeks
from .place import (
    AREA,
    HEXAGON,
    Place,
    find_newest,
    find_nodes,
    read_days,
    read_hours,
    read_place,
    to_local_days,
)


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
    keys = read_measured(connection)
    key = query.get("quantity") or (USUAL if USUAL in keys else next(iter(keys), USUAL))
    stop = find_newest(connection, place, key)
    if stop is None or not keys:
        raise NothingYetError(notice(words("no.data"), words("no.data.why")))
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


def write_around(connection: Any, words: Words, place: Place, stop: datetime) -> list[Any]:
    """The fixed nodes that are in it, and where it is one of many."""
    if place.kind == AREA:
        more = html.A(words("place.areas"), href=f"/{words.language}/areas")
    else:
        more = html.A(words("place.map"), href=f"/{words.language}/")
    inside = find_nodes(connection, place, (stop - timedelta(hours=1), stop))
    links = [
        html.Li(html.A(label or name, href=f"/{words.language}/node/{name}"))
        for name, label in zip(inside["name"], inside["label"], strict=True)
    ]
    if links:
        told = [html.Ul(links), html.P(words("place.nodes.forecast"))]
    else:
        told = [html.P(words("place.nodes.none"))]
    return [html.H2(words("place.nodes")), *told, html.P(more)]
