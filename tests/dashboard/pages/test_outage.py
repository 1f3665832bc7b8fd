"""A page that is open when the database goes away says so and goes on when it is back."""

from dashboard.map import page as map_page
from dashboard.pages import nodes
from dashboard.pages import site as site_page
from tests.dashboard.conftest import running


def test_an_open_page_survives_an_outage(visit, own_server, monkeypatch):
    monkeypatch.setattr(map_page, "TICK_MS", 500)
    with running(own_server.dsn) as address:
        visitor = visit(address)
        page = visitor.go("/nl/")
        visitor.hexagons()
        own_server.stop()
        page.wait_for_selector("#map-notice >> text=De database antwoordt niet")
        assert int(visitor.hexagons()["hexagons"]) > 0  # what was drawn stays
        visitor.shoot("map-outage-nl-1280")
        own_server.start()
        page.wait_for_selector("#map-notice >> text=De database", state="detached")
        visitor.leave()
        visitor.faults = [each for each in visitor.faults if "503" not in each]


def test_a_page_that_fails_says_whose_fault_it_is(visit, site, monkeypatch):
    async def broken(*_facts):
        raise ZeroDivisionError

    monkeypatch.setattr(nodes, "layout", broken)
    pages = [
        site_page.Page(page.address, page.title, broken)
        if page.address.pattern == "nodes"
        else page
        for page in site_page.PAGES
    ]
    monkeypatch.setattr(site_page, "PAGES", pages)
    page = visit(site).go("/en/nodes", ".notice")
    assert "our fault, not yours" in page.inner_text("main")
