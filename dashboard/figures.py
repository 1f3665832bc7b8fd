"""Columns to figures for Plotly, as plain dictionaries; no queries and no callbacks."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lokaalmeten.quality import Flag

from .words import ZONE, Words, decimals, unit_sign

LINE = "#2f7fb8"  # 4.3:1 on white, 3.6:1 on the dark page
BAND = "rgba(47, 127, 184, 0.25)"
LATER = "#c2620e"  # 4.2:1 and 3.7:1
RAW = "#7d8b98"  # 3.5:1 and 4.5:1: what stands beside it is better
GRID = "#dbe2e8"
TEXT = "#22303c"
GAP = 2.5  # steps without a value after which the line is broken

CONFIG = {
    "displayModeBar": False,
    "showSendToCloud": False,
    "responsive": True,
    "scrollZoom": False,
}

HIDDEN = {"visible": False}

Floats = NDArray[np.float64]
Figure = dict[str, Any]

# Before the first answer; Dash fails on a graph without a figure.
EMPTY: Figure = {"data": [], "layout": {"height": 340, "xaxis": HIDDEN, "yaxis": HIDDEN}}


def config(words: Words) -> Any:
    """Settings of a graph: its language, and no button that sends data elsewhere."""
    return {**CONFIG, "locale": words.language}


def series_figure(words: Words, key: str, frame: pd.DataFrame, width_s: int) -> Figure:
    """One quantity over time: ``frame`` has time, the key, and with width 0 its flags.

    What it is corrected to, where it is, is the line that one sees first.
    """
    values = frame[key].to_numpy(float)
    judged = f"{key}_flag"
    doubtful = np.zeros(len(frame), bool)
    if judged in frame:
        doubtful = np.isin(frame[judged].to_numpy(int), (Flag.SUSPECT, Flag.FAIL))
    lines = [_line(words, key, frame["time"], np.where(doubtful, np.nan, values), width_s)]
    corrected = get_corrected(frame, key)
    if corrected is not None:
        lines[0] |= {"name": words("raw.short"), "line": {"color": RAW, "width": 1.5}}
        better = _line(words, key, frame["time"], np.where(doubtful, np.nan, corrected), width_s)
        lines.append(better | {"name": words("corrected")})
    if doubtful.any():
        lines.append(_doubtful(words, key, frame["time"][doubtful], values[doubtful]))
    return _figure(words, key, lines)


def get_corrected(frame: pd.DataFrame, key: str) -> Floats | None:
    """What the values of a quantity are corrected to, (n,); None where none is."""
    name = f"{key}_corrected"
    values = frame[name].to_numpy(float) if name in frame else np.empty(0)
    return values if np.isfinite(values).any() else None


def forecast_figure(
    words: Words, key: str, measured: pd.DataFrame, forecast: pd.DataFrame, levels: list[str]
) -> Figure:
    """Hourly means, then the median of the forecast with its interval.

    ``levels`` names the quantile columns, rising; the outer two make the interval.
    """
    times = to_local(forecast["time"])
    low, high = (forecast[level].to_numpy(float) for level in (levels[0], levels[-1]))
    middle = forecast[levels[len(levels) // 2]].to_numpy(float)
    interval = {
        "type": "scatter",
        "x": np.concatenate([times, times[::-1]]).tolist(),
        "y": np.concatenate([high, low[::-1]]).tolist(),
        "fill": "toself",
        "fillcolor": BAND,
        "line": {"width": 0},
        "hoverinfo": "skip",
        "name": words("forecast.interval"),
    }
    median = _trace(words, key, times, middle, words("forecast.median"))
    median["line"] = {"color": LATER, "width": 2, "dash": "dash"}
    past = _line(words, key, measured["time"], measured[key].to_numpy(float), 3600)
    past["name"] = words("forecast.measured")
    return _figure(words, key, [interval, past, median], legend=True)


def score_figure(words: Words, key: str, scores: Sequence[tuple[int, float, float]]) -> Figure:
    """Mean errors by hours ahead: of forecasts, and of saying it will be as the day before."""
    ahead, missed, naive = (np.array(column, float) for column in zip(*scores, strict=True))
    said = _trace(words, key, ahead, missed, words("forecasts.error")) | {"mode": "lines+markers"}
    before = _trace(words, key, ahead, naive, words("forecasts.naive")) | {"mode": "lines+markers"}
    before["line"] = {"color": LATER, "width": 2, "dash": "dash"}
    figure = _figure(words, key, [said, before], legend=True)
    axis = {"title": {"text": words("forecasts.hours")}, "type": "linear", "tick0": 0, "dtick": 12}
    figure["layout"]["xaxis"] |= axis
    title = f"{words('forecasts.column.error')} ({unit_sign(key)})"
    figure["layout"]["yaxis"] |= {"title": {"text": title}, "rangemode": "tozero"}
    return figure


def profile_figure(words: Words, key: str, seconds: NDArray[Any], values: Floats) -> Figure:
    """One quantity along a ride, in minutes since the public start."""
    figure = _figure(words, key, [_trace(words, key, seconds / 60, values, words.quantity(key))])
    figure["layout"]["xaxis"] |= {"title": {"text": words("ride.minutes")}, "type": "linear"}
    return figure


def to_local(times: Any) -> NDArray[Any]:
    """Moments as Dutch wall-clock text, which Plotly shows as it is."""
    local = pd.DatetimeIndex(times).tz_convert(ZONE).tz_localize(None)
    return np.datetime_as_string(local.to_numpy("datetime64[s]"))


def break_gaps(times: NDArray[Any], values: Floats, width_s: int) -> tuple[NDArray[Any], Floats]:
    """Put a NaN after each value that is followed by a gap, so that no line bridges it.

    ``times`` is datetime64; without a width the usual step is the median of the steps.
    """
    if len(times) < 3:
        return times, values
    steps = np.diff(times) / np.timedelta64(1, "s")
    usual = width_s or float(np.median(steps))
    after = np.flatnonzero(steps > GAP * usual)
    middle = times[after] + np.timedelta64(round(usual), "s")
    return np.insert(times, after + 1, middle), np.insert(values, after + 1, np.nan)


def _line(words: Words, key: str, times: Any, values: Floats, width_s: int) -> dict[str, Any]:
    moments = pd.DatetimeIndex(times).tz_convert("UTC").tz_localize(None).to_numpy("datetime64[s]")
    moments, values = break_gaps(moments, values, width_s)
    local = to_local(pd.DatetimeIndex(moments, tz="UTC"))
    return _trace(words, key, local, values, words.quantity(key))


def _doubtful(words: Words, key: str, times: Any, values: Floats) -> dict[str, Any]:
    trace = _trace(words, key, to_local(times), values, words("series.doubtful"))
    return trace | {"mode": "markers", "marker": {"symbol": "x", "size": 7, "color": LATER}}


def _trace(words: Words, key: str, x: NDArray[Any], y: Floats, name: str) -> dict[str, Any]:
    known = np.isfinite(y)
    alone = len(y) < 3 or bool(known.sum() < 3)
    return {
        "type": "scatter",
        "mode": "lines+markers" if alone else "lines",
        "x": np.asarray(x).tolist(),
        "y": [value if ok else None for value, ok in zip(y.tolist(), known.tolist(), strict=True)],
        "line": {"color": LINE, "width": 2},
        "name": name,
        "connectgaps": False,
        "hovertemplate": f"%{{y:,.{decimals(key)}f}}<extra></extra>",
    }


def _figure(
    words: Words, key: str, traces: list[dict[str, Any]], *, legend: bool = False
) -> Figure:
    axis = {"gridcolor": GRID, "linecolor": GRID, "zeroline": False, "automargin": True}
    several = legend or len(traces) > 1
    unit = words.quantity_unit(key)
    return {
        "data": traces,
        "layout": {
            "template": None,
            "height": 340,
            "margin": {"l": 48, "r": 12, "t": 12, "b": 52},
            "font": {"family": "inherit", "size": 13, "color": TEXT},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "hovermode": "x unified",
            "dragmode": False,
            "showlegend": several,
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            "separators": ",." if words.language == "nl" else ".,",
            "xaxis": {**axis, "type": "date", "tickangle": 0},
            "yaxis": {**axis, "title": {"text": unit}, "rangemode": _range(key)},
        },
    }


def _range(key: str) -> str:
    """From zero where zero is the natural floor; temperature, pressure, sound and volts are not."""
    floating = ("temperature", "pressure", "sound_laeq", "sound_lamax", "battery")
    return "normal" if key in floating else "tozero"
