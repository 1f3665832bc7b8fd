"""`meten db roll-up`: everything that waits to be added up, at once."""

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from storage.pool import connect
from storage.rollups import roll_up, waiting


def run_roll_up(dsn: str, out: Console) -> None:
    """Add up what waits, a piece at a time; stopped halfway it goes on there the next time."""
    columns = (TextColumn("hours of a node"), BarColumn(), TimeRemainingColumn())
    with connect(dsn) as connection, Progress(*columns, console=out, transient=True) as bar:
        first = waiting(connection).hours
        task = bar.add_task("", total=first)
        parts = 0
        while roll_up(connection):
            parts += 1
            bar.update(task, completed=first - waiting(connection).hours)
    said = f"added up {first:,} hours of nodes, and their days" if first else "added up days"
    out.print(said if parts else "nothing to do: up to date")
