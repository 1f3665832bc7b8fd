"""Calibrations that are applied -> for each node what corrects it, from when to when.

1. of each node take those that are for it, for its project, or for all
2. cut time wherever one of them begins or ends; a field of ratios also at each hour
3. in each piece the nearest counts for a quantity: that of the node, of its project, of all; then
   the highest version
4. put the pieces of all nodes in one table, sorted, so that a batch is looked up at once
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.errors import FormatError
from lokaalmeten.quantities import CORRECTED

from .line import Line
from .ratios import Field, Places

LINE, RATIOS = "line", "ratios"  # methods
HOUR_S = 3600
EVER = 2**32  # after all times that a node can send
FIELDS = ("offset", "gain", "root")
ENDS = ("slope", "low", "high")  # of humidity, then of temperature
COLUMNS = len(FIELDS) + 2 * len(ENDS)

Span = tuple[int, int]  # from, until, Unix seconds
Number = Callable[[Sequence[tuple[int, ...]]], Sequence[int]]


class Applied(Protocol):
    """A calibration that is applied; as the storage knows it."""

    @property
    def id(self) -> int: ...  # noqa: D102
    @property
    def node_id(self) -> int | None: ...  # noqa: D102
    @property
    def project_id(self) -> int | None: ...  # noqa: D102
    @property
    def quantity(self) -> str: ...  # noqa: D102
    @property
    def since(self) -> datetime: ...  # noqa: D102
    @property
    def until(self) -> datetime | None: ...  # noqa: D102
    @property
    def version(self) -> int: ...  # noqa: D102
    @property
    def method(self) -> str: ...  # noqa: D102
    @property
    def parameters(self) -> Mapping[str, Any]: ...  # noqa: D102


class Member(Protocol):
    """A node, what it belongs to and where it stands; no place when it moves."""

    @property
    def id(self) -> int: ...  # noqa: D102
    @property
    def project_id(self) -> int | None: ...  # noqa: D102
    @property
    def lat(self) -> float | None: ...  # noqa: D102
    @property
    def lon(self) -> float | None: ...  # noqa: D102


@dataclass(frozen=True)
class Periods:
    """p periods in which a node is corrected in one way, sorted by node and start."""

    key: NDArray[np.int64]  # (p,) node << 32 | start, Unix seconds
    until: NDArray[np.int64]  # (p,) Unix seconds, not in it
    lines: NDArray[np.float64]  # (q, c, p) of CORRECTED; numbers of a line, NaN where none holds
    number: NDArray[np.int32]  # (p,) of the set of calibrations that is used

    def __len__(self) -> int:
        """Count them."""
        return len(self.key)


NONE = Periods(
    np.zeros(0, np.int64),
    np.zeros(0, np.int64),
    np.zeros((len(CORRECTED), COLUMNS, 0)),
    np.zeros(0, np.int32),
)

Held = dict[str, tuple[int, Line]]  # calibration and its line by quantity
Piece = tuple[int, int, Held]  # from, until, what holds
LineAt = Callable[[int], Line | None]  # line by the start of a piece; None where there is none


def to_periods(
    applied: Sequence[Applied],
    members: Sequence[Member],
    number: Number,
    span: Span = (0, EVER),
    *,
    ratios: bool = True,
) -> Periods:
    """The table of all nodes inside a span; ``number`` gives sets of calibrations their numbers.

    Without ``ratios`` fields are left out: they are known when their hours are over, and would make
    24 periods a day of each node.
    """
    usable = pick_usable(applied, (LINE, RATIOS) if ratios else (LINE,))
    known = {one.id: read_method(one) for one in usable}
    found = [
        (member.id, piece)
        for member in sorted(members, key=lambda member: member.id)
        for piece in cut_pieces(pick_for(member, usable), known, member, span)
    ]
    if not found:
        return NONE
    sets = [tuple(sorted(id_ for id_, _ in held.values())) for _, (_, _, held) in found]
    distinct = sorted(set(sets))
    numbers = dict(zip(distinct, number(distinct), strict=True))
    table = np.full((len(CORRECTED), COLUMNS, len(found)), np.nan)
    for place, (_, (_, _, held)) in enumerate(found):
        for quantity, (_, line) in held.items():
            table[CORRECTED.index(quantity), :, place] = to_columns(line)
    return Periods(
        np.array([node << 32 | start for node, (start, _, _) in found], np.int64),
        np.array([until for _, (_, until, _) in found], np.int64),
        table,
        np.array([numbers[one] for one in sets], np.int32),
    )


def list_sets(
    applied: Sequence[Applied], members: Sequence[Member], span: Span
) -> list[tuple[int, ...]]:
    """Sets of calibrations (ids, rising) that hold for nodes at some time inside a span, in order.

    Every set of ``to_periods`` is one of them, unless a field has fewer hours than its period.
    """
    usable, found = pick_usable(applied, (LINE, RATIOS)), set[tuple[int, ...]]()
    own = {one.node_id for one in usable}
    alike = {
        (one.id if one.id in own else None, one.project_id, one.lat is None): one for one in members
    }
    for member in alike.values():
        mine = pick_for(member, usable)
        if member.lat is None:
            mine = [one for one in mine if one.method == LINE]
        spans = [to_span(one, span) for one in mine]
        for start in sorted({end for span in spans for end in span}):
            held = {
                one.quantity: one.id
                for one, (first, after) in zip(mine, spans, strict=True)
                if first <= start < after
            }
            found.add(tuple(sorted(held.values())))
    return sorted(found - {()})


def pick_usable(applied: Sequence[Applied], methods: Sequence[str]) -> list[Applied]:
    """Those of some methods, of quantities that can be corrected."""
    return [one for one in applied if one.method in methods and one.quantity in CORRECTED]


def pick_for(member: Member, applied: Sequence[Applied]) -> list[Applied]:
    """Those that hold for a node, the one that counts most last."""

    def near(one: Applied) -> tuple[bool, bool, int]:
        return one.node_id is not None, one.project_id is not None, one.version

    mine = [
        one
        for one in applied
        if one.node_id in (None, member.id) and one.project_id in (None, member.project_id)
    ]
    return sorted(mine, key=near)


def cut_pieces(
    applied: Sequence[Applied], known: Mapping[int, "Method"], member: Member, span: Span
) -> list[Piece]:
    """The pieces of one node in which something holds."""
    spans = [to_span(one, span) for one in applied]
    lines = [known[one.id].of(member) for one in applied]
    cuts = {end for span in spans for end in span}
    for one, (first, after) in zip(applied, spans, strict=True):
        if one.method == RATIOS:
            cuts.update(range(first // HOUR_S * HOUR_S + HOUR_S, after, HOUR_S))
    pieces = []
    for start, until in pairwise(sorted(cuts)):
        held: Held = {}
        for one, (first, after), line_at in zip(applied, spans, lines, strict=True):
            line = line_at(start) if first <= start < after else None
            if line is not None:
                held[one.quantity] = (one.id, line)
        if held:
            pieces.append((start, until, held))
    return pieces


def to_span(one: Applied, span: Span) -> Span:
    """Start and end in Unix seconds, inside a span; the end is not after the start if outside."""
    until = span[1] if one.until is None else min(int(one.until.timestamp()), span[1])
    start = max(int(one.since.timestamp()), span[0])
    return start, max(start, until)


def to_columns(line: Line) -> list[float]:
    """Numbers of a line: FIELDS, then ENDS of humidity and temperature."""
    numbers = [getattr(line, name) for name in FIELDS]
    terms = (line.humidity, line.temperature)
    return numbers + [getattr(term, key) for term in terms for key in ENDS]


class Method(Protocol):
    """What a calibration does."""

    def of(self, member: Member) -> LineAt:
        """Lines of a node."""
        ...


def read_method(one: Applied) -> Method:
    """What a calibration does; FormatError for parameters that are not of its method."""
    try:
        if one.method == RATIOS:
            return HourlyField.from_parameters(one.parameters)
        return Always(Line.from_parameters(one.parameters["line"]))
    except (KeyError, TypeError, ValueError) as error:
        raise FormatError(
            f"calibration {one.id}: its parameters are unreadable: {error}"
        ) from error


@dataclass(frozen=True)
class Always:
    """One line for every node and moment."""

    line: Line

    def of(self, member: Member) -> LineAt:
        """Lines of a node."""
        return lambda _start: self.line


@dataclass(frozen=True)
class HourlyField:
    """A field of ratios with the hour at which it begins."""

    start: int  # Unix seconds
    field: Field

    def of(self, member: Member) -> LineAt:
        """Lines of a node; none when it has no place."""
        if member.lat is None or member.lon is None:
            return lambda _start: None
        place = Places(np.array([member.lat]), np.array([member.lon]))
        factors = self.field.at(place)[:, 0].tolist()

        def line_at(start: int) -> Line | None:
            hour = (start - self.start) // HOUR_S
            return Line(gain=factors[hour]) if 0 <= hour < len(factors) else None

        return line_at

    def to_parameters(self) -> dict[str, Any]:
        """As it is stored."""
        stations = zip(self.field.stations.lat, self.field.stations.lon, strict=True)
        return {
            "start": self.start,
            "stations": [[round(float(lat), 5), round(float(lon), 5)] for lat, lon in stations],
            "factors": np.round(self.field.factors, 4).tolist(),
        }

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, Any]) -> Self:
        """Read back."""
        lat, lon = np.array(parameters["stations"], float).reshape(-1, 2).T
        factors = np.array(parameters["factors"], float).reshape(-1, len(lat))
        return cls(int(parameters["start"]), Field(factors, Places(lat, lon)))
