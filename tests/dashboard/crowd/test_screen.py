"""A large screen refreshes by itself and says when it must not be believed; an open page too.

The clock of the browser is turned: nobody waits, and nothing of our own is replaced.
"""

import re

from tests.dashboard.conftest import running
from tests.dashboard.crowd import town

KIOSK, PAGE = "/nl/drukte/havenfeest?kiosk", "/nl/drukte/havenfeest"


def arrive(contexts, address, path):
    page = contexts("nl-NL").new_page()
    page.clock.install()
    page.goto(address + path)
    return page


def pass_time(page, seconds):
    page.clock.fast_forward(seconds * 1000)


def test_a_screen_has_no_way_out_and_asks_again(contexts, built_town):
    with running(built_town.dsn) as address:
        page = arrive(contexts, address, KIOSK)
        assert page.locator("header, nav, footer").count() == 0
        assert page.is_hidden("#crowd-banner")
        page.evaluate("document.getElementById('crowd').dataset.mark = 'old'")
        pass_time(page, 31)
        page.wait_for_selector("#crowd:not([data-mark])")
        assert "Plein" in page.inner_text("#crowd")
        assert page.is_hidden("#crowd-banner")
        page.close()


def test_a_screen_says_that_the_server_is_silent_and_goes_on_when_it_answers(contexts, built_town):
    with running(built_town.dsn) as address:
        page = arrive(contexts, address, KIOSK)
        page.route("**/*kiosk*", lambda route: route.abort())  # the line is cut
        pass_time(page, 35)
        assert page.is_hidden("#crowd-banner")  # once is no silence
        for _ in range(3):
            pass_time(page, 31)
        page.wait_for_selector("#crowd-banner:visible")
        banner = page.inner_text("#crowd-banner")
        assert re.search(r"Geen antwoord van de server sinds \d\d:\d\d", banner)
        word = page.locator("#crowd .level span").first
        assert "line-through" in word.evaluate("e => getComputedStyle(e).textDecorationLine")
        page.unroute("**/*kiosk*")
        pass_time(page, 31)
        page.wait_for_selector("#crowd-banner", state="hidden")
        page.close()


def test_a_screen_notices_that_the_server_stopped(contexts, built_town):
    with running(built_town.dsn) as address:
        page = arrive(contexts, address, KIOSK)
    for _ in range(4):
        pass_time(page, 31)
    page.wait_for_selector("#crowd-banner:visible")
    assert "Geen antwoord" in page.inner_text("#crowd-banner")
    page.close()


def test_a_page_that_is_left_open_says_that_it_is_old(contexts, town_site):
    page = arrive(contexts, town_site, PAGE)
    assert page.is_hidden("#crowd-banner")
    pass_time(page, 32 * 60)
    page.wait_for_selector("#crowd-banner:visible")
    assert "Laad haar opnieuw" in page.inner_text("#crowd-banner")
    assert page.evaluate("document.body.className") == "is-old"
    page.close()


def test_a_place_that_is_old_already_says_so_once(contexts, town_site):
    page = arrive(contexts, town_site, "/nl/drukte/oud")
    pass_time(page, 3600)
    assert page.is_hidden("#crowd-banner")
    assert page.locator("text=Geen telling sinds").first.is_visible()
    page.close()


def test_without_javascript_a_screen_says_that_it_does_not_refresh(browser, town_site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(town_site + KIOSK)
    assert "ververst dit scherm niet" in page.inner_text("main")
    assert town.TITLE in page.inner_text("h1")
    context.close()
