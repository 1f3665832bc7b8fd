"""Forecasts of all kinds of places, why some have none, and how good earlier ones were."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from lokaalmeten.forecasts import KINDS, QUANTITIES
from storage.forecasts import read_forecast, read_issues, read_rounds
from storage.outlook import read_chances, read_index

from ..pages.forecast import quantile_columns
from ..problems import NotFoundError
from ..scores import SPANS, WEEKS, Score, read_recent
from ..source import Source
from ..words import find_unit
from .answers import answer, to_list, to_rows, to_text
from .params import describe_key, one_of
from .schemas.forecasts import Issues, PlaceForecast, PlaceIndex, Rounds, Scores

RAW = "forecast from values that are raw, checked, not corrected"
CORRECTED = "forecast from values that are checked and corrected"
ISSUE = {"issue_time": "issueTime", "cutoff": "cutoff", "newest": "newest", "model": "model"}
ROUND = {"quantity": "quantity", **ISSUE, "places": "places", "refused": "refused"}
PLACE = {
    "kind": "kind",
    "place": "place",
    "corrected": "corrected",
    "known": "known",
    "history": "historyHours",
    "reason": "reason",
}
REASONS = {
    "silent": "nothing is known of the 72 hours before",
    "young": "it has measured for less than 24 hours, or all places together for less than 48",
}
CHANCE = {"day": "day", "norm": "norm", "bound": "limit", "chance": "chance"}
DAY_SCORE = {
    "norm": "norm",
    "bound": "limit",
    "days_ahead": "daysAhead",
    "days": "days",
    "forecasts": "chances",
    "brier": "brier",
    "usual": "usualBrier",
}
WEATHER = {
    None: "there is none",
    "used": "yes, of all hours",
    "part": "yes, of the first hours: the others are forecast as without",
    "old": "no, of no hour ahead it is known any more",
    "short": "no, too little of the past is known to learn from",
}
CLASSES = ("good", "moderate", "insufficient", "poor", "veryPoor")
MEANING = {
    "brier": "mean squared error of the chances that a day is above a limit; lower is better",
    "usualBrier": "the same of always telling the share of days of the year before that were",
    "error": "mean distance from the median to what was measured, in the unit",
    "naiveError": "the same of the last known value at the same hour of the day",
    "wql": "weighted quantile loss: twice the mean pinball loss, over what was measured",
    "naiveWql": "the same of that single value",
    "inside50": "share of measured hours in the interval of 50 %; 80 and 95 likewise",
}


Quantity = Annotated[str, one_of(QUANTITIES, "that is not forecast"), describe_key(QUANTITIES)]
Kind = Annotated[
    Literal["node", "station", "zone", "cell"],
    Field(description="Kind of place", examples=["node"]),
]
KindName = Annotated[
    str, Path(description="Kind of place: node, station, zone or cell", examples=["node"])
]
PlaceName = Annotated[
    str, Path(description="Name of a place, as /v1/forecasts/places lists it", examples=["box-7"])
]


class RoundQuery(BaseModel):
    """A quantity that is forecast."""

    model_config = ConfigDict(extra="forbid")

    quantity: Quantity


class ScoreQuery(RoundQuery):
    """Scores of one place, or of all places of a kind together."""

    kind: Kind = "node"
    place: Annotated[str, Field(max_length=63)] | None = Field(
        None, description="Name of a place; without it all of the kind", examples=["box-7"]
    )
    weeks: int = Field(WEEKS, ge=1, le=53, description="How many weeks back", examples=[4])


def add_forecasts(router: APIRouter, source: Source) -> None:
    """Put the routes on the router."""

    @router.get(
        "/forecasts",
        summary="Latest round of forecasts of each quantity",
        response_model=Rounds,
    )
    async def rounds() -> JSONResponse:
        return await answer(source, read_latest)

    @router.get(
        "/forecasts/places",
        summary="Places of the latest round, and why some have none",
        response_model=Issues,
    )
    async def places(query: Annotated[RoundQuery, Query()]) -> JSONResponse:
        return await answer(source, read_places, query.quantity)

    @router.get(
        "/forecasts/scores", summary="How good earlier forecasts were", response_model=Scores
    )
    async def scores(query: Annotated[ScoreQuery, Query()]) -> JSONResponse:
        return await answer(source, read_quality, query)

    @router.get(
        "/forecasts/{kind}/{place}/index",
        summary="Air quality index (LKI) that is expected",
        response_model=PlaceIndex,
    )
    async def index(kind: KindName, place: PlaceName) -> JSONResponse:
        return await answer(source, read_place_index, kind, place)

    @router.get(
        "/forecasts/{kind}/{place}",
        summary="Latest forecast for a place of any kind",
        response_model=PlaceForecast,
    )
    async def forecast(
        kind: KindName, place: PlaceName, query: Annotated[RoundQuery, Query()]
    ) -> JSONResponse:
        return await answer(source, read_place, kind, place, query.quantity)


def read_latest(connection: Any) -> dict[str, Any]:
    """Rounds: from when they are, up to when was measured, how many places."""
    return {"rounds": to_rows(read_rounds(connection), ROUND)}


def read_places(connection: Any, quantity: str) -> dict[str, Any]:
    """Every place of the latest round; reason null where there is a forecast."""
    found = read_issues(connection, quantity)
    return {"quantity": quantity, "reasons": REASONS, "places": to_rows(found, PLACE)}


def read_place(connection: Any, kind: str, place: str, quantity: str) -> dict[str, Any]:
    """Quantiles per hour of one place, or the reason why there are none.

    Raises:
        NotFoundError: the latest round knows no such place.

    """
    said, table = read_forecast(connection, kind, place, quantity) if kind in KINDS else ({}, None)
    if not said or table is None:
        raise NotFoundError(
            f"There is no forecast of {quantity} for a {kind} {place}; "
            f"/v1/forecasts/places?quantity={quantity} lists what there is."
        )
    return {
        "kind": kind,
        "place": place,
        **to_forecast(quantity, said, table),
        **to_days(read_chances(connection, kind, place, quantity), said),
    }


def to_days(chances: Any, said: dict[str, Any]) -> dict[str, Any]:
    """The chance that each day is above each limit, and what was made of the weather."""
    return {
        "chances": to_rows(chances, CHANCE),
        "weather": {
            "used": WEATHER[said.get("weather")],
            "hoursAhead": said.get("weather_hours") or 0,
        },
    }


def read_place_index(connection: Any, kind: str, place: str) -> dict[str, Any]:
    """The index of one place by hour and day.

    Raises:
        NotFoundError: there is no index of such a place.

    """
    found = read_index(connection, kind, place) if kind in KINDS else None
    if found is None:
        raise NotFoundError(f"There is no air quality index of a {kind} {place}.")
    days = found.days
    return {
        "kind": kind,
        "place": place,
        "index": "LKI, 1 to 11; RIVM report 2014-0050",
        "substances": found.substances,
        "issueTime": to_text(found.issue_time),
        "cutoff": to_text(found.cutoff),
        "meaning": "low, middle and high are reached with a chance of 0.9, 0.5 and 0.1",
        "times": to_list(found.hours["time"]),
        **{name: to_list(found.hours[name]) for name in ("low", "middle", "high")},
        "days": [
            {
                "day": day.isoformat(),
                **dict(zip(("low", "middle", "high"), numbers, strict=True)),
                "classes": dict(zip(CLASSES, chances, strict=True)),
            }
            for day, numbers, chances in zip(
                days["day"],
                days[["low", "middle", "high"]].to_numpy(int).tolist(),
                days[[f"class{at + 1}" for at in range(len(CLASSES))]].to_numpy(float).tolist(),
                strict=True,
            )
        ],
    }


def to_forecast(quantity: str, said: dict[str, Any], table: Any) -> dict[str, Any]:
    """What a forecast is told with; empty lists when there is none."""
    levels = quantile_columns(table)
    moments = {new: said.get(old) for old, new in ISSUE.items() if old != "model"}
    return {
        "quantity": quantity,
        "unit": find_unit(quantity),
        "processing": CORRECTED if said.get("corrected") else RAW,
        **{name: None if moment is None else to_text(moment) for name, moment in moments.items()},
        "model": said.get("model"),
        "known": said.get("known"),
        "historyHours": said.get("history"),
        "reason": said.get("reason"),
        "times": to_list(table["time"]) if len(table) else [],
        "quantiles": {f"{level:.4g}": to_list(table[column]) for column, level in levels.items()},
    }


def read_quality(connection: Any, query: ScoreQuery) -> dict[str, Any]:
    """Scores by hours ahead and by week; empty lists when nothing was scored."""
    facts = {"kind": query.kind, "place": query.place, "weeks": query.weeks}
    found = read_recent(connection, query.quantity, **facts)
    ahead = [(span, found.ahead(*span)) for span in SPANS] if found else []
    weeks = found.weeks() if found else []
    return {
        "quantity": query.quantity,
        "unit": find_unit(query.quantity),
        **facts,
        "first": found.first.isoformat() if found else None,
        "last": found.last.isoformat() if found else None,
        "meaning": MEANING,
        "byHoursAhead": [
            {"from": first, "to": last, **to_score(score)}
            for (first, last), score in ahead
            if score is not None
        ],
        "byWeek": [{"week": week.isoformat(), **to_score(score)} for week, score in weeks],
        "chances": to_rows(found.days, DAY_SCORE) if found else [],
    }


def to_score(score: Score) -> dict[str, Any]:
    """One score as an object."""
    rounded = {
        "error": score.missed,
        "naiveError": score.naive,
        "wql": score.loss,
        "naiveWql": score.naive_loss,
        **{f"inside{level}": share for level, share in score.inside.items()},
    }
    told = {name: None if value is None else round(value, 4) for name, value in rounded.items()}
    return {"forecasts": score.forecasts, **told}
