"""Rows of a level: what a statement gave, by the names of properties and columns."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import psycopg
from psycopg.types.json import set_json_loads

from lokaalmeten.errors import StorageError

from ..failures import Connection, say_failures
from .faults import BadQueryError
from .model import Entity
from .select import Level

PATIENCE_MS = 10_000  # for one statement: who asks for more is to ask for less


@dataclass(slots=True)
class Row:
    """One entity of an answer."""

    values: dict[str, Any]  # by property; a span is a pair; ``_name`` is a column to join on
    rest: Sequence[Any] = ()  # further columns that were asked for
    links: dict[str, "Found"] = field(default_factory=dict)


@dataclass(slots=True)
class Found:
    """Entities of one level, below one parent."""

    entity: Entity
    rows: list[Row]
    token: str | None = None  # where the next page begins; None on the last one
    count: int | None = None  # of all pages, where it was asked for
    one: bool = False


def run(connection: Connection, statement: str, level: Level) -> list[Row]:
    """Rows of a statement.

    Raises BadQueryError where the server cannot calculate what was asked, or not in time, and
    StorageError when it refuses.
    """
    names, width = level.names, len(level.names)
    found = fetch(connection, statement, level)
    return [Row(dict(zip(names, row, strict=False)), row[width:]) for row in found]


def fetch(connection: Connection, statement: str, level: Level) -> list[tuple[Any, ...]]:
    """What the server answers, as it is; raises as ``run`` does."""
    try:
        with connection.cursor(binary=True) as cursor:
            set_json_loads(orjson.loads, cursor)
            return cursor.execute(statement.encode(), level.bound.values).fetchall()
    except psycopg.errors.QueryCanceled as error:
        raise BadQueryError(
            f"This takes more than {PATIENCE_MS // 1000} s: ask for a shorter period"
            " (phenomenonTime), or for one Datastream."
        ) from error
    except (psycopg.DataError, UnicodeEncodeError) as error:
        raise BadQueryError("A value in this question cannot be calculated with.") from error
    except psycopg.Error as error:
        with say_failures(connection):
            raise error
        raise StorageError("the database refused") from error
