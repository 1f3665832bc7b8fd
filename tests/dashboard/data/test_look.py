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
