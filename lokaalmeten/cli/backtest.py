"""`meten forecast backtest`: how good forecasts of a file would have been over its last year."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from predict.backtest.dataset import Kind, read_kinds
from predict.backtest.outside import ask_others
from predict.backtest.page import COLUMNS, draw_page, to_row
from predict.backtest.rolling import Outcome, run, spread_origins
from predict.core import Fitted
from predict.graph import choose_core
from predict.holidays import dutch_holidays, read_holidays
from predict.selection import Choice

Float = NDArray[np.float64]

YEARS = range(2000, 2100)


@dataclass
class Learner:
    """The core, fitted at once, or in blocks as a graph; remembers what its last fit chose.

    ``cluster`` is the address of a scheduler, "threads", or empty for at once.
    """

    cluster: str
    trees: bool
    choices: tuple[Choice, ...] = ()

    def __call__(self, history: Float, start: int, **known: Any) -> Fitted:
        """Learn as ``predict.core.fit`` does."""
        fitted = choose_core(self.cluster).fit(history, start, trees=self.trees, **known)
        self.choices = tuple(each.choice for each in fitted.trees)
        return fitted


def run_backtest(
    data: Path,
    count: int,
    zone: str,
    holidays: str,
    page: Path | None,
    baselines: bool,
    learner: Learner,
    out: Console,
) -> None:
    """Print a table of the core and the baselines for each kind, and write a page.

    ``baselines`` asks forecast libraries too.
    """
    kinds = read_kinds(data)
    outcomes = measure(kinds, count, zone, holidays, baselines, learner, out)
    for outcome in outcomes:
        series = outcome.truth.shape[-1]
        table = Table(f"{outcome.kind}: {series} series", *COLUMNS.values(), box=None)
        for model in outcome.quantiles:
            table.add_row(*to_row(outcome, model))
        out.print(table)
    if page:
        page.write_text(draw_page(outcomes, f"Backtest of {data.parent.name}/{data.name}"))
        out.print(f"reliability and error by horizon: {page}", highlight=False)


def measure(
    kinds: list[Kind],
    count: int,
    zone: str,
    holidays: str,
    baselines: bool,
    learner: Learner,
    out: Console,
) -> list[Outcome]:
    """Outcome of each kind, with a bar that tells how long it takes."""
    free = dutch_holidays(YEARS) if holidays == "nl" else frozenset()
    if holidays and holidays != "nl":
        free = read_holidays(Path(holidays))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=out, transient=True) as progress:
        bars = {kind.name: progress.add_task(kind.name, total=count) for kind in kinds}
        outcomes = []
        for kind in kinds:
            origins = spread_origins(kind, count)
            others = None
            if baselines:
                asked = progress.add_task(f"{kind.name}: other libraries", total=None)
                others = ask_others(kind, origins)
                progress.remove_task(asked)
            outcome = run(
                kind,
                origins,
                zone=zone,
                holidays=sorted(free),
                learn=learner,
                others=others,
                on_origin=lambda bar=bars[kind.name]: progress.advance(bar),
            )
            outcomes.append(outcome)
            for choice in learner.choices:
                out.print(f"{kind.name}, {choice.group}: {choice.reason}", highlight=False)
        return outcomes
