"""Chances of days, scored once the day is measured: Brier beside the usual chance.

1. find which days chances were told of, and by which values days were scored
   (``read_told_days``, ``read_day_values``)
2. read all that was told of one day (``read_told``)
3. write its scores (``write_day_scores``), and read how good chances were (``read_day_scores``)
"""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from lokaalmeten.forecasts import DAY_PARTS, DayScores, Int32, ToldDay
from lokaalmeten.limits import Limit

from .failures import Connection, say_failures
from .forecasts import PER_ONE, take_turn
from .frame import read_frame
from .outlook import OUTLOOK
from .queries import fill, to_piece

ZONE = "Europe/Amsterdam"  # by whose clock a day is one


def read_told_days(connection: Connection, quantity: str, first: date) -> list[date]:
    """Days from ``first`` on that chances of a quantity were told of."""
    values = {"quantity": quantity, "first": first}
    return [
        date.fromisoformat(day)
        for day in read_frame(connection, OUTLOOK["told_days"], values)["day"]
    ]


def read_told(
    connection: Connection, quantity: str, day: date, limits: Sequence[Limit], series: Int32
) -> ToldDay:
    """Chances that rounds with these very limits told of one day of some places."""
    pieces = [
        f"c.chance[r.before + {place}] / {PER_ONE}::float8 AS c{place}"
        for place in range(1, len(limits) + 1)
    ]
    values = {"quantity": quantity, "day": day, "zone": ZONE, "series": series.tolist()}
    values["norms"] = [each.norm for each in limits]
    values["bounds"] = [each.value for each in limits]
    found = read_frame(
        connection, fill(OUTLOOK["told"], chances=to_piece(", ".join(pieces))), values
    )
    names = [f"c{place}" for place in range(1, len(limits) + 1)]
    return ToldDay(
        found["series_id"].to_numpy(np.int32),
        found["part"].to_numpy(np.int32),
        found[names].to_numpy(np.float64),
    )


def read_day_values(connection: Connection, series: Int32, first: date) -> pd.DataFrame:
    """By which values days were scored, from ``first`` on: day (text), series_id, value."""
    values = {"series": series.tolist(), "first": first}
    return read_frame(connection, OUTLOOK["day_values"], values)


def write_day_scores(
    connection: Connection, day: date, scores: Sequence[DayScores], series: Int32
) -> None:
    """Store the scores of a day, instead of all that is there of ``series`` (s,)."""
    with say_failures(connection), connection.transaction():
        take_turn(connection)
        values = {"day": day, "series": series.tolist()}
        connection.execute(OUTLOOK["forget_days"].encode(), values)
        for each in scores:
            if len(each.series):
                write_limit(connection, day, each)


def write_limit(connection: Connection, day: date, scores: DayScores) -> None:
    """Insert the scores of one limit."""
    values = {
        "day": day,
        "norm": scores.norm,
        "bound": scores.bound,
        "parts": DAY_PARTS,
        "series": scores.series.tolist(),
        "value": scores.value.tolist(),
        "above": scores.above.tolist(),
        "forecasts": scores.forecasts.ravel().tolist(),
        "missed": scores.missed.ravel().tolist(),
        "usual": scores.usual.ravel().tolist(),
    }
    connection.execute(OUTLOOK["write_days"].encode(), values)


def read_day_scores(
    connection: Connection,
    quantity: str,
    first: date,
    after: date,
    *,
    kind: str = "node",
    place: str | None = None,
) -> pd.DataFrame:
    """How good chances of days from ``first`` up to ``after`` were.

    Columns norm, bound, days_ahead, days, forecasts (numbers), above (of them on days that came
    above), brier and usual (mean squared error of the chance, and of the usual chance).
    """
    values = {"quantity": quantity, "kind": kind, "place": place, "first": first, "after": after}
    return read_frame(connection, OUTLOOK["day_scores"], values)
