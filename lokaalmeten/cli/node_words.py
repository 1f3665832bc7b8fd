"""`meten node show` and `list`: what nodes say of themselves, for people."""

import json
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from lokaalmeten.errors import StorageError
from lokaalmeten.words import to_log
from storage import reader
from storage.node_status import Known, read_known, read_logs
from storage.pool import connect

# what people look for first
FIRST = ("version", "update", "sensors", "outbox", "config_error", "selftest", "commands")
HIDDEN = ("node",)
LOGS = 5


def show_node(dsn: str, name: str, out: Console) -> None:
    """Print how one node is, and why it fell over lately."""
    with connect(dsn) as connection:
        (known,) = read_known(connection, name)
        logs = read_logs(connection, name, LOGS)
    table = Table("", "", box=None, show_header=False)
    table.add_row("node", f"{known.node} ({known.kind})")
    table.add_row("state", to_state(known, datetime.now(UTC)))
    for key in [*FIRST, *sorted(known.said.keys() - set(FIRST))]:
        if key in known.said and key not in HIDDEN:
            table.add_row(key, escape(to_text(known.said[key])))
    for at, said in logs:
        table.add_row(f"{at:%Y-%m-%d %H:%M}", escape(to_log(said)))
    out.print(table)


def show_nodes(dsn: str, out: Console) -> None:
    """Print one line a node; what it says of itself only to who may read that."""
    with connect(dsn, reading=True) as connection:
        found = reader.nodes(connection)
        try:
            known = {one.node: one for one in read_known(connection)}
        except StorageError:  # a reader knows what anyone may know, and no more
            known = {}
    own = ("version", "state", "failed", "dropped") if known else ()
    table = Table("name", "kind", "label", "last heard (UTC)", *own, box=None)
    now = datetime.now(UTC)
    for name, kind, label, last in found[["name", "kind", "label", "last"]].itertuples(index=False):
        heard = "" if last is None or last != last else f"{last:%Y-%m-%d %H:%M:%S}"  # noqa: PLR0124
        row = to_cells(known[name], now) if name in known else ("",) * len(own)
        table.add_row(name, kind, label, heard, *row)
    out.print(table if table.row_count else "no node is registered yet; see: meten node add --help")


def to_cells(known: Known, now: datetime) -> tuple[str, str, str, str]:
    """Version, state, sensors that failed and pages that were dropped, as text."""
    said, state = known.said, to_state(known, now)
    outbox = said.get("outbox")
    dropped = outbox.get("dropped", "") if isinstance(outbox, dict) else ""
    return escape(str(said.get("version", ""))), state, escape(to_failed(said)), str(dropped or "")


def to_failed(said: dict[str, Any]) -> str:
    """Sensors that failed, by name.

    >>> to_failed({"sensors": {"sps30": "failed: no answer", "bme280": "well"}})
    'sps30'
    """
    sensors = said.get("sensors")
    if not isinstance(sensors, dict):
        return ""
    return ", ".join(name for name, state in sensors.items() if str(state).startswith("failed"))


def to_state(known: Known, now: datetime) -> str:
    """Whether a node is there, and since when we know."""
    if known.heard_at is None:
        return "never said how it is"
    minutes = int((now - known.heard_at).total_seconds() / 60)
    ago = "now" if minutes < 1 else f"{minutes} min ago"
    if minutes >= 120:
        ago = f"{minutes // 60} h ago" if minutes < 2880 else f"{minutes // 1440} days ago"
    return f"{'online' if known.online else 'offline'}, {ago}"


def to_text(value: Any) -> str:
    r"""What a node says, one line for each part of it.

    >>> to_text({"kept": 3, "dropped": 0})
    'kept: 3\ndropped: 0'
    """
    if isinstance(value, dict):
        return "\n".join(f"{key}: {to_line(part)}" for key, part in value.items())
    if isinstance(value, list):
        return "\n".join(map(to_line, value))
    return to_line(value)


def to_line(value: Any) -> str:
    """Part of what a node says, as text on one line; of a command what became of it.

    >>> to_line({"id": "7", "said": "", "outcome": "done", "do": "locate"}), to_line(True)
    ('locate, done', 'true')
    """
    if isinstance(value, dict):
        keys = ("do", "outcome", "said") if "do" in value else sorted(value)
        return ", ".join(to_line(value[key]) for key in keys if value.get(key))
    return value if isinstance(value, str) else json.dumps(value)
