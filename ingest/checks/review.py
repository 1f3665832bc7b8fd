"""The review: weeks of hours are looked at again when they and their neighbours are there.

    for each week: read hours and places -> lay them out as matrices -> judge them (`hours.py`)
    -> write what was found: flags of the samples in these hours, and which checks made them

What it looks at are the values that did not fail when they came in, whatever an earlier review made
of them: so a review of the same values finds the same, and running twice changes nothing. Where it
finds nothing any more, for neighbours came later, the flags are again as they came in. And weeks
may be reviewed in any order, or at once.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from lokaalmeten.findings import CHECKS, Findings, Hours, Places
from lokaalmeten.quality import Flag
from lokaalmeten.quantities import BY_KEY

from .hours import HOUR_S, REVIEWED, find_neighbours, judge, to_grid

WEEK_S = 7 * 86_400
MONDAY = 4 * 86_400  # the first of 1970: weeks are the same whatever period is asked for
MARGIN_S = 48 * HOUR_S  # around a week: twice the longest run that a check asks for


class Store(Protocol):
    """What a review needs of the storage; every method may raise StorageError."""

    def read_hours(self, quantity: str, first: int, after: int) -> Hours: ...  # noqa: D102
    def read_places(self, first: int, after: int) -> Places: ...  # noqa: D102
    def write_findings(  # noqa: D102
        self, found: Sequence[Findings], first: int, after: int, nodes: Collection[int] | None
    ) -> int: ...


@dataclass
class Summary:
    """What a review did."""

    hours: dict[tuple[str, str], int] = field(default_factory=dict)  # by quantity and check
    changed: int = 0  # samples whose flags are others now


def list_weeks(first: int, after: int) -> Iterator[tuple[int, int]]:
    """Whole weeks that cover a period, Unix seconds."""
    start = (first - MONDAY) // WEEK_S * WEEK_S + MONDAY
    for week in range(start, after, WEEK_S):
        yield week, week + WEEK_S


Week = tuple[int, int]  # Unix seconds
Run = Callable[[Sequence[Week]], Iterable[Summary]]  # review_week of each


def review(
    store: Store,
    first: int,
    after: int,
    nodes: Collection[int] | None = None,
    run: Run | None = None,
) -> Summary:
    """Review the weeks of a period, of some nodes or of all; ``run`` does so, or this store.

    Also where only some nodes are asked for, all are neighbours. A week that was done twice counts
    as changed what its last time changed. Raises StorageError; weeks that were done stay done.
    """
    weeks, summary = list(list_weeks(first, after)), Summary()
    for one in run(weeks) if run else (review_week(store, week, nodes) for week in weeks):
        summary.changed += one.changed
        for key, hours in one.hours.items():
            summary.hours[key] = summary.hours.get(key, 0) + hours
    return summary


def review_week(store: Store, week: Week, nodes: Collection[int] | None) -> Summary:
    """Review one week; as good twice as once, and beside any other week."""
    found = [pick(one, nodes) for one in find_week(store, week)]
    return Summary(count_hours(found), store.write_findings(found, *week, nodes))


def find_week(store: Store, week: Week) -> list[Findings]:
    """What the checks find in one week, by quantity."""
    span = week[0] - MARGIN_S, week[1] + MARGIN_S
    places = store.read_places(*week)
    hours = ((key, store.read_hours(key, *span)) for key in REVIEWED)
    return [find(key, one, places, span) for key, one in hours if len(one.node)]


def find(quantity: str, hours: Hours, places: Places, span: tuple[int, int]) -> Findings:
    """What the checks find of one quantity in the week within a span."""
    nodes = np.unique(hours.node)
    lat, lon = np.full(len(nodes), np.nan), np.full(len(nodes), np.nan)
    placed = np.isin(places.node, nodes)
    at = np.searchsorted(nodes, places.node[placed])
    lat[at], lon[at] = places.lat[placed], places.lon[placed]
    near = find_neighbours(lat, lon)
    grid = to_grid(hours, nodes, span, BY_KEY[quantity].per, near)
    margin = MARGIN_S // HOUR_S
    flags, checks = judge(quantity, grid, slice(margin, -margin))
    hour, node = np.nonzero((flags == Flag.SUSPECT) | (flags == Flag.FAIL))
    starts = span[0] + MARGIN_S + hour * HOUR_S
    return Findings(quantity, nodes[node], starts, flags[hour, node], checks[hour, node])


def pick(found: Findings, nodes: Collection[int] | None) -> Findings:
    """Those of some nodes."""
    if nodes is None:
        return found
    own = np.isin(found.node, list(nodes))
    _, node, hour, flag, checks = found
    return Findings(found.quantity, node[own], hour[own], flag[own], checks[own])


def count_hours(found: Sequence[Findings]) -> dict[tuple[str, str], int]:
    """Hours of nodes by quantity and check."""
    counts = {
        (one.quantity, name): int((one.checks >> place & 1).sum())
        for one in found
        for place, name in enumerate(CHECKS)
    }
    return {key: hours for key, hours in counts.items() if hours}
