"""`meten db save` and `meten db load`: a whole database to files and back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from storage.load import load
from storage.manifest import Manifest
from storage.pool import connect
from storage.save import save

WARNING = (
    "It holds precise positions, names of devices and what they sent: keep it as well as the"
    " database itself."
)


def run_save(dsn: str, folder: Path, out: Console) -> None:
    """Write everything and say what must be kept from others."""
    with connect(dsn) as connection, telling("save", out) as told:
        manifest = save(connection, folder, told)
    out.print(f"saved {to_amount(manifest)} in {folder}", markup=False, soft_wrap=True)
    out.print(WARNING, soft_wrap=True)


def run_load(dsn: str, folder: Path, out: Console) -> None:
    """Read everything back."""
    with connect(dsn) as connection, telling("load", out) as told:
        manifest = load(connection, folder, told)
    saved = f"{folder}, as it was at {manifest.taken_at}"
    out.print(f"loaded {to_amount(manifest)} from {saved}", markup=False, soft_wrap=True)


@contextmanager
def telling(what: str, out: Console) -> Iterator[Callable[[int, int], None]]:
    """A bar that is told how much is done, and of how much."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=out, transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def to_amount(manifest: Manifest) -> str:
    """How much it is."""
    tables = len({file.table for file in manifest.files})
    return f"{manifest.rows:,} rows of {tables} tables ({manifest.bytes / 1e6:,.1f} MB)"
