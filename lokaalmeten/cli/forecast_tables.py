"""`meten forecast show|scores` as tables."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from lokaalmeten.errors import SettingsError
from lokaalmeten.forecasts import KINDS, OLD, PART, SHORT, SILENT, SILENT_H, USED, YOUNG
from storage import forecasts, scores
from storage.chance_scores import read_day_scores
from storage.failures import Connection
from storage.outlook import PlaceIndex, read_chances, read_index
from storage.pool import connect

Mask = NDArray[np.bool_]

WHY = {
    SILENT: f"nothing known for {SILENT_H} hours",
    YOUNG: "too little history",
}
WEATHER = {
    USED: "; with the weather",
    PART: "; with the weather of the first {hours} hours",
    OLD: "; without weather: its forecast is old",
    SHORT: "; without weather: too little of its past is known",
}
SPANS = ((1, 6), (7, 12), (13, 24), (25, 48), (49, 72))  # hours ahead, for people
SUMS = ("forecasts", "inside50", "inside80", "inside95", "size", "loss", "missed", "naive")


def show_rounds(dsn: str, out: Console) -> None:
    """The latest round of each quantity, and which places it refused."""
    with connect(dsn, reading=True) as connection:
        rounds = forecasts.read_rounds(connection)
        if rounds.empty:
            out.print("no forecasts yet; make them with: meten forecast run")
            return
        table = Table("quantity", "from (UTC)", "measured up to", "places", "refused", box=None)
        columns = ("quantity", "cutoff", "newest", "places", "refused")
        for quantity, *moments, places, refused in rounds[list(columns)].to_numpy(object).tolist():
            times = ("" if pd.isna(at) else f"{at:%Y-%m-%d %H:%M}" for at in moments)
            table.add_row(quantity, *times, f"{places:,}", f"{refused:,}")
        out.print(table)
        for quantity in rounds["quantity"]:
            show_refused(connection, quantity, out)


def show_refused(connection: Connection, quantity: str, out: Console) -> None:
    """Places without a forecast, with the reason of each."""
    found = forecasts.read_issues(connection, quantity)
    for kind, place, why in zip(found["kind"], found["place"], found["reason"], strict=True):
        if why:
            said = f"{quantity}: none for {kind} {place}: {WHY.get(why, why)}"
            out.print(said, soft_wrap=True)


def show_forecast(dsn: str, kind: str, place: str, quantity: str, out: Console) -> None:
    """The forecast of one place: median and interval, hour by hour (UTC)."""
    check_kind(kind)
    with connect(dsn, reading=True) as connection:
        said, found = forecasts.read_forecast(connection, kind, place, quantity)
        chances = read_chances(connection, kind, place, quantity)
        index = read_index(connection, kind, place)
    if not said:
        raise SettingsError(
            f"there is no forecast of {quantity} for a {kind} called {place!r};"
            " see: meten forecast show"
        )
    if said["reason"]:
        out.print(f"no forecast: {WHY.get(said['reason'], said['reason'])}")
        return
    levels = [column for column in found.columns if column != "time"]
    shown = Table("hour (UTC)", *levels, box=None)
    for moment, row in zip(found["time"], found[levels].to_numpy(), strict=True):
        shown.add_row(f"{moment:%Y-%m-%d %H:%M}", *(f"{value:.1f}" for value in row))
    out.print(shown)
    of = "corrected values" if said["corrected"] else "raw values"
    rests = "" if said["history"] is None else f", from {said['history']:,} hours of history"
    known = "" if said["known"] is None else f"; {said['known']:.0%} of the last {SILENT_H} h known"
    weather = WEATHER.get(said["weather"], "").format(hours=said["weather_hours"])
    facts = f"{of}{rests}{known}; {said['model']}{weather}"
    out.print(f"{quantity} of {kind} {place}: {facts}", soft_wrap=True)
    show_days(chances, index, out)


def show_days(chances: pd.DataFrame, index: PlaceIndex | None, out: Console) -> None:
    """The chance that each coming day is above each limit, and the index of its highest hour."""
    ahead = [] if index is None else [str(day) for day in index.days["day"]]
    days: list[str] = sorted({*chances["day"].tolist(), *ahead})
    limits = list(dict.fromkeys(zip(chances["norm"], chances["bound"], strict=True)))
    table = Table("day", *(f"> {bound:g} ({norm})" for norm, bound in limits), "index", box=None)
    told = chances.set_index(["day", "norm"])["chance"].to_dict()
    numbers = {} if index is None else to_numbers(index)
    for day in days:
        cells = [told.get((day, norm)) for norm, _ in limits]
        shares = ("" if cell is None else f"{cell:.0%}".replace("%", " %") for cell in cells)
        table.add_row(day, *shares, numbers.get(day, ""))
    if days:
        out.print("chance that the mean of a day is above its limit; index of its highest hour")
        out.print(table)


def to_numbers(index: PlaceIndex) -> dict[str, str]:
    """The index of each day: its middle, and what it is likely between."""
    days = index.days
    rows = zip(days["day"], days["low"], days["middle"], days["high"], strict=True)
    return {str(day): f"{middle} ({low}-{high})" for day, low, middle, high in rows}


def show_scores(
    dsn: str, kind: str, place: str | None, quantity: str, weeks: int, out: Console
) -> None:
    """How good forecasts were over the last weeks, by hours ahead and by week."""
    check_kind(kind)
    after = datetime.now(UTC).date() + timedelta(days=1)
    monday = after - timedelta(days=after.weekday(), weeks=weeks - 1)
    with connect(dsn, reading=True) as connection:
        span = (connection, quantity, monday, after)
        found = scores.read_scores(*span, kind=kind, place=place)
        days = read_day_scores(*span, kind=kind, place=place)
    if found.empty:
        out.print("nothing is scored yet: a forecast is, once its hour is measured")
        return
    of = place or f"all {kind}s"
    out.print(f"{quantity} of {of} since {monday}; error is that of the median", soft_wrap=True)
    first, last = (found[name].to_numpy(int) for name in ("ahead_from", "ahead_to"))
    spans = [(f"{a}-{b}", (first >= a) & (last <= b)) for a, b in SPANS]
    out.print(to_table("hours ahead", found, spans))
    week = found["week"].to_numpy(str)
    out.print(
        to_table("week of", found, [(name, week == name) for name in np.unique(week).tolist()])
    )
    if len(days):
        show_day_scores(days, out)


def show_day_scores(found: pd.DataFrame, out: Console) -> None:
    """How good chances of days were: mean squared error, beside that of the usual chance."""
    heads = ("limit", "days before", "chances", "of days above", "Brier", "as usual")
    table = Table(*heads, box=None)
    columns = ["norm", "bound", "days_ahead", "forecasts", "above", "brier", "usual"]
    for norm, bound, ahead, count, above, brier, usual in found[columns].to_numpy(object).tolist():
        numbers = (f"{above / count:.1%}", f"{brier:.3f}", f"{usual:.3f}")
        table.add_row(f"> {bound:g} ({norm})", f"{ahead}", f"{count:,}", *numbers)
    out.print(table)


def to_table(name: str, found: pd.DataFrame, groups: Sequence[tuple[str, Mask]]) -> Table:
    """One line a group of rows: errors, weighted quantile loss, shares inside the intervals."""
    heads = ("forecasts", "error", "as yesterday", "wQL", "in 50 %", "in 80 %", "in 95 %")
    table = Table(name, *heads, box=None)
    for label, rows in groups:
        sums = {column: found[column].to_numpy(float)[rows].sum() for column in SUMS}
        if count := sums["forecasts"]:
            shares = (f"{sums[f'inside{level}'] / count:.1%}" for level in (50, 80, 95))
            loss = f"{sums['loss'] / sums['size']:.3f}" if sums["size"] else "-"
            errors = (f"{sums[key] / count:.2f}" for key in ("missed", "naive"))
            table.add_row(label, f"{count:,.0f}", *errors, loss, *shares)
    return table


def check_kind(kind: str) -> None:
    """SettingsError for a kind of place that does not exist."""
    if kind not in KINDS:
        raise SettingsError(f"there is no kind {kind!r}; choose among {', '.join(KINDS)}")
