"""What it costs to make of raw counts values that can be trusted.

``checks_rows_per_s``        all checks of a batch, and its corrections, on one core
``checks_ns_per_row``        the checks alone: samples of 13 quantities, a page of 1,000 boxes
``checks_wild_ns_per_row``   the same when every value leaps, so that each check looks closely
``review_hours_per_s``       hours of a week of 2,000 boxes, with 20 neighbours each
``correct_rows_per_s``       rows whose three quantities get a corrected value, on one core
``import_rows_per_s``        a sensor.community archive, file to committed rows of a hypertable
``route_join_s``             1 million samples joined with a route of 1,000 legs
``route_join_vs_peer_way``   how many times as long the usual way takes: leg by leg, all rows
"""

from lokaalmeten.memory import keep_freed_memory
from tests.benchmarks.checking import measure_checks
from tests.benchmarks.correcting import measure_correcting
from tests.benchmarks.importing import measure_import
from tests.benchmarks.route_joining import measure_join


def measure(scale: float) -> dict[str, float]:
    """Medians of several rounds; ``scale`` makes each of them smaller."""
    keep_freed_memory()  # as the ingest does
    checks, corrections = measure_checks(scale), measure_correcting(scale)
    both = 1 / checks["checks_rows_per_s"] + 1 / corrections["correct_rows_per_s"]
    found = checks | corrections | {"checks_rows_per_s": 1 / both}
    return found | measure_import(scale) | measure_join(scale)
