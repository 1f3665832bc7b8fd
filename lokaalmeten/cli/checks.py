"""`meten check review`: stored hours looked at again, with their neighbours."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from ingest.checks.review import Summary, Week, list_weeks, review, review_week
from lokaalmeten.errors import SettingsError
from lokaalmeten.findings import CHECKS
from lokaalmeten.graphs import compute_all, note
from lokaalmeten.quantities import BY_KEY
from storage.failures import Connection
from storage.pool import connect
from storage.reader import check_nodes
from storage.registry import read_nodes
from storage.review import Review
from storage.rollups import roll_up

from .blocks import Database

COLUMNS = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())


def run_review(
    dsn: str,
    since: datetime | None,
    until: datetime | None,
    nodes: Sequence[str],
    out: Console,
    cluster: str | None = None,
) -> None:
    """Review the weeks of a period, days in UTC, and print what was found.

    Threads do it, or the cluster at an address. Raises SettingsError for a period that ends before
    it begins.
    """
    if since and until and since >= until:
        raise SettingsError(f"the period is empty: --since {since:%F} is not before {until:%F}")
    database = Database(dsn)
    with connect(dsn) as connection:
        check_nodes(connection, nodes)
        known = read_nodes(connection)
        chosen = [known[name].id for name in nodes] if nodes else None
        add_up(connection, out)
        store = Review(connection)
        span = store.read_span()
        if span is None:
            out.print("nothing to review: no fixed node has measured yet")
            return
        first = max(span[0], to_seconds(since)) if since else span[0]
        after = min(span[1], to_seconds(until)) if until else span[1]
        weeks = list(list_weeks(first, after))
        with Progress(*COLUMNS, console=out, transient=True) as progress:
            task = progress.add_task("weeks", total=len(weeks))

            def run(weeks: Sequence[Week]) -> list[Summary]:
                noted = [note(review_there, database, week, chosen) for week in weeks]
                return compute_all(noted, cluster, lambda *_: progress.advance(task))

            found = review(store, first, after, chosen, run)
        add_up(connection, out)
    show(found, len(weeks), out)


def review_there(database: Database, week: Week, nodes: Collection[int] | None) -> Summary:
    """Review a week with a connection of its own."""
    with database.connect() as connection:
        return review_week(Review(connection), week, nodes)


def to_seconds(day: datetime) -> int:
    """Unix seconds of the start of a day in UTC."""
    return int(day.replace(tzinfo=UTC).timestamp())


def add_up(connection: Connection, out: Console) -> None:
    """Add up what waits: a review reads the rollups, and changes what they are made of."""
    with Progress(*COLUMNS, console=out, transient=True) as progress:
        task = progress.add_task("adding up", total=None)
        while roll_up(connection):
            progress.advance(task)


def show(found: Summary, weeks: int, out: Console) -> None:
    """One line a quantity, hours of a node by check, and how many flags changed."""
    table = Table(box=None)
    table.add_column("hours of a node")
    for name in CHECKS:
        table.add_column(name, justify="right")
    for key in dict.fromkeys(key for key, _ in found.hours):
        hours = (found.hours.get((key, name), 0) for name in CHECKS)
        table.add_row(BY_KEY[key].en, *(f"{count:,}" if count else "" for count in hours))
    if table.row_count:
        out.print(table)
    out.print(
        f"{weeks:,} weeks reviewed: the flags of {found.changed:,} samples changed",
        highlight=False,
    )
