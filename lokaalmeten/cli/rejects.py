"""`meten rejected`: what was kept aside, and another try after a mend."""

import time
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from ingest.checks import check
from ingest.decode import Message
from ingest.payloads import decode
from storage.pool import connect
from storage.registry import read_nodes
from storage.rejected import Kept, list_rejected, read_rejected, rejected_counts, rejected_messages
from storage.writer import Writer

AT_ONCE = 1000
WIDTH = 16  # bytes on a line


def show_list(dsn: str, reason: str | None, limit: int, out: Console) -> None:
    """Print the latest messages that were kept aside."""
    with connect(dsn) as connection:
        found: Any = list_rejected(connection, reason, limit)
    table = Table("number", "last came (UTC)", "times", "node", "reason", "bytes", box=None)
    for row in found.itertuples(index=False):
        last = f"{row.last_received:%Y-%m-%d %H:%M:%S}"
        size = f"{len(row.payload):,}"
        table.add_row(str(row.id), last, f"{row.times:,}", row.node, row.reason, size)
    out.print(table if table.row_count else "nothing was kept aside")


def show_one(dsn: str, number: int, out: Console) -> None:
    """Print one message with its bytes."""
    with connect(dsn) as connection:
        kept = read_rejected(connection, number)
    message = kept.message
    first, last = (
        f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S}"
        for at in (kept.first_received, message.received)
    )
    out.print(f"node {message.node or '?'} on {message.topic}", markup=False)
    out.print(f"refused for: {message.reason}", markup=False)
    out.print(f"came {kept.times:,} times, first {first}, last {last} UTC")
    for at in range(0, len(message.payload), WIDTH):
        part = message.payload[at : at + WIDTH]
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in part)
        out.print(f"{at:6d}  {part.hex(' '):<{WIDTH * 3}} {text}", markup=False, highlight=False)


def replay(dsn: str, reason: str | None, node: str | None, out: Console) -> None:
    """Decode again what was kept aside; what can be used now is stored and leaves the list."""
    tried = stored = samples = after = 0
    with connect(dsn) as connection, Progress(console=out, transient=True) as progress:
        counts: Any = rejected_counts(connection)
        task = progress.add_task("replay", total=int(counts["messages"].sum()))
        writer = Writer(connection)
        while found := rejected_messages(connection, reason, node, AT_ONCE, after):
            after = found[-1].id
            ids, inserted = store_usable(writer, found, read_nodes(connection))
            tried, stored, samples = tried + len(found), stored + ids, samples + inserted
            progress.advance(task, len(found))
    out.print(
        f"{tried:,} messages tried: {stored:,} stored ({samples:,} new samples), "
        f"{tried - stored:,} still kept aside"
    )


def store_usable(writer: Writer, found: list[Kept], registry: dict) -> tuple[int, int]:
    """Store what decodes now without a word of complaint; messages and samples stored."""
    messages = [Message(k.message.topic, k.message.payload, k.message.received, k) for k in found]
    decoded = decode(messages, registry)
    refused = {(again.topic, again.payload) for again in decoded.rejected}
    usable = [m for m in messages if (m.topic, m.payload) not in refused]
    if not usable:
        return 0, 0
    decoded = decode(usable, registry)
    batch = [check(rows, int(time.time())) for rows in decoded.batch]
    replayed = [kept.id for kept in (m.ticket for m in usable) if isinstance(kept, Kept)]
    written = writer.write(batch, arrivals=decoded.arrivals, replayed=replayed)
    return len(usable), written.inserted
