"""How many: exactly up to a hundred thousand, beyond that an estimate, in some milliseconds.

1. of a whole series the days of the rollups know it
2. of all observations the statistics of the server do, times the series of a node
3. whatever else is counted up to the limit, then estimated by the plan
"""

from ..failures import Connection
from ..reader import count as count_samples
from ..rows import ROLLED
from .bounds import EARLIEST, LATEST, Asked
from .filters import Cells
from .model import ENTITIES
from .observations import start_level
from .rows import fetch
from .select import ROW, Level

MOST = 100_000  # that are counted one by one


def count_rows(connection: Connection, level: Level) -> int:
    """Rows of a level."""
    source = level.relation or level.entity.relation
    where = " AND ".join(level.conditions) or "true"
    inner = f"SELECT FROM ({source}) AS {ROW} WHERE {where}"
    return _count_up(connection, level, inner)


def _count_up(connection: Connection, level: Level, inner: str) -> int:
    counted = f"SELECT count(*) FROM ({inner} LIMIT {MOST + 1}) AS c"
    ((exact,),) = fetch(connection, counted, level)
    if exact <= MOST:
        return exact
    ((plan,),) = fetch(connection, f"EXPLAIN (FORMAT JSON) {inner}", level)
    return max(int(plan[0]["Plan"]["Plan Rows"]), exact)


def count_observations(connection: Connection, asked: Asked, cells: Cells) -> int:
    """Observations of all pages."""
    plain = asked.rest is None and not asked.conditions
    whole = plain and (asked.start, asked.stop) == (EARLIEST, LATEST)
    if asked.streams is None and whole:
        return count_all(connection)
    if asked.streams is not None and plain and len(asked.streams) == 1:
        return count_series(connection, asked, whole=whole)
    level = start_level(asked, cells, [])
    values = level.bound.values
    values |= {"start": asked.start, "stop": asked.stop, "most": None}
    if asked.streams is None:
        level.conditions.append(f"{ROW}.time >= %(start)s AND {ROW}.time < %(stop)s")
    return count_rows(connection, level)


def count_all(connection: Connection) -> int:
    """All observations: where samples are estimated, times the quantities of some nodes."""
    found = count_samples(connection)
    level = Level(ENTITIES["Datastreams"])
    if not found.estimated:
        return count_rows(connection, Level(ENTITIES["Observations"]))
    ((series, nodes),) = fetch(
        connection,
        # an array: names of a list reach into the view, those of a question do not
        "SELECT count(*), count(DISTINCT d.node) FROM public.datastream d WHERE d.node = ANY"
        " (ARRAY(SELECT n.name FROM public.node n WHERE NOT n.moving LIMIT 50))",
        level,
    )
    return round(found.samples * series / nodes) if nodes else 0


def count_series(connection: Connection, asked: Asked, *, whole: bool) -> int:
    """Observations of one series; of a long one the sum of its days."""
    assert asked.streams is not None
    ((node, quantity),) = asked.streams
    level = Level(ENTITIES["Datastreams"])
    level.bound.values |= {"node": node, "quantity": quantity}
    if whole:
        ((days,),) = fetch(
            connection,
            "SELECT coalesce(sum(d.samples), 0)::bigint FROM public.rollup_day d"
            " WHERE d.node = %(node)s AND d.quantity = %(quantity)s",
            level,
        )
        if days > MOST:
            return days
    values = {"start": asked.start, "stop": asked.stop}
    level.bound.values |= values
    column = asked.streams[0][1]
    if column not in ROLLED:
        return 0
    inner = (
        f"SELECT FROM public.observation o WHERE o.node = %(node)s AND o.{column} IS NOT NULL"
        " AND o.time >= %(start)s AND o.time < %(stop)s"
    )
    return _count_up(connection, level, inner)
