"""`meten forecast show|scores` as tables."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from lokaalmeten.errors import SettingsError
from lokaalmeten.forecasts import KINDS, SILENT, SILENT_H, YOUNG
from storage import forecasts, scores
from storage.failures import Connection
from storage.pool import connect

Mask = NDArray[np.bool_]

WHY = {
    SILENT: f"nothing known for {SILENT_H} hours",
    YOUNG: "too little history",
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
    out.print(f"{quantity} of {kind} {place}: {of}{rests}{known}; {said['model']}", soft_wrap=True)


def show_scores(
    dsn: str, kind: str, place: str | None, quantity: str, weeks: int, out: Console
) -> None:
    """How good forecasts were over the last weeks, by hours ahead and by week."""
    check_kind(kind)
    after = datetime.now(UTC).date() + timedelta(days=1)
    monday = after - timedelta(days=after.weekday(), weeks=weeks - 1)
    with connect(dsn, reading=True) as connection:
        found = scores.read_scores(connection, quantity, monday, after, kind=kind, place=place)
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
