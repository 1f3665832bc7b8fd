"""An answer of SensorThings: the level that was asked for, then level by level what hangs on it.

1. find the rows at the end of the path, in pages
2. for each navigation of $expand read what hangs on all of these rows in one statement, and again
3. count where it is asked for: exactly up to a hundred thousand, then by estimate (counts.py)

All of it in one transaction that may take some seconds and no more.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..failures import Connection
from . import observations
from .bounds import split_streams
from .counts import count_observations, count_rows
from .expanding import MOST_ROWS, expand, list_own
from .faults import BadQueryError, NothingThereError
from .filters import Cells, write_filter
from .model import ENTITIES
from .options import Options
from .paths import Path, Step
from .rows import PATIENCE_MS, Found, fetch, run
from .select import ROW, Level, write_after, write_level, write_steps
from .terms import Bound
from .tokens import read_token, to_token


def read(connection: Connection, path: Path, options: Options) -> Found:
    """What is at a path.

    Raises NothingThereError where nothing is, BadQueryError for what cannot be asked or is too
    much, StorageError when the database refuses.
    """
    with connection.transaction():
        connection.execute(f"SET LOCAL statement_timeout = {PATIENCE_MS}".encode())

        @cache
        def cells() -> NDArray[np.int64]:
            return read_cells(connection)

        if path.single and (options.skip or options.token):
            raise BadQueryError("One entity has no $skip and no $skiptoken.")
        check_parents(connection, path.steps)
        wanted = replace(options, top=1, skip=0, order=(), count=False) if path.single else options
        found = read_top(connection, path, wanted, cells)
        if path.single:
            if not found.rows:
                raise NothingThereError(f"There is no such {path.last.entity.name}.")
            found = Found(found.entity, found.rows[:1], one=True)
        room = MOST_ROWS - len(found.rows)
        expand(connection, found.rows, options, cells, room)
        return found


def read_cells(connection: Connection) -> NDArray[np.int64]:
    """Every cell in which a node stands or stood, as far as the public knows."""
    found = fetch(
        connection,
        "SELECT c.cell FROM public.cell c ORDER BY c.cell",
        Level(ENTITIES["Locations"]),
    )
    return np.array([cell for (cell,) in found], np.int64)


def check_parents(connection: Connection, steps: Sequence[Step]) -> None:
    """Raise NothingThereError when what a path passes is not there."""
    to_series = steps[-1].entity.plural == "Observations" and len(steps) > 1
    if len(steps) < 2 or (to_series and steps[-2].entity.plural == "Datastreams"):
        return  # whoever looks for its series finds none
    level = Level(steps[-2].entity)
    level.conditions.append(write_steps(level, steps[:-1]))
    if not fetch(connection, level.write("LIMIT 1"), level):
        raise NothingThereError(f"There is no such {steps[-2].entity.name}.")


def read_top(connection: Connection, path: Path, options: Options, cells: Cells) -> Found:
    """The level that was asked for."""
    if path.last.entity.plural == "Observations":
        return read_observations(connection, path.steps, options, cells)
    entity = path.last.entity
    level = write_level(entity, options, cells, list_own(entity, options))
    level.conditions.append(write_steps(level, path.steps))
    found = Found(entity, [])
    if options.count:
        found.count = count_rows(connection, level)
    question = [entity.plural, *(f"{each.names} {each.descending}" for each in options.order)]
    if options.token:
        key = read_token(question, options.token, [term.kind for term, _ in level.order])
        level.conditions.append(write_after(level, key))
    level.bound.values |= {"most": options.top + 1, "skip": options.skip}
    tail = f"{level.write_order()} LIMIT %(most)s::bigint OFFSET %(skip)s::bigint"
    rows = run(connection, level.write(tail, [term.sql for term, _ in level.order]), level)
    if len(rows) > options.top:
        found.token = to_token(question, rows[options.top - 1].rest) if options.top else None
        rows = rows[: options.top]
    found.rows = rows
    return found


def read_observations(
    connection: Connection, steps: Sequence[Step], options: Options, cells: Cells
) -> Found:
    """Observations at the end of a path."""
    entity = ENTITIES["Observations"]
    streams, conditions = find_streams(connection, steps)
    asked = observations.ask(options, streams, steps[-1].key)
    asked = replace(asked, conditions=conditions)
    if asked.streams is None:
        of_streams, rest = split_streams(asked.rest)
        if of_streams is not None:
            few = find_streams_of(connection, of_streams, cells)
            if few is not None:
                asked = replace(asked, streams=few, rest=rest)
    found = Found(entity, [])
    if options.count:
        found.count = count_observations(connection, asked, cells)
    own = list_own(entity, options)
    found.rows, found.token = observations.read_page(connection, asked, cells, own)
    return found


def find_streams(
    connection: Connection, steps: Sequence[Step]
) -> tuple[list[tuple[str, str]] | None, tuple[tuple[str, dict[str, Any]], ...]]:
    """Series that a path leads to, None for all; and what else must hold of their observations."""
    if len(steps) == 1:
        return None, ()
    if steps[-2].entity.plural == "Datastreams":
        level = Level(steps[-2].entity)
        level.conditions.append(write_steps(level, steps[:-1]))
        found = fetch(connection, level.write("", [f"{ROW}.node", f"{ROW}.quantity"]), level)
        if not found:
            raise NothingThereError("There is no such Datastream.")
        return [(node, quantity) for node, quantity in found], ()
    level = Level(steps[-1].entity, Bound("path"))
    text = write_steps(level, [*steps[:-1], Step(steps[-1].entity, None, steps[-1].link)])
    return None, ((text, level.bound.values),)


def find_streams_of(
    connection: Connection, tree: Any, cells: Cells
) -> list[tuple[str, str]] | None:
    """Series for which a filter on Datastreams holds; None when they are too many."""
    level = Level(ENTITIES["Datastreams"])
    level.conditions.append(write_filter(tree, level.entity, ROW, level.bound, cells))
    tail = f"LIMIT {observations.MOST_SERIES + 1}"
    found = fetch(connection, level.write(tail, [f"{ROW}.node", f"{ROW}.quantity"]), level)
    return None if len(found) > observations.MOST_SERIES else [(a, b) for a, b in found]
