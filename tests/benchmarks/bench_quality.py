"""From raw samples to what one can trust.

``route_join_s``             1 million samples joined with a route of 1,000 legs
``route_join_vs_peer_way``   how many times as long the usual way takes: leg by leg, all rows
"""

from tests.benchmarks.route_joining import measure_join


def measure(scale: float) -> dict[str, float]:
    """Medians of several rounds; ``scale`` times the samples, given as if there were all."""
    return measure_join(scale)
