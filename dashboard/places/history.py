"""The chart of a place over a day, a week or a year, with its limits and the same numbers."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
from dash import html

from lokaalmeten.quantities import CORRECTED
from storage import reader

from .. import figures
from ..pages.parts import TABLE_ROWS, chart, cut_note, folded, notice, plain_table
from ..words import ZONE, Words, decimals
from . import section
from .place import Frame, Place, read_days, read_hours, to_local_days, to_moments
from .statistics import find_lines

DAY, WEEK, YEAR = "day", "week", "year"
PERIODS = {DAY: section.DAY_H, WEEK: section.WEEK_H, YEAR: 24 * section.YEAR_D}  # hours
LIMITS = {DAY: ("hour", "day"), WEEK: ("hour", "day"), YEAR: ("year",)}  # that are drawn


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
        plain_table(
            head, shown, words("place.table", quantity=words.quantity(key)), range(1, len(head))
        ),
        cut_note(
            words,
            len(shown),
            len(rows),
            f"/{words.language}/compare.csv?{asked}",
            "place.table.all",
        ),
    ]
