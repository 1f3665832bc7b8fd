"""The forecast of one node as a part of its page."""

from datetime import datetime, timedelta
from typing import Any

from dash import html
from pandas import DataFrame

from lokaalmeten.forecasts import QUANTITIES, YOUNGEST_H
from storage import reader
from storage.forecasts import read_forecast

from .. import figures
from ..scores import DAY_AHEAD, WEEKS, read_recent
from ..words import Words, decimals
from . import outlook
from .parts import chart, folded, plain_table

HOUR_S = 3600
HOUR = timedelta(hours=1)
OLD = 3 * HOUR  # since the latest measurement: pages of an hour come up to an hour late
WHOLE = 90  # percent of the last hours; with less the band is seen to be wider
SHOWN = {"q10": 0.1, "q50": 0.5, "q90": 0.9}  # the band that most people can use


def quantile_columns(frame: DataFrame) -> dict[str, float]:
    """Columns of ``reader.forecast`` that are quantiles, with their level, rising."""
    levels = {
        column: float(column[1:]) / 100
        for column in frame.columns
        if column[:1] == "q" and column[1:].replace(".", "").isdigit()
    }
    return dict(sorted(levels.items(), key=lambda pair: pair[1]))


def section(connection: Any, words: Words, name: str, key: str, since: datetime) -> Any:
    """Chart of the hours since ``since`` and the latest forecast, what it rests on, and a table.

    Last how good earlier ones were. Instead of all that, why there is none.
    """
    said, forecast = read_forecast(connection, "node", name, key)
    if forecast.empty:
        return [html.P(_refusal(words, said)), *_earlier(connection, words, name, key, said)]
    stop = said["issue_time"]
    raw = f"{key}_corrected" if said["corrected"] else key
    measured = reader.series(connection, name, [raw], since, max(stop, since), HOUR_S)
    shown = measured.rename(columns={raw: key})
    figure = figures.forecast_figure(words, key, shown, forecast, list(SHOWN))
    return [
        *outlook.of_place(connection, words, name, key, said),
        chart(words, "forecast-figure", words("forecast.title"), figure),
        html.P(_account(words, said)),
        *_earlier(connection, words, name, key, said),
        folded(words("forecast.table"), _table(words, key, forecast), "forecast-table"),
    ]


def _refusal(words: Words, said: dict[str, Any]) -> str:
    """Why there is no forecast."""
    reason = said.get("reason")
    if reason is None:
        return words("forecast.none")
    return words(f"forecast.none.{reason}", history=said["history"], least=YOUNGEST_H)


def _account(words: Words, said: dict[str, Any]) -> str:
    """When it was made, of what, and what it rests on."""
    of = words("forecast.of.corrected" if said["corrected"] else "forecast.of.raw")
    parts = [words("forecast.text", time=words.time(said["issue_time"]), of=of)]
    if said["known"] is not None:
        known = round(100 * said["known"])
        history = words.number(said["history"])
        parts.append(words("forecast.rests", history=history, known=known))
        parts += [words("forecast.gaps")] if known < WHOLE else []
    if said["newest"] is not None and said["cutoff"] - said["newest"] > OLD:
        parts.append(words("forecast.old", time=words.time(said["newest"] + HOUR)))
    return " ".join(parts)


def _earlier(connection: Any, words: Words, name: str, key: str, said: dict[str, Any]) -> list[Any]:
    """How good earlier forecasts of this place were, in a line, and where more is."""
    if key not in QUANTITIES or not said:
        return []
    found = read_recent(connection, key, place=name)
    score, day = (found.all(), found.ahead(*DAY_AHEAD)) if found else (None, None)
    told = words("forecast.earlier.none")
    if score is not None and day is not None:
        told = words(
            "forecast.earlier",
            hours=words.number(score.forecasts),
            weeks=WEEKS,
            inside=round(100 * score.inside[80]),
            missed=words.value(key, day.missed),
        )
    address = f"/{words.language}/forecasts?quantity={key}"
    return [html.P([told, " ", html.A(words("forecast.earlier.link"), href=address)])]


def _table(words: Words, key: str, forecast: DataFrame) -> Any:
    digits = decimals(key)
    rows = [
        (words.time(time), *(words.number(value, digits) for value in values))
        for time, *values in zip(
            forecast["time"], *(forecast[column] for column in SHOWN), strict=True
        )
    ]
    percent = [round(100 * level) for level in (SHOWN["q10"], SHOWN["q90"])]
    head = (
        words("time"),
        words("forecast.low", level=percent[0]),
        words("forecast.middle"),
        words("forecast.high", level=percent[1]),
    )
    return plain_table(head, rows, words.quantity_unit(key), numbers=(1, 2, 3))
