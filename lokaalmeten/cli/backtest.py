"""`meten forecast backtest`: how good forecasts of a file would have been over its last year."""

from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from predict.backtest.dataset import Kind, read_kinds
from predict.backtest.page import COLUMNS, draw_page, to_row
from predict.backtest.rolling import Outcome, run, spread_origins
from predict.holidays import dutch_holidays, read_holidays

YEARS = range(2000, 2100)


def run_backtest(
    data: Path, count: int, zone: str, holidays: str, page: Path | None, out: Console
) -> None:
    """Print a table of the core and the baselines for each kind, and write a page."""
    kinds = read_kinds(data)
    outcomes = measure(kinds, count, zone, holidays, out)
    for outcome in outcomes:
        series = outcome.truth.shape[-1]
        table = Table(f"{outcome.kind}: {series} series", *COLUMNS.values(), box=None)
        for model in outcome.quantiles:
            table.add_row(*to_row(outcome, model))
        out.print(table)
    if page:
        page.write_text(draw_page(outcomes, f"Backtest of {data.parent.name}/{data.name}"))
        out.print(f"reliability and error by horizon: {page}", highlight=False)


def measure(kinds: list[Kind], count: int, zone: str, holidays: str, out: Console) -> list[Outcome]:
    """Outcome of each kind, with a bar that tells how long it takes."""
    free = dutch_holidays(YEARS) if holidays == "nl" else frozenset()
    if holidays and holidays != "nl":
        free = read_holidays(Path(holidays))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=out, transient=True) as progress:
        bars = {kind.name: progress.add_task(kind.name, total=count) for kind in kinds}
        return [
            run(
                kind,
                spread_origins(len(kind.table), count),
                zone=zone,
                holidays=sorted(free),
                on_origin=lambda bar=bars[kind.name]: progress.advance(bar),
            )
            for kind in kinds
        ]
