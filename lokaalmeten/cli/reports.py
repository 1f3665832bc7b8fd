"""`meten report exceedances`: how a year compares with limits, as a table or as JSON."""

import json
import math
from collections.abc import Sequence

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lokaalmeten.limits import LIMITS, Limit, find_limits
from storage.asked import find_quantity
from storage.pool import connect
from storage.reader import exceedances

STYLES = {"above": "bold yellow", "within": "", "unknown": "dim"}
MARKS = {"above": " !", "within": "", "unknown": " ?"}
LEGEND = (
    "! above the limit, ? too little measured to say; 4 of 3: above the value in 4 days (or hours),"
    " of which 3 are allowed. An hour counts with 75 % of its values, a day with 18 such hours, by"
    " the clock of Europe/Amsterdam; the mean is that of the days that count."
)


def show_exceedances(
    dsn: str,
    year: int,
    quantities: Sequence[str],
    nodes: Sequence[str],
    out: Console,
    *,
    corrected: bool,
    raw: bool,
) -> None:
    """Print a table a quantity and what its limits are, or with ``raw`` all of it as JSON."""
    asked = quantities or tuple(dict.fromkeys(limit.quantity for limit in LIMITS))
    if corrected:
        asked = [f"{quantity}_corrected" for quantity in asked]
    with connect(dsn) as connection, out.status("adding up the year", spinner="line"):
        found = {
            quantity: exceedances(connection, year, quantity, nodes or None) for quantity in asked
        }
    if raw:
        out.print(to_json(year, found), markup=False, highlight=False, soft_wrap=True)
        return
    shown = {quantity: rows for quantity, rows in found.items() if len(rows)}
    for quantity, rows in shown.items():
        out.print(to_table(year, quantity, rows))
        out.print()
    if shown:
        out.print(LEGEND, style="dim", highlight=False)
        out.print(to_legend(shown))
    else:
        names = " or ".join(asked).replace("_corrected", " that is corrected")
        out.print(f"in {year} nobody measured {names}", highlight=False)


def list_limits(quantity: str) -> tuple[Limit, ...]:
    """Limits of a quantity, which hold for what it is corrected to as well."""
    return find_limits(find_quantity(quantity).key)


def to_json(year: int, found: dict[str, pd.DataFrame]) -> str:
    """Rows of every quantity, and its limits; what there is no number for is null."""
    rows = [
        {"quantity": quantity, **{name: to_plain(value) for name, value in row.items()}}
        for quantity, frame in found.items()
        for row in frame.to_dict("records")
    ]
    limits = [limit._asdict() for quantity in found for limit in list_limits(quantity)]
    whole = {"year": year, "clock": "Europe/Amsterdam", "limits": limits, "rows": rows}
    return json.dumps(whole, indent=1, allow_nan=False)


def to_plain(value: object) -> object:
    """A value that JSON knows."""
    return None if isinstance(value, float) and math.isnan(value) else value


def to_table(year: int, quantity: str, rows: pd.DataFrame) -> Table:
    """One line a node, one column a limit."""
    limits, about = list_limits(quantity), find_quantity(quantity)
    name = about.en if quantity == about.key else f"{about.en}, corrected,"
    table = Table(title=f"{name} in {year}", title_justify="left", title_style="bold", box=None)
    table.add_column("\n\nnode")
    table.add_column(f"\nmean\n{about.unit}", justify="right")
    table.add_column("\ndays\nthat count", justify="right")
    for limit in limits:
        name = limit.norm.replace(" ", "\n", 1)
        table.add_column(f"{name}\n{limit.period} {limit.value:g}", justify="right")
    for node, own in rows.groupby("node", sort=False):
        mean, days = own["mean"].iloc[0], own.loc[own["period"] != "hour", "capture"].iloc[0]
        verdicts = zip(limits, own["above"], own["verdict"], strict=True)
        cells = [to_cell(limit, above, verdict) for limit, above, verdict in verdicts]
        table.add_row(str(node), "" if pd.isna(mean) else f"{mean:.1f}", f"{days:.0%}", *cells)
    return table


def to_cell(limit: Limit, above: int, verdict: str) -> Text:
    """How often above, and how often it may be; of a year whether.

    >>> str(to_cell(find_limits("pm25")[0], 4, "above"))
    '4 of 3 !'
    """
    if limit.period == "year":
        text = "?" if verdict == "unknown" else verdict + MARKS[verdict]
    else:
        text = f"{above} of {limit.allowed}{MARKS[verdict]}"
    return Text(text, style=STYLES[verdict])


def to_legend(quantities: Sequence[str] | dict[str, pd.DataFrame]) -> Table:
    """Where each limit is written, and how much of a year must be measured."""
    table = Table(box=None, style="dim", header_style="dim")
    for name in ("quantity", "mean of", "value", "may be above", "year counts from", "source"):
        table.add_column(name)
    for quantity in quantities:
        for limit in list_limits(quantity):
            about = find_quantity(quantity)
            unit = about.unit
            allowed = "" if limit.period == "year" else f"{limit.allowed} {limit.period}s"
            facts = (about.en, limit.period, f"{limit.value:g} {unit}", allowed)
            table.add_row(*facts, f"{limit.capture:.0%}", f"{limit.norm}: {limit.source}")
    return table
