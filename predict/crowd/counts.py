"""What nodes counted as a table of intervals and counters.

A counter of a plan belongs to the node of its name, or to the one that its ``node`` says. What goes
forward through its passage is what the node counts in, backward what it counts out, unless
``counts`` says ``in`` or ``out``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from lokaalmeten.errors import FormatError

from .place import Float

SIDES = ("in", "out")
FEWEST = 0.5  # part of the usual number of samples below which an interval is not known
MOST = 1.5  # the same, above which it is not: a clock that was set back tells two at once
IMPOSSIBLE = -1.0  # stands for what cannot be
OFTEN = 4  # samples an interval from which on that can be told from one that came a moment late


@dataclass(frozen=True)
class Sources:
    """Where the counts of k counters come from."""

    nodes: tuple[str, ...]
    sides: tuple[str, ...]  # "in" or "out"


def read_sources(plan: Mapping[str, Any]) -> Sources:
    """Nodes and sides of the counters of a plan that ``plan.py`` accepted, in its order."""
    said = [each["properties"] for each in plan["features"]]
    counters = [each for each in said if each["kind"] == "counter"]
    nodes = tuple(str(each.get("node", each["id"])) for each in counters)
    usual = {"forward": "in", "backward": "out"}
    sides = tuple(each.get("counts", usual[each.get("direction", "forward")]) for each in counters)
    for each, side in zip(counters, sides, strict=True):
        if side not in SIDES:
            raise FormatError(f"counter {each['id']!r}: counts is in or out, not {side!r}")
    return Sources(nodes, sides)


def to_counts(rows: pd.DataFrame, sources: Sources, first: int, steps: int) -> Float:
    """Counts (steps, k) from rows of node, step, count_in, count_out, samples and below_zero.

    ``first`` is the number of the first interval (Unix seconds over its length). An interval with
    fewer samples than the node usually has is made up for; with less than half of them, or none,
    it is unknown. IMPOSSIBLE is one with half as many again, of a clock that was set back, and one
    in which some sample was below zero.
    """
    names = sorted(set(sources.nodes))
    place = {name: index for index, name in enumerate(names)}
    node = np.array([place.get(name, -1) for name in rows["node"]], np.int64)
    step = rows["step"].to_numpy(np.int64) - first
    inside = (node >= 0) & (step >= 0) & (step < steps)
    at = step[inside], node[inside]
    samples = np.zeros((steps, len(names)))
    samples[at] = rows["samples"].to_numpy(float)[inside]
    known = np.where(samples > 0, samples, np.nan)
    usual = np.array([np.nanmedian(each) if np.isfinite(each).any() else 1.0 for each in known.T])
    part = samples / usual
    scale = np.where(part >= FEWEST, 1 / np.clip(part, FEWEST, 1), np.nan)
    wrong = (part >= MOST) & (usual >= OFTEN)
    wrong[at] |= rows["below_zero"].to_numpy(bool)[inside]
    tables = np.full((len(SIDES), *samples.shape), np.nan)
    for counted, side in zip(tables, SIDES, strict=True):
        counted[at] = rows[f"count_{side}"].to_numpy(float, na_value=np.nan)[inside]
    tables = np.where(wrong, IMPOSSIBLE, tables * scale)
    sides = np.array([SIDES.index(side) for side in sources.sides], np.int64)
    nodes = np.array([place[name] for name in sources.nodes], np.int64)
    return tables[sides, :, nodes].T


def mark_empty(first: int, steps: int, step_s: int, empty_hour: int) -> np.ndarray:
    """Intervals (steps,) that begin a day of zones: the first at or after an hour, Dutch time."""
    began = pd.to_datetime((first + np.arange(steps)) * step_s, unit="s", utc=True)
    local = began.tz_convert("Europe/Amsterdam")
    day = (local.tz_localize(None) - pd.Timedelta(hours=empty_hour)).normalize()
    return np.concatenate([[True], np.asarray(day[1:] != day[:-1])])
