"""Every page in both languages on a telephone and on a desk, for axe too; pictures in .shots/."""

import re
from itertools import pairwise

import pytest

from tests.dashboard import city
from tests.dashboard.axe import find_violations
from tests.dashboard.visitor import CHART, MAP

PAGES = {
    "map": ("", MAP),
    "air-map": ("air-map", MAP),
    "nodes": ("nodes", ".table"),
    "node": (f"node/{city.STEADY}", CHART),
    "rides": ("rides", ".table"),
    "ride": (None, MAP),
    "silent": (f"node/{city.NEW}", ".notice"),
    "forecasts": ("forecasts", CHART),
    "area": ("area/binnenstad", "#heat-figure .main-svg"),
    "compare": (
        f"compare?place=node:{city.STEADY}&place=area:havenkwartier&place=hexagon:{city.CELL}",
        CHART,
    ),
    "forecasts-none": ("forecasts?quantity=no2", ".notice"),
}


@pytest.fixture(scope="session")
def ride(client):
    """A public ride."""
    return client.get("/v1/rides").json["rides"][3]["id"]


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole(visit, site, ride, name, language):
    path, drawn = PAGES[name]
    visitor = visit(site, width=1440)
    page = visitor.go(f"/{language}/{f'ride/{ride}' if path is None else path}", drawn)
    assert page.evaluate("document.documentElement.lang") == language
    levels = [int(tag[1]) for tag in page.evaluate(HEADINGS)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert page.title().endswith("Lokaal meten")
    assert not re.search(r"undefined|NaN|None|null|\{", page.inner_text("body"))
    for width in (1440, 320):
        page.set_viewport_size({"width": width, "height": 800})
        visitor.shoot(f"{name}-{language}-{width}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert find_violations(page) == []


HEADINGS = "[...document.querySelectorAll('h1,h2,h3,h4')].map(h => h.tagName)"


def test_the_root_goes_to_the_language_of_the_browser(visit, site):
    for locale, language in (("nl-NL", "nl"), ("en-GB", "en"), ("fr-FR", "nl")):
        page = visit(site, locale=locale).go("/")
        assert page.url.partition("?")[0] == f"{site}/{language}/"  # the map adds what it shows


def test_the_other_language_is_the_same_page(visit, site):
    visitor = visit(site)
    page = visitor.go(f"/nl/node/{city.STEADY}", CHART)
    page.click("text=English")
    page.wait_for_selector("text=Latest values")
    assert page.url == f"{site}/en/node/{city.STEADY}"
    assert "16.0\N{NO-BREAK SPACE}µg/m³" in page.inner_text("main")


def test_the_keyboard_reaches_the_content_first(visit, site):
    page = visit(site).go("/nl/nodes")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('main')")


def test_the_page_that_is_not_there_shows_the_way_back(visit, site):
    visitor = visit(site, width=320)
    page = visitor.page
    page.goto(f"{site}/nl/node/bestaat-niet")
    assert page.inner_text("h1") == "Deze pagina bestaat niet"
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    visitor.shoot("missing-nl-320")
    page.click("text=Naar de kaart")
    visitor.hexagons()
    assert [fault for fault in visitor.faults if "404" not in fault] == []
    visitor.faults.clear()


def test_nothing_works_without_its_policy(client):
    policy = client.get("/nl/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "http" not in policy
    assert "'unsafe-eval'" not in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
