"""Answers about cells, rides and limits."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from .common import (
    Cells,
    Corrections,
    Meanings,
    Period,
    Processing,
    Quantity,
    Statistic,
    Told,
    Unit,
    Units,
    Value,
)


class Hexagons(Told):
    """Mean per H3 cell over a period; lists of equal length."""

    quantity: Quantity
    unit: Unit
    processing: Processing
    period: Period
    statistic: Statistic
    resolution: int = Field(description="H3 resolution that was asked for", examples=[9])
    cells: Cells
    means: list[float] = Field(description="Mean in the unit", examples=[[12.5]])
    counts: list[int] = Field(description="Values behind each mean", examples=[[360]])
    nodes: list[int] = Field(description="Boxes and rides behind each mean", examples=[[2]])


class AirMap(Told):
    """Estimate of one hour between sensors, per H3 cell; lists of equal length."""

    quantity: Quantity
    unit: Unit
    hour: datetime = Field(description="Start of the hour", examples=["2026-11-23T12:00:00Z"])
    period: Period
    processing: Processing
    sensors: int = Field(description="Nodes and stations behind the map", examples=[41])
    error: Value = Field(description="See ``meaning``", examples=[2.3])
    error_of_mean: Value = Field(description="See ``meaning``", examples=[3.5])
    inside80: Value = Field(description="See ``meaning``", examples=[0.81])
    nugget_share: Value = Field(description="See ``meaning``", examples=[0.7])
    meaning: Meanings
    resolution: int = Field(description="H3 resolution of the cells", examples=[8])
    cells: Cells
    low: list[Value] = Field(description="See ``meaning``", examples=[[8.0]])
    median: list[Value] = Field(description="As likely too low as too high", examples=[[16.0]])
    high: list[Value] = Field(description="See ``meaning``", examples=[[32.0]])
    measured: list[int] = Field(description="Sensors in the cell", examples=[[1]])


class Ride(Told):
    """The public part of one ride, in short."""

    id: UUID = Field(description="Public name", examples=["25786a80-f3db-4be2-92c6-7fb089a1f197"])
    hour: datetime = Field(description="Hour in which it starts", examples=["2026-11-23T12:00:00Z"])
    duration_s: int = Field(description="Seconds", examples=[1650])
    distance_m: float = Field(description="Metres", examples=[3478.5])
    samples: int = Field(description="How many samples", examples=[166])
    pm25_mean: Value = Field(description="Mean of the good values", examples=[18.4])


class Rides(Told):
    """Public rides, the newest first."""

    period: Period
    unit: Units
    processing: Processing
    statistic: Statistic
    rides: list[Ride] = Field(description="Rides that start in the period")


class RideSamples(Told):
    """Samples of the public part of one ride; lists of equal length."""

    id: UUID = Field(description="Public name", examples=["25786a80-f3db-4be2-92c6-7fb089a1f197"])
    processing: Processing
    statistic: Statistic
    flag_meanings: Meanings
    units: Units
    seconds: list[int] = Field(description="Since the public start", examples=[[0, 10]])
    cells: Cells
    values: dict[str, list[Value]] = Field(
        description="Raw values of each quantity", examples=[{"pm25": [12.5, 13.0]}]
    )
    flags: dict[str, list[int]] = Field(
        description="QARTOD flag of each value", examples=[{"pm25": [1, 1]}]
    )
    corrected: dict[str, list[Value]] = Field(
        description="What values are corrected to", examples=[{"pm25": [9.75, 9.9]}]
    )
    correction: list[int | None] = Field(
        description="By which of ``corrections``; empty where nothing is corrected",
        examples=[[3, 3]],
    )
    corrections: Corrections


class Exceedance(Told):
    """One node and one limit."""

    node: str = Field(description="Name of the node", examples=["box-7"])
    norm: str = Field(description="Where the limit stands", examples=["WHO 2021"])
    mean_of: str = Field(description="Hour, day or year over which is averaged", examples=["day"])
    limit: float = Field(description="Value that is to be kept, in the unit", examples=[15.0])
    allowed: int = Field(description="Periods a year that may be above it", examples=[3])
    above: int = Field(description="Periods that were above it", examples=[7])
    mean: Value = Field(description="Mean of the days that count", examples=[11.2])
    capture: float = Field(description="Part of the year that counts", examples=[0.93])
    counts: bool = Field(description="Whether that is enough", examples=[True])
    verdict: str = Field(
        description="above, within, or unknown where too little was measured", examples=["above"]
    )


class Exceedances(Told):
    """How a year of fixed nodes compares with limits."""

    quantity: Quantity
    unit: Unit
    processing: Processing
    statistic: Statistic
    year: int = Field(description="Year by the clock of Europe/Amsterdam", examples=[2026])
    period: Period
    corrections: Corrections
    exceedances: list[Exceedance] = Field(description="By node, then by limit")
