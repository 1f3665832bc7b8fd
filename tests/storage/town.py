"""Two boxes and a bike, and rides of it, for tests of the rollups."""

from dataclasses import dataclass

from storage.registry import add_node

HOUR = 3600


@dataclass(frozen=True)
class Ride:
    start: int
    stop: int
    public_start: int | None
    public_stop: int | None
    samples: int = 100
    distance_m: float = 5000.0
    due: int | None = None


def add_town(connection):
    """Two boxes, of which one without a place, and a bike."""
    return (
        add_node(connection, "box-1", "box", lat=52.09, lon=5.12),
        add_node(connection, "box-2", "box"),
        add_node(connection, "bike-1", "bike"),
    )
