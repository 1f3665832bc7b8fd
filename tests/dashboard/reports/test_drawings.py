"""Charts and maps: what is drawn where, and what is not drawn."""

import re

import h3.api.basic_int as h3
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.classes import to_classes
from dashboard.reports.charts import Key, Mark, cut_names, draw_columns, draw_days, draw_shares
from dashboard.reports.drawing import WIDTH, to_ticks
from dashboard.reports.maps import choose_resolution, draw_map, to_place
from dashboard.words import DASH, Words
from lokaalmeten.geo import to_boundaries
from lokaalmeten.lki import COLOURS
from tests.services.outlines import box

EN, NONE = Words("en"), float("nan")
RECTANGLE = re.compile(
    r'<rect x="([-.\d]+)" y="([-.\d]+)" width="([.\d]+)" height="([.\d]+)"'
    r' fill="([^"]+)" stroke="([^"]+)"/>'
)
POLYGON = re.compile(r'<polygon points="([^"]+)" fill="([^"]+)" stroke="([^"]+)"')


def rectangles(svg, colour):
    """Places and sizes of those of a colour, but for the squares of the legend."""
    found = [match.groups() for match in RECTANGLE.finditer(svg)]
    return [tuple(map(float, r[:4])) for r in found if colour in r[4:] and r[2] != r[3]]


@given(st.floats(1e-6, 1e7))
def test_ticks_are_round_and_reach_the_highest(highest):
    ticks = to_ticks(highest)
    assert ticks[0] == 0
    assert ticks[-1] >= highest * (1 - 1e-6)
    assert 2 <= len(ticks) <= 8
    steps = np.diff(ticks)
    assert steps == pytest.approx(steps[0])
    assert ticks[-2] < highest * (1 + 1e-6)


def test_columns_are_as_high_as_their_values():
    svg = draw_columns(EN, list("abc"), [10.0, 5.0, NONE], ["#111111"] * 3, "km")
    (_, top, width, high), (_, half_top, same, half) = rectangles(svg, "#111111")
    assert high == pytest.approx(2 * half, abs=0.2)
    assert top + high == pytest.approx(half_top + half, abs=0.2)
    assert width == same
    assert svg.count(f">{DASH}<") == 1


def test_what_rests_on_too_little_is_hollow():
    svg = draw_columns(EN, list("ab"), [4.0, 4.0], ["#111111"] * 2, "km", hollow=[False, True])
    fills = [match[5] for match in RECTANGLE.finditer(svg) if "#111111" in match.groups()]
    assert fills == ["#111111", "#ffffff"]


def test_a_mark_is_at_its_value_and_one_far_above_is_left_out():
    svg = draw_columns(
        EN, ["a"], [10.0], ["#111111"], "km", marks=[Mark(10, "ten"), Mark(100, "hundred")]
    )
    ((_, top, _, _),) = rectangles(svg, "#111111")
    dashed = re.search(r'y1="([.\d]+)"[^/]*stroke-dasharray', svg)
    assert float(dashed[1]) == pytest.approx(top, abs=0.2)
    assert ">ten<" in svg
    assert "hundred" not in svg


def test_shares_leave_what_was_not_measured_pale():
    keys = [Key("#111111", "one"), Key("#222222", "two")]
    svg = draw_shares(EN, list("ab"), [[0.5, 0.25], [0.0, 1.0]], keys, "missing")
    first = rectangles(svg, "#111111")[0][3]
    second, whole = (r[3] for r in rectangles(svg, "#222222"))
    assert first == pytest.approx(2 * second, abs=0.2)
    assert whole == pytest.approx(4 * second, abs=0.3)
    rest = rectangles(svg, "#eef2f5")
    assert [r[3] for r in rest] == [pytest.approx(second, abs=0.2)]


def test_days_to_come_are_not_missing():
    values = [1.0, NONE, 2.0, NONE, NONE]
    svg = draw_days(
        EN, [(0, "Jan")], values, ["#111111"] * 5, "km", missing="not measured", begun=4
    )
    assert len(rectangles(svg, "#111111")) == 2
    assert len([r for r in rectangles(svg, "#4a5a68") if r[3] == 3.0]) == 2


@given(st.lists(st.text("abcdefghij ", min_size=1, max_size=40), min_size=1, max_size=60))
def test_names_fit_or_are_numbers(names):
    found = cut_names(names, marked=True)
    assert len(found) == len(names)
    if found == [str(n) for n in range(1, len(names) + 1)]:
        return
    for name, said in zip(names, found, strict=True):
        assert said == name or (said.endswith("…") and name.startswith(said[:-1]))


# maps

MIDDLE = h3.latlng_to_cell(52.09, 5.12, 9)
CELLS = np.array(sorted(h3.grid_disk(MIDDLE, 3)), np.int64)


def test_every_hexagon_has_the_colour_of_its_class():
    values = np.linspace(2, 95, len(CELLS))
    svg = draw_map(EN, CELLS, values, to_classes("pm25", values))
    fills = [match[2] for match in POLYGON.finditer(svg) if match[2] != "none"]
    places = np.searchsorted([10, 15, 20, 30, 40, 50, 70, 90, 100, 140], values, side="right")
    assert fills == [COLOURS[place] for place in places]
    assert ">below 10<" in svg
    assert "140" not in svg


def test_north_is_up_east_is_right_and_all_is_inside():
    boundaries = to_boundaries(CELLS)
    place = to_place(boundaries)
    (low,) = place.to_points(np.array([[52.08, 5.12]]))
    (high,) = place.to_points(np.array([[52.10, 5.12]]))
    (right,) = place.to_points(np.array([[52.08, 5.14]]))
    assert high[1] < low[1]
    assert right[0] > low[0]
    for boundary in boundaries:
        for x, y in place.to_points(boundary):
            assert 0 < x < WIDTH
            assert 0 < y < place.height
    # as far on paper as on the ground: a degree of longitude is shorter by the cosine
    across, up = right[0] - low[0], low[1] - high[1]
    assert across / up == pytest.approx(np.cos(np.radians(52.09)), rel=0.001)


def test_a_single_hexagon_is_a_map_too():
    svg = draw_map(
        EN,
        CELLS[:1],
        np.array([12.0]),
        to_classes("pm25", np.array([12.0])),
        outlines=[box(5.0, 52.0, 5.3, 52.2)],
        hollow=[True],
    )
    fills = [match[2] for match in POLYGON.finditer(svg)]
    assert fills == ["#ffffff", COLOURS[1], "none"]
    assert " m<" in svg


@pytest.mark.parametrize(("ring", "resolution"), [(0, 9), (10, 9), (60, 8), (300, 7)])
def test_the_resolution_suits_what_is_drawn(ring, resolution):
    around = h3.grid_ring(MIDDLE, ring) if ring else [MIDDLE]
    assert choose_resolution(np.array(around, np.int64)) == resolution
