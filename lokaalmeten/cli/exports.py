"""`meten db export`: public data to files, and what was written."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from lokaalmeten.errors import FormatError, SettingsError
from lokaalmeten.graphs import compute_all, note
from storage.export import export
from storage.export_parts import Job, Part, write_part
from storage.files import say_unwritable
from storage.forms import CSV, PACKED_CSV, Form
from storage.pool import connect

from .blocks import Database

SIGN = ".export"


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
    cluster: str | None = None,
) -> None:
    """Write the files of a period, days in UTC, and print one line for each.

    Threads write them, or the cluster at an address. ``kind`` is csv or parquet. Raises
    SettingsError for a period that ends before it begins, and for Parquet that is to be packed: it
    is.
    """
    form = choose_form(kind, zipped=zipped)
    start, stop = (day and day.replace(tzinfo=UTC) for day in (start, stop))
    if start and stop and start >= stop:
        raise SettingsError(f"the period is empty: --from {start:%F} is not before --to {stop:%F}")
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    database = Database(dsn, reading=True)
    with (
        connect(dsn, reading=True) as connection,
        Progress(*columns, console=out, transient=True) as progress,
    ):
        task = progress.add_task("export", total=None)

        def write_files(job: Job, parts: Sequence[Part]) -> list[int]:
            there = replace(job, folder=job.folder.absolute())
            with begun(there.folder):
                noted = [note(write_there, database, there, part) for part in parts]
                return compute_all(
                    noted,
                    cluster,
                    lambda done, total: progress.update(task, completed=done, total=total),
                )

        written = export(
            connection,
            folder,
            start,
            stop,
            nodes=nodes,
            quantities=quantities,
            form=form,
            write=write_files,
        )
    for file in written:
        out.print(f"{file.path}: {file.rows:,} rows", markup=False, soft_wrap=True)
    if not written:
        out.print("nothing public lies in this period")


@contextmanager
def begun(folder: Path) -> Iterator[None]:
    """Have a sign in a folder by which whoever writes there knows that it is this one."""
    sign = folder / SIGN
    sign.touch()
    try:
        yield
    finally:
        sign.unlink(missing_ok=True)


def write_there(database: Database, job: Job, part: Part) -> int:
    """Write a file with a connection of its own; FormatError where the folder is another one."""
    if not (job.folder / SIGN).exists():
        raise FormatError(
            f"{job.folder} on {socket.gethostname()} is not the folder of this export: all workers"
            " must see it under the same name, on a disk that they share"
        )
    with database.connect() as connection, say_unwritable(job.folder):
        return write_part(connection, job, part)


def choose_form(kind: str, *, zipped: bool) -> Form:
    """How files are written; SettingsError for what there is not."""
    if kind == "csv":
        return PACKED_CSV if zipped else CSV
    if kind != "parquet":
        raise SettingsError(f"there is no format {kind!r}; there is: csv, parquet")
    if zipped:
        raise SettingsError("a Parquet file is packed already: leave out --gzip")
    from storage.parquet import PARTED  # noqa: PLC0415 - 60 MB of memory that CSV does not need

    return PARTED
