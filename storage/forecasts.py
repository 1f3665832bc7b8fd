"""Forecasts: rounds written whole, and what the latest one says of a place.

1. give each place a number (``number_series``), and tell which nodes stand in zones and cells
2. write a round in one transaction (``write_round``): there is all of it or nothing
3. read the latest of one place (``read_forecast``), of all (``read_issues``), and which there are
   (``read_rounds``)

Scores are in scores.py, what was learned in fits.py, days and the index in outlook.py.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from psycopg import sql

from lokaalmeten.forecasts import LEVELS, Chances, Int32, Last, Round, Series

from .copy import Column
from .failures import Connection, say_failures
from .frame import read_frame
from .queries import fill, read_queries, to_piece
from .sending import copy_rows

FORECASTS = read_queries(Path(__file__).with_name("forecasts.sql"))
LOCK = 0x4C4D_0004  # "LM", 4: one round or score is written at a time
CELL_RESOLUTION = 7  # H3; some 5 km2: a part of a town, in which several nodes stand
TABLE = sql.Identifier("private", "forecast")
CHANCES = sql.Identifier("private", "forecast_chance")
PER_ONE = 10_000  # a chance is stored in ten-thousandths
_GIVEN = to_piece(FORECASTS["given"])
_FACTS = ("issue_time", "cutoff", "newest", "model", "corrected", "known", "history", "reason")
_FACTS += ("weather", "weather_hours")

_FORGET = "DELETE FROM private.forecast_round WHERE quantity = %s AND cutoff = %s"

_ROUND = """
INSERT INTO private.forecast_round (
    quantity, cutoff, issue_time, newest, model, levels, seen,
    days, norms, bounds, weather, weather_hours
)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, nullif(%s, ''), %s) RETURNING id
"""

_REFUSED = """
INSERT INTO private.forecast (round_id, series_id, known, history, reason)
SELECT %s, * FROM unnest(%s::integer[], %s::real[], %s::integer[], %s::text[])
"""


def number_series(connection: Connection, series: Sequence[Series]) -> Int32:
    """Numbers (s,) of places, made where there are none; 0 of a place that does not exist."""
    kinds, places, quantities = (
        (list(column) for column in zip(*series, strict=True)) if series else ([], [], [])
    )
    values = {"kinds": kinds, "places": places, "quantities": quantities}
    with say_failures(connection):
        connection.execute(fill(FORECASTS["make_series"], given=_GIVEN), values)
    found = read_frame(connection, fill(FORECASTS["number_series"], given=_GIVEN), values)
    return found["id"].to_numpy(np.int32)


def read_members(connection: Connection, at: datetime) -> pd.DataFrame:
    """Which fixed nodes stand in zones and cells at a moment: kind, place, node; a row a pair."""
    values = {"at": at, "resolution": CELL_RESOLUTION}
    return read_frame(connection, FORECASTS["members"], values)


def read_last(connection: Connection, quantity: str) -> Last | None:
    """Of the latest round of a quantity when it was and what it knew; None when there is none."""
    with say_failures(connection):
        row = connection.execute(
            FORECASTS["last_round"].encode(), {"quantity": quantity}
        ).fetchone()
    return None if row is None else Last(*row)


def write_round(connection: Connection, issued: Round) -> None:
    """Store a round, instead of one of the same quantity from the same cutoff.

    All of it is there afterwards or, when anything fails, nothing. Raises StorageError.
    """
    refused = np.array([bool(reason) for reason in issued.reasons])
    with say_failures(connection), connection.transaction():
        take_turn(connection)
        connection.execute(_FORGET, [issued.quantity, issued.cutoff])
        facts = [issued.quantity, issued.cutoff, issued.issue_time, issued.newest, issued.model]
        facts += [list(LEVELS), issued.seen, *to_limits(issued.chances), *issued.weather]
        (number,) = connection.execute(_ROUND, facts).fetchone() or (0,)
        if refused.any():
            reasons = [reason for reason in issued.reasons if reason]
            columns = (issued.series, issued.known, issued.history)
            given = [column[refused].tolist() for column in columns]
            connection.execute(_REFUSED, [number, *given, reasons])
        if not refused.all():
            copy_rows(connection, to_columns(issued, number, ~refused), TABLE)
            if issued.chances is not None:
                chances = to_chances(issued, issued.chances, number, ~refused)
                copy_rows(connection, chances, CHANCES)


def to_limits(chances: Chances | None) -> tuple[list[Any] | None, ...]:
    """Days, norms and values of the limits that a round tells chances of."""
    if chances is None:
        return None, None, None
    limits = chances.limits
    return list(chances.days), [each.norm for each in limits], [each.value for each in limits]


def to_chances(
    issued: Round, chances: Chances, number: int, there: NDArray[np.bool_]
) -> dict[str, Column]:
    """Chances of the places of which a round says something, for private.forecast_chance."""
    table = np.moveaxis(chances.table[..., there], -1, 0).reshape(int(there.sum()), -1)
    return {
        "round_id": Column("integer", np.full(len(table), number, np.int32)),
        "series_id": Column("integer", issued.series[there]),
        "chance": Column("smallint[]", np.round(PER_ONE * table).astype(np.int16)),
    }


def to_columns(issued: Round, number: int, there: NDArray[np.bool_]) -> dict[str, Column]:
    """The places of a round of which it says something, for private.forecast."""
    places = int(there.sum())
    table = np.moveaxis(issued.quantiles[:, there], 1, 0).reshape(places, -1)
    return {
        "round_id": Column("integer", np.full(places, number, np.int32)),
        "series_id": Column("integer", issued.series[there]),
        "known": Column("real", issued.known[there]),
        "history": Column("integer", issued.history[there]),
        "naive": Column("real[]", issued.naive[:, there].T),
        "quantiles": Column("real[]", table),
    }


def take_turn(connection: Connection) -> None:
    """Wait until nobody else writes forecasts or scores, until the end of the transaction."""
    connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def read_forecast(
    connection: Connection, kind: str, place: str, quantity: str
) -> tuple[dict[str, Any], pd.DataFrame]:
    """What the latest round of a quantity says of a place: facts, and quantiles by hour.

    Facts are issue_time, cutoff, newest (datetimes), model, corrected, known (share), history
    (hours), reason (None, or why the table is empty), weather (how it was used, or None) and
    weather_hours; no facts when the round does not know
    the place. The table has time (start of the hour) and a column per quantile (``q10`` is level
    0.1).
    """
    values = {"kind": kind, "place": place, "quantity": quantity}
    with say_failures(connection), connection.cursor() as cursor:
        row = cursor.execute(FORECASTS["latest"].encode(), values).fetchone()
        names = [column.name for column in cursor.description or ()]
    said = {} if row is None else dict(zip(names, row, strict=True))
    levels = said.get("levels") or []
    table = np.array(said.get("quantiles") or [], float).reshape(-1, max(len(levels), 1))
    start = said["cutoff"].astimezone(UTC).replace(tzinfo=None) if said else datetime.min
    times = np.datetime64(start, "us") + np.arange(len(table)) * np.timedelta64(3600, "s")
    columns = {f"q{100 * level:.4g}": table[:, i] for i, level in enumerate(levels)}
    moments = pd.Series(times, dtype="datetime64[us]").dt.tz_localize("UTC")
    return {name: said[name] for name in _FACTS if said}, pd.DataFrame({"time": moments, **columns})


def read_rounds(connection: Connection) -> pd.DataFrame:
    """The latest round of each quantity.

    Columns quantity, cutoff, issue_time, newest, model, places (with a forecast) and refused.
    """
    return read_frame(connection, FORECASTS["rounds"])


def read_issues(connection: Connection, quantity: str) -> pd.DataFrame:
    """Of which places the latest round of a quantity says something.

    Columns kind, place, corrected, known, history, and reason (None where there is a forecast).
    """
    return read_frame(connection, FORECASTS["issues"], {"quantity": quantity})
