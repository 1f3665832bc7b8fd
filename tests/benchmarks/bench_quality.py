"""From raw samples to what one can trust.

``import_rows_per_s``  a sensor.community archive, file to committed rows of a hypertable
"""

from tests.benchmarks.importing import measure_import


def measure(scale: float) -> dict[str, float]:
    """Medians of several rounds; ``scale`` makes each of them smaller."""
    return measure_import(scale)
