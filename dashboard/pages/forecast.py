"""The forecast of one node as a part of its page."""

from datetime import datetime
from typing import Any

from dash import html
from pandas import DataFrame

from storage import reader

from .. import figures
from ..words import Words, decimals
from .parts import chart, folded, table

HOUR_S = 3600


def quantile_columns(frame: DataFrame) -> dict[str, float]:
    """Columns of ``reader.forecast`` that are quantiles, with their level, rising."""
    levels = {
        column: float(column[1:]) / 100
        for column in frame.columns
        if column[:1] == "q" and column[1:].replace(".", "").isdigit()
    }
    return dict(sorted(levels.items(), key=lambda pair: pair[1]))


def section(connection: Any, words: Words, name: str, key: str, since: datetime) -> Any:
    """Chart of the hours since ``since`` and the latest forecast, what it rests on, and a table."""
    forecast = reader.forecast(connection, name, key)
    levels = quantile_columns(forecast)
    if forecast.empty or not levels:
        return html.P(words("forecast.none"))
    stop = forecast["issue_time"].iloc[0].to_pydatetime()
    measured = reader.series(connection, name, [key], since, max(stop, since), HOUR_S)
    figure = figures.forecast_figure(words, key, measured, forecast, list(levels))
    return [
        chart(words, "forecast-figure", words("forecast.title"), figure),
        html.P(_account(words, forecast, levels)),
        folded(words("forecast.table"), _table(words, key, forecast, levels), "forecast-table"),
    ]


def _account(words: Words, forecast: DataFrame, levels: dict[str, float]) -> str:
    """When it was issued, by which model, and what the interval means."""
    bounds = list(levels.values())
    model = forecast["model"].iloc[0]
    account = words(
        "forecast.text",
        time=words.time(forecast["issue_time"].iloc[0].to_pydatetime()),
        model=model,
        level=round((bounds[-1] - bounds[0]) * 100),
    )
    return f"{account} {words('forecast.naive')}" if "naive" in model else account


def _table(words: Words, key: str, forecast: DataFrame, levels: dict[str, float]) -> Any:
    columns = list(levels)
    picked = (columns[0], columns[len(columns) // 2], columns[-1])
    digits = decimals(key)
    rows = [
        (words.time(time), *(words.number(value, digits) for value in values))
        for time, *values in zip(
            forecast["time"], *(forecast[column] for column in picked), strict=True
        )
    ]
    percent = [round(levels[column] * 100) for column in (picked[0], picked[-1])]
    head = (
        words("time"),
        words("forecast.low", level=percent[0]),
        words("forecast.middle"),
        words("forecast.high", level=percent[1]),
    )
    return table(head, rows, words.quantity_unit(key), numbers=(1, 2, 3))
