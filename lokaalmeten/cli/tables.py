"""Tables for people: what the database holds."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from storage import people, reader
from storage.pool import connect
from storage.roles import ROLES, make_roles


def show_owners(dsn: str, out: Console) -> None:
    """Print one line an owner."""
    with connect(dsn) as connection:
        found = people.read_owners(connection)
    table = Table("name", "label", "e-mail", "nodes", box=None)
    for owner in found:
        table.add_row(owner.name, owner.label, owner.email, str(owner.nodes))
    out.print(table if found else "no owner is registered yet; see: meten owner add --help")


def show_projects(dsn: str, out: Console) -> None:
    """Print one line a project; a number of days only where it says one."""
    with connect(dsn) as connection:
        found = people.read_projects(connection)
    kept = ("raw", "rejected", "delivery", "forecast")
    table = Table("name", "label", "nodes", *(f"keep {what}, days" for what in kept), box=None)
    for project in found:
        days = (getattr(project, f"keep_{what}_days") for what in kept)
        label = project.label_en or project.label_nl
        table.add_row(project.name, label, str(project.nodes), *(str(d or "") for d in days))
    out.print(table if found else "no project is registered yet; see: meten project add --help")


def show_zones(dsn: str, out: Console) -> None:
    """Print one line a zone."""
    with connect(dsn, reading=True) as connection:
        found = reader.zones(connection)
    table = Table("name", "kind", "label", "nodes", box=None)
    for name, kind, label, nodes in found.itertuples(index=False):
        table.add_row(name, kind, escape(label), str(nodes))
    out.print(table if table.row_count else "no zone is registered yet; see: meten zone add --help")


def show_roles(dsn: str, out: Console) -> None:
    """Make the roles and print what each may do."""
    with connect(dsn) as connection:
        made = make_roles(connection)
    table = Table("role", "what it does", "", box=None)
    for name, what in ROLES.items():
        table.add_row(name, what, "made now" if name in made else "")
    out.print(table)
    example = "CREATE USER dashboard PASSWORD '...' IN ROLE lokaalmeten_reader"
    out.print(f"\nA user gets one by, for example:\n    {example};", highlight=False)
