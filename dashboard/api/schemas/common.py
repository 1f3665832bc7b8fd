"""What many answers share: a period, a correction, and how keys and types are written."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


def _shorten(schema: dict[str, Any]) -> None:
    """Leave out titles that repeat a key, and defaults: what is not told is not there."""
    schema.pop("title", None)
    for key in schema.get("properties", {}).values():
        key.pop("title", None)
        key.pop("default", None)
        for told in ("description", "examples"):  # of a type, also where it may be null
            found = [part.pop(told) for part in key.get("anyOf", []) if told in part]
            if found and told not in key:
                key[told] = found[0]


class Told(BaseModel):
    """An object of an answer: these keys in camelCase and no others."""

    model_config = ConfigDict(
        extra="forbid",
        alias_generator=to_camel,
        populate_by_name=True,
        json_schema_extra=_shorten,
    )


class Problem(Told):
    """What is wrong with a request, or why it is not answered (RFC 9457)."""

    type: str = Field(description="Kind of problem", examples=["about:blank"])
    title: str = Field(description="The status in words", examples=["Not found"])
    status: int = Field(description="Status of HTTP", examples=[404])
    detail: str = Field(
        description="What and why, in one sentence",
        examples=["There is no node box-99; see /v1/nodes."],
    )


class Period(Told):
    """A stretch of time: the start is in it, the end is not."""

    start: datetime = Field(description="First moment", examples=["2026-11-23T12:00:00Z"])
    end: datetime = Field(description="First moment after it", examples=["2026-11-24T12:00:00Z"])


class Correction(Told):
    """What made corrected values of raw ones: the version of a calibration, and for whom."""

    correction: int | None = Field(
        None, description="Number that values carry, where they carry one", examples=[3]
    )
    quantity: str = Field(description="Key of the quantity", examples=["pm25"])
    version: int = Field(description="Version of the calibration", examples=[2])
    method: str = Field(description="Name of the method", examples=["line"])
    scope: str = Field(
        description="What it was made for: node, project or all", examples=["project"]
    )
    gain: float | None = Field(
        description="Part of the error that it took away on time held out; null is not tried",
        examples=[0.41],
    )
    made_at: datetime = Field(description="When it was made", examples=["2026-03-01T09:00:00Z"])
    node: str | None = Field(
        None, description="Node that it was made for alone, where it is", examples=["box-7"]
    )
    since: datetime | None = Field(
        None, description="First moment for which it holds", examples=["2026-01-01T00:00:00Z"]
    )
    until: datetime | None = Field(
        None,
        description="First moment for which it holds no more; null is it still does",
        examples=["2026-07-01T00:00:00Z"],
    )


Value = float | None  # null is missing
Quantity = Annotated[str, Field(description="Key of the quantity", examples=["pm25"])]
Unit = Annotated[str, Field(description="Unit, UCUM", examples=["ug/m3"])]
Units = Annotated[
    dict[str, str], Field(description="Unit of each key, UCUM", examples=[{"pm25": "ug/m3"}])
]
Processing = Annotated[
    str,
    Field(description="Whether values are raw, corrected or estimated", examples=["raw, checked"]),
]
Statistic = Annotated[
    str, Field(description="What one value is", examples=["mean of the values flagged good"])
]
Width = Annotated[
    int,
    Field(
        description="Seconds that a value stands for, from its time on; 0 is a sample",
        examples=[3600],
    ),
]
Meanings = Annotated[
    dict[str, str], Field(description="What each word or key means", examples=[{"1": "good"}])
]
Flags = Annotated[
    list[int],
    Field(
        description="QARTOD flag of each value: 1 good, 2 not evaluated, 3 suspect, 4 fail, "
        "9 missing",
        examples=[[1, 1, 3]],
    ),
]
Times = Annotated[
    list[datetime],
    Field(description="Start of each step, or of each sample its moment; UTC", max_length=100_000),
]
Corrections = Annotated[
    list[Correction],
    Field(description="What corrected values were made by; empty where nothing is corrected"),
]
Cells = Annotated[
    list[str],
    Field(description="H3 indexes as hexadecimal text", examples=[["8919690822bffff"]]),
]
