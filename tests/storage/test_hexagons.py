"""Hexagons of a box: those of everything with their centre in it, whatever the server skips."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lokaalmeten.geo import to_centres
from storage import hexagons as module
from storage import reader
from storage.registry import add_node
from storage.rides import write_rides
from storage.rollups import roll_up
from storage.writer import write
from tests.services.samples import START, make_samples

FIRST = datetime.fromtimestamp(START, UTC)


@dataclass(frozen=True)
class Ride:
    start: int
    stop: int
    public_start: int
    public_stop: int
    samples: int = 100
    distance_m: float = 5000.0
    due: int | None = None


@pytest.fixture
def province(connection):
    """Forty boxes over a province and two rides, of which half is added up and half waits."""
    random = np.random.default_rng(5)
    for number in range(40):
        lat, lon = 52.09 + random.normal(0, 0.05), 5.12 + random.normal(0, 0.08)
        node = add_node(connection, f"box-{number}", "box", lat=lat, lon=lon)
        write(connection, [make_samples(node.id, 30, step=300)])
        if number == 20:
            while roll_up(connection):
                pass
    for number in range(2):
        bike = add_node(connection, f"bike-{number}", "bike")
        made = make_samples(bike.id, 300, start=START + 60, step=10, schema=2, moving=True)
        write(connection, [made])
        ride = Ride(START + 60, START + 3050, START + 120, START + 3000)
        write_rides(connection, bike.id, ride.start, ride.stop, [ride])


@settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.data())
def test_of_a_box_are_those_of_everything_with_their_centre_in_it(connection, province, data):
    west = data.draw(st.floats(4.9, 5.3))
    south = data.draw(st.floats(51.9, 52.25))
    width, height = data.draw(st.floats(-0.01, 0.3)), data.draw(st.floats(0.0001, 0.2))
    box = (west, south, west + width, south + height)
    resolution = data.draw(st.integers(4, 11))
    start = FIRST + timedelta(minutes=data.draw(st.sampled_from([0, 20, 60])))
    stop = FIRST + timedelta(minutes=data.draw(st.sampled_from([50, 120, 150])))
    everything = reader.hexagons(connection, "pm25", start, stop, resolution)
    lat, lon = to_centres(everything["cell"].to_numpy())
    inside = (lat >= south) & (lat <= south + height) & (lon >= west) & (lon <= west + width)
    found = reader.hexagons(connection, "pm25", start, stop, resolution, box)
    pd.testing.assert_frame_equal(found, everything.loc[inside].reset_index(drop=True))


def test_what_lies_far_from_a_box_stays_at_the_server(connection, province, monkeypatch):
    received = []
    keep = module.keep_inside

    def count(found, box):
        received.append(len(found))
        return keep(found, box)

    monkeypatch.setattr(module, "keep_inside", count)
    period = (FIRST, FIRST + timedelta(hours=2))
    everything = len(reader.hexagons(connection, "pm25", *period, 9))
    found = reader.hexagons(connection, "pm25", *period, 9, (5.11, 52.08, 5.13, 52.1))
    assert len(found) <= received[0] < everything / 2
