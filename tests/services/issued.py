"""Rounds of forecasts with known numbers, written as the forecast service writes them."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import numpy as np

from lokaalmeten.forecasts import (
    HORIZON_H,
    LEVELS,
    PARTS,
    TALLIES,
    Kept,
    Round,
    Scores,
    Series,
)
from storage.fits import write_fit
from storage.forecasts import number_series, write_round
from storage.scores import write_scores

HOUR = timedelta(hours=1)
RISING = (1, 2, 3, 4, 5, 6, 7)  # one value a level


def make_round(series, cutoff, quantiles, *, quantity="pm25", reasons=None, naive=0.0, **facts):
    """A round for places by number; ``quantiles`` is anything that broadcasts to its table."""
    places = len(series)
    table = np.broadcast_to(np.asarray(quantiles, np.float32), (HORIZON_H, places, len(LEVELS)))
    given: dict[str, Any] = {
        "issue_time": cutoff + timedelta(minutes=5),
        "newest": cutoff - HOUR,
        "model": "test 1",
        "seen": uuid4(),
        "known": np.ones(places, np.float32),
        "history": np.full(places, 900, np.int32),
    }
    return Round(
        quantity=quantity,
        cutoff=cutoff,
        series=np.asarray(series, np.int32),
        reasons=tuple(reasons or [""] * places),
        naive=np.full((24, places), naive, np.float32),
        quantiles=np.array(table),
        **(given | facts),
    )


def issue(connection, nodes, cutoff, quantiles=RISING, *, quantity="pm25", **facts):
    """Write a round for nodes by name; return it."""
    series = [Series("node", name, quantity) for name in nodes]
    numbers = number_series(connection, series)
    made = make_round(numbers, cutoff, quantiles, quantity=quantity, **facts)
    write_round(connection, made)
    return made


def issue_beside(connection, node, cutoff):
    """Give a node the same forecast and scores as another one has in the round of pm25 there."""
    (number,) = number_series(connection, [Series("node", node, "pm25")]).tolist()
    if connection.execute("SELECT count(*) FROM private.forecast").fetchone() == (0,):
        issue(connection, [node], cutoff)
    else:
        connection.execute(
            "INSERT INTO private.forecast SELECT round_id, %s, known, history, reason, naive,"
            " quantiles FROM private.forecast LIMIT 1",
            [number],
        )
    add_score(connection, number, cutoff)
    one = np.array([number], np.int32)
    learned = Kept(cutoff, None, "test 1", one, f"of {node}".encode())
    write_fit(connection, f"of {node}", "node", learned, "first")


def add_score(connection, number, moment):
    """Score one hour of a place by number."""
    tallies: dict[str, Any] = dict.fromkeys(TALLIES, np.ones((1, PARTS), np.int32))
    hour = np.array([int(moment.timestamp())])
    one = np.array([number], np.int32)
    scores = Scores(one, hour, np.ones(1, np.float32), tallies)
    write_scores(connection, moment.date(), scores, (one[:0], hour[:0]))
