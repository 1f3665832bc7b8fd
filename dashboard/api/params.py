"""Parameters of the API: what they may be, and a sentence when they are not."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import Path, Request
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    model_validator,
)

from lokaalmeten.limits import LIMITS
from lokaalmeten.quantities import BY_KEY
from lokaalmeten.weather import OFFICIAL

from ..hexagons import Box
from ..periods import SAMPLE_S, Span
from ..problems import QueryError

EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2106, 1, 1, tzinfo=UTC)
HOUR_S, DAY_S = 3600, 86_400
STEPS = (HOUR_S, DAY_S)  # of official stations
MOST_NODES = 1000  # names in one address
DEFAULT = timedelta(days=1)  # period without a start
POINTS = 100_000  # at most in one answer: 4 MB of JSON
COARSEST, FINEST = 4, 10  # H3 resolutions; finer than 10 is not public


def refuse_options(request: Request) -> None:
    """Refuse whatever stands behind the ``?`` of an address that takes no options.

    Where there are options, their model refuses others.

    Raises:
        QueryError: there is one.

    """
    takes_options = bool(request.scope["route"].dependant.query_params)
    if request.query_params and not takes_options:
        raise QueryError(f"Parameter '{next(iter(request.query_params))}' is not known here.")


def one_of(known: Collection[str], sentence: str) -> AfterValidator:
    """Check that a key is in a table; ``sentence`` says what another one is."""

    def check(key: str) -> str:
        if key not in known:
            raise ValueError(f"{sentence}, choose one of {', '.join(known)}")
        return key

    return AfterValidator(check)


def describe_key(known: Collection[str]) -> Any:
    """How the OpenAPI tells of a key that is in a table."""
    return Field(
        description="Key of a quantity",
        examples=["pm25"],
        json_schema_extra={"enum": list(known)},
    )


def to_box(text: str) -> Box:
    """West, south, east, north in degrees, as OGC API Features writes it.

    Raises:
        ValueError: it is not a box on the earth.

    """
    try:
        west, south, east, north = (float(edge) for edge in text.split(","))
    except ValueError:
        raise ValueError("write it as west,south,east,north in degrees") from None
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise ValueError("west must be less than east, south less than north, all on the earth")
    return west, south, east, north


def check_step(width: int) -> int:
    """A step that official networks publish; ValueError for another one."""
    if width not in STEPS:
        raise ValueError(f"networks publish steps of {' and '.join(map(str, STEPS))} s")
    return width


def check_box(text: str) -> str:
    """The text of a box as it came; errors as of ``to_box``."""
    to_box(text)
    return text


UNKNOWN = "there is no such quantity"
STATIONED = (*BY_KEY, *OFFICIAL)  # what official stations may measure
LIMITED = tuple(dict.fromkeys(limit.quantity for limit in LIMITS))
Quantity = Annotated[str, one_of(BY_KEY, UNKNOWN), describe_key(BY_KEY)]
StationQuantity = Annotated[str, one_of(STATIONED, UNKNOWN), describe_key(STATIONED)]
LimitedQuantity = Annotated[str, one_of(LIMITED, "there is no limit for it"), describe_key(LIMITED)]
Moment = Annotated[AwareDatetime, Field(ge=EARLIEST, le=LATEST)]
BoxText = Annotated[str, AfterValidator(check_box)]
Processing = Literal["raw", "corrected"]
Name = Annotated[str, Path(description="Name, as the list above it has it", examples=["box-7"])]


class PeriodQuery(BaseModel):
    """A period: from ``start`` up to ``end``; without them the last day that has data."""

    model_config = ConfigDict(extra="forbid")

    start: Moment | None = Field(
        None,
        description="First moment that is in, with a time zone",
        examples=["2026-11-23T12:00:00Z"],
    )
    end: Moment | None = Field(
        None,
        description="First moment that is not; without it the newest data are in",
        examples=["2026-11-24T12:00:00Z"],
    )

    @model_validator(mode="after")
    def _in_order(self) -> "PeriodQuery":
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise ValueError("start must be before end")
        return self

    def span(
        self, find_extent: Callable[[], Span | None], length: timedelta | None = DEFAULT
    ) -> Span:
        """Start (in) and stop (not in); ``length`` None begins with the oldest data.

        Who says both is not asked for what there is: that is a look at each node.
        """
        if self.start and self.end:
            return self.start, self.end
        oldest, newest = find_extent() or (EARLIEST, EARLIEST)
        stop = self.end or max(newest + timedelta(seconds=1), self.start or EARLIEST)
        first = min(oldest, stop) if length is None else max(stop - length, EARLIEST)
        return self.start or first, stop


class SeriesQuery(PeriodQuery):
    """A quantity over a period in steps of ``width`` seconds; 0 is every sample."""

    quantity: Quantity
    width: Annotated[int, Field(ge=0, le=366 * 86400)] | None = Field(
        None,
        description="Seconds of a step; 0 is every sample, without it what suits the period",
        examples=[3600],
    )


class HexagonQuery(PeriodQuery):
    """A quantity over a period per H3 cell."""

    quantity: Quantity
    resolution: int = Field(
        9, ge=COARSEST, le=FINEST, description="H3 resolution of the cells", examples=[9]
    )
    # one text: FastAPI takes a tuple for a parameter that is repeated
    bbox: BoxText | None = Field(
        None,
        description="west,south,east,north in degrees (WGS84)",
        examples=["5.0,52.0,5.2,52.2"],
    )

    @property
    def box(self) -> Box | None:
        """The box as numbers."""
        return None if self.bbox is None else to_box(self.bbox)


class RideQuery(PeriodQuery):
    """Rides that start in a period, newest first."""

    limit: int = Field(100, ge=1, le=1000, description="At most so many", examples=[100])


class YearQuery(BaseModel):
    """A quantity in a year, of some nodes or of all."""

    model_config = ConfigDict(extra="forbid")

    quantity: LimitedQuantity
    year: int | None = Field(
        None,
        ge=EARLIEST.year,
        le=LATEST.year,
        description="Year by the clock of Europe/Amsterdam; without it that of the newest data",
        examples=[2026],
    )
    node: list[Annotated[str, Field(max_length=63)]] = Field(
        [], max_length=MOST_NODES, description="Name of a fixed node; repeat it for more"
    )
    processing: Processing = Field(
        "raw", description="Raw values, or what calibration corrects them to"
    )


class StationQuery(PeriodQuery):
    """A quantity of an official station over a period, by the hour or by the day."""

    quantity: StationQuantity
    width: Annotated[int, AfterValidator(check_step)] = Field(
        HOUR_S,
        description="3600 for hours, 86400 for the days that some networks publish",
        examples=[HOUR_S],
        json_schema_extra={"enum": list(STEPS)},
    )


class ForecastQuery(BaseModel):
    """A quantity."""

    model_config = ConfigDict(extra="forbid")

    quantity: Quantity


def check_points(span: Span, width_s: int) -> None:
    """Refuse a series that would not fit in one answer.

    Raises:
        QueryError: the period has more than POINTS steps.

    """
    length = (span[1] - span[0]).total_seconds()
    if length / (width_s or SAMPLE_S) > POINTS:
        raise QueryError(
            f"A period of {length:.0f} s in steps of {width_s} s is more than {POINTS} points: "
            "ask for a shorter period or a larger width."
        )
