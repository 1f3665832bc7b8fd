"""How a benchmark measures: the median of several rounds, things to compare taken in turn."""

import gc
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from statistics import median

ROUNDS = 9


def measure_s(work: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """Median seconds of each piece of work; every round runs all of them, after one to warm up.

    In turn, because a machine that slows down halfway must not favour one of them.
    """
    seconds: dict[str, list[float]] = {name: [] for name in work}
    with no_collector():
        for turn in range(rounds + 1):
            for name, run in work.items():
                taken = time_s(run)
                if turn:
                    seconds[name].append(taken)
    return {name: median(found) for name, found in seconds.items()}


@contextmanager
def no_collector() -> Iterator[None]:
    """Without it whoever runs when the collector wakes would pay for the others."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def time_s(work: Callable[[], object]) -> float:
    """Seconds that it takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
