import numpy as np
import pytest
from h3.api import basic_int as h3

from lokaalmeten.geo import to_centres
from predict.air.cells import map_cells
from predict.air.field import estimate, fit_field
from tests.predict.air.test_field import make_country


def test_a_cell_with_sensors_is_told_by_them_and_others_are_estimated():
    table, lat, lon = make_country(10, 200)
    lat[1], lon[1] = lat[0] + 1e-5, lon[0]
    field = fit_field(table, lat, lon)
    home = h3.latlng_to_cell(lat[0], lon[0], 8)
    cells = np.array(sorted(h3.grid_disk(home, 3)), np.int64)
    hour = table[0].copy()
    found = map_cells(field, hour, cells, 8)
    assert found.sensors.sum() == found.sensors[cells == home][0] == 2
    geometric = np.exp(np.log(hour[:2] + 5).mean()) - 5
    assert found.values.read(0.5)[cells == home][0] == pytest.approx(geometric)
    drawn = estimate(field, hour, *to_centres(cells))
    others = cells != home
    np.testing.assert_array_equal(found.values.mean[others], drawn.mean[others])
    hour[:2] = np.nan
    assert map_cells(field, hour, cells, 8).sensors.sum() == 0
