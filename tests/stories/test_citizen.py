"""A citizen looks for the air in her street, an hour later, and for a clean way to work."""

from tests.dashboard.visitor import CHART


def test_from_the_map_to_the_street_and_back_in_time(visit, real_city):
    visitor = visit(real_city.address, width=1440)
    page = visitor.page
    page.goto(f"{real_city.address}/nl/?quantity=pm25&period=day&end=2023-06-28T12:00Z")
    before = visitor.hexagons()
    visitor.shoot("story-citizen-map")
    page.focus("#map-moment")
    page.keyboard.press("ArrowLeft")  # the hour before
    visitor.hexagons(at_least=int(before["drawn"]) + 1)
    page.wait_for_url("**end=2023-06-28T11:00Z**")
    page.click("text=Dezelfde getallen als tabel")
    street = page.locator("#map-table tbody a").first
    cell = street.inner_text()
    street.click()
    page.wait_for_selector(f"h1:has-text('{cell}')")
    page.wait_for_selector(CHART)
    assert "WHO 2021" in page.inner_text("main")
    visitor.shoot("story-citizen-street")


def test_a_ride_and_a_clean_way_on_a_telephone(visit, real_city):
    visitor = visit(real_city.address, width=320)
    page = visitor.page
    page.goto(f"{real_city.address}/nl/rides")
    page.wait_for_selector("tbody a")
    page.locator("tbody a").first.click()
    page.wait_for_selector(CHART)
    visitor.shoot("story-citizen-ride")
    with page.expect_download() as coming:
        page.locator("a[href*='gpx']").first.click()
    assert "<trkpt" in coming.value.path().read_text()
    page.goto(f"{real_city.address}/nl/route")
    assert page.locator("h1").count() == 1
    visitor.shoot("story-citizen-route")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
