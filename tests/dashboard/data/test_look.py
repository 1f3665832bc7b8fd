"""The page in a browser, on a telephone and on a desk; pictures in .shots/."""

import re
from itertools import pairwise

import pytest

from tests.dashboard import city

HEADINGS = "[...document.querySelectorAll('h1,h2,h3,h4')].map(h => h.tagName)"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_is_whole(visit, site, language):
    visitor = visit(site)
    page = visitor.page
    page.goto(f"{site}/{language}/data")
    assert page.evaluate("document.documentElement.lang") == language
    levels = [int(tag[1]) for tag in page.evaluate(HEADINGS)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert not re.search(r"undefined|NaN|None|null", page.inner_text("body"))
    for width in (1440, 320):
        page.set_viewport_size({"width": width, "height": 800})
        visitor.shoot(f"data-{language}-{width}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_community_member_chooses_looks_and_downloads(visit, site):
    """Two quantities of one node on one day, by what the labels say."""
    visitor = visit(site)
    page = visitor.page
    page.goto(f"{site}/en/data")
    page.get_by_label("Temperature").check()
    page.get_by_role("combobox", name="Nodes").fill(city.STEADY)
    for day in ("First day", "Last day"):
        page.get_by_label(day).fill("2026-05-04")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("heading", name="This is what you get").wait_for()
    assert city.STEADY in page.inner_text("tbody")
    with page.expect_download() as coming:
        page.get_by_role("link", name="Download").click()
    file = coming.value
    assert file.suggested_filename.startswith(f"observations-{city.STEADY}-pm25-temperature-")
    assert "temperature" in file.path().read_text().splitlines()[0]


def test_what_is_wrong_is_told_where_one_looks(visit, site):
    visitor = visit(site, width=320)
    page = visitor.page
    page.goto(f"{site}/nl/data?bbox=5,52")
    assert "west,south,east,north" in page.get_by_role("alert").inner_text()
    visitor.shoot("data-wrong-nl-320")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    visitor.faults.clear()  # the status is 400


def test_every_field_has_a_label(visit, site):
    page = visit(site).page
    page.goto(f"{site}/nl/data")
    bare = page.evaluate(
        "[...document.querySelectorAll('main input, main select')]"
        ".filter(each => !each.labels.length).map(each => each.name)"
    )
    assert bare == []


def open_map(page, site):
    page.goto(f"{site}/nl/data?quantity=pm25")
    page.click("text=Gebied op de kaart kiezen")
    page.wait_for_selector("#data-map[data-drawn]")
    return [float(end) for end in page.input_value("input[name=bbox]").split(",") if end]


def read_box(page):
    return [float(end) for end in page.input_value("input[name=bbox]").split(",")]


def test_two_clicks_on_the_map_are_a_box(visit, site):
    visitor = visit(site)
    page = visitor.page
    assert open_map(page, site) == []
    for place in ({"x": 400, "y": 300}, {"x": 100, "y": 100}):
        page.click("#data-map canvas", position=place)
    west, south, east, north = read_box(page)
    assert west < east
    assert south < north
    assert "Gekozen: " in page.inner_text("#data-area [role=status]")
    visitor.shoot("data-map-nl-1280")
    page.click("text=Geen gebied")
    assert page.input_value("input[name=bbox]") == ""


def test_the_keyboard_takes_what_is_in_view_and_gets_the_nodes_in_it(visit, site):
    page = visit(site, width=320).page
    open_map(page, site)
    page.get_by_role("button", name="Neem wat in beeld is").focus()
    page.keyboard.press("Enter")
    west, south, east, north = read_box(page)
    for lat, lon in [box[1:3] for box in city.BOXES.values()]:
        assert west < lon < east
        assert south < lat < north
    page.get_by_role("button", name="Laat zien").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**bbox=**")
    amount = re.search(r"van (\d+) meetpunten", page.inner_text("main"))
    assert amount
    assert int(amount[1]) >= len(city.BOXES)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
