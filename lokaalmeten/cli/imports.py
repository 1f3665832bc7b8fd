"""`meten import`: files in, one line of account for each."""

import time
from contextlib import nullcontext
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from ingest.calibration.correcting import Corrections, leave_raw
from ingest.importing import SOURCES, Report, import_file
from ingest.sources.lags import LEAST, Lag, LagBook
from ingest.sources.source import Source
from storage.store import Store


def list_sources(out: Console) -> None:
    """Say which kinds of file there are, and what the times in them mean."""
    table = Table("use", "for", "its times", box=None, pad_edge=False)
    for source in sorted(SOURCES, key=lambda source: source.name):
        table.add_row(source.name, source.kind, source.time)
    out.print(table)


def run_import(
    source: Source, files: list[Path], dsn: str | None, out: Console, reference: str | None = None
) -> None:
    """Import the files one after the other; without ``dsn`` only account for their rows.

    With ``reference``, the code of an official station, the hours of each are compared with its.
    """
    with Store(dsn) if dsn else nullcontext() as store:
        for path in files:
            with to_progress(out) as progress:
                task = progress.add_task(path.name, total=file_size(path))
                hours = LagBook()
                report = import_file(
                    source,
                    path,
                    store,
                    int(time.time()),
                    lambda done, task=task, bar=progress: bar.update(task, completed=done),
                    hours.note if reference else lambda _rows: None,
                    leave_raw if store is None else Corrections(store, time.monotonic).apply,
                )
            show_report(report, out, dry_run=dsn is None)
            if reference and store and not report.known:
                show_lag(path, hours.compare(store, reference), reference, out)


def to_progress(out: Console) -> Progress:
    """Bar that shows how much of a file is read; it goes when the file is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    return Progress(*columns, console=out, transient=True)


def file_size(path: Path) -> int | None:
    """Bytes of a file; None when nobody can tell, which the import itself will report."""
    return path.stat().st_size if path.is_file() else None


def show_lag(path: Path, found: tuple[str, Lag] | None, station: str, out: Console) -> None:
    """Warn when the hours of a file follow those of a station better when shifted."""
    if found is None:
        said = f"not compared with station {station}: fewer than {LEAST} hours are in both"
        out.print(f"{path.name}: {said}", style="yellow", markup=False, soft_wrap=True)
        return
    key, lag = found
    said = str(lag) or f"the times agree with station {station}, r = {lag.correlations[0]:.3f}"
    style = "yellow" if lag.best else ""
    out.print(f"{path.name}: {key}: {said}", style=style, markup=False, soft_wrap=True)


def show_report(report: Report, out: Console, *, dry_run: bool) -> None:
    """Rejected lines first, the account last."""
    for bad in report.bad:
        place = (
            f"{report.path}:{bad.member}:{bad.line}" if bad.member else f"{report.path}:{bad.line}"
        )
        out.print(f"{place}: {bad.reason}: {bad.text[:60]}", style="yellow", markup=False)
    missing = sum(report.account.rejected.values()) - len(report.bad)
    if report.bad and missing > 0:
        out.print(f"... and {missing:,} more", style="yellow")
    said = str(report.account)
    if dry_run:
        said = "dry run: " + said.replace(" stored", " fit to store")
    if report.known:
        said = "imported before: " + said
    out.print(f"{report.path.name}: {said}", markup=False, soft_wrap=True)
