"""WCAG 2.2 A and AA by axe-core, in both languages, light and dark: pages of the server."""

import pytest

from tests.dashboard.axe import find_violations, put_on

PLAIN = {  # pages that the server writes whole, by language
    "data": {"nl": "data", "en": "data"},
    "data-wrong": {"nl": "data?bbox=1", "en": "data?bbox=1"},
    "areas": {"nl": "areas", "en": "areas"},
    "knowledge": {"nl": "kennis", "en": "knowledge"},
    "value": {"nl": "kennis/waarde-lezen", "en": "knowledge/reading-a-value"},
    "glossary": {"nl": "kennis/woordenboek", "en": "knowledge/glossary"},
    "methods": {"nl": "kennis/methoden", "en": "knowledge/methods"},
    "crowd": {"nl": "drukte", "en": "crowd"},
    "sign-in": {"nl": "aanmelden", "en": "sign-in"},
    "my": {"nl": "mijn", "en": "my"},
    "route": {"nl": "route", "en": "route"},
    "missing": {"nl": "node/bestaat-niet", "en": "node/not-there"},
    "unfit": {"nl": "?quantity=pm99", "en": "?quantity=pm99"},
}


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", PLAIN)
def test_a_page_of_the_server_has_no_violation(visit, site, name, language):
    visitor = visit(site)
    visitor.page.goto(f"{site}/{language}/{PLAIN[name][language]}")
    assert find_violations(visitor.page) == []
    visitor.faults.clear()  # of pages that are not there


def test_the_rules_notice_what_is_wrong(visit, site):
    page = visit(site).page
    page.goto(f"{site}/nl/data")
    page.evaluate("document.querySelector('main').innerHTML = '<img src=\"/assets/icon.svg\">'")
    assert [found[:2] for found in find_violations(page)] == [("light", "image-alt")]


def test_text_that_is_too_pale_in_the_dark_is_noticed(visit, site):
    page = visit(site).page
    page.goto(f"{site}/nl/data")
    page.evaluate("document.querySelector('h1').style.color = '#22303c'")
    assert ("dark", "color-contrast") in [found[:2] for found in find_violations(page)]


def test_the_look_follows_the_device_until_somebody_chooses(browser, site):
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.goto(f"{site}/nl/kennis")
    assert page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"
    page.emulate_media(color_scheme="light")
    page.wait_for_selector(".look[aria-pressed='false']")
    put_on(page, "dark")
    page.goto(f"{site}/en/data")  # kept for the next page
    assert page.locator("html").get_attribute("data-theme") == "dark"
    context.close()
