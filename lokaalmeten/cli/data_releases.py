"""`meten release`: from the database to a folder or a store, and what lies there."""

from collections.abc import Sequence
from datetime import UTC, datetime

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from lokaalmeten.errors import SettingsError
from storage.pool import connect
from storage.releases.listing import list_releases
from storage.releases.publishing import Publisher, publish
from storage.releases.target import Target
from storage.releases.withdrawing import withdraw


def run_releases(
    dsn: str, url: str, months: Sequence[str], publisher: str, address: str, out: Console
) -> None:
    """Release months, one after the other, and say what changed in each."""
    if address and not address.startswith(("http://", "https://")):
        raise SettingsError(f"--address is where people find it, https://..., not {address!r}")
    if not publisher.strip():
        raise SettingsError("--publisher is who is cited: leave it out, or give a name")
    target, who = Target(url), Publisher(publisher, address)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    for month in months:
        with (
            connect(dsn, reading=True) as connection,
            Progress(*columns, console=out, transient=True) as progress,
        ):
            task = progress.add_task("release", total=None)

            def tell(what: str, done: float, total: float) -> None:
                progress.update(task, description=what, completed=done, total=total)  # noqa: B023

            made = publish(connection, target, month, who, datetime.now(UTC), tell)
        if made is None:
            out.print(f"{month or 'the last month'}: nothing changed since its last release")
            continue
        out.print(f"{made.version}: {made.rows:,} rows in {url}/{made.version}", soft_wrap=True)
        for line in made.changes:
            out.print(f"  {line}", markup=False, highlight=False)
        if any(" rows removed: " in line for line in made.changes):
            before = f"{made.month}.{made.number - 1}"
            out.print(f"  what is not public any more still lies in {before} and before it;")
            out.print(f"  if it is to be forgotten: meten release withdraw {before} --help")


def show_releases(url: str, out: Console) -> None:
    """One line a release."""
    found = list_releases(url)
    table = Table("version", "made (UTC)", "rows", "bytes", "licences", "", box=None)
    for each in found:
        moment = f"{each.updated:%Y-%m-%d %H:%M}"
        sizes = f"{each.rows:,}", f"{each.bytes:,}"
        table.add_row(each.id, moment, *sizes, ", ".join(each.licenses), escape(each.summary))
    out.print(table if found else f"no release lies in {url}; see: meten release add --help")


def run_withdrawal(url: str, version: str, reason: str, out: Console) -> None:
    """Take a release away."""
    gone = withdraw(Target(url), version, reason)
    out.print(f"{gone.version} is withdrawn; copies that others have cannot be called back")
