"""Whom a round asks for what it does not know, and whom it tells what it found."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

import pandas as pd

from lokaalmeten.air_map import AirMap, Spot
from lokaalmeten.forecasts import (
    DayScores,
    IndexRound,
    Int32,
    Int64,
    Issued,
    Kept,
    Last,
    Round,
    Scores,
    Series,
    ToldDay,
)
from lokaalmeten.limits import Limit

from ..air.weather import Weather


class Desk(Protocol):
    """A store of hours, forecasts and scores; every method may raise what the store raises."""

    def read_hours(self, kind: str, quantity: str, start: datetime, stop: datetime) -> pd.DataFrame:
        """Hours of all nodes or stations: place, time (start, UTC), mean, count (of values)."""
        ...

    def read_members(self, at: datetime) -> pd.DataFrame:
        """Which nodes stand in zones and cells: kind, place, node."""
        ...

    def number_series(self, series: Sequence[Series]) -> Int32:
        """Numbers (s,) of places, 0 of one that is gone."""
        ...

    def read_last(self, quantity: str) -> Last | None:
        """When the latest round was, and what it knew."""
        ...

    def write_round(self, issued: Round) -> object:
        """Store a round, all of it or nothing."""
        ...

    def read_weather(self, known_at: datetime, start: datetime) -> Sequence[Weather]:
        """What was known at a moment of the weather since ``start``, the earliest first."""
        ...

    def write_index(self, issued: IndexRound) -> object:
        """Store the index from one cutoff."""
        ...

    def read_fit(self, quantity: str, share: str) -> Kept | None:
        """What was learned earlier."""
        ...

    def write_fit(self, quantity: str, share: str, learned: Kept, why: str) -> object:
        """Keep what was learned."""
        ...

    def note_drift(
        self, quantity: str, share: str, at: datetime, inside: float, low: float, high: float
    ) -> bool:
        """Note once that what was learned does not hold; False when that is noted already."""
        ...

    def read_first(self, quantity: str) -> datetime | None:
        """The earliest cutoff of which forecasts are kept."""
        ...

    def read_scored(self, series: Int32, start: datetime) -> pd.DataFrame:
        """By which values hours were scored: series_id, hour (Unix seconds), value."""
        ...

    def read_issued(self, quantity: str, hour: datetime, series: Int32) -> Issued:
        """All that was said of one hour."""
        ...

    def write_scores(self, day: date, scores: Scores, gone: tuple[Int32, Int64]) -> object:
        """Store scores of hours of a day, and take out those of hours that are gone."""
        ...

    def read_spots(self) -> Sequence[Spot]:
        """Where nodes and stations are."""
        ...

    def write_map(self, drawn: AirMap) -> object:
        """Store a map of an hour, in the place of an earlier one."""
        ...

    def read_told_days(self, quantity: str, first: date) -> list[date]:
        """Days that chances were told of."""
        ...

    def read_day_values(self, series: Int32, first: date) -> pd.DataFrame:
        """By which values days were scored: day (text), series_id, value."""
        ...

    def read_told(
        self, quantity: str, day: date, limits: Sequence[Limit], series: Int32
    ) -> ToldDay:
        """All chances that were told of one day."""
        ...

    def write_day_scores(self, day: date, scores: Sequence[DayScores], series: Int32) -> object:
        """Store scores of a day, instead of all that is there of places."""
        ...

    def read_inside(self, series: Int32, first: date, part: int) -> pd.DataFrame:
        """By day how many forecasts held their hour: day, hours, forecasts, inside."""
        ...
