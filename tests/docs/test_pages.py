"""The site in a real browser: narrow and wide, light and dark, to be read by all, and searched."""

import pytest

from tests.dashboard.axe import find_violations
from tests.dashboard.visitor import SHOTS, Visitor

PLACES = ("index", "tutorials/burger", "reference/quantities")
WIDTHS = (320, 1440)


@pytest.fixture
def open_page(browser, address):
    """Opens a page of the site; in the end none may have asked another host or met a fault."""
    visitors, contexts = [], []

    def arrive(place, look="light", **window):
        contexts.append(browser.new_context(color_scheme=look, reduced_motion="reduce"))
        visitors.append(Visitor(contexts[-1], address, **window))
        visitors[-1].page.goto(f"{address}/{place}.html")
        visitors[-1].page.wait_for_selector("article")
        return visitors[-1].page

    yield arrive
    for context in contexts:
        context.close()
    assert [fault for visitor in visitors for fault in visitor.faults] == []


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("place", PLACES)
def test_a_page_can_be_read_by_all(open_page, place, look):
    for width in WIDTHS:
        page = open_page(place, look, width=width)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, (place, width)
        SHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SHOTS / f"docs-{place.replace('/', '-')}-{width}-{look}.png")
        assert find_violations(page, (look,), choose=False) == []


def test_search_finds_a_setting_without_asking_another_host(open_page):
    page = open_page("index", width=1440)
    page.keyboard.press("/")
    page.keyboard.type("LOKAALMETEN_BATCH_MS")
    page.wait_for_selector("[role=option][href*='reference/settings.html'][aria-selected=true]")
    page.keyboard.press("Enter")  # its list takes no focus: arrows and Enter work in the field
    page.wait_for_url("**/reference/settings.html*")
