"""Rounds of forecasts with known numbers, written as the forecast service writes them."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import numpy as np

from lokaalmeten.forecasts import (
    HORIZON_H,
    INDEX,
    LEVELS,
    PARTS,
    TALLIES,
    Chances,
    DayScores,
    IndexRound,
    Kept,
    Round,
    Scores,
    Series,
    Weathered,
)
from predict.air.days import find_daily
from storage.chance_scores import write_day_scores
from storage.fits import write_fit
from storage.forecasts import number_series, write_round
from storage.outlook import write_index
from storage.scores import write_scores
from storage.weather import WeatherRows, add_weather

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


def issue_outlook(connection, node, cutoff, quantity="pm25", source="file"):
    """A round of one node with chances and weather, its index, a scored day, a file of weather."""
    series = [Series("node", node, key) for key in (quantity, INDEX)]
    numbers = number_series(connection, series)
    limits = find_daily(quantity)
    table = np.full((4, len(limits), 1), 0.25, np.float32)
    days = tuple(cutoff.date() + timedelta(days=ahead) for ahead in range(4))
    told = {"chances": Chances(days, limits, table), "weather": Weathered("part", 48)}
    write_round(connection, make_round(numbers[:1], cutoff, RISING, quantity=quantity, **told))
    ones, parts = np.ones((HORIZON_H, 1, 3), np.int16), np.full((4, 1, 5), 0.2, np.float32)
    made = (numbers[1:], ((quantity,),), ones, ones[:4], parts)
    write_index(connection, IndexRound(cutoff, cutoff, days[0], *made))
    count = np.array([[2, 0, 0, 0]], np.int32)
    value, above = np.ones(1, np.float32), np.ones(1, np.bool_)
    sums = count.astype(np.int64)
    scores = DayScores(source, 45, numbers[:1], value, above, count, sums, sums)
    write_day_scores(connection, days[0], [scores], numbers[:1])
    rows = WeatherRows(int(cutoff.timestamp()), ("rain", source), np.array([[1.5, np.nan]]))
    add_weather(connection, source, cutoff, rows)


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
