"""`meten node list --health`: how all nodes are, counted, what is urgent first."""

from collections import Counter
from datetime import UTC, datetime

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from lokaalmeten.errors import SettingsError
from lokaalmeten.node_health import (
    STATES,
    Health,
    Rules,
    find_reason,
    judge,
    rank,
    read_battery,
)
from storage.health import read_health
from storage.pool import connect

from .status import to_duration

HEAD = ("node", "state", "last", "battery", "waiting", "version", "24 h", "7 days", "off map")


def show_health(dsn: str, rules: Rules, state: str | None, out: Console) -> None:
    """Print counts and one line a node; SettingsError for a state that there is not."""
    if state not in (None, *STATES):
        raise SettingsError(f"--state is one of {', '.join(STATES)}, not {state!r}")
    now = datetime.now(UTC)
    with connect(dsn, reading=True) as connection:
        found = read_health(connection, now)
    judged = rank((health, judge(health, now, rules)) for health in found)
    counts = Counter(each for _, each in judged)
    said = ", ".join(f"{counts[each]:,} {each}" for each in STATES)
    out.print(f"{len(judged):,} nodes: {said}", highlight=False)
    table = Table(*HEAD, box=None)
    for health, each in judged:
        if state in (None, each):
            table.add_row(*to_row(health, each, now))
    if table.row_count:
        out.print(table)


def to_row(health: Health, state: str, now: datetime) -> list[str]:
    """Cells of one node."""
    millivolt = read_battery(health, now)
    shares = (None, None) if health.last is None else (health.day, health.week)
    ago = "" if health.last is None else to_duration(max((now - health.last).total_seconds(), 0))
    return [
        health.name,
        state,
        ago and f"{ago} ago",
        "" if millivolt is None else f"{millivolt / 1000:.2f} V",
        "" if health.kept is None else f"{health.kept:,.0f}",
        escape(health.version or ""),
        *("" if share is None else f"{100 * share:.0f} %" for share in shares),
        find_reason(health, state) or "",
    ]
