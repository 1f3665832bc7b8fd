"""The cleanest and the shortest way, beside slow ones that are surely right."""

from itertools import pairwise

import numpy as np
import pytest
from h3.api import basic_int as h3
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.problems import UnfitError
from dashboard.route.asked import FARTHEST_M, RESOLUTION, read_asked, read_place
from dashboard.route.finding import find_steps, find_ways, measure

HERE = h3.latlng_to_cell(52.0907, 5.1214, RESOLUTION)
DISK = np.array(sorted(h3.grid_disk(HERE, 2)), np.int64)  # 19 hexagons
SMALL = np.array(sorted(h3.grid_disk(HERE, 1)), np.int64)  # 7


def walk_every(cells, first, last):
    """All ways without a loop, one after the other."""

    def go_on(way):
        if way[-1] == last:
            yield way
            return
        for row, cell in enumerate(cells.tolist()):
            if row not in way and h3.are_neighbor_cells(int(cells[way[-1]]), cell):
                yield from go_on([*way, row])

    return list(go_on([first]))


def relax(cells, mean, first, cost):
    """Least cost to every hexagon, found by going over all steps again and again."""
    steps = find_steps(cells)
    air = (mean[steps.start] + mean[steps.stop]) / 2
    price = steps.length_m * air if cost == "amount" else steps.length_m
    best = np.full(len(cells), np.inf)
    best[first] = 0
    for _ in cells:
        np.minimum.at(best, steps.stop, best[steps.start] + price)
    return best


@settings(deadline=None, max_examples=60)
@given(st.lists(st.floats(1, 100), min_size=7, max_size=7), st.integers(0, 6), st.integers(0, 6))
def test_no_way_is_cleaner_or_shorter_than_what_is_found(values, first, last):
    mean = np.array(values)
    cleanest, shortest = find_ways(SMALL, mean, first, last)
    every = [measure(rows, SMALL, mean) for rows in walk_every(SMALL, first, last)]
    assert cleanest.amount == pytest.approx(min(way.amount for way in every), rel=1e-9)
    assert shortest.length_m == pytest.approx(min(way.length_m for way in every), rel=1e-9)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1))
def test_ways_in_a_larger_grid_cost_what_going_over_all_steps_finds(seed):
    random = np.random.default_rng(seed)
    kept = random.random(len(DISK)) < 0.7
    cells, mean = DISK[kept], random.uniform(1, 100, int(kept.sum()))
    if len(cells) < 2:
        return
    first, last = 0, len(cells) - 1
    least, nearest = (relax(cells, mean, first, cost)[last] for cost in ("amount", "length"))
    found = find_ways(cells, mean, first, last)
    if found is None:
        assert np.isinf(least)
        return
    cleanest, shortest = found
    assert cleanest.amount == pytest.approx(least)
    assert shortest.length_m == pytest.approx(nearest)
    for way in found:
        assert (way.rows[0], way.rows[-1]) == (first, last)
        assert all(
            h3.are_neighbor_cells(int(cells[a]), int(cells[b])) for a, b in pairwise(way.rows)
        )


def test_dirty_air_in_the_middle_is_ridden_around():
    cells = SMALL
    middle = int(np.flatnonzero(cells == HERE)[0])
    rows = {int(cell): row for row, cell in enumerate(cells.tolist())}
    ring = [rows[cell] for cell in h3.grid_ring(HERE, 1)]
    far = ring[3]  # opposite: grid_ring goes around
    mean = np.where(cells == HERE, 100.0, 10.0)
    cleanest, shortest = find_ways(cells, mean, ring[0], far)
    assert middle not in cleanest.rows
    assert len(cleanest.rows) == 4
    assert len(shortest.rows) == 3
    assert cleanest.mean == pytest.approx(10)
    same = find_ways(cells, mean, middle, middle)
    assert (same[0].rows, same[0].length_m, same[0].mean) == ([middle], 0, 100)


def test_what_is_not_joined_has_no_way():
    away = h3.latlng_to_cell(52.12, 5.1214, RESOLUTION)
    assert find_ways(np.array([HERE, away]), np.ones(2), 0, 1) is None


@pytest.mark.parametrize(
    "text", ["52.0907,5.1214", "52,0907; 5,1214", " 52.0907 5.1214 ", f"{HERE:x}"]
)
def test_a_place_is_read_as_people_write_it(text):
    assert read_place(text) == HERE


@pytest.mark.parametrize(
    "text",
    ["x", "52", "91, 5", "52, 181", "1e9, 2", "8a1969c", "f" * 15, "881f1d4887fffff", "north"],
)
def test_what_is_no_place_is_refused(text):
    with pytest.raises(UnfitError):
        read_place(text)


def test_what_cannot_be_asked_is_refused():
    assert read_asked({"fbclid": "x"}).box is None
    for query in (
        {"quantity": "luck"},
        {"quantity": "temperature"},
        {"from": "52.0907,5.1214", "to": "53,5.1214"},
    ):
        with pytest.raises(UnfitError):
            read_asked(query)
    near = read_asked({"from": "52.0907,5.1214", "to": "52.2,5.1214"})
    west, south, east, north = near.box
    assert west < 5.1214 < east
    assert south < 52.0907
    assert north > 52.2
    assert (north - south) * 111_195 < 2 * FARTHEST_M
