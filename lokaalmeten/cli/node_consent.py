"""`meten node consent`: what is agreed to for a node, for each purpose."""

from rich.console import Console
from rich.table import Table

from lokaalmeten.errors import SettingsError
from storage.agreements import PURPOSES, Agreed, read_agreed, say_agreement
from storage.pool import connect

HOW = {"before": "before anybody was asked", "command": "by command", "page": "by its owner"}


def say_consent(dsn: str, name: str, give: str | None, withdraw: str | None) -> None:
    """Note what is given or withdrawn; raises SettingsError for what is no purpose."""
    if give is not None and withdraw is not None:
        raise SettingsError("--give or --withdraw: one at a time")
    purpose = give or withdraw
    if purpose is None:
        return
    if purpose not in PURPOSES:
        raise SettingsError(f"a purpose is one of {', '.join(PURPOSES)}, not {purpose!r}")
    with connect(dsn) as connection:
        say_agreement(connection, name, purpose, given=give is not None)


def show_consent(dsn: str, name: str, out: Console) -> None:
    """Print each purpose of a node, whether it is agreed to, and since when."""
    with connect(dsn, reading=True) as connection:
        agreed = read_agreed(connection, name)
    table = Table("purpose", "agreed", "since (UTC)", "what it is for", box=None)
    for each in agreed:
        said = "yes" if each.given else "no"
        table.add_row(each.purpose, said, to_since(each), PURPOSES[each.purpose])
    out.print(table)


def to_since(each: Agreed) -> str:
    """When the latest word was said, and how."""
    if each.at is None:
        return "never said"
    return f"{each.at:%Y-%m-%d %H:%M}, {HOW.get(each.how or '', '')}"
