"""What hangs on rows: each navigation of $expand read for all of them in one statement."""

from collections import defaultdict
from dataclasses import replace
from operator import itemgetter
from typing import Any

from ..failures import Connection
from . import observations
from .counts import count_observations
from .faults import BadQueryError
from .filters import Cells
from .model import ENTITIES, Entity, Link
from .options import Expand, Options
from .rows import Found, Row, run
from .select import ROW, write_level
from .terms import Bound
from .tokens import to_token

MOST_ROWS = 50_000  # of one answer
TYPES = {str: "text[]", int: "bigint[]"}


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
    """Entities that hang on these keys: the one of each, or of each a page and one more."""
    link, options, target = each.link, each.options, ENTITIES[each.link.target]
    level = write_level(target, options, cells, list_own(target, options))
    level.conditions.append(write_keys(level.bound, link, keys))
    theirs = [f"{ROW}.{name}" for name in link.their]
    if not link.many and options.top and not options.skip:
        parent = itemgetter(*range(len(theirs)))
        for row in run(connection, level.write("", theirs), level):
            groups[parent(row.rest)].rows.append(row)
        return
    level.bound.values |= {"skip": options.skip, "until": options.skip + options.top + 1}
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
