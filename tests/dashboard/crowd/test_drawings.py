"""Plans, charts and marks: what is drawn is where it should be, and can be told without colour."""

import re
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest

from dashboard.crowd.fans import HEIGHT, draw_fan
from dashboard.crowd.marks import COLOURS, INKS, SHAPES, SIGNS, name_level, to_mark
from dashboard.crowd.plan import WIDTH, draw_plan
from dashboard.crowd.view import Course
from dashboard.words import Words
from tests.dashboard.crowd.views import AT, NUMBER, make_now, make_view


def luminance(colour):
    """Relative luminance, WCAG 2.2."""
    parts = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("level", [0, 1, 2, 3, -1])
def test_a_word_can_be_read_on_the_colour_of_its_level(level):
    assert contrast(INKS[level], COLOURS[level]) >= 4.5


def test_levels_get_darker_so_that_grey_has_an_order_and_each_has_its_own_shape():
    shades = [luminance(colour) for colour in COLOURS[:4]]
    assert all(before - after > 0.06 for before, after in pairwise(shades))
    assert len(set(zip(SHAPES, SIGNS, strict=True))) == 5
    assert len({to_mark(level) for level in (0, 1, 2, 3, -1)}) == 5
    for language in ("nl", "en"):
        assert len({name_level(Words(language), level) for level in (0, 1, 2, 3, -1)}) == 5


def test_every_gauge_is_drawn_inside_the_plan_and_leads_to_its_page():
    signal = np.array([2, -1, 0, 1, 3])
    drawn = draw_plan(Words("nl"), make_view(make_now(signal=signal)))
    assert 'href="/nl/drukte/town/square"' in drawn
    assert 'href="/nl/drukte/town/passage/gate"' in drawn
    assert "<title>square: erg druk</title>" in drawn
    assert 'fill="url(#hatch)"' in drawn
    height = float(re.search(r'viewBox="0 0 [\d.]+ (\d+)"', drawn).group(1))
    for path in re.findall(r'<path d="M([\d. LMZ-]+)Z"', drawn):
        for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path):
            assert 0 <= float(x) <= WIDTH
            assert 0 <= float(y) <= height


def test_a_plan_without_extent_is_drawn_all_the_same():
    view = make_view(make_now())
    for feature in view.plan["features"]:
        shape = feature["geometry"]
        if shape["type"] == "LineString":
            shape["coordinates"] = [[4.9, 52.37], [4.9, 52.37]]
    assert "nan" not in draw_plan(Words("en"), view)


def heights(path):
    return [float(y) for _, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path)]


def test_a_fan_shows_bands_around_the_median_and_the_next_limit():
    table = np.full((2, NUMBER, 3), 0.1)
    table[:, 0] = [[0.2, 0.5, 0.8], [0.1, 0.6, 1.2]]
    times, signal = [AT - timedelta(minutes=15), AT], np.zeros((2, NUMBER), np.int64)
    course = Course(times, np.full((2, NUMBER), 0.4), signal)
    value = np.full(NUMBER, 0.4)
    view = make_view(make_now(table=table, value=value), course=course)
    drawn = draw_fan(Words("nl"), view, 0)
    bands = [heights(path) for path in re.findall(r'<path d="M([^"]+)Z"', drawn)]
    # limits are 1, 2 and 3.5; the highest that is drawn is 1.2, so the sheet ends above 2
    assert ">erg druk<" in drawn
    assert ">te druk<" not in drawn
    high, low = bands[0][2], bands[0][3]  # the last time ahead: upper, then lower edge
    assert high < low  # upwards is smaller
    room = HEIGHT - 14 - 22
    assert low - high == pytest.approx((1.2 - 0.1) / 2.5 * room, abs=0.2)


def test_what_was_not_counted_is_a_gap_and_what_is_old_has_no_future():
    past = np.array([0.1, np.nan, 0.1])[:, None] * np.ones(NUMBER)
    times = [AT - timedelta(minutes=m) for m in (30, 15, 0)]
    course = Course(times, past, np.zeros((3, NUMBER), np.int64))
    drawn = draw_fan(Words("en"), make_view(make_now(), course=course), 0)
    line = re.search(r'<path d="(M[^"]+)" fill="none" stroke="var\(--accent\)"', drawn).group(1)
    assert line.count("M") == 2
    assert 'stroke-dasharray="5 3"' in drawn
    old = draw_fan(Words("en"), make_view(make_now(), age=timedelta(hours=2), course=course), 0)
    assert 'stroke-dasharray="5 3"' not in old
