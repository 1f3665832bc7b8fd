"""How a benchmark measures: the median of several rounds, things to compare taken in turn."""

import gc
import time
from collections.abc import Callable, Mapping
from statistics import median

ROUNDS = 9


def measure_s(work: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """Median seconds of each piece of work; every round runs all of them, after one to warm up.

    In turn, because a machine that slows down halfway must not favour one of them.
    """
    seconds: dict[str, list[float]] = {name: [] for name in work}
    gc.collect()
    gc.disable()  # or whoever runs when the collector wakes pays for the others
    try:
        for turn in range(rounds + 1):
            for name, run in work.items():
                begun = time.perf_counter()
                run()
                taken = time.perf_counter() - begun
                if turn:
                    seconds[name].append(taken)
    finally:
        gc.enable()
    return {name: median(found) for name, found in seconds.items()}
