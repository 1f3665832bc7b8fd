"""Answers about forecasts: rounds, places, quantiles, the index, and how good they were."""

from datetime import date, datetime

from pydantic import Field

from .common import Meanings, Processing, Quantity, Told, Unit, Value

IssueTime = Field(description="When it was made", examples=["2026-11-23T12:05:00Z"])
Cutoff = Field(
    description="Nothing measured later was used; null without a forecast",
    examples=["2026-11-23T12:00:00Z"],
)
Newest = Field(
    description="Newest hour that was used; null without any", examples=["2026-11-23T11:00:00Z"]
)
Model = Field(description="Name and version of the model", examples=["core 4"])
Hours = list[datetime]


class Round(Told):
    """Forecasts of one quantity for all places, of one moment."""

    quantity: Quantity
    issue_time: datetime | None = IssueTime
    cutoff: datetime | None = Cutoff
    newest: datetime | None = Newest
    model: str | None = Model
    places: int = Field(description="Places with a forecast", examples=[41])
    refused: int = Field(description="Places without one", examples=[2])


class Rounds(Told):
    """The latest round of each quantity."""

    rounds: list[Round] = Field(description="By quantity")


class Issue(Told):
    """One place of a round."""

    kind: str = Field(description="node, station, zone or cell", examples=["node"])
    place: str = Field(description="Name of the place", examples=["box-7"])
    corrected: bool = Field(description="Whether it rests on corrected values", examples=[True])
    known: Value = Field(description="Part of the hours before that is known", examples=[0.98])
    history_hours: int | None = Field(description="Hours that it rests on", examples=[900])
    reason: str | None = Field(
        description="Why there is no forecast; null where there is", examples=["young"]
    )


class Issues(Told):
    """Places of the latest round."""

    quantity: Quantity
    reasons: Meanings
    places: list[Issue] = Field(description="Places by kind and name")


class Forecast(Told):
    """Quantiles by the hour; empty lists and a reason where there are none."""

    unit: Unit
    processing: Processing
    quantity: Quantity
    issue_time: datetime | None = IssueTime
    cutoff: datetime | None = Cutoff
    newest: datetime | None = Newest
    model: str | None = Model
    known: Value = Field(description="Part of the hours before that is known", examples=[0.98])
    history_hours: int | None = Field(description="Hours that it rests on", examples=[900])
    reason: str | None = Field(
        description="Why there is no forecast; null where there is", examples=["young"]
    )
    times: Hours = Field(description="Start of each hour", examples=[["2026-11-23T12:00:00Z"]])
    quantiles: dict[str, list[Value]] = Field(
        description="Values by level: 0.1 is passed with a chance of 0.9",
        examples=[{"0.1": [9.0], "0.5": [13.0], "0.9": [19.0]}],
    )


class NodeForecast(Forecast):
    """Forecast for one fixed node."""

    node: str = Field(description="Name of the node", examples=["box-7"])


class Chance(Told):
    """The chance that one day is above one limit."""

    day: date = Field(description="Day by the clock of Europe/Amsterdam", examples=["2026-11-24"])
    norm: str = Field(description="Where the limit stands", examples=["WHO 2021"])
    limit: float = Field(description="The limit, in the unit", examples=[15.0])
    chance: float = Field(description="From 0 to 1", examples=[0.62])


class Weather(Told):
    """What was made of the weather."""

    used: str = Field(description="Whether it was used, and if not why", examples=["there is none"])
    hours_ahead: int = Field(description="Hours of which it was used", examples=[48])


class PlaceForecast(Forecast):
    """Forecast for a place of any kind."""

    kind: str = Field(description="node, station, zone or cell", examples=["node"])
    place: str = Field(description="Name of the place", examples=["box-7"])
    chances: list[Chance] = Field(description="By day and limit")
    weather: Weather = Field(description="Whether weather was used")


class Classes(Told):
    """Chances of the classes of the index, that add up to 1."""

    good: float = Field(description="1 to 3", examples=[0.4])
    moderate: float = Field(description="4 to 6", examples=[0.5])
    insufficient: float = Field(description="7 and 8", examples=[0.1])
    poor: float = Field(description="9 and 10", examples=[0.0])
    very_poor: float = Field(description="11", examples=[0.0])


class IndexDay(Told):
    """The index of one day."""

    day: date = Field(description="Day by the clock of Europe/Amsterdam", examples=["2026-11-24"])
    low: int = Field(description="Reached with a chance of 0.9", examples=[3])
    middle: int = Field(description="Reached with a chance of 0.5", examples=[4])
    high: int = Field(description="Reached with a chance of 0.1", examples=[6])
    classes: Classes = Field(description="Chance of each class")


class PlaceIndex(Told):
    """The Dutch air quality index (LKI) that is expected; lists of equal length."""

    kind: str = Field(description="node, station, zone or cell", examples=["node"])
    place: str = Field(description="Name of the place", examples=["box-7"])
    index: str = Field(description="Which index", examples=["LKI, 1 to 11; RIVM report 2014-0050"])
    substances: list[str] = Field(description="What it is made of", examples=[["pm25", "pm10"]])
    issue_time: datetime | None = IssueTime
    cutoff: datetime | None = Cutoff
    meaning: str = Field(description="What the numbers mean", examples=["low is ..."])
    times: Hours = Field(description="Start of each hour", examples=[["2026-11-23T12:00:00Z"]])
    low: list[int] = Field(description="Reached with a chance of 0.9", examples=[[2]])
    middle: list[int] = Field(description="Reached with a chance of 0.5", examples=[[3]])
    high: list[int] = Field(description="Reached with a chance of 0.1", examples=[[4]])
    days: list[IndexDay] = Field(description="By day")


class Score(Told):
    """How good forecasts were; see ``meaning``."""

    forecasts: int = Field(description="How many hours were forecast and measured", examples=[144])
    error: Value = Field(description="Mean distance of the median", examples=[1.2])
    naive_error: Value = Field(description="The same of the last known value", examples=[2.0])
    wql: Value = Field(description="Weighted quantile loss", examples=[0.05])
    naive_wql: Value = Field(description="The same of the last known value", examples=[0.125])
    inside50: Value = Field(description="Share inside the interval of 50 %", examples=[0.5])
    inside80: Value = Field(description="Share inside the interval of 80 %", examples=[0.8])
    inside95: Value = Field(description="Share inside the interval of 95 %", examples=[0.95])


class AheadScore(Score):
    """Scores of some hours ahead."""

    start: int = Field(alias="from", description="First hour ahead", examples=[1])
    to: int = Field(description="Last hour ahead", examples=[6])


class WeekScore(Score):
    """Scores of a week."""

    week: date = Field(description="Its first day", examples=["2026-11-23"])


class ChanceScore(Told):
    """How good chances of days were."""

    norm: str = Field(description="Where the limit stands", examples=["WHO 2021"])
    limit: float = Field(description="The limit, in the unit", examples=[15.0])
    days_ahead: int = Field(description="Days before", examples=[1])
    days: int = Field(description="Days that were scored", examples=[10])
    chances: int = Field(description="Chances that were scored", examples=[240])
    brier: Value = Field(description="See ``meaning``", examples=[0.12])
    usual_brier: Value = Field(description="See ``meaning``", examples=[0.2])


class Scores(Told):
    """How good earlier forecasts were; empty lists when nothing was scored."""

    quantity: Quantity
    unit: Unit
    kind: str = Field(description="node, station, zone or cell", examples=["node"])
    place: str | None = Field(description="Name of the place; null is all", examples=["box-7"])
    weeks: int = Field(description="How many weeks back", examples=[4])
    first: date | None = Field(description="First day that was scored", examples=["2026-10-26"])
    last: date | None = Field(description="Last day that was scored", examples=["2026-11-22"])
    meaning: Meanings
    by_hours_ahead: list[AheadScore] = Field(description="By hours ahead")
    by_week: list[WeekScore] = Field(description="By week")
    chances: list[ChanceScore] = Field(description="By limit and days ahead")
