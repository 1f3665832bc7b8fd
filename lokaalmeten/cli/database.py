"""`meten db status` and `meten db tune`: the database, for whoever looks after it."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from storage.migrate import Version
from storage.pool import connect
from storage.roles import ROLES
from storage.status import Contents, Pieces, Sizes, Status, read_status
from storage.tuning import tune

from .status import to_duration

BYTES = ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"))
LATE_S = 60  # that a roll-up may lie behind: usually it is five seconds


def run_tune(dsn: str, out: Console) -> None:
    """Set up what the server is better with, and say what is so now."""
    with connect(dsn) as connection:
        out.print(tune(connection))


def show_status(dsn: str, out: Console, *, as_json: bool) -> bool:
    """Print what there is to say of the database; whether it is of this version."""
    with connect(dsn) as connection:
        status = read_status(connection)
    if as_json:
        out.print_json(json.dumps(to_object(status)))
    else:
        out.print(to_table(status))
    return status.version.current


def to_table(status: Status) -> Table:
    """One line a fact."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("server", to_server(status))
    table.add_row(
        "tables", to_version(status.version), style="" if status.version.current else "bold yellow"
    )
    if status.contents is not None:
        add_contents(table, status.contents, status.edition.license)
    table.add_row("roles", to_roles(status.roles))
    for reason, messages, last in status.contents.rejected if status.contents else ():
        table.add_row("rejected", f"{messages:,} x {reason}, last {to_minute(last)} UTC")
    return table


def add_contents(table: Table, found: Contents, licence: str) -> None:
    """What the tables hold."""
    table.add_row("nodes", f"{found.nodes:,}")
    about = "about " if found.samples.estimated else ""
    table.add_row("public samples", f"{about}{found.samples.samples:,}")
    if found.extent is not None:
        first, last = map(to_minute, found.extent)
        table.add_row("public data", f"{first} to {last} UTC")
    table.add_row("size", to_sizes(found.sizes))
    table.add_row(
        "pieces", to_pieces(found.pieces, "partition" if licence == "postgresql" else "chunk")
    )
    table.add_row("columnstore", to_columnstore(found, licence))
    late = found.waiting_s > LATE_S
    table.add_row("rollups", to_waiting(found), style="bold yellow" if late else "")


def to_server(status: Status) -> str:
    """What the server is, PostgreSQL named once."""
    if status.edition.kind == "postgresql":
        return str(status.edition)
    return f"{status.edition}, PostgreSQL {status.postgresql}"


def to_version(version: Version) -> str:
    """Whether the tables are of this program, and what to do when not."""
    if version.unknown:
        return f"newer than this program ({version.unknown[-1]}): install the newer version"
    if version.pending:
        more = f" and {len(version.pending) - 1} more" if len(version.pending) > 1 else ""
        return f"lack {version.pending[0]}{more}; run: meten db migrate"
    return f"of this version: {len(version.applied)} migrations, up to {version.applied[-1]}"


def to_pieces(pieces: Pieces, name: str) -> str:
    """How many pieces, and of which days.

    >>> to_pieces(Pieces(1, datetime(2026, 1, 1), datetime(2026, 2, 1), 0), "partition")
    '1 partition, from 2026-01-01 until 2026-02-01'
    """
    if pieces.first is None or pieces.after is None:
        return f"no {name} yet"
    many = "" if pieces.count == 1 else "s"
    days = f"from {pieces.first:%Y-%m-%d} until {pieces.after:%Y-%m-%d}"
    return f"{pieces.count:,} {name}{many}, {days}"


def to_columnstore(found: Contents, licence: str) -> str:
    """Whether old chunks become columns; only the community edition can."""
    if found.columnstore:
        return f"on, {found.pieces.compressed:,} of {found.pieces.count:,} chunks are in it"
    return "off; see: meten db tune" if licence == "timescale" else "none in this edition"


def to_waiting(found: Contents) -> str:
    """How far the rollups are behind."""
    if found.waiting.since is None:
        return "up to date"
    hours = f"{found.waiting.hours:,} hours of nodes wait"
    return f"{hours}, the oldest for {to_duration(found.waiting_s)}; see: meten db roll-up"


def to_roles(there: list[str]) -> str:
    """Which roles the server has."""
    if not there:
        return "none; see: meten db roles"
    absent = [name for name in ROLES if name not in there]
    names = ", ".join(name.removeprefix("lokaalmeten_") for name in there)
    return f"{names}{'; some are missing, see: meten db roles' if absent else ''}"


def to_sizes(sizes: Sizes) -> str:
    """The whole and its parts, on two lines."""
    return (
        f"{to_size(sizes.total)}: observations {to_size(sizes.observations)},"
        f" their indexes {to_size(sizes.indexes)},\n"
        f"rollups {to_size(sizes.rollups)}, all the rest {to_size(sizes.rest)}"
    )


def to_size(count: int) -> str:
    """Bytes for people.

    >>> to_size(512), to_size(12_345_678), to_size(2_500_000_000)
    ('512 B', '12.3 MB', '2.5 GB')
    """
    size, unit = next(((size, unit) for size, unit in BYTES if count >= size), (1, "B"))
    return f"{count / size:.1f} {unit}" if size > 1 else f"{count} B"


def to_minute(moment: datetime) -> str:
    """A moment for people."""
    return f"{moment:%Y-%m-%d %H:%M}"


def to_object(status: Status) -> dict[str, Any]:
    """The same for programs: sizes in bytes, moments as ISO 8601, ``current`` beside the names."""
    found = asdict(status)
    found["version"]["current"] = status.version.current
    if status.contents is not None:
        contents = found["contents"]
        contents["sizes"]["total"] = status.contents.sizes.total
        contents["samples"] = status.contents.samples._asdict()
        refused = [
            dict(zip(("reason", "messages", "last"), row, strict=True))
            for row in contents["rejected"]
        ]
        contents["rejected"] = refused
    return to_plain(found)


def to_plain(value: Any) -> Any:
    """Value with its moments as text."""
    if isinstance(value, dict):
        return {key: to_plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, datetime) else value
