"""`meten node remove`, `meten owner remove`, `meten db retain`: what goes, and that it is gone."""

from collections.abc import Mapping
from datetime import datetime

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from lokaalmeten.errors import StorageError
from storage.deletion import OBSERVATION
from storage.failures import Connection
from storage.pool import connect
from storage.removal import (
    begin_removal,
    count_removal,
    find_nodes,
    finish_removal,
    read_unfinished,
)
from storage.retention import Gone, retain
from storage.rollups import roll_up

WORDS = {
    OBSERVATION: "samples",
    "anchor": "times of boots",
    "calibration": "calibrations",
    "delivery": "boots whose pages are known",
    "event": "entries of the log",
    "finding": "findings of reviews",
    "forecast": "moments of forecasts",
    "node": "nodes",
    "rejected": "refused messages",
    "ride": "rides",
    "ride_cell": "cells that rides passed",
    "rollup_day": "days added up",
    "rollup_hour": "hours added up",
    "sensor": "sensors",
    "touched": "notes of hours that wait",
}
COLUMNS = (TextColumn("samples"), BarColumn(), TimeRemainingColumn())


def run_removal(
    dsn: str, out: Console, *, node: str | None = None, owner: str | None = None, yes: bool
) -> None:
    """Say what would go, ask, remove it and say that nothing is left.

    What an earlier removal left undone is finished first.
    """
    with connect(dsn) as connection:
        finished = finish(connection, out, total=None)
        try:
            nodes = find_nodes(connection, node=node, owner=owner)
        except StorageError:
            if node in finished or (owner and finished):  # it was interrupted, and is done now
                return
            raise
        counts = count_removal(connection, nodes)
        names = ", ".join(one.name for one in nodes) or "no node"
        out.print(f"to remove, for good: {f'owner {owner} with ' if owner else ''}{names}")
        out.print(to_table(counts))
        if not yes and not typer.confirm("remove all of this?"):
            out.print("nothing was removed")
            return
        begin_removal(connection, nodes, owner=owner)
        finish(connection, out, total=counts[OBSERVATION])
        if owner and not nodes:
            out.print(f"owner {owner}: removed; there was no node")


def finish(connection: Connection, out: Console, *, total: int | None) -> list[str]:
    """Finish all removals that were begun; names of the nodes."""
    nodes = read_unfinished(connection)
    removed = []
    with Progress(*COLUMNS, console=out, transient=True) as progress:
        task = progress.add_task("", total=total)
        for node in nodes:
            done = finish_removal(connection, node, lambda rows: progress.advance(task, rows))
            removed.append(done)
    for one in removed:
        out.print(
            f"node {one.name}: removed; {one.searched} tables searched for it, 0 rows left",
            highlight=False,
        )
        topic = f"lm/1/{one.name}/ack"
        out.print(
            f"  the broker may keep its last acknowledgement: mosquitto_pub -r -n -t {topic}",
            highlight=False,
            soft_wrap=True,
        )
    return [one.name for one in removed]


def run_retention(dsn: str, out: Console, now: datetime, *, dry_run: bool) -> None:
    """Delete what is kept for a time only and is too old, and print what went.

    What a removal left undone is finished first.
    """
    with connect(dsn) as connection:
        gone = retain_with_progress(connection, out, now, dry_run=dry_run)
    out.print("would go:" if dry_run else "went:")
    out.print(to_table({one.table: one.rows for one in gone}, gone))


def retain_with_progress(
    connection: Connection, out: Console, now: datetime, *, dry_run: bool
) -> list[Gone]:
    """Add up what waits, then delete; a dry run does neither."""
    if not dry_run:
        finish(connection, out, total=None)
    with Progress(*COLUMNS, console=out, transient=True) as progress:
        task = progress.add_task("", total=None)
        while not dry_run and roll_up(connection):  # hours whose samples may go now
            pass
        return retain(
            connection, now, dry_run=dry_run, told=lambda rows: progress.advance(task, rows)
        )


def to_table(rows: Mapping[str, int], gone: list[Gone] | None = None) -> Table:
    """One line for each table of which there are rows, and the pieces beside them."""
    table = Table(box=None, show_header=False)
    for name, count in rows.items():
        if count:
            table.add_row(WORDS.get(name, name), f"{count:,}")
    for one in gone or ():
        for piece in one.pieces:
            table.add_row("whole piece of the samples", piece)
    if not table.row_count:
        table.add_row("nothing", "")
    return table
