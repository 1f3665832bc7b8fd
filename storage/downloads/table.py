"""The columns of a download: their names, what they hold, and what people should know of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.quality import Flag
from lokaalmeten.quantities import BY_KEY

from ..package import FLAGS, TIME
from .selection import Selection, Stretch

Kind = Literal["text", "time", "degrees", "value", "flag", "number", "geometry"]
TYPES = {  # of Table Schema (datapackage.org)
    "text": "string",
    "time": "datetime",
    "degrees": "number",
    "value": "number",
    "flag": "integer",
    "number": "integer",
}
DEGREES = 5  # decimals of a centre of a cell: a metre


@dataclass(frozen=True)
class Field:
    """One column; ``per`` are the steps per unit of a value (``lokaalmeten.quantities``)."""

    name: str
    kind: Kind
    description: str
    title: str = ""
    unit: str = ""
    per: int = 1

    def describe(self) -> dict[str, Any]:
        """What it is, as Table Schema has it."""
        told: dict[str, Any] = {"name": self.name, "type": TYPES.get(self.kind, "any")}
        if self.kind == "time":
            told["format"] = TIME
        if self.kind == "flag":
            told["constraints"] = {"enum": [flag.value for flag in Flag], "required": True}
        words = {"title": self.title, "unit": self.unit, "description": self.description}
        return told | {name: word for name, word in words.items() if word}


@dataclass(frozen=True)
class Block:
    """Samples of one node in one cell in the order of time; columns by the name of their field."""

    stretch: Stretch
    time: NDArray[np.datetime64]  # (n,) us, UTC
    columns: Mapping[str, NDArray[Any]]  # (n,) each: values float64, NaN is missing; flags uint8;
    # correction int32, 0 is none

    def __len__(self) -> int:
        return len(self.time)


@dataclass(frozen=True)
class Table:
    """All columns of an answer to a selection, in their order."""

    selection: Selection
    place: tuple[Field, ...] = field(init=False)  # the same in all rows of a block
    measured: tuple[Field, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "place", PLACE)
        object.__setattr__(self, "measured", tuple(list_measured(self.selection)))

    @property
    def fields(self) -> tuple[Field, ...]:
        """Columns of a form without geometry."""
        return (NODE, AT, *self.place, *self.measured)

    @property
    def spatial(self) -> tuple[Field, ...]:
        """Columns of a form with geometry, which stands for the centre of the cell."""
        return (NODE, AT, CELL, *self.measured, GEOMETRY)


NODE = Field("node", "text", "Name of the node, as in /v1/nodes")
AT = Field("time", "time", "Moment of the sample, UTC")
CELL = Field("cell", "text", "H3 cell of resolution 9 in which the node stood; empty is no place")
PLACE = (
    CELL,
    Field("longitude", "degrees", "Centre of the cell, WGS 84; the exact place is not public"),
    Field("latitude", "degrees", "Centre of the cell, WGS 84; the exact place is not public"),
)
GEOMETRY = Field("geometry", "geometry", "Centre of the cell: longitude, latitude (CRS84)")
CORRECTION = Field(
    "correction", "number", "By what values were corrected: a number of corrections; empty is none"
)
QUALITY = Field("quality", "flag", f"Worst flag of the values of the row. {FLAGS}")


def list_measured(selection: Selection) -> Iterator[Field]:
    """Value and flag of every quantity, what is corrected beside it, and the quality of the row."""
    for key in selection.keys:
        row = BY_KEY[key]
        step = f"in steps of {1 / row.per:g}, unit in UCUM; empty is missing"
        if key in selection.raw:
            yield Field(key, "value", f"{row.en}, raw, {step}", row.en, row.unit, row.per)
        if key in selection.corrected:
            told = f"{row.en}, corrected by calibration, {step} or not corrected"
            yield Field(f"{key}_corrected", "value", told, row.en, row.unit, row.per)
        if key in selection.raw or key in selection.corrected:
            yield Field(f"{key}_flag", "flag", f"Of the raw value of {row.en}. {FLAGS}")
    if selection.corrected:
        yield CORRECTION
    yield QUALITY
