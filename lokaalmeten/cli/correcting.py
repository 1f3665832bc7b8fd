"""`meten calibrate apply`: stored rows brought up to date, in blocks of some nodes and a month."""

from collections.abc import Sequence
from datetime import datetime

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from ingest.calibration.applying import Block, Outcome, apply_all, apply_block
from ingest.calibration.periods import Applied
from lokaalmeten.errors import StorageError
from lokaalmeten.graphs import compute_all, note, share
from storage.store import Store

from .blocks import Database


def run_apply(
    dsn: str,
    since: datetime,
    until: datetime,
    nodes: list[str],
    out: Console,
    cluster: str | None = None,
) -> None:
    """Bring stored rows up to date, on threads or on the cluster at an address."""
    database = Database(dsn)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Store(dsn) as store, Progress(*columns, console=out, transient=True) as progress:
        known = {one.name: one.id for one in store.read_members()}
        if unknown := [name for name in nodes if name not in known]:
            raise StorageError(f"there is no node {unknown[0]!r}; see: meten node list")
        task = progress.add_task("correct", total=None)

        def run(applied: Sequence[Applied], blocks: Sequence[Block]) -> list[Outcome]:
            shared = share(applied)
            noted = [note(apply_there, database, shared, block) for block in blocks]
            return compute_all(
                noted, cluster, lambda done, all_: progress.update(task, completed=done, total=all_)
            )

        outcome = apply_all(store, since, until, [known[name] for name in nodes], run)
    out.print(f"{outcome.rows:,} rows looked at, {outcome.changed:,} changed")


def apply_there(database: Database, applied: Sequence[Applied], block: Block) -> Outcome:
    """Correct the rows of a block with a connection of its own."""
    with database.open_store() as store:
        return apply_block(store, applied, block)
