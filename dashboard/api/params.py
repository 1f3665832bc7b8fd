"""Parameters of the API: what they may be, and a sentence when they are not."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    model_validator,
)

from lokaalmeten.quantities import BY_KEY

from ..hexagons import Box
from ..periods import SAMPLE_S, Span
from ..problems import QueryError

EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2106, 1, 1, tzinfo=UTC)
DEFAULT = timedelta(days=1)  # period without a start
POINTS = 100_000  # at most in one answer: 4 MB of JSON
COARSEST, FINEST = 4, 10  # H3 resolutions; finer than 10 is not public


def _known(key: str) -> str:
    if key not in BY_KEY:
        raise ValueError(f"there is no such quantity, choose one of {', '.join(BY_KEY)}")
    return key


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


Quantity = Annotated[str, AfterValidator(_known), Field(examples=["pm25"])]
Moment = Annotated[AwareDatetime, Field(ge=EARLIEST, le=LATEST, examples=["2026-11-23T12:00:00Z"])]


class PeriodQuery(BaseModel):
    """A period: from ``start`` up to ``end``; without them the last day that has data."""

    model_config = ConfigDict(extra="forbid")

    start: Moment | None = None
    end: Moment | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "PeriodQuery":
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise ValueError("start must be before end")
        return self

    def span(self, extent: Span | None, length: timedelta | None = DEFAULT) -> Span:
        """Start (in) and stop (not in); ``length`` None begins with the oldest data."""
        if extent is None:
            extent = (EARLIEST, EARLIEST)
        stop = self.end or max(extent[1] + timedelta(seconds=1), self.start or EARLIEST)
        first = min(extent[0], stop) if length is None else max(stop - length, EARLIEST)
        return self.start or first, stop


def check_box(text: str) -> str:
    """The text of a box as it came; errors as of ``to_box``."""
    to_box(text)
    return text


class SeriesQuery(PeriodQuery):
    """A quantity over a period in steps of ``width`` seconds; 0 is every sample."""

    quantity: Quantity
    width: Annotated[int, Field(ge=0, le=366 * 86400)] | None = None


class HexagonQuery(PeriodQuery):
    """A quantity over a period per H3 cell."""

    quantity: Quantity
    resolution: Annotated[int, Field(ge=COARSEST, le=FINEST)] = 9
    # one text: FastAPI takes a tuple for a parameter that is repeated
    bbox: Annotated[str, AfterValidator(check_box)] | None = None

    @property
    def box(self) -> Box | None:
        """The box as numbers."""
        return None if self.bbox is None else to_box(self.bbox)


class RideQuery(PeriodQuery):
    """Rides that start in a period, newest first."""

    limit: Annotated[int, Field(ge=1, le=1000)] = 100


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
