"""When a device wakes, against a slow look at the samples before."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.checks.device import check_warm_up
from ingest.checks.series import to_series
from lokaalmeten.quality import Flag

START = 1_760_000_000


def slow_cold(node, time):
    """Samples within 30 s of the first after 600 s of silence of their node."""
    cold = []
    for place, (who, when) in enumerate(zip(node, time, strict=True)):
        own = sorted(t for n, t in zip(node, time, strict=True) if n == who)
        wakes = [after for before, after in pairwise(own) if after - before >= 600]
        if any(0 <= when - wake < 30 for wake in wakes):
            cold.append(place)
    return cold


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 2), st.sampled_from([1, 10, 29, 30, 599, 600, 2000])),
        max_size=25,
    )
)
def test_the_first_seconds_after_a_sleep_are_suspect(samples):
    node = np.array([who for who, _ in samples], np.int32)
    time = START + np.cumsum([gap for _, gap in samples], dtype=np.int64)
    flags = check_warm_up(("temperature", "pm25"), to_series(node, time))
    assert np.flatnonzero(flags[1] == Flag.SUSPECT).tolist() == slow_cold(node, time)
    assert (flags[0] == Flag.NOT_EVALUATED).all()
