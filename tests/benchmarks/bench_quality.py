"""What it costs to make of counts values that can be trusted, on one core.

``checks_rows_per_s``      all checks of a batch: samples of 13 quantities, a page of 1,000 boxes
``checks_ns_per_row``      the same as time
``checks_wild_ns_per_row`` the same when every value leaps, so that each check looks closely
``review_hours_per_s``     hours of a week of 2,000 boxes, with 20 neighbours each
"""

from lokaalmeten.memory import keep_freed_memory
from tests.benchmarks.checking import measure_checks


def measure(scale: float) -> dict[str, float]:
    """Medians of several rounds; ``scale`` makes pages and boxes fewer."""
    keep_freed_memory()  # as the ingest does
    return measure_checks(scale)
