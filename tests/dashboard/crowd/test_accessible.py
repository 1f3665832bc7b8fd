"""WCAG 2.2 A and AA by axe-core on the crowd pages, in both languages, light and dark."""

import pytest

from tests.dashboard.axe import find_violations
from tests.dashboard.crowd.test_pages import BASE, PAGES

PATHS = [(language, path) for language, paths in PAGES.items() for path in paths]


@pytest.mark.parametrize(("language", "path"), [each for each in PATHS if "kiosk" not in each[1]])
def test_a_crowd_page_has_no_violation(visit, town_site, language, path):
    page = visit(town_site).page
    page.goto(f"{town_site}{BASE[language]}{path}")
    assert find_violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_large_screen_has_no_violation(browser, town_site, scheme):
    page = browser.new_page(color_scheme=scheme)
    page.goto(f"{town_site}/nl/drukte/havenfeest?kiosk")
    assert find_violations(page, looks=[scheme], choose=False) == []
    page.close()
