"""Scores: what was said of an hour beside what was measured, and days added up from hours.

1. find by which values hours were scored (``read_scored``), and since when there is anything to
   score (``read_first``)
2. read all that was said of an hour, at once for all places (``read_issued``)
3. write the scores of a day and add the day up, in one transaction (``write_scores``)
4. read how good forecasts were, by week and hours ahead (``read_scores``)
"""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
from psycopg import sql

from lokaalmeten.forecasts import (
    LEVELS,
    MILLI,
    PART_H,
    PARTS,
    TALLIES,
    Int32,
    Int64,
    Issued,
    Scores,
)

from .copy import Column
from .failures import Connection, say_failures
from .forecasts import FORECASTS, take_turn
from .frame import read_frame
from .queries import fill, to_piece
from .sending import copy_rows

TABLE = sql.Identifier("private", "forecast_score")
DAY = timedelta(days=1)
LOSSES = ("loss", "missed", "naive")
SUMMED = (*TALLIES, "size")
EACH = range(1, PARTS + 1)  # places in the arrays
SEAM = "_"  # between the name of a column and a place


def write_sum(piece: str, kind: str) -> str:
    """SQL for an array of sums over rows, of a piece that names its place ``{0}``."""
    return f"ARRAY[{', '.join(f'sum({piece.format(part)})' for part in EACH)}]::{kind}[]"


ADD_UP = fill(
    FORECASTS["add_up"],
    names=to_piece(", ".join(TALLIES)),
    size=to_piece(write_sum(f"round(value::numeric * {MILLI}) * forecasts[{{0}}]", "bigint")),
    sums=to_piece(
        ", ".join(
            write_sum(f"{name}[{{0}}]", "bigint" if name in LOSSES else "integer")
            for name in TALLIES
        )
    ),
    changes=to_piece(", ".join(f"{name} = EXCLUDED.{name}" for name in TALLIES)),
)
WEEKS = fill(
    FORECASTS["scores"],
    sums=to_piece(
        ", ".join(
            f"sum({name}[{part}]::float8) AS {name}{SEAM}{part}" for name in SUMMED for part in EACH
        )
    ),
)
QUANTILES = to_piece(
    ", ".join(
        f"f.quantiles[r.ahead * {len(LEVELS)} + {place}] AS q{place}"
        for place in range(1, len(LEVELS) + 1)
    )
)


def read_first(connection: Connection, quantity: str) -> datetime | None:
    """The earliest cutoff of which forecasts are kept; None when there are none."""
    found = read_frame(connection, FORECASTS["first_cutoff"], {"quantity": quantity})["first"]
    return None if pd.isna(found.iloc[0]) else found.iloc[0].to_pydatetime()


def read_scored(connection: Connection, series: Int32, start: datetime) -> pd.DataFrame:
    """Scored hours of places since a moment: series_id, hour (Unix seconds), value."""
    values = {"series": series.tolist(), "start": start}
    return read_frame(connection, FORECASTS["scored"], values)


def read_issued(connection: Connection, quantity: str, hour: datetime, series: Int32) -> Issued:
    """All that rounds of a quantity, at the levels of today, said of one hour of some places."""
    values = {"quantity": quantity, "hour": hour, "series": series.tolist()}
    values["levels"] = list(LEVELS)
    found = read_frame(connection, fill(FORECASTS["issued"], quantiles=QUANTILES), values)
    table = found[[f"q{place}" for place in range(1, len(LEVELS) + 1)]].to_numpy(np.float32)
    series, ahead = (found[name].to_numpy(np.int32) for name in ("series_id", "ahead"))
    return Issued(series, ahead, table, found["naive"].to_numpy(np.float32))


def write_scores(
    connection: Connection, day: date, scores: Scores, gone: tuple[Int32, Int64]
) -> None:
    """Store scores of hours of one day (UTC), instead of those that are there, and add it up.

    ``gone`` are places (g,) and hours (g,) (Unix seconds) that are not measured any more. In one
    transaction. Raises StorageError.
    """
    series = np.concatenate([scores.series, gone[0]])
    hours = np.concatenate([scores.hour, gone[1]])
    first = datetime(day.year, day.month, day.day, tzinfo=UTC)
    span = {"series": np.unique(series).tolist(), "day": day, "first": first, "after": first + DAY}
    with say_failures(connection), connection.transaction():
        take_turn(connection)
        taken = {"series": series.tolist(), "hours": hours.tolist()}
        connection.execute(FORECASTS["take_out"].encode(), taken)
        if len(scores.series):
            copy_rows(connection, to_columns(scores), TABLE)
        connection.execute(ADD_UP, span)
        connection.execute(FORECASTS["empty_days"].encode(), span)


def to_columns(scores: Scores) -> dict[str, Column]:
    """Scores for private.forecast_score."""
    return {
        "series_id": Column("integer", scores.series),
        "hour": Column("timestamptz", scores.hour),
        "value": Column("real", scores.value),
        **{name: Column("integer[]", scores.tallies[name]) for name in TALLIES},
    }


def read_scores(
    connection: Connection,
    quantity: str,
    first: date,
    after: date,
    *,
    kind: str = "node",
    place: str | None = None,
) -> pd.DataFrame:
    """How good forecasts of days from ``first`` up to ``after`` (UTC) were.

    Of one place, or of all of a kind together. Columns week (its Monday, as text), ahead_from and
    ahead_to (hours), corrected, forecasts, inside50, inside80, inside95 (numbers), and sums over
    the forecasts in the unit of the quantity: size, loss, missed, naive.
    """
    values = {"quantity": quantity, "kind": kind, "place": place, "first": first, "after": after}
    found = read_frame(connection, WEEKS, values)
    part = np.tile(np.arange(PARTS), len(found))
    table = {
        name: found[[f"{name}{SEAM}{part}" for part in EACH]].to_numpy(float).ravel()
        / (MILLI if name in (*LOSSES, "size") else 1)
        for name in SUMMED
    }
    rows = pd.DataFrame(
        {
            "week": np.repeat(found["week"].to_numpy(object), PARTS),
            "ahead_from": PART_H * part + 1,
            "ahead_to": PART_H * (part + 1),
            "corrected": np.repeat(found["corrected"].to_numpy(bool), PARTS),
            **table,
        }
    )
    return rows.loc[rows["forecasts"].to_numpy() > 0].reset_index(drop=True)


def read_inside(connection: Connection, series: Int32, first: date, part: int) -> pd.DataFrame:
    """How many forecasts of places held their hour in the interval of 80 %, by day.

    ``part`` is a place in the tallies, from 1: of so many hours ahead. Columns day (text),
    hours (of the place that has most), forecasts, inside.
    """
    values = {"series": series.tolist(), "first": first, "part": part}
    return read_frame(connection, FORECASTS["inside"], values)
