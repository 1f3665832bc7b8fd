"""An owner: is my box all right, where did I ride, and another box that comes with a password."""

from datetime import timedelta

import pytest

from storage.access import add_key
from storage.pool import connect
from tests.stories.conftest import OWNER


@pytest.fixture(scope="module")
def key(real_city):
    """Key of who owns a kit and a bike of the real city."""
    with connect(real_city.dsn) as connection:
        return add_key(connection, "owner", "bewoner van Utrecht", timedelta(days=1), owner=OWNER)


@pytest.fixture
def home(visit, real_city, key):
    """The list of the owner, after signing in."""
    visitor = visit(real_city.address, width=1440)
    page = visitor.page
    page.goto(f"{real_city.address}/nl/")
    page.click("nav >> text=Mijn")
    page.click("text=Aanmelden met een sleutel")
    page.fill("input[name=key]", key)
    page.click("main button")
    page.wait_for_selector("h1:has-text('Mijn meetpunten en ritten')")
    yield visitor
    page.context.clear_cookies()


def test_a_box_that_fell_silent_says_why_it_is_not_on_the_map(home):
    page = home.page
    home.shoot("story-owner-list")
    page.locator("table >> nth=0").locator("tbody a").last.click()
    page.wait_for_selector("h2:has-text('Waarom niet op de kaart?')")
    assert "2023" in page.inner_text("main")  # when it was heard last
    home.shoot("story-owner-node")


def test_an_own_ride_is_whole_and_is_saved_for_another_program(home):
    page = home.page
    page.locator("a[href*='/rit/']").first.click()
    page.wait_for_selector("h2:has-text('In getallen')")
    with page.expect_download() as coming:
        page.locator("a[href$='.gpx']").first.click()
    track = coming.value.path().read_text()
    assert track.count("<trkpt") == track.count("<time>") > 10  # whole, with when


def test_a_new_box_gets_a_name_and_a_password_that_is_shown_once(home, real_city):
    page = home.page
    page.goto(f"{real_city.address}/nl/mijn/-/nieuw")
    page.fill("input[name=name]", "box-achtertuin")
    page.fill("input[name=label]", "Achtertuin")
    page.fill("input[name=lat]", "52.09")
    page.fill("input[name=lon]", "5.12")
    page.locator("main form button").last.click()
    page.wait_for_selector("main svg")
    assert "box-achtertuin" in page.inner_text("main")
    page.goto(f"{real_city.address}/nl/mijn/box-achtertuin")
    assert "nog nooit" in page.inner_text("main").lower()
