"""The picture of a route: well-formed, true in its words, and nothing from elsewhere."""

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.routes.route import to_route
from lokaalmeten.cli.route_picture import COLOURS, draw_route, find_edges, find_step, to_colour

ROUTE = to_route([52.09, 52.095, 52.095], [5.10, 5.10, 5.11])


def make_rows(means, errors=None, firm=True):
    begin = 50.0 * np.arange(len(means))
    return pd.DataFrame(
        {
            "from_m": begin,
            "to_m": begin + 50,
            "mean": np.array(means, float),
            "error": np.full(len(means), 0.5) if errors is None else errors,
            "samples": 40 if firm else 5,
            "rides": 4,
            "nodes": 3,
            "firm": firm,
        }
    )


def drawings(page):
    return [ElementTree.fromstring(text) for text in re.findall(r"<svg.*?</svg>", page, re.DOTALL)]


class Text(HTMLParser):
    def __init__(self):
        super().__init__()
        self.words = []

    def handle_data(self, data):
        self.words.append(data)


def test_a_page_is_two_drawings_that_say_what_they_are_and_load_nothing():
    page = draw_route(ROUTE, make_rows([5, 8, 12]), "PM2.5 <b>", "3 & more")
    map_, chart = drawings(page)
    assert [d.get("aria-label") for d in (map_, chart)] == [
        "Map of the route",
        "Means along the route",
    ]
    assert "PM2.5 &lt;b&gt;" in page
    assert "3 &amp; more" in page
    assert not re.search(r"src=|href=|url\(|<script", page)


def test_every_segment_says_its_mean_its_error_and_how_much_it_comes_from():
    page = draw_route(ROUTE, make_rows([5.04, 8], np.array([0.5, np.nan])), "", "")
    parser = Text()
    parser.feed(page)
    said = [word for word in parser.words if "samples" in word and " m:" in word]
    assert (
        said
        == [
            "0 to 50 m: 5.0 ± 0.5, 40 samples, 4 rides, 3 nodes",
            "50 to 100 m: 8.0, 40 samples, 4 rides, 3 nodes",
        ]
        * 2
    )


def test_a_segment_without_enough_samples_is_dashed_and_open():
    for firm in (True, False):
        map_, chart = drawings(draw_route(ROUTE, make_rows([5], firm=firm), "", ""))
        dashed = [e for e in map_.iter() if e.get("stroke-dasharray")]
        dots = [e.get("fill") for e in chart.iter() if e.tag.endswith("circle")]
        assert (len(dashed) == 0) == firm
        assert (dots == ["#fff"]) == (not firm)


def test_a_route_of_which_nothing_is_shown_is_a_line_and_an_empty_chart():
    map_, chart = drawings(draw_route(ROUTE, make_rows([]), "", ""))
    assert sum(e.tag.endswith("polyline") for e in map_.iter()) == 1
    assert not [e for e in chart.iter() if e.tag.endswith("circle")]


@given(st.lists(st.floats(-50, 1000), min_size=1, max_size=30))
def test_the_classes_hold_all_means_in_equal_steps(means):
    edges = find_edges(np.array(means))
    assert edges[0] <= min(means) + 1e-6
    assert edges[-1] >= max(means) - 1e-6
    assert np.diff(edges) == pytest.approx(np.full(5, edges[1] - edges[0]), abs=1e-5)
    order = [COLOURS.index(to_colour(mean, edges)) for mean in sorted(means)]
    assert order == sorted(order)


@given(st.floats(1e-3, 1e6))
def test_a_step_is_round_and_near(about):
    step = find_step(about)
    assert 0.6 < step / about < 1.7
    assert float(f"{step:.0e}") == pytest.approx(step)
