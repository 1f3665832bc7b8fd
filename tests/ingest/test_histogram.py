import numpy as np
from prometheus_client import CollectorRegistry, Histogram, generate_latest

from ingest.histogram import ColumnHistogram

BOUNDS = (0.5, 1, 5, 60)
VALUES = np.array([0, 0.2, 0.5, 0.5001, 1, 4.9, 5, 59, 60, 61, 1e9, 5])


def text_of(registry):
    """Exposition without the moment of creation, which the client adds to its own."""
    lines = generate_latest(registry).decode().splitlines()
    return [line for line in lines if "created" not in line]


def test_an_array_is_counted_as_the_client_counts_one_by_one():
    ours, theirs = CollectorRegistry(), CollectorRegistry()
    columns = ColumnHistogram("lag_seconds", "Lag", BOUNDS)
    ours.register(columns)
    single = Histogram("lag_seconds", "Lag", buckets=BOUNDS, registry=theirs)
    for part in np.split(VALUES, 3):
        columns.observe(part)
    for value in VALUES:
        single.observe(value)
    assert text_of(ours) == text_of(theirs)


def test_an_empty_array_changes_nothing():
    registry = CollectorRegistry()
    columns = ColumnHistogram("lag_seconds", "Lag", BOUNDS)
    registry.register(columns)
    columns.observe(np.array([]))
    assert registry.get_sample_value("lag_seconds_count") == 0
