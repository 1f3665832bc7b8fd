"""What makes raw counts into values to trust: how fast.

``correct_rows_per_s``   rows whose three quantities get a corrected value, on one core
"""

from tests.benchmarks.correcting import measure_correcting


def measure(scale: float) -> dict[str, float]:
    """Medians of several rounds."""
    return measure_correcting(scale)
