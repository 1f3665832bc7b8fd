"""What a question may name, and how its columns are written: quantities, nodes, flags."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from psycopg import sql

from lokaalmeten.errors import StorageError
from lokaalmeten.quality import to_flags
from lokaalmeten.quantities import BY_KEY, CORRECTED, SLOT, Quantity

from .failures import Connection
from .frame import read_frame
from .queries import read_queries
from .registry import NAME
from .rows import CORRECTED_KEYS, KEYS

QUERIES = read_queries()
# a number that may be NULL is read as real
NUMBER = sql.SQL("correction::float8 AS correction")
SHOWN = sql.SQL(", ").join(  # what ``unpack`` makes columns of
    [*map(sql.Identifier, KEYS), NUMBER, *map(sql.Identifier, CORRECTED_KEYS)]
)
_PACKED = {"flags", "correction", *KEYS, *CORRECTED_KEYS}


def check_key(key: str) -> str:
    """Return the key of a quantity; StorageError when there is no such quantity."""
    if key not in BY_KEY:
        raise StorageError(f"there is no quantity {key!r}; there is: {', '.join(KEYS)}")
    return key


def find_quantity(key: str) -> Quantity:
    """Quantity of a key or of what it is corrected to, ``<key>_corrected``; or StorageError."""
    raw = key.removesuffix("_corrected")
    if key != raw and raw not in CORRECTED:
        raise StorageError(f"{raw} is never corrected; these are: {', '.join(CORRECTED)}")
    return BY_KEY[check_key(raw)]


def check_nodes(connection: Connection, nodes: Sequence[str]) -> None:
    """Refuse names that no fixed node has, with a StorageError."""
    asked = [to_name(name) for name in nodes]
    known = set(read_frame(connection, QUERIES["known_nodes"], {"nodes": asked})["name"])
    for name in nodes:
        if name not in known:
            raise StorageError(f"there is no fixed node called {name!r}; see: meten node list")


def to_name(node: str) -> str:
    """Name of a node; nobody's when no node can be called so: not all text is text to a server."""
    return node if NAME.fullmatch(node) else ""


def write_columns(piece: sql.SQL, keys: Sequence[str]) -> sql.Composed:
    """A piece of a query once for each quantity, with its key, slot, and names of its columns.

    What a quantity is corrected to is one as well, ``<key>_corrected``.
    """
    return sql.SQL(", ").join(piece.format(**_names(key)) for key in keys)


def write_samples(keys: Sequence[str], *, corrected: bool) -> sql.Composed:
    """Value and flag of quantities, then what they are corrected to and by what."""
    columns = write_columns(VALUE, keys)
    names = list_corrected(keys)[:-1]  # the number last
    if not (corrected and names):
        return columns
    return sql.SQL(", ").join([columns, *map(sql.Identifier, names), NUMBER])


def list_corrected(keys: Sequence[str]) -> list[str]:
    """Columns with the corrected values of quantities; none when none of them is ever corrected."""
    names = [f"{key}_corrected" for key in keys if key in CORRECTED]
    return [*names, "correction"] if names else []


def unpack(found: pd.DataFrame) -> pd.DataFrame:
    """Replace flags and SHOWN by value and flag of the quantities that have any value.

    What has no value is missing, whatever the packed flags say. Where any value is corrected,
    ``<key>_corrected`` stands behind its flag, and ``correction`` last: public.correction says by
    which version.
    """
    kept = {name: found[name] for name in found.columns if name not in _PACKED}
    packed = found["flags"].to_numpy(np.int64)
    for key in KEYS:
        values = found[key].to_numpy()
        missing = np.isnan(values)
        if not missing.all():
            kept[key] = values
            kept[f"{key}_flag"] = to_flags(key, packed, missing)
            if key in CORRECTED and has_any(corrected := found[f"{key}_corrected"].to_numpy()):
                kept[f"{key}_corrected"] = corrected
    if has_any(found["correction"].to_numpy()):
        kept["correction"] = found["correction"].to_numpy()
    return pd.DataFrame(kept, index=found.index)


def has_any(values: NDArray[np.float64]) -> bool:
    """Tell whether any of the values is known."""
    return not np.isnan(values).all()


def _names(key: str) -> dict[str, sql.Composable]:
    return {
        "key": sql.Identifier(key),
        "text": sql.Literal(key),
        "slot": sql.Literal(SLOT[find_quantity(key).key]),
        "count": sql.Identifier(f"{key}_count"),
        "flag": sql.Identifier(f"{key}_flag"),
    }


# Value and flag of a quantity: without a value it is missing, whatever the packed flags say.
VALUE = sql.SQL("{key}, CASE WHEN {key} IS NULL THEN 9 ELSE flag_of(flags, {slot}) END AS {flag}")
