"""WCAG 2.2 A and AA by axe-core, in both languages: pages of the menu and of the server."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.dashboard.pages.test_walk import PAGES, ride

__all__ = ["ride"]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
PLAIN = {  # pages that the server writes whole, by language
    "data": {"nl": "data", "en": "data"},
    "data-wrong": {"nl": "data?bbox=1", "en": "data?bbox=1"},
    "knowledge": {"nl": "kennis", "en": "knowledge"},
    "value": {"nl": "kennis/waarde-lezen", "en": "knowledge/reading-a-value"},
    "glossary": {"nl": "kennis/woordenboek", "en": "knowledge/glossary"},
    "methods": {"nl": "kennis/methoden", "en": "knowledge/methods"},
    "crowd": {"nl": "drukte", "en": "crowd"},
    "sign-in": {"nl": "aanmelden", "en": "sign-in"},
    "my": {"nl": "mijn", "en": "my"},
    "route": {"nl": "route", "en": "route"},
    "missing": {"nl": "node/bestaat-niet", "en": "node/not-there"},
}


def find_violations(page):
    found = Axe().run(page, options=RULES).response["violations"]
    return [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found]


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_menu_has_no_violation(visit, site, ride, name, language):
    path, drawn = PAGES[name]
    address = f"ride/{ride}" if path is None else path
    page = visit(site).go(f"/{language}/{address}", drawn)
    for folded in page.locator("details").all():
        folded.evaluate("each => each.open = true")
    assert find_violations(page) == []


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", PLAIN)
def test_a_page_of_the_server_has_no_violation(visit, site, name, language):
    visitor = visit(site)
    visitor.page.goto(f"{site}/{language}/{PLAIN[name][language]}")
    for folded in visitor.page.locator("details").all():
        folded.evaluate("each => each.open = true")
    assert find_violations(visitor.page) == []
    visitor.faults.clear()  # of pages that are not there


def test_the_rules_notice_what_is_wrong(visit, site):
    page = visit(site).page
    page.goto(f"{site}/nl/data")
    page.evaluate("document.querySelector('main').innerHTML = '<img src=\"/assets/icon.svg\">'")
    assert [rule for rule, _ in find_violations(page)] == ["image-alt"]
