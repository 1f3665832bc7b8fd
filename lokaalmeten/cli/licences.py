"""`meten licence list` as a table."""

from datetime import UTC

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from storage.licences import read_consents
from storage.pool import connect


def show_licences(dsn: str, out: Console) -> None:
    """One line a word on a licence, the oldest of each node, owner or project first."""
    with connect(dsn) as connection:
        found = read_consents(connection)
    table = Table("of", "", "licence", "named, in public", "as", "since (UTC)", box=None)
    for each in found:
        since = f"{each.since.astimezone(UTC):%Y-%m-%d %H:%M}"
        role = each.role if each.party else ""
        table.add_row(each.kind, each.name, each.license, escape(each.party), role, since)
    nothing = "nobody said anything, so all is CC0-1.0; see: meten licence set --help"
    out.print(table if found else nothing)
