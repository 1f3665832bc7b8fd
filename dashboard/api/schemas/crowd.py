"""Answers about places of crowd safety."""

from datetime import datetime
from typing import Any

from pydantic import Field

from .common import Meanings, Told, Value

Level = Field(description="green, yellow, orange or red; null is not known", examples=["green"])


class Place(Told):
    """One open place."""

    name: str = Field(description="Name in addresses", examples=["plein"])
    label: str = Field(description="Name for people", examples=["Plein"])
    interval: int = Field(description="Seconds between two situations", examples=[900])
    time: datetime | None = Field(
        description="Of the newest situation", examples=["2026-11-23T12:00:00Z"]
    )
    level: str | None = Level


class Places(Told):
    """Open places."""

    places: list[Place] = Field(description="By name")


class Gauge(Told):
    """A zone or passage."""

    gauge: str = Field(description="Name", examples=["zone/plein"])
    label: str = Field(description="Name for people", examples=["Plein"])
    level: str | None = Level
    value: Value = Field(description="How full, in the unit of its kind", examples=[1.2])
    people: Value = Field(description="People in it, or that pass", examples=[1800.0])
    limits: list[float] = Field(
        description="Values of yellow, orange and red", examples=[[1.0, 2.0, 3.0]]
    )
    quantiles: list[list[Value]] = Field(description="See ``meaning``", examples=[[[1.1, 1.3]]])
    chance: list[list[Value]] = Field(description="See ``meaning``", examples=[[[0.2, 0.3]]])
    seconds_to: list[Value] = Field(description="See ``meaning``", examples=[[900.0, None, None]])


class OpenAlert(Told):
    """An alert that is open."""

    gauge: str = Field(description="Zone or passage", examples=["zone/plein"])
    level: str | None = Level
    raised: datetime = Field(description="When", examples=["2026-11-23T12:00:00Z"])
    seen: bool = Field(description="Whether somebody saw it", examples=[True])
    escalated: bool = Field(description="Whether nobody did in time", examples=[False])
    chance: Value = Field(description="Of passing its limit", examples=[0.9])


class Distrusted(Told):
    """A counter that is not believed."""

    counter: str = Field(description="Name", examples=["noord-forward"])
    fault: str = Field(description="silent, stuck or wrong", examples=["silent"])
    since: datetime | None = Field(
        description="Since when; null is longer than was looked", examples=["2026-11-23T12:00:00Z"]
    )
    gauges: list[str] = Field(description="What it counts for", examples=[["zone/plein"]])


class PlaceNow(Told):
    """State, expectation, alerts and counters of one place."""

    name: str = Field(description="Name in addresses", examples=["plein"])
    label: str = Field(description="Name for people", examples=["Plein"])
    interval: int = Field(description="Seconds between two situations", examples=[900])
    time: datetime | None = Field(
        description="Of the newest situation", examples=["2026-11-23T12:00:00Z"]
    )
    stale: bool = Field(description="See ``meaning``", examples=[False])
    units: Meanings
    meaning: Meanings
    ahead_seconds: list[int] = Field(description="Times ahead", examples=[[900, 1800]])
    levels: list[float] = Field(description="Of the quantiles", examples=[[0.1, 0.5, 0.9]])
    gauges: list[Gauge] = Field(description="Zones, then passages")
    alerts: list[OpenAlert] = Field(description="Alerts that are open")
    counters: list[Distrusted] = Field(description="Counters that are not believed")


PLAN: dict[str, Any] = {
    "type": "object",
    "description": "FeatureCollection (RFC 7946) of zones, passages and counters",
    "required": ["type", "features"],
    "properties": {
        "type": {"type": "string", "description": "Always FeatureCollection"},
        "name": {"type": "string", "description": "Name for people"},
        "features": {
            "type": "array",
            "description": "Zones, passages and counters",
            "items": {"type": "object"},
        },
    },
}
