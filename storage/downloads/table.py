"""The columns of a download: their names, what they hold, and what people should know of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from numpy.typing import NDArray

from lokaalmeten.quality import Flag
from lokaalmeten.quantities import BY_KEY

from ..package import FLAGS, TIME
from .selection import Selection

Kind = Literal["text", "time", "cell", "degrees", "value", "flag", "count", "number", "geometry"]
TYPES = {  # of Table Schema (datapackage.org)
    "text": "string",
    "time": "datetime",
    "cell": "string",
    "degrees": "number",
    "value": "number",
    "flag": "integer",
    "count": "integer",
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
    """Samples of one node in one cell, or of one ride, in order; both by the name of their field.

    Kinds are as follows. time: datetime64[us], UTC; cell: int64, 0 is none; degrees and value:
    float64, NaN is missing; flag: uint8; count: int32; number: int32, 0 is none.
    """

    constants: Mapping[str, Any]  # the same in all rows; another object for each node or ride
    columns: Mapping[str, NDArray[Any]]  # (n,) each

    def __len__(self) -> int:
        return len(self.columns[QUALITY.name])

    def find(self, name: str) -> Any:
        """A column (n,), or the one value of all rows."""
        return self.constants[name] if name in self.constants else self.columns[name]


@dataclass(frozen=True)
class Table:
    """All columns of an answer to a selection, in their order."""

    selection: Selection
    first: tuple[Field, ...] = field(init=False)  # which sample it is
    measured: tuple[Field, ...] = field(init=False)

    def __post_init__(self) -> None:
        first = (RIDE, HOUR, SECOND) if self.selection.of == "rides" else (NODE, AT)
        object.__setattr__(self, "first", first)
        object.__setattr__(self, "measured", tuple(list_measured(self.selection)))

    @property
    def key(self) -> list[str]:
        """Columns that no two rows have alike."""
        return ["ride", "second"] if self.selection.of == "rides" else ["node", "time"]

    @property
    def fields(self) -> tuple[Field, ...]:
        """Columns of a form without geometry."""
        return (*self.first, CELL, *CENTRE, *self.measured)

    @property
    def spatial(self) -> tuple[Field, ...]:
        """Columns of a form with geometry, which stands for the centre of the cell."""
        return (*self.first, CELL, *self.measured, GEOMETRY)


NODE = Field("node", "text", "Name of the node, as in /v1/nodes")
AT = Field("time", "time", "Moment of the sample, UTC")
RIDE = Field("ride", "text", "Name drawn for this ride, as in /v1/rides")
HOUR = Field("hour", "time", "Hour in which the ride starts, UTC; the exact moment is not public")
SECOND = Field("second", "count", "Since the public part of the ride began", unit="s")
CELL = Field("cell", "cell", "H3 cell: of a node resolution 9, of a ride 10; empty is no place")
CENTRE = (
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
    if selection.numbered:
        yield CORRECTION
    yield QUALITY
