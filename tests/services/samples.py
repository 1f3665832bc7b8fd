"""Made-up samples: any node, any quantities, with holes and every flag."""

from dataclasses import replace
from typing import Any

import numpy as np

from lokaalmeten.geo import to_cells
from lokaalmeten.observations import MISSING, Observations, to_observations
from lokaalmeten.quality import Flag
from lokaalmeten.wire import SCHEMAS

START = 1_760_000_400 // 3600 * 3600  # Thursday 2025-10-09 08:00 UTC
FLAGS = np.array([Flag.GOOD, Flag.NOT_EVALUATED, Flag.SUSPECT, Flag.FAIL], np.uint8)


def make_samples(
    node, count, *, seed=1, start=START, step=60, schema=1, cell=0, moving=False
) -> Observations:
    """``count`` samples of one node, a tenth of the values missing, half of the rest good."""
    random = np.random.default_rng([seed, node])
    keys = SCHEMAS[schema][2]
    counts = random.integers(0, 9_000, (len(keys), count)).astype(np.int32)
    counts[random.random(counts.shape) < 0.1] = MISSING
    place: dict[str, Any] = {"cell": np.full(count, cell, np.int64)}
    if moving:
        place = make_track(random, count)
    time = start + step * np.arange(count, dtype=np.int64)
    made = to_observations(np.full(count, node, np.int32), time, keys, counts, **place)
    judged = random.choice(FLAGS, counts.shape, p=[0.5, 0.2, 0.2, 0.1])
    return replace(made, flags=np.where(counts == MISSING, Flag.MISSING, judged).astype(np.uint8))


def make_track(random, count):
    """Positions of a walk through Utrecht: some 20 m a step."""
    lat, lon = (
        np.round(1e7 * (middle + np.cumsum(random.normal(0, 0.0002, count)))).astype(np.int32)
        for middle in (52.09, 5.12)
    )
    accuracy = random.integers(1_000, 9_000, count).astype(np.int32)
    return {"lat": lat, "lon": lon, "horizontal": accuracy, "cell": to_cells(lat, lon)}
