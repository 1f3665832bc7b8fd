"""How fast values are checked: batches as the ingest takes them, weeks as a review reads them."""

import time
from collections.abc import Callable
from dataclasses import replace
from statistics import median

import numpy as np

from ingest.checks import check
from ingest.checks.review import MARGIN_S, find
from lokaalmeten.findings import Hours, Places
from lokaalmeten.observations import Observations
from tests.benchmarks.city import City
from tests.benchmarks.timing import ROUNDS

START = 1_795_392_000  # 2026-11-23T00:00Z, a Monday
PAGES, BOXES, WEEK_H = 1000, 2000, 168
NOW = 2_000_000_000


def measure_checks(scale: float) -> dict[str, float]:
    """Rows a second and nanoseconds a row of all checks of a batch, and hours of a review.

    By the time of this process: other work on the machine does not count.
    """
    pages = max(round(PAGES * scale), 10)
    usual = make_batch(pages)
    wild = make_wild(usual)
    hours, places = make_week(max(round(BOXES * scale), 10))
    span = START - MARGIN_S, START + WEEK_H * 3600 + MARGIN_S
    box_s, wild_s = cpu_s(lambda: check(usual, NOW)), cpu_s(lambda: check(wild, NOW))
    review_s = cpu_s(lambda: find("pm25", hours, places, span), rounds=3)
    return {
        "checks_rows_per_s": len(usual) / box_s,
        "checks_ns_per_row": 1e9 * box_s / len(usual),
        "checks_wild_ns_per_row": 1e9 * wild_s / len(wild),
        "review_hours_per_s": len(hours.node) / review_s,
    }


def cpu_s(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Median seconds of this process that a piece of work takes, after one to warm up."""
    seconds = []
    for turn in range(rounds + 1):
        begun = time.process_time()
        work()
        seconds += [time.process_time() - begun] * bool(turn)
    return median(seconds)


def make_batch(pages: int) -> Observations:
    """A page of each of so many boxes, as smooth and as noisy as real ones, in any order."""
    city = City.make(pages, 0)
    order = np.random.default_rng(1).permutation(pages) + 1
    return city.make_pages(order, 0)


def make_wild(usual: Observations) -> Observations:
    """The same with values that leap from sample to sample: every check has to look closely."""
    leaps = np.random.default_rng(2).integers(1000, 9000, usual.counts.shape)
    return replace(usual, counts=leaps.astype(np.int32))


def make_week(boxes: int) -> tuple[Hours, Places]:
    """Hours of a week and its margins of boxes in a city of 20 km."""
    random = np.random.default_rng(3)
    margin = MARGIN_S // 3600
    hour = START + 3600 * np.arange(-margin, WEEK_H + margin)
    node = np.repeat(np.arange(1, boxes + 1, dtype=np.int32), len(hour))
    mean = random.lognormal(7, 0.5, len(hour)) * random.lognormal(0, 0.2, (boxes, len(hour)))
    steps = mean.ravel().astype(np.int64)
    low, high = (steps * 0.9).astype(np.int32), (steps * 1.1).astype(np.int32)
    count = np.full(len(node), 60, np.int32)
    hours = Hours(node, np.tile(hour, boxes), count, steps * 60, low, high)
    lat, lon = 52 + random.random(boxes) * 0.18, 5 + random.random(boxes) * 0.29
    return hours, Places(np.arange(1, boxes + 1, dtype=np.int32), lat, lon)
