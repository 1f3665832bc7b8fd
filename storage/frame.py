"""The answer to a query as columns: numbers and times by numpy, each column at once."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from psycopg import sql
from psycopg.types.numeric import Int8BinaryLoader

from .failures import Connection, say_failures
from .fields import to_values

if TYPE_CHECKING:
    import pandas as pd

Parameters = Mapping[str, Any] | Sequence[Any]
Values = Sequence[Any]


def read_frame(
    connection: Connection,
    query: "str | sql.Composed",
    parameters: Parameters | None = None,
    *,
    prepare: bool = False,
) -> "pd.DataFrame":
    """Run a query and return its columns: int64, float64, bool, text and datetimes in UTC.

    ``prepare`` has the server keep the plan: for a query without parameters alone, for one made for
    all periods can be a hundred times slower. Raises StorageError when the database refuses, and
    for a time that is infinite.
    """
    import pandas as pd  # noqa: PLC0415 - half of the start of a process that only writes

    statement = query.encode() if isinstance(query, str) else query
    with say_failures(connection), connection.cursor(binary=True) as cursor:
        # as a number, which numpy makes a time of; a datetime of each takes ten times as long
        cursor.adapters.register_loader("timestamptz", Int8BinaryLoader)
        rows = cursor.execute(statement, parameters, prepare=prepare).fetchall()
        described = cursor.description or []
        kinds = [name_kind(connection, column.type_code) for column in described]
    columns = list(zip(*rows, strict=True)) or [()] * len(described)
    return pd.DataFrame(
        {
            column.name: to_column(kind, values)
            for column, kind, values in zip(described, kinds, columns, strict=True)
        }
    )


def name_kind(connection: Connection, oid: int) -> str:
    """Name that the server gives a type; empty for a list, and for what is not known."""
    known = connection.adapters.types.get(oid)
    return known.name if known and known.oid == oid else ""


def to_column(kind: str, values: Values) -> "NDArray[Any] | pd.Series":
    """A column of a type as the server names it; an empty one is as a full one."""
    import pandas as pd  # noqa: PLC0415 - as above

    if kind == "timestamptz":
        return pd.Series(to_times(values), dtype="datetime64[us, UTC]")
    if kind in _ARRAYS:
        return _ARRAYS[kind](values)
    return pd.Series(values, dtype="object")


def to_times(values: Values) -> NDArray[np.datetime64]:
    """Moments as datetime64[us]; ``values`` are microseconds as PostgreSQL counts, None is NaT."""
    missing = [value is None for value in values]
    sent = np.array([0 if value is None else value for value in values], np.int64)
    times = to_values("timestamptz", sent) if len(sent) else sent.view("datetime64[us]")
    times[missing] = np.datetime64("NaT")
    return times


def _to_reals(values: Values) -> NDArray[np.float64]:
    return np.array(values, np.float64)  # None is NaN


def _to_integers(values: Values) -> NDArray[np.int64]:
    return np.array(values, np.int64)


# By the type that the server names. What may be NULL is real: a missing value is NaN.
_ARRAYS: dict[str, Callable[[Values], NDArray[Any]]] = {
    "bool": lambda values: np.array(values, np.bool_),
    "int2": _to_integers,
    "int4": _to_integers,
    "int8": _to_integers,
    "float4": _to_reals,
    "float8": _to_reals,
}
