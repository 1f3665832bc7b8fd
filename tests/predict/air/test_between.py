"""The map of the latest hour: whom it is drawn from, and how far it can be believed."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from h3.api import basic_int as h3

from lokaalmeten.air_map import RESOLUTION, Spot
from lokaalmeten.forecasts import Series
from predict.air.between import NEAREST, draw, draw_map, find_row, find_width, judge, widen
from predict.air.cells import map_cells
from predict.air.field import Field, estimate, fit_field, leave_out
from predict.air.values import to_known
from predict.rounds.hours import Hours
from tests.predict.air.test_field import make_country

CUTOFF = datetime(2026, 3, 14, 9, tzinfo=UTC)


def to_share(share, table, quantity="pm25", names=None):
    names = names or [f"{share}-{i}" for i in range(table.shape[1])]
    start = int((CUTOFF - timedelta(hours=len(table))).timestamp())
    series = tuple(Series(share, name, quantity) for name in names)
    return Hours(share, start, series, np.arange(len(names), dtype=np.int32) + 1, table)


def to_spots(share, lat, lon):
    places = zip(lat.tolist(), lon.tolist(), strict=True)
    return [Spot(share, f"{share}-{i}", *place) for i, place in enumerate(places)]


def test_cells_near_sensors_are_drawn_as_by_the_whole_network_at_once():
    table, lat, lon = make_country(20, 300)
    found = draw_map("pm25", [to_share("node", table)], to_spots("node", lat, lon), CUTOFF)
    assert found is not None
    assert (found.sensors, found.corrected, found.hour) == (20, False, CUTOFF - timedelta(hours=1))
    homes = [h3.latlng_to_cell(*place, RESOLUTION) for place in zip(lat, lon, strict=True)]
    near = set().union(*(h3.grid_disk(home, 3) for home in homes))
    assert found.cells.tolist() == sorted(near)
    assert found.measured.tolist() == [homes.count(cell) for cell in found.cells.tolist()]
    whole = map_cells(fit_field(table, lat, lon), table[-1], found.cells, RESOLUTION)
    np.testing.assert_allclose(found.median, whole.values.read(0.5), rtol=1e-5)
    assert (found.low < found.median).all()
    assert (found.median < found.high).all()


def test_a_region_of_many_sensors_is_told_by_the_nearest_and_hardly_differs():
    sensors = 3 * NEAREST
    table, lat, lon = make_country(sensors, 200)
    field = fit_field(table, lat, lon)
    cells = np.array(sorted(h3.grid_disk(h3.latlng_to_cell(52.0, 5.2, RESOLUTION), 6)), np.int64)
    some, _ = draw(field, table[-1], cells)
    centres = np.array([h3.cell_to_latlng(cell) for cell in cells.tolist()])
    everything = estimate(field, table[-1], *centres.T)
    empty = np.array([cell not in set(_homes(lat, lon)) for cell in cells.tolist()])
    off = np.abs(some.read(0.5) - everything.read(0.5))[empty]
    assert off.max() < 0.2 * everything.deviation[empty].min()


def _homes(lat, lon):
    return [h3.latlng_to_cell(*place, RESOLUTION) for place in zip(lat, lon, strict=True)]


def test_how_good_it_is_is_what_leaving_sensors_out_by_hand_finds():
    table, lat, lon = make_country(12, 200)
    field = fit_field(table, lat, lon)
    day = table[-6:].copy()
    day[2, 3] = np.nan
    error, error_of_mean, inside = judge(field, day, 1.5)
    off, off_mean, within = [], [], []
    for hour in day:
        for i in np.flatnonzero(np.isfinite(hour)):
            others = np.arange(12) != i
            part = Field(
                lat[others], lon[others], field.always[others], field.lasting, field.passing
            )
            told = estimate(part, hour[others], lat[[i]], lon[[i]])
            off.append(abs(told.read(0.5)[0] - hour[i]))
            off_mean.append(abs(np.nanmean(hour[others]) - hour[i]))
            reach = 1.5 * 1.2816 * told.log_deviation[0]
            within.append(abs(np.log(hour[i] + 5) - told.log[0]) <= reach)
    assert error_of_mean == pytest.approx(np.mean(off_mean))
    assert inside == pytest.approx(np.mean(within), abs=0.02)
    assert error == pytest.approx(np.mean(off))


@pytest.mark.parametrize("tails", [2, 30])
def test_intervals_are_as_wide_as_errors_of_the_week_before_ask(tails):
    """Errors of other shapes than the normal one: many small and few large, and as usual."""
    table, lat, lon = make_country(30, 700, local=0.01)
    errors = np.random.default_rng(3).standard_t(tails, table.shape)
    mixed = (table + 5) * np.exp(0.15 * np.clip(errors, -8, 8)) - 5
    field = fit_field(mixed, lat, lon)
    hours = to_known(mixed[-48:-24])
    width = find_width(field, hours)
    told = widen(leave_out(field, hours), width)
    inside = (told.read(0.1) <= hours) & (hours <= told.read(0.9))
    clean = (hours > 0.1) & (told.read(0.1) > 0)  # below nothing there is no interval
    assert inside[clean].mean() == pytest.approx(0.8, abs=0.03)
    found = draw_map("pm25", [to_share("node", mixed)], to_spots("node", lat, lon), CUTOFF)
    assert found is not None
    assert found.inside80 == pytest.approx(0.8, abs=0.05)


def test_of_few_errors_no_width_is_learned():
    table, lat, lon = make_country(30, 100)
    assert find_width(fit_field(table, lat, lon), table[:2]) == 1.0


def test_the_last_hour_in_which_most_are_known_is_drawn_and_an_old_one_is_not():
    table, lat, lon = make_country(10, 100)
    spots = to_spots("node", lat, lon)
    table[-2:, 3:] = np.nan
    found = draw_map("pm25", [to_share("node", table)], spots, CUTOFF)
    assert found is not None
    assert found.hour == CUTOFF - timedelta(hours=3)
    table[-6:] = np.nan
    assert draw_map("pm25", [to_share("node", table)], spots, CUTOFF) is None
    assert find_row(np.empty((0, 3))) is None


@pytest.mark.parametrize("corrected", [4, 5])
def test_corrected_nodes_and_stations_make_one_map_and_raw_nodes_one_without_them(corrected):
    table, lat, lon = make_country(16, 100)
    node, station = to_share("node", table[:, :10]), to_share("station", table[:, 10:])
    better = tuple(
        each._replace(quantity="pm25_corrected") if i < corrected else each
        for i, each in enumerate(node.series)
    )
    node = Hours("node", node.start, better, node.numbers, node.table)
    spots = to_spots("node", lat[:10], lon[:10]) + to_spots("station", lat[10:], lon[10:])
    found = draw_map("pm25", [node, station], spots, CUTOFF)
    assert found is not None
    assert (found.corrected, found.sensors) == ((True, 11) if corrected == 5 else (False, 6))


def test_stations_alone_make_a_map_and_places_without_position_do_not():
    table, lat, lon = make_country(8, 100)
    share = to_share("station", table)
    found = draw_map("no2", [share], to_spots("station", lat, lon)[:6], CUTOFF)
    assert found is not None
    assert (found.corrected, found.sensors) == (True, 6)
    assert draw_map("no2", [share], to_spots("station", lat, lon)[:4], CUTOFF) is None
    assert draw_map("no2", [share], [], CUTOFF) is None
    assert draw_map("no2", [], [], CUTOFF) is None


def test_a_sensor_that_sticks_or_jumps_does_not_spoil_its_surroundings():
    table, lat, lon = make_country(25, 300)
    spots = to_spots("node", lat, lon)
    whole = draw_map("pm25", [to_share("node", table)], spots, CUTOFF)
    broken = table.copy()
    broken[-40:, 0], broken[-1, 1] = 400.0, 900.0
    found = draw_map("pm25", [to_share("node", broken)], spots, CUTOFF)
    assert whole is not None
    assert found is not None
    assert found.sensors == 24  # the one that sticks is not believed
    far = {cell for cell in found.cells.tolist() if cell in set(whole.cells.tolist())}
    far -= {cell for home in _homes(lat[:2], lon[:2]) for cell in h3.grid_disk(home, 3)}
    kept = [np.isin(each.cells, list(far)) & (each.measured == 0) for each in (whole, found)]
    off = np.abs(np.log(found.median[kept[1]] + 5) - np.log(whole.median[kept[0]] + 5))
    assert len(off) > 100
    assert off.max() < 0.25
