"""`meten rejected`: what was kept aside, and another try after a mend."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from ingest.anchors import release
from ingest.calibration.correcting import Correct, Corrections
from ingest.checks import check
from ingest.decode import NO_TIME, Message
from ingest.payloads import decode
from storage.pool import connect
from storage.rejected import Kept, list_rejected, read_rejected, rejected_counts, rejected_messages
from storage.store import Store

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
    with Store(dsn) as store, Progress(console=out, transient=True) as progress:
        correct = Corrections(store, time.monotonic).apply
        counts: Any = store.ask(rejected_counts)
        task = progress.add_task("replay", total=int(counts["messages"].sum()))
        while found := store.ask(rejected_messages, reason, node, AT_ONCE, after):
            after = found[-1].id
            ids, inserted = store_usable(store, found, correct)
            tried, stored, samples = tried + len(found), stored + ids, samples + inserted
            progress.advance(task, len(found))
        while reason in (None, NO_TIME) and (moved := release(store, node=node, correct=correct)):
            stored, samples = stored + moved.pages, samples + moved.inserted
    out.print(
        f"{tried:,} messages tried: {stored:,} stored ({samples:,} new samples), "
        f"{tried - stored:,} still kept aside"
    )


def store_usable(store: Store, found: Sequence[Kept], correct: Correct) -> tuple[int, int]:
    """Store what decodes now without a word of complaint; messages and samples stored.

    The others keep the reason of this try: a page of a node that is known by now may be one that
    waits for its time.
    """
    registry = store.read_nodes()
    messages = [Message(k.message.topic, k.message.payload, k.message.received) for k in found]
    decoded = decode(messages, registry)
    reasons = {(again.topic, again.payload): again.reason for again in decoded.rejected}
    refused = {k.id: reasons.get((k.message.topic, k.message.payload)) for k in found}
    store.rename_rejected({id_: reason for id_, reason in refused.items() if reason is not None})
    usable = [m for m, k in zip(messages, found, strict=True) if refused[k.id] is None]
    if not usable:
        return 0, 0
    decoded = decode(usable, registry)
    batch = [correct(check(rows, int(time.time()))) for rows in decoded.batch]
    replayed = [k.id for k in found if refused[k.id] is None]
    written = store.write(batch, [], decoded.arrivals, decoded.anchors, replayed)
    return len(usable), written.inserted
