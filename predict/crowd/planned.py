"""Events that are planned as what is known ahead: how many people, before, during and after."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from predict.calendar import HOUR

from .place import Float

AROUND_H = 2  # hours before and after an event in which people come and go
PARTS = ("before", "during", "after")


@dataclass(frozen=True)
class Planned:
    """An event: when (Unix seconds), of what kind, and how many people are expected."""

    kind: str
    starts: float
    ends: float
    attendance: float


def to_covariates(events: Sequence[Planned], start: int, rows: int, known: int) -> Float:
    """People of events (rows, c) in the hours from ``start`` (Unix seconds) on.

    Three columns of all events together, of which the first ``known`` rows are the past; and three
    for each kind that was there in the past, so that like ones teach each other. A column that has
    nothing in the past can teach nothing: what an event of another kind does is learned from all.

    >>> concert = Planned("concert", 3600.0, 7200.0, 500.0)
    >>> to_covariates([concert], 0, 4, 4)[:, :3].tolist()
    [[500.0, 0.0, 0.0], [0.0, 500.0, 0.0], [0.0, 0.0, 500.0], [0.0, 0.0, 500.0]]
    """
    past = start + known * HOUR
    kinds = sorted({event.kind for event in events if start < event.ends and event.starts < past})
    table = np.zeros((rows, 1 + len(kinds), len(PARTS)))
    hours = start + HOUR * np.arange(rows)
    around = AROUND_H * HOUR
    for event in events:
        edges = (event.starts - around, event.starts, event.ends, event.ends + around)
        for part, (first, after) in enumerate(pairwise(edges)):
            inside = np.clip(np.minimum(hours + HOUR, after) - np.maximum(hours, first), 0, HOUR)
            people = event.attendance * inside / HOUR
            table[:, 0, part] += people
            if event.kind in kinds:
                table[:, 1 + kinds.index(event.kind), part] += people
    return table.reshape(rows, -1)
