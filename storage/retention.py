"""Retention: what is kept only for a time goes when that is over; hours, days and rides stay.

1. of each node find from when on its observations are kept (``find_kept_from``), and note that:
   from then on nothing before it is stored or added up again (trigger of private.touched)
2. drop the pieces of the table that lie before that of every node, whole
3. delete what else lies before it, by node and month
4. delete refused messages, notes of delivery, forecasts, scores of single hours, weather and log
   entries that are too old; scores of days stay
5. delete what an ingest noted of nodes after they were removed

How long is said per project, in days; what a project leaves open, and nodes without one, follow
DEFAULT_DAYS.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from psycopg import sql

from lokaalmeten.forecasts import RESCORED_DAYS

from .deletion import OBSERVATION, delete_observations, read_tables, to_statement, wait_for_writers
from .edition import drop_pieces
from .events import note
from .failures import Connection, say_failures
from .queries import fill, to_piece

DEFAULT_DAYS: Mapping[str, int | None] = MappingProxyType(
    {
        "raw": None,  # for ever
        "rejected": 365,  # time to mend a decoder, and to try again
        "delivery": 365,
        "forecast": 21,  # at 2,000 places and 24 rounds a day 0.1 GB a day and quantity
        "event": 1095,  # three years, in which somebody may ask who changed something
    }
)
WEATHER_DAYS = 500  # the history that forecasts learn from, and some
KEPT_BOOTS = 3  # of each node, however old: it may still send their pages

# A node waits for the next time when hours that would go are not added up yet. A ride is in one
# piece or gone: where the moment falls inside one, the hour in which it starts is the first kept.
_KEPT_FROM = """
WITH RECURSIVE cut (id, at) AS (
    SELECT n.id, date_bin(
        '1 day', %(now)s - make_interval(days => coalesce(p.keep_raw_days, %(raw)s)),
        '1970-01-01 00:00:00+00'
    )
    FROM private.node n LEFT JOIN private.project p ON p.id = n.project_id
    WHERE coalesce(p.keep_raw_days, %(raw)s) IS NOT NULL
    UNION
    SELECT c.id, date_bin('1 hour', r.start, '1970-01-01 00:00:00+00')
    FROM cut c JOIN private.ride r ON r.node_id = c.id AND r.start < c.at AND r.stop >= c.at
)
SELECT c.id, min(c.at)
FROM cut c
WHERE NOT EXISTS (SELECT FROM private.touched t WHERE t.node_id = c.id AND t.first < c.at)
GROUP BY c.id
"""

_MARK = """
UPDATE private.node n SET kept_from = cut.at
FROM unnest(%s::integer[], %s::timestamptz[]) AS cut (id, at)
WHERE n.id = cut.id AND coalesce(n.kept_from < cut.at, true)
"""

_MARKED = "SELECT id, kept_from FROM private.node WHERE kept_from IS NOT NULL ORDER BY id"

# NULL when one node keeps everything, or there is none.
_ALL_KEPT_FROM = """
SELECT CASE WHEN bool_and(kept_from IS NOT NULL) THEN min(kept_from) END FROM private.node
"""

_COUNT = """
SELECT count(*) FROM private.observation
WHERE node_id = %(node)s AND time < %(before)s
"""

_LATEST = "SELECT boot FROM private.delivery d WHERE d.node_id = t.node_id"
_LATEST += f" ORDER BY updated_at DESC, boot DESC LIMIT {KEPT_BOOTS}"

# Rows that are too old, by table; {kept} is how long those of the row's node are kept.
_OLD = {
    "event": "at < %(now)s - make_interval(days => %(event)s)",
    "rejected": "last_received < %(now)s - {kept}",
    "anchor": f"""updated_at < %(now)s - {{kept}} AND boot NOT IN ({_LATEST}) AND NOT EXISTS (
        SELECT FROM private.delivery d
        WHERE d.node_id = t.node_id AND d.boot = t.boot AND d.updated_at >= %(now)s - {{kept}}
    )""",
    "delivery": f"updated_at < %(now)s - {{kept}} AND boot NOT IN ({_LATEST})",
    "forecast": """EXISTS (
        SELECT FROM private.forecast_round r
        WHERE r.id = t.round_id AND r.issue_time < %(now)s - {kept}
    )""",
    "forecast_round": """issue_time < %(now)s - INTERVAL '1 day' AND NOT EXISTS (
        SELECT FROM private.forecast f WHERE f.round_id = t.id
    )""",
    "forecast_index": "issue_time < %(now)s - {kept}",
    "forecast_weather": f"""
        start + hours * INTERVAL '1 hour' < %(now)s - INTERVAL '{WEATHER_DAYS} days'
    """,
    # days are added up from these, and may change for RESCORED_DAYS
    "forecast_score": f"hour < %(now)s - INTERVAL '{RESCORED_DAYS + 2} days'",
}

_KEPT_AS = {"anchor": "delivery", "forecast_index": "forecast"}
_OF_SERIES = "n.id = (SELECT s.node_id FROM private.forecast_series s WHERE s.id = t.series_id)"
_WHOSE = {
    "rejected": "n.name = t.node",
    "forecast": _OF_SERIES,
    "forecast_index": _OF_SERIES,
}

_KEPT = """make_interval(days => coalesce((
    SELECT p.keep_{what}_days FROM private.node n JOIN private.project p ON p.id = n.project_id
    WHERE {node}
), %({what})s))"""

_REMOVED = "SELECT id FROM private.removal WHERE done_at > now() - INTERVAL '30 days'"


@dataclass(frozen=True)
class Gone:
    """What went of one table: rows, and of observations whole pieces beside them."""

    table: str
    rows: int
    pieces: tuple[str, ...] = ()


def retain(
    connection: Connection,
    now: datetime,
    *,
    dry_run: bool = False,
    told: Callable[[int], object] = lambda _: None,
) -> list[Gone]:
    """Delete what is too old at ``now``; with ``dry_run`` only count it.

    ``told`` hears how many observations went with each step. What is interrupted goes on the next
    time. Raises StorageError, also when the user does not own the tables.
    """
    values = {**DEFAULT_DAYS, "now": now}
    with say_failures(connection):
        gone = [delete_old(connection, table, values, dry_run) for table in _OLD]
        if dry_run:
            observations = count_old_observations(connection, values)
        else:
            mark_kept_from(connection, values)
            observations = delete_old_observations(connection, told)
            sweep_removed(connection)
            went = {one.table: one.rows for one in (observations, *gone) if one.rows}
            note(connection, "retention applied", rows=went, pieces=len(observations.pieces))
    return [observations, *gone]


def mark_kept_from(connection: Connection, values: Mapping[str, Any]) -> None:
    """Note from when on the observations of each node are kept; it only ever moves forward.

    No hour is noted to be added up meanwhile, so none can be waiting that is about to go.
    """
    with connection.transaction():
        wait_for_writers(connection)
        cuts = connection.execute(_KEPT_FROM, values).fetchall()
        connection.execute(_MARK, [[id_ for id_, _ in cuts], [at for _, at in cuts]])


def delete_old_observations(connection: Connection, told: Callable[[int], object]) -> Gone:
    """Delete what lies before the mark of its node: whole pieces first, then by node and month."""
    pieces: list[str] = []
    with connection.transaction():
        (before,) = connection.execute(_ALL_KEPT_FROM).fetchone() or (None,)
        if before is not None:
            connection.execute("SET LOCAL lock_timeout = '10s'")
            pieces = drop_pieces(connection, before)
    rows = 0
    for node, kept_from in connection.execute(_MARKED).fetchall():
        for deleted in delete_observations(connection, node, kept_from):
            rows += deleted
            told(deleted)
    return Gone(OBSERVATION, rows, tuple(pieces))


def count_old_observations(connection: Connection, values: Mapping[str, Any]) -> Gone:
    """Count what the next retention would delete, pieces included."""
    rows = 0
    for node, before in connection.execute(_KEPT_FROM, values).fetchall():
        found = connection.execute(_COUNT, {"node": node, "before": before}).fetchone()
        rows += found[0] if found else 0
    return Gone(OBSERVATION, rows)


def delete_old(
    connection: Connection, table: str, values: Mapping[str, Any], dry_run: bool
) -> Gone:
    """Delete or count the rows of a table that are too old, in one statement."""
    kept = _KEPT.format(what=_KEPT_AS.get(table, table), node=_WHOSE.get(table, "n.id = t.node_id"))
    where = _OLD[table].format(kept=kept)
    verb = "SELECT count(*)" if dry_run else "DELETE"
    query = fill(
        f"{verb} FROM {{table}} t WHERE {{where}}",
        table=sql.Identifier("private", table),
        where=to_piece(where),
    )
    cursor = connection.execute(query, values)
    (rows,) = (cursor.fetchone() or (0,)) if dry_run else (cursor.rowcount,)
    return Gone(table, rows)


def sweep_removed(connection: Connection) -> None:
    """Delete what an ingest that still knew them noted of nodes after their removal."""
    ids = [id_ for (id_,) in connection.execute(_REMOVED)]
    for table, column in read_tables(connection) if ids else ():
        if column == "node_id":
            connection.execute(
                to_statement("DELETE FROM {} WHERE {} = ANY(%s)", table, column), [ids]
            )
