"""`meten db export`: public data to files, and what was written."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from lokaalmeten.errors import SettingsError
from storage.export import export
from storage.forms import CSV, PACKED_CSV, Form
from storage.pool import connect


def run_export(
    dsn: str,
    folder: Path,
    start: datetime | None,
    stop: datetime | None,
    out: Console,
    *,
    nodes: Sequence[str],
    quantities: Sequence[str],
    kind: str,
    zipped: bool,
) -> None:
    """Write the files of a period, days in UTC, and print one line for each.

    ``kind`` is csv or parquet. Raises SettingsError for a period that ends before it begins, and
    for Parquet that is to be packed: it is.
    """
    form = choose_form(kind, zipped=zipped)
    start, stop = (day and day.replace(tzinfo=UTC) for day in (start, stop))
    if start and stop and start >= stop:
        raise SettingsError(f"the period is empty: --from {start:%F} is not before --to {stop:%F}")
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with (
        connect(dsn, reading=True) as connection,
        Progress(*columns, console=out, transient=True) as progress,
    ):
        task = progress.add_task("export", total=None)
        written = export(
            connection,
            folder,
            start,
            stop,
            nodes=nodes,
            quantities=quantities,
            form=form,
            told=lambda done, total: progress.update(task, completed=done, total=total),
        )
    for file in written:
        out.print(f"{file.path}: {file.rows:,} rows", markup=False, soft_wrap=True)
    if not written:
        out.print("nothing public lies in this period")


def choose_form(kind: str, *, zipped: bool) -> Form:
    """How files are written; SettingsError for what there is not."""
    if kind == "csv":
        return PACKED_CSV if zipped else CSV
    if kind != "parquet":
        raise SettingsError(f"there is no format {kind!r}; there is: csv, parquet")
    if zipped:
        raise SettingsError("a Parquet file is packed already: leave out --gzip")
    from storage.parquet import PARQUET  # noqa: PLC0415 - 60 MB of memory that CSV does not need

    return PARQUET
