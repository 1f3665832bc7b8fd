"""The collections: what each is called, how it is read, and what else tells the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from lokaalmeten.quantities import BY_KEY

from ..problems import NotFoundError, QueryError
from .crowds import read_passages, read_zones
from .hexagons import read_hexagons
from .nodes import read_nodes
from .stations import read_stations
from .table import Asked, Table

HEXAGONS = "hexagons-"  # then the key of a quantity


@dataclass(frozen=True)
class Collection:
    """A layer of features."""

    name: str
    title: str
    description: str
    read: Callable[[Any, Asked], Table]
    filters: Sequence[str] = ()  # properties that may be asked to be equal to something
    alternate: str = ""  # path of the same in the own API
    is_dated: bool = True  # whether samples tell from when to when it is


NODES = Collection(
    "nodes",
    "Fixed sensors",
    "Fixed sensors in the middle of their H3 cell, each with its latest values as they were "
    "measured. Flags: 1 good, 2 not evaluated, 3 suspect, 4 fail, 9 missing. Units (UCUM): "
    + ", ".join(f"{row.key} {row.unit}" for row in BY_KEY.values())
    + ". The parameter quantity keeps the sensors that measure it.",
    read_nodes,
    ("kind", "quantity"),
    "/v1/latest",
)
ZONES = Collection(
    "crowd-zones",
    "Crowd zones",
    "Zones of open places as full as they are now: people, people per m2, and a level of green, "
    "yellow, orange or red. Null is not known, which is not calm.",
    read_zones,
    ("place", "level"),
    "/v1/crowd/places",
    is_dated=False,
)
PASSAGES = Collection(
    "crowd-passages",
    "Crowd passages",
    "Passages of open places as busy as they are now: people per metre and minute, and a level of "
    "green, yellow, orange or red. Null is not known, which is not calm.",
    read_passages,
    ("place", "level"),
    "/v1/crowd/places",
    is_dated=False,
)
STATIONS = Collection(
    "official-stations",
    "Official stations",
    "Where official networks measure, and who runs each station; its values are shared by its "
    "network.",
    read_stations,
    ("kind", "operator"),
    is_dated=False,
)
FIXED = {each.name: each for each in (NODES, ZONES, PASSAGES, STATIONS)}


def list_collections(quantities: Sequence[str]) -> list[Collection]:
    """All of them, where these quantities are measured."""
    return [NODES, *map(to_hexagons, quantities), ZONES, PASSAGES, STATIONS]


def to_hexagons(quantity: str) -> Collection:
    """Hexagons of one quantity."""
    row = BY_KEY[quantity]
    return Collection(
        HEXAGONS + quantity,
        f"{row.en} by hexagon",
        f"Mean of the good values of {row.en} ({row.unit}) by H3 cell of resolution 9, of fixed "
        "sensors and rides together. The period is that of datetime, else the last day with data.",
        partial(read_hexagons, quantity=quantity),
        alternate=f"/v1/hexagons?quantity={quantity}",
    )


def find_collection(name: str) -> Collection:
    """A collection by its name.

    Raises:
        NotFoundError: there is none.

    """
    if name in FIXED:
        return FIXED[name]
    quantity = name.removeprefix(HEXAGONS)
    if name.startswith(HEXAGONS) and quantity in BY_KEY:
        return to_hexagons(quantity)
    raise NotFoundError(f"There is no collection {name}; see /v1/features/collections.")


def check_filters(collection: Collection, asked: Asked) -> None:
    """Refuse a property that a collection cannot be asked for, and a quantity that is none.

    Raises:
        QueryError: it says which.

    """
    for name, wanted in asked.equal.items():
        if name not in collection.filters:
            known = ", ".join(("bbox", "datetime", "limit", *collection.filters))
            raise QueryError(
                f"Parameter {name!r} is not known here: {collection.name} takes {known}."
            )
        if name == "quantity" and wanted not in BY_KEY:
            raise QueryError(
                f"Parameter 'quantity' is {wanted!r}: there is no such quantity, choose one of "
                f"{', '.join(BY_KEY)}."
            )
