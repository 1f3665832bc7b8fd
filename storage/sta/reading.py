"""An answer of SensorThings: the level that was asked for, then level by level what hangs on it.

1. find the rows at the end of the path, in pages
2. for each navigation of $expand read what hangs on all of these rows in one statement, and again
3. count where it is asked for: exactly up to a hundred thousand, then by estimate (counts.py)

All of it in one transaction that may take some seconds and no more.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..failures import Connection
from . import observations
from .counts import count_observations, count_rows
from .faults import BadQueryError, NothingThereError
from .filters import Cells, write_filter
from .model import ENTITIES, Entity, Link
from .options import Expand, Options
from .paths import Path, Step
from .rows import PATIENCE_MS, Found, Row, fetch, run
from .select import ROW, Level, write_after, write_level, write_steps
from .terms import Bound
from .tokens import read_token, to_token

MOST_ROWS = 50_000  # of one answer
TYPES = {str: "text[]", int: "bigint[]"}


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
        of_streams, rest = observations.split_streams(asked.rest)
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


def list_own(entity: Entity, options: Options) -> list[str]:
    """Columns that the navigations of $expand join on."""
    names = [name for each in options.expand for name in entity.links[each.name].own]
    return list(dict.fromkeys(names))


def expand(
    connection: Connection,
    rows: list[Row],
    options: Options,
    cells: Cells,
    room: int,
) -> int:
    """Put below rows what $expand names; returns how many rows there is still room for."""
    for each in options.expand:
        below = read_below(connection, rows, each, cells, room)
        room -= len(below)
        if room < 0:
            raise BadQueryError(
                f"This answer has more than {MOST_ROWS:,} entities: give $top, or $top inside"
                f" $expand={each.name}(...), or expand less."
            )
        if each.options.expand and below:
            room = expand(connection, below, each.options, cells, room)
    return room


def read_below(
    connection: Connection, rows: list[Row], each: Expand, cells: Cells, room: int
) -> list[Row]:
    """What hangs on rows by one navigation, already put there; each row once."""
    link, options, target = each.link, each.options, ENTITIES[each.link.target]
    take = itemgetter(*(f"_{name}" for name in link.own))  # of one column a value, of two a pair
    keys = dict.fromkeys(take(row.values) for row in rows)
    known = [key for key in keys if key is not None]
    groups: dict[Any, Found] = defaultdict(
        lambda: Found(target, [], count=0 if options.count else None, one=not link.many)
    )
    if known:
        if target.plural == "Observations" and link.own == ("node", "quantity"):
            read_series(connection, known, each, cells, groups, room)
        else:
            read_linked(connection, known, each, cells, groups)
    for row in rows:
        row.links[each.name] = groups[take(row.values)]
    return [row for found in groups.values() for row in found.rows]


def read_series(
    connection: Connection,
    streams: list[tuple[Any, ...]],
    each: Expand,
    cells: Cells,
    groups: dict[Any, Found],
    room: int,
) -> None:
    """Observations of series."""
    options = each.options
    if options.skip + options.top > room:
        raise BadQueryError(f"$top and $skip inside $expand={each.name} are too large together.")
    asked = observations.ask(options, streams)
    own = list_own(ENTITIES["Observations"], options)
    question = observations.write_question(asked)
    for row in observations.read_below(connection, asked, cells, own):
        put(groups[streams[row.rest[-1] - 1]], row, options.top, question, len(row.rest) - 1)
    if options.count:
        for stream in streams:
            alone = replace(asked, streams=[stream])
            groups[stream].count = count_observations(connection, alone, cells)


def put(found: Found, row: Row, top: int, question: list[str], width: int) -> None:
    """Add a row to what is below a parent; one more than fits tells that there is a next page."""
    if len(found.rows) < top:
        found.rows.append(row)
    elif found.rows and found.token is None:
        found.token = to_token(question, found.rows[-1].rest[:width])


def read_linked(
    connection: Connection,
    keys: list[Any],
    each: Expand,
    cells: Cells,
    groups: dict[Any, Found],
) -> None:
    """Entities that hang on these keys, of each key a page and one more."""
    link, options, target = each.link, each.options, ENTITIES[each.link.target]
    level = write_level(target, options, cells, list_own(target, options))
    level.conditions.append(write_keys(level.bound, link, keys))
    level.bound.values |= {"skip": options.skip, "until": options.skip + options.top + 1}
    theirs = [f"{ROW}.{name}" for name in link.their]
    parts = f"PARTITION BY {', '.join(theirs)}"
    ranked = f"row_number() OVER ({parts} {level.write_order()})"
    counted = f"count(*) OVER ({parts})" if options.count else "0"
    order = [f"{term.sql} AS k{place}" for place, (term, _) in enumerate(level.order)]
    parents = [f"{name} AS p{place}" for place, name in enumerate(theirs)]
    inner = level.write("", [*order, *parents, f"{counted} AS among", f"{ranked} AS rank"])
    until = "" if options.count else "AND w.rank <= %(until)s"
    statement = f"SELECT * FROM ({inner}) AS w WHERE w.rank > %(skip)s {until} ORDER BY w.rank"
    question = [target.plural, *(f"{key.names} {key.descending}" for key in options.order)]
    width = len(level.order)
    parent = itemgetter(*range(width, width + len(theirs)))
    for row in run(connection, statement, level):
        found = groups[parent(row.rest)]
        found.count = row.rest[-2] if options.count else None
        put(found, row, options.top, question, width)


def write_keys(bound: Bound, link: Link, keys: list[Any]) -> str:
    """Condition that a row hangs on one of these keys."""
    if len(link.their) == 1:
        return f"{ROW}.{link.their[0]} = ANY ({bound.bind(keys, TYPES[type(keys[0])])})"
    columns = [
        bound.bind(list(values), TYPES[type(values[0])]) for values in zip(*keys, strict=True)
    ]
    theirs = ", ".join(f"{ROW}.{name}" for name in link.their)
    return f"({theirs}) IN (SELECT * FROM unnest({', '.join(columns)}))"
