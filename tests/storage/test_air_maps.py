"""Maps of the air: kept for two days, and drawn from what the public sees of a node's place."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from h3.api import basic_int as h3

from lokaalmeten.air_map import KEPT_H, AirMap
from lokaalmeten.geo import PER_DEGREE
from lokaalmeten.stations import Station
from storage.air_maps import read_drawn, read_map, read_spots, write_map
from storage.registry import add_node
from storage.stations import write_stations

HOUR = datetime(2026, 3, 14, 9, tzinfo=UTC)
CELLS = np.array(sorted(h3.grid_disk(h3.latlng_to_cell(52.09, 5.12, 8), 1))[:2], np.int64)


def make_map(hour=HOUR, quantity="pm25", sensors=7):
    low, median, high = (np.array([v, 2 * v], np.float32) for v in (1.5, 4.25, 7.5))
    return AirMap(
        quantity=quantity,
        hour=hour,
        corrected=True,
        sensors=sensors,
        error=1.5,
        error_of_mean=2.5,
        inside80=0.75,
        nugget_share=0.5,
        cells=CELLS,
        low=low,
        median=median,
        high=high,
        measured=np.array([0, 3], np.int16),
    )


def test_the_latest_map_comes_back_as_it_was(connection):
    assert read_map(connection, "pm25") is None
    write_map(connection, make_map())
    write_map(connection, make_map(HOUR - timedelta(hours=1), sensors=9))
    found, told = read_map(connection, "pm25"), make_map()
    assert found is not None
    assert vars(found).keys() == vars(told).keys()
    for name, value in vars(told).items():
        np.testing.assert_array_equal(getattr(found, name), value)
        assert type(getattr(found, name)) is type(value)
    assert found.cells.dtype == np.int64
    assert found.measured.dtype == np.int16
    assert read_drawn(connection) == ["pm25"]


def test_a_map_of_the_same_hour_takes_the_place_of_the_first_and_old_ones_go(connection):
    write_map(connection, make_map(HOUR - timedelta(hours=KEPT_H + 1)))
    write_map(connection, make_map(HOUR - timedelta(hours=KEPT_H)))
    write_map(connection, make_map(quantity="no2"))
    write_map(connection, make_map())
    write_map(connection, make_map(sensors=8))
    rows = connection.execute(
        "SELECT quantity, hour, sensors FROM private.air_map ORDER BY 1, 2"
    ).fetchall()
    assert rows == [
        ("no2", HOUR, 7),
        ("pm25", HOUR - timedelta(hours=KEPT_H), 7),
        ("pm25", HOUR, 8),
    ]


def test_a_node_is_where_the_public_sees_it_and_one_that_moves_is_nowhere(connection):
    add_node(connection, "box-1", "box", lat=52.09123, lon=5.12345)
    add_node(connection, "box-2", "box")
    add_node(connection, "bike-1", "bike")
    write_stations(connection, [Station("NL1", "One", "traffic", 52.2, 5.3)])
    box, station = read_spots(connection)
    seen = h3.cell_to_latlng(h3.latlng_to_cell(52.09123, 5.12345, 9))
    assert (box.kind, box.place) == ("node", "box-1")
    assert (box.lat, box.lon) == pytest.approx(seen)
    assert abs(box.lat - 52.09123) > 10 / PER_DEGREE
    assert station[:2] == ("station", "NL1")
    assert station[2:] == pytest.approx((52.2, 5.3), abs=0.001)
