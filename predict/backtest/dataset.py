"""A file of hourly values as tables, one for each kind of series."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lokaalmeten.errors import FormatError

from ..series import HOUR, to_grid

Float = NDArray[np.float64]

COLUMNS = ("unique_id", "ds", "y")
APART = "|"  # between the name of a place and the kind of what is measured there


@dataclass(frozen=True)
class Kind:
    """Series that are forecast together: same quantity, same unit."""

    name: str
    series: tuple[str, ...]
    start: int  # Unix seconds of the first row
    table: Float  # (t, s) hourly, NaN where unknown


def read_kinds(path: Path) -> list[Kind]:
    """Kinds of a Parquet or CSV file with the columns ``unique_id``, ``ds`` (UTC) and ``y``.

    A name like ``NL10404|NO2`` says its kind after the bar. Raises FormatError for a file of
    another form, SeriesError for two rows of one series and hour.
    """
    rows = _read(path)
    missing = [name for name in COLUMNS if name not in rows]
    if missing or rows.empty:
        raise FormatError(f"{path} has no rows with {', '.join(missing or COLUMNS)}")
    kinds = rows["unique_id"].astype(str).str.partition(APART)[2]
    names = sorted(set(kinds))
    return [_to_kind(name or path.parent.name, rows.loc[kinds == name]) for name in names]


def _read(path: Path) -> pd.DataFrame:
    try:
        if path.suffix == ".parquet":
            return pd.read_parquet(path)
        return pd.read_csv(path)
    except (OSError, ValueError) as error:
        raise FormatError(f"{path} cannot be read as Parquet or CSV: {error}") from error


def _to_kind(name: str, rows: pd.DataFrame) -> Kind:
    try:
        when = pd.to_datetime(rows["ds"], utc=True, format="ISO8601")
    except ValueError as error:
        raise FormatError(f"ds of {name!r} holds what is no time: {error}") from error
    moments = when.to_numpy("datetime64[s]").astype(np.int64)
    start, stop = int(moments.min()), int(moments.max()) + HOUR
    grid = to_grid(rows["unique_id"], moments, rows["y"], start, stop)
    return Kind(name, grid.names, start, grid.table)
