"""`meten audit`: who changed what, and when."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lokaalmeten.settings import read_settings

from .saying import example, out

if TYPE_CHECKING:
    from rich.table import Table

    from storage.events import Event

AUDIT_EXAMPLE = example("meten audit", "meten audit --days 365 --json")


def audit(
    days: Annotated[int, typer.Option(min=1, max=36500, help="Of the last so many days.")] = 30,
    as_json: Annotated[
        bool, typer.Option("--json", help="For programs: one JSON object a line.")
    ] = False,
) -> None:
    """List what people did on the pages and the command line: when, who, what, and to what.

    It takes the rights of lokaalmeten_admin, which may add to this log and change nothing of it.
    """
    dsn = read_settings().need_dsn()
    from storage.events import read_events
    from storage.pool import connect

    with connect(dsn) as connection:
        found = read_events(connection, datetime.now(UTC) - timedelta(days=days))
    if as_json:
        for line in to_lines(found):
            out.print(line, highlight=False, soft_wrap=True, markup=False)
        return
    out.print(to_table(found) if found else f"nothing was done in the last {days} days")


def to_lines(events: "Sequence[Event]") -> list[str]:
    """One JSON object an event, with its time in UTC."""
    rows = [asdict(event) | {"at": f"{event.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"}
            for event in events]  # fmt: skip
    return [json.dumps(row) for row in rows]


def to_table(events: "Sequence[Event]") -> "Table":
    """One line an event, the earliest first."""
    from rich.markup import escape
    from rich.table import Table

    table = Table("when (UTC)", "who", "by", "what", "of", "facts", box=None)
    for event in events:
        by = f"key {event.key}" if event.key else event.way
        row = (event.who, by, event.what, to_text(event.about), to_text(event.facts))
        table.add_row(f"{event.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}", *map(escape, row))
    return table


def to_text(facts: Mapping[str, Any]) -> str:
    """Facts on one line.

    >>> to_text({"node": "box-7", "rows": {"ride": 2}})
    'node box-7, rows {"ride": 2}'
    """
    return ", ".join(
        f"{name} {value if isinstance(value, str) else json.dumps(value)}"
        for name, value in facts.items()
    )
