"""The answer to a query as columns."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from psycopg import sql

from .failures import Connection, say_failures

if TYPE_CHECKING:
    import pandas as pd

Parameters = Mapping[str, Any] | Sequence[Any]

# By the type that the server names, so that an empty answer has the same columns as a full one.
# What may be NULL is real: a missing value is NaN.
_DTYPE = {
    "bool": "bool",
    "int2": "int64",
    "int4": "int64",
    "int8": "int64",
    "float4": "float64",
    "float8": "float64",
    "text": "object",
    "uuid": "object",
    "bytea": "object",
    "timestamptz": "datetime64[us, UTC]",
}


def read_frame(
    connection: Connection, query: "str | sql.Composed", parameters: Parameters | None = None
) -> "pd.DataFrame":
    """Run a query and return its columns: int64, float64, bool, text and datetimes in UTC.

    Raises StorageError when the database refuses.
    """
    import pandas as pd  # noqa: PLC0415 - half of the start of a process that only writes

    statement = query.encode() if isinstance(query, str) else query
    with say_failures(connection), connection.cursor(binary=True) as cursor:
        cursor.execute(statement, parameters)
        rows = cursor.fetchall()
        described = cursor.description or []
        types = connection.adapters.types
        dtypes = [
            _DTYPE.get(known.name if (known := types.get(c.type_code)) else "") for c in described
        ]
    columns = list(zip(*rows, strict=True)) or [()] * len(described)
    return pd.DataFrame(
        {
            column.name: pd.Series(values, dtype=dtype or "object")
            for column, values, dtype in zip(described, columns, dtypes, strict=True)
        }
    )
