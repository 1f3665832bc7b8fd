"""What a map shows, as its address has it: quantity, period, its end, view and layers."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from lokaalmeten.quantities import BY_KEY
from lokaalmeten.weather import GASES

from ..pages.options import LONGEST, check_known
from ..periods import DEFAULT, PERIODS
from ..problems import UnfitError

LAYERS = ("hexagons", "nodes", "stations", "zones")
QUANTITIES = (*BY_KEY, *(gas.key for gas in GASES))  # that nodes or official stations measure
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2106, 1, 1, tzinfo=UTC)
FARTHEST_ZOOM, CLOSEST_ZOOM = 0.0, 24.0
FORM = "%Y-%m-%dT%H:%MZ"  # of a moment in an address

Query = Mapping[str, str]


@dataclass(frozen=True)
class Place:
    """Middle of a view, in degrees, and its zoom."""

    zoom: float
    lat: float
    lon: float


@dataclass(frozen=True)
class State:
    """What a map shows; ``end`` None is now, ``place`` None is all there is."""

    quantity: str = ""  # empty: the usual one
    period: str = DEFAULT
    end: datetime | None = None
    place: Place | None = None
    layers: tuple[str, ...] = LAYERS

    def to_query(self) -> str:
        """The address of it, without what is usual; empty when all is."""
        found = {"quantity": self.quantity} if self.quantity else {}
        if self.period != DEFAULT:
            found["period"] = self.period
        if self.end:
            found["end"] = f"{self.end.astimezone(UTC):{FORM}}"
        if self.place:
            found["zoom"] = f"{self.place.zoom:.2f}"
            found["lat"], found["lon"] = f"{self.place.lat:.5f}", f"{self.place.lon:.5f}"
        if self.layers != LAYERS:
            found["layers"] = ",".join(self.layers) or "none"
        return urlencode(found, safe=",:")


def check_state(query: Query) -> None:
    """Refuse what no map can show."""
    read_state(query)


def read_state(query: Query) -> State:
    """State of an address; options that it does not have are left alone.

    Raises:
        UnfitError: an option cannot be what it is.

    """
    check_known(query, "quantity", QUANTITIES, "unfit.quantity")
    check_known(query, "period", tuple(PERIODS), "unfit.period")
    return State(
        query.get("quantity", ""),
        query.get("period", "") or DEFAULT,
        read_moment(query, "end"),
        read_place(query),
        read_layers(query),
    )


def read_moment(query: Query, name: str) -> datetime | None:
    """Moment of an option, with its time zone; None where it is left out."""
    value = query.get(name, "")
    if not value:
        return None
    try:
        found = datetime.fromisoformat(value)
        if found.tzinfo is None or not EARLIEST <= found <= LATEST:
            raise ValueError
    except ValueError:
        raise UnfitError("unfit.moment", value=value[:LONGEST]) from None
    return found.astimezone(UTC)


def read_place(query: Query) -> Place | None:
    """View of an address; None where none of its three numbers is there."""
    names = ("zoom", "lat", "lon")
    if not any(query.get(name) for name in names):
        return None
    zoom = read_number(query, "zoom", FARTHEST_ZOOM, CLOSEST_ZOOM)
    return Place(zoom, read_number(query, "lat", -85, 85), read_number(query, "lon", -180, 180))


def read_number(query: Query, name: str, least: float, most: float) -> float:
    """Number of an option between bounds."""
    value = query.get(name, "")
    try:
        found = float(value)
    except ValueError:
        found = math.nan
    if not least <= found <= most:
        facts = {"least": f"{least:g}", "most": f"{most:g}"}
        raise UnfitError("unfit.number", name=name, value=value[:LONGEST], **facts)
    return found


def read_layers(query: Query) -> tuple[str, ...]:
    """Layers that are shown; all where the option is left out, ``none`` is none."""
    value = query.get("layers", "")
    if not value:
        return LAYERS
    asked = set() if value == "none" else set(value.split(","))
    if not asked <= set(LAYERS):
        raise UnfitError("unfit.layers", value=value[:LONGEST], known=", ".join(LAYERS))
    return tuple(layer for layer in LAYERS if layer in asked)
