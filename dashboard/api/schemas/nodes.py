"""Answers about nodes and stations: what there is, latest values, series."""

from datetime import datetime
from typing import Any

from pydantic import Field

from .common import (
    Corrections,
    Flags,
    Meanings,
    Period,
    Processing,
    Quantity,
    Statistic,
    Times,
    Told,
    Unit,
    Units,
    Value,
    Width,
)


class Node(Told):
    """One device that measures."""

    name: str = Field(description="Name in addresses", examples=["box-7"])
    label: str = Field(description="Name for people, or empty", examples=["Basisschool"])
    kind: str = Field(description="box, bike or counter", examples=["box"])
    moving: bool = Field(description="Whether it moves with a person", examples=[False])
    cell: str | None = Field(
        description="H3 cell of resolution 9 in which it stands, null without a place",
        examples=["8919690822bffff"],
    )
    last: datetime | None = Field(
        description="Time of the latest sample; null of a moving node, and without any",
        examples=["2026-11-23T12:00:00Z"],
    )
    license: str | None = Field(
        description="Licence of its newest samples, by its SPDX name", examples=["CC0-1.0"]
    )
    party: str | None = Field(description="Who is to be named with it", examples=["Straatlab"])


class Nodes(Told):
    """All nodes."""

    nodes: list[Node] = Field(description="Nodes by name")


class Station(Told):
    """One station of an official network."""

    code: str = Field(description="Code that its network gives it", examples=["NL10636"])
    name: str = Field(description="Name for people", examples=["Utrecht-Kardinaal de Jongweg"])
    kind: str = Field(
        description="What it stands for: traffic, background, industry or weather",
        examples=["traffic"],
    )
    operator: str = Field(description="Who runs it, or empty", examples=["RIVM"])
    latitude: float = Field(description="Degrees, WGS84", examples=[52.1051])
    longitude: float = Field(description="Degrees, WGS84", examples=[5.1245])
    cell: str = Field(description="H3 cell of resolution 11", examples=["8b196908222dfff"])
    url: str = Field(
        description="Where more is to be read, or empty", examples=["https://www.luchtmeetnet.nl"]
    )


class Stations(Told):
    """All official stations."""

    stations: list[Station] = Field(description="Stations by code")


class StationLatest(Told):
    """The latest known hour of each quantity of each official station; lists of equal length."""

    processing: Processing
    statistic: Statistic
    width: Width
    flag_meanings: Meanings
    units: Units
    period: Period | None = Field(description="Hours of all values; null without any")
    stations: list[str] = Field(description="Code of the station", examples=[["NL10636"]])
    quantities: list[str] = Field(description="Key of the quantity", examples=[["pm25"]])
    times: Times
    values: list[Value] = Field(description="Values in their unit", examples=[[12.5]])
    flags: Flags


class Latest(Told):
    """Latest sample of every fixed node, and of official stations; lists of equal length."""

    processing: Processing
    statistic: Statistic
    width: Width
    period: Period | None = Field(description="From the oldest of them on; null without any")
    flag_meanings: Meanings
    units: Units
    nodes: list[str] = Field(description="Name of the node", examples=[["box-7"]])
    times: Times
    values: dict[str, list[Value]] = Field(
        description="Raw values of each quantity, a value a node", examples=[{"pm25": [12.5]}]
    )
    flags: dict[str, list[int]] = Field(
        description="QARTOD flag of each value", examples=[{"pm25": [1]}]
    )
    corrected: dict[str, list[Value]] = Field(
        description="What values are corrected to", examples=[{"pm25": [9.75]}]
    )
    correction: list[int | None] = Field(
        description="By which of ``corrections``, a number a node", examples=[[3, None]]
    )
    corrections: Corrections
    stations: StationLatest = Field(description="Official stations")


class Series(Told):
    """One quantity of one fixed node over time; lists of equal length."""

    node: str = Field(description="Name of the node", examples=["box-7"])
    quantity: Quantity
    unit: Unit
    processing: Processing
    statistic: Statistic
    period: Period
    width: Width
    flag_meanings: Meanings | None = None
    times: Times
    values: list[Value] = Field(description="Raw values in the unit", examples=[[12.5, None]])
    counts: list[int] | None = Field(
        None, description="Good samples behind each mean", examples=[[60, 0]]
    )
    flags: Flags | None = None
    corrected: list[Value] | None = Field(
        None, description="What values are corrected to", examples=[[9.75, None]]
    )
    corrected_counts: list[int] | None = Field(
        None, description="Samples behind each corrected mean", examples=[[60, 0]]
    )
    correction: list[int | None] | None = Field(
        None, description="Of samples: by which of ``corrections``", examples=[[3, None]]
    )
    corrections: Corrections


class StationSeries(Told):
    """Hours or days of one quantity of an official station, as published; of equal length."""

    station: str = Field(description="Code of the station", examples=["NL10636"])
    quantity: Quantity
    unit: Unit
    processing: Processing
    statistic: Statistic
    period: Period
    width: Width
    flag_meanings: Meanings
    times: Times
    values: list[Value] = Field(description="Values in the unit", examples=[[12.5, None]])
    flags: Flags


class Link(Told):
    """Something that the API has."""

    href: str = Field(description="Address", examples=["/v1/nodes"])
    title: str = Field(description="What it gives", examples=["All nodes"])


class Index(Told):
    """The first page of the API."""

    name: str = Field(description="What it is called", examples=["Lokaal meten"])
    version: str = Field(description="Version of the API", examples=["1.0.0"])
    links: list[Link] = Field(description="Everything that there is")


class Label(Told):
    """A name in both languages."""

    nl: str = Field(description="Dutch", examples=["PM2,5"])
    en: str = Field(description="English", examples=["PM2.5"])


class Measured(Told):
    """One quantity that nodes measure."""

    quantity: Quantity
    label: Label = Field(description="Name for people")
    unit: Unit
    step: float = Field(description="Smallest difference that is sent", examples=[0.01])
    span: list[float] = Field(description="What the sensor can report", examples=[[0, 1000]])
    span_source: str = Field(description="Where the span comes from", examples=["datasheet"])


class Quantities(Told):
    """Quantities with a value in a period."""

    period: Period
    processing: Processing
    quantities: list[Measured] = Field(description="In the order of the table of quantities")


# A data package says itself what it holds (datapackage.org).
PACKAGE: dict[str, Any] = {
    "type": "object",
    "description": "Data Package: type, unit and description of every column, licence, citation",
    "required": ["profile", "name", "licenses", "resources"],
    "properties": {
        "profile": {"type": "string", "description": "Kind of Data Package"},
        "name": {"type": "string", "description": "Short name"},
        "licenses": {
            "type": "array",
            "description": "Terms under which it may be used",
            "items": {"type": "object"},
        },
        "resources": {
            "type": "array",
            "description": "The file, with its columns",
            "items": {"type": "object"},
        },
    },
}
