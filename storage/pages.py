"""Pages: long answers in pieces, each with the cursor at which the next one begins.

1. read the key out of the cursor, or take the one before the first row
2. read what comes after it, one row more than the page holds
3. cut the page, and make a cursor of the key of its last row when there was one more

Pages laid behind each other are the whole answer, without a row twice. Rows that arrive between two
pages are in a later one where they come after the cursor. All raise StorageError when the database
refuses, and for a cursor that no page of the same question gave.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pandas as pd

from lokaalmeten.errors import StorageError
from lokaalmeten.quantities import SLOT

from . import periods
from .asked import SHOWN, to_name, unpack, write_samples
from .cursors import read_cursor, to_cursor
from .failures import Connection
from .frame import read_frame
from .queries import fill, read_queries

PAGES = read_queries(Path(__file__).with_name("pages.sql"))
LIMIT, MOST = 1000, 100_000  # rows of a page
SAMPLE_S = 60  # between the samples of a box: how long a page of samples is likely to be
WIDER = 8  # times as long is the window after one that did not fill a page

Ask = Callable[[dict[str, Any]], pd.DataFrame]


class Page(NamedTuple):
    """A piece of an answer."""

    rows: pd.DataFrame
    after: str | None  # cursor of the next page; None when there is no further row now


def nodes_page(connection: Connection, after: str | None = None, limit: int = LIMIT) -> Page:
    """Nodes by name, with the columns of ``reader.nodes``."""

    def ask(values: dict[str, Any]) -> pd.DataFrame:
        return read_frame(connection, PAGES["nodes"], values)

    return cut_page(["nodes"], {"name": ""}, after, limit, ask)


def latest_page(connection: Connection, after: str | None = None, limit: int = LIMIT) -> Page:
    """Latest samples of the fixed nodes by name, with the columns of ``reader.latest``."""

    def ask(values: dict[str, Any]) -> pd.DataFrame:
        return read_frame(connection, fill(PAGES["latest"], columns=SHOWN), values)

    page = cut_page(["latest"], {"node": ""}, after, limit, ask)
    return page._replace(rows=unpack(page.rows))


def samples_page(
    connection: Connection,
    node: str,
    quantities: Sequence[str],
    start: datetime,
    stop: datetime,
    after: str | None = None,
    limit: int = LIMIT,
    *,
    corrected: bool = False,
) -> Page:
    """Samples of a fixed node by time, with the columns of ``reader.series`` of width 0."""
    query = fill(PAGES["samples"], columns=write_samples(quantities, corrected=corrected))

    def ask(values: dict[str, Any]) -> pd.DataFrame:
        first = max(start, values["time"] + timedelta(microseconds=1))
        named = {"node": to_name(node), "start": first, "stop": stop, "limit": values["limit"]}
        return read_windows(lambda window: read_frame(connection, query, named | window), named)

    before = start - timedelta(microseconds=1)
    return cut_page(["samples", node], {"time": before}, after, limit, ask)


def rides_page(
    connection: Connection,
    start: datetime,
    stop: datetime,
    after: str | None = None,
    limit: int = LIMIT,
) -> Page:
    """Rides that start in a period, the newest first, with the columns of ``reader.rides``."""

    def ask(values: dict[str, Any]) -> pd.DataFrame:
        return read_rides(connection, start, stop, values)

    return cut_page(["rides"], {"start": stop, "public_id": UUID(int=0)}, after, limit, ask)


def read_rides(
    connection: Connection, start: datetime, stop: datetime, values: dict[str, Any]
) -> pd.DataFrame:
    """At most ``limit`` rides of a period that come after a ride: its ``start``, ``public_id``."""
    period = {"hour": periods.to_hour(start), "stop": stop, "slot": SLOT["pm25"]}
    return read_frame(connection, PAGES["rides"], period | values)


def ride_page(
    connection: Connection, public_id: str | UUID, after: str | None = None, limit: int = LIMIT
) -> Page:
    """Samples of the public part of a ride by second, with the columns of ``reader.ride``.

    Each page has the quantities of which it has a value.
    """
    ride = to_ride(public_id)
    query = fill(PAGES["ride"], columns=SHOWN)

    def ask(values: dict[str, Any]) -> pd.DataFrame:
        return read_frame(connection, query, {"ride": ride} | values)

    page = cut_page(["ride", str(ride)], {"second": -1}, after, limit, ask)
    return page._replace(rows=unpack(page.rows))


def to_ride(public_id: str | UUID) -> UUID:
    """Public name of a ride; nobody's when it is none."""
    try:
        return UUID(str(public_id))
    except ValueError:
        return UUID(int=0)


def cut_page(
    question: Sequence[str], first: dict[str, Any], after: str | None, limit: int, ask: Ask
) -> Page:
    """The page after a cursor; ``first`` is a key before all rows, by the names of its columns."""
    if not 0 < limit <= MOST:
        raise StorageError(f"a page has 1 to {MOST:,} rows, not {limit:,}")
    key = first if after is None else read_cursor(question, after, list(first))
    found = ask(key | {"limit": limit + 1})
    if len(found) <= limit:
        return Page(found, None)
    rows = found.iloc[:limit]
    last = {name: rows[name].iloc[-1] for name in first}
    return Page(rows, to_cursor(question, last))


def read_windows(read: Ask, values: dict[str, Any]) -> pd.DataFrame:
    """The first rows of a time from ``start`` to ``stop``, looked for in longer and longer windows.

    The server cannot stop a sort early when the node is found by a join; a window of about one
    page is sorted in a millisecond, and a silent year takes a handful of them.
    """
    start, stop, limit = values["start"], values["stop"], values["limit"]
    length = timedelta(seconds=SAMPLE_S) * limit
    parts: list[pd.DataFrame] = []
    while True:
        until = stop if stop - start <= length else start + length
        parts.append(read({"start": start, "stop": until, "limit": limit}))
        limit -= len(parts[-1])
        start, length = until, length * WIDER
        if limit == 0 or start >= stop:
            break
    filled = [part for part in parts if len(part)] or parts[:1]
    return pd.concat(filled, ignore_index=True)
