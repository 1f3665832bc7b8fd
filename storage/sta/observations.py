"""Observations, straight from the wide table: some series by its key, all by windows.

1. which series: those of a path, of parents, or of what a filter says of their Datastream
2. from when to when: what a filter says of the time, and the token
3. in the order of time the first of each series, as many as a page takes; with a further filter in
   windows that grow until they fill a page; in any other order all of the period
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from ..failures import Connection
from .bounds import EARLIEST, LATEST, TICK, Asked, Streams, narrow
from .faults import BadQueryError
from .filters import Cells, write_filter
from .grammar import read_filter
from .model import ENTITIES, Kind
from .options import MOST_TOP, Options
from .rows import Row, fetch, run
from .select import MS, ROW, Level, read_observation_key, write_after, write_level, write_order_key
from .terms import Term
from .tokens import read_token, to_token

ENTITY = ENTITIES["Observations"]
SAMPLE = timedelta(seconds=60)  # between samples of a box: how long a page is likely to be
WIDER = 8  # times as long is the window after one that did not fill a page
FAR = timedelta(days=3650)  # after a window so long comes all the rest
MOST_SERIES = 500  # that are read one by one; more are read as all are
SERIES = """SELECT s.node || ':' || s.quantity AS stream, s.node, s.quantity, o.time,
    o.time + make_interval(secs => coalesce(o.period_s, 0)) AS until, o.value, o.flag,
    o.correction, o.series, (
        SELECT p.cell FROM public.placement p
        WHERE p.node = s.node AND p.since <= o.time AND o.time < p.until
    ) AS cell
FROM public.read_{way}(
        %(nodes)s::text[], %(quantities)s::text[], %(start)s::timestamptz, %(stop)s::timestamptz,
        %(most)s::bigint
    ) AS o
    JOIN unnest(%(nodes)s::text[], %(quantities)s::text[])
        WITH ORDINALITY AS s (node, quantity, series) ON s.series = o.series"""


def ask(options: Options, streams: Streams | None, key: str | None = None) -> Asked:
    """What options ask; ``key`` is the id of one observation."""
    made = Asked(options, streams)
    if key is not None:
        node, quantity, at = read_observation_key(key)
        stream = (node, quantity)
        streams = [stream] if streams is None or stream in streams else []
        made = replace(made, streams=streams, start=at, stop=at + MS)
    if options.filter:
        made = narrow(made, read_filter(options.filter))
    return made


def start_level(asked: Asked, cells: Cells, own: Sequence[str]) -> Level:
    """Statement of what is asked, but for the period and how many."""
    level = write_level(ENTITY, replace(asked.options, filter="", order=()), cells, own)
    if asked.by_time:
        level.order = [
            (Term(Kind.TIME, f"{ROW}.time"), asked.newest),
            (Term(Kind.TEXT, f"{ROW}.stream"), False),
        ]
    else:
        keys = [
            (write_order_key(level.bound, ENTITY, o), o.descending) for o in asked.options.order
        ]
        level.order = [*keys, *level.order]  # behind them the id
    if asked.rest is not None:
        level.conditions.append(write_filter(asked.rest, ENTITY, ROW, level.bound, cells))
    for text, values in asked.conditions:
        level.conditions.append(text)
        level.bound.values |= values
    if asked.streams is not None:
        level.relation = SERIES.replace("{way}", "newest" if asked.newest else "oldest")
        level.bound.values |= {
            "nodes": [node for node, _ in asked.streams],
            "quantities": [quantity for _, quantity in asked.streams],
        }
    return level


def read_page(
    connection: Connection, asked: Asked, cells: Cells, own: Sequence[str]
) -> tuple[list[Row], str | None]:
    """One page, and the token of the next."""
    if (asked.streams is not None and not asked.streams) or asked.options.top == 0:
        return [], None
    options = asked.options
    level = start_level(asked, cells, own)
    question = write_question(asked)
    if options.token:
        kinds = [term.kind for term, _ in level.order]
        key = read_token(question, options.token, kinds)
        level.conditions.append(write_after(level, key))
        if asked.by_time:
            asked = _begin_at(asked, key[0])
    count = options.skip + options.top + 1
    if count > 20 * MOST_TOP:
        raise BadQueryError("$skip is too large here: follow the next links, or ask for a period.")
    windows = asked.by_time and (asked.streams is None or len(level.conditions) > 0)
    read = _read_windows if windows else _read_once
    rows = read(connection, asked, level, count)[options.skip :]
    if len(rows) <= options.top:
        return rows, None
    rows = rows[: options.top]
    return rows, to_token(question, rows[-1].rest[: len(level.order)])


def write_question(asked: Asked) -> list[str]:
    """What a token belongs to: the order."""
    return ["Observations", *(f"{each.names} {each.descending}" for each in asked.options.order)]


def _begin_at(asked: Asked, at: datetime) -> Asked:
    if asked.newest:
        return replace(asked, stop=min(asked.stop, at + TICK))
    return replace(asked, start=max(asked.start, at))


def _read_once(connection: Connection, asked: Asked, level: Level, count: int) -> list[Row]:
    """The first rows of the whole period."""
    most = count if asked.by_time else None
    return _read_between(connection, asked, level, (asked.start, asked.stop), count, most)


def _read_windows(connection: Connection, asked: Asked, level: Level, count: int) -> list[Row]:
    """The first rows in the order of time, looked for in longer and longer windows."""
    first, last = read_extent(connection, asked)
    start, stop = max(asked.start, first), min(asked.stop, last + TICK)
    length = SAMPLE * min(count, 1000) if asked.streams is not None else SAMPLE
    rows: list[Row] = []
    while start < stop and len(rows) < count:
        step = min(length, stop - start)
        near = stop - step if asked.newest else start + step
        window = (near, stop) if asked.newest else (start, near)
        rows += _read_between(connection, asked, level, window, count - len(rows), None)
        start, stop = (start, near) if asked.newest else (near, stop)
        length = length * WIDER if length < FAR else LATEST - EARLIEST
    return rows


def _read_between(
    connection: Connection,
    asked: Asked,
    level: Level,
    window: tuple[datetime, datetime],
    count: int,
    most: int | None,
) -> list[Row]:
    values = level.bound.values
    values |= {"start": window[0], "stop": window[1], "most": most}
    values["count"] = count
    inside = ""
    if asked.streams is None:
        inside = f" AND {ROW}.time >= %(start)s AND {ROW}.time < %(stop)s"
    tail = f"{inside} {level.write_order()} LIMIT %(count)s::bigint"
    return run(connection, level.write(tail, [term.sql for term, _ in level.order]), level)


def read_extent(connection: Connection, asked: Asked) -> tuple[datetime, datetime]:
    """First and last moment of the nodes of some series, or of all."""
    level = Level(ENTITY)
    which = "true"
    # only the end at which the windows begin: each takes a step into the key of every node
    edges = "NULL, max(n.last)" if asked.newest else "min(n.first), NULL"
    if asked.streams is not None:
        which = f"n.name = ANY ({level.bound.bind([node for node, _ in asked.streams], 'text[]')})"
    (found,) = fetch(
        connection,
        f"SELECT {edges} FROM public.node n WHERE {which}",
        level,
    )
    first, last = found
    if first is None and last is None:
        return LATEST, EARLIEST
    return first or EARLIEST, last or LATEST


def read_below(connection: Connection, asked: Asked, cells: Cells, own: Sequence[str]) -> list[Row]:
    """Of each of many series a page and one more; in order, the last of ``rest`` is the series."""
    options = asked.options
    level = start_level(asked, cells, own)
    pushed = asked.by_time and not level.conditions
    most = options.skip + options.top + 1
    level.bound.values |= {
        "start": asked.start,
        "stop": asked.stop,
        "most": most if pushed else None,
        "skip": options.skip,
        "until": most,
    }
    keys = [f"{term.sql} AS k{place}" for place, (term, _) in enumerate(level.order)]
    series = [f"{ROW}.series AS series"]
    if pushed and not options.skip:  # the function has cut them
        order = level.write_order().removeprefix("ORDER BY")
        statement = level.write(f"ORDER BY {ROW}.series, {order}", [*keys, *series])
        return run(connection, statement, level)
    rank = f"row_number() OVER (PARTITION BY {ROW}.series {level.write_order()}) AS rank"
    inner = level.write("", [*keys, *series, rank])
    ranked = f"SELECT * FROM ({inner}) AS w WHERE w.rank > %(skip)s AND w.rank <= %(until)s"
    statement = f"{ranked} ORDER BY w.series, w.rank"
    return [replace(row, rest=row.rest[:-1]) for row in run(connection, statement, level)]
