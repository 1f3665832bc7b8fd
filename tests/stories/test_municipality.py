"""A municipality follows neighbourhoods against limits, and a crowd against what fits."""

import csv
import re

from tests.dashboard.axe import find_violations
from tests.stories.conftest import SAIL


def test_neighbourhoods_beside_limits_one_of_them_and_its_report(visit, real_city):
    visitor = visit(real_city.address, width=1440)
    page = visitor.page
    page.goto(f"{real_city.address}/nl/areas?kind=neighbourhood&quantity=pm25")
    assert page.locator("table >> nth=0").locator("tbody tr").count() == 3
    assert "WHO 2021" in page.inner_text("main")
    visitor.shoot("story-municipality-areas")
    page.click("thead a:has-text('Meetpunten')")
    cells = page.locator("table >> nth=0").locator("tbody tr td:last-child")
    counts = [int(text) for text in cells.all_inner_texts()]
    assert counts == sorted(counts, reverse=counts[0] > counts[-1])
    with page.expect_download() as coming:
        page.click("text=Deze tabel (CSV)")
    rows = list(csv.DictReader(coming.value.path().read_text("utf-8-sig").splitlines()))
    assert len(rows) == 3
    page.click("tbody a:has-text('Oost')")
    page.wait_for_selector("h1:has-text('Oost')")
    page.wait_for_selector(".js-plotly-plot .main-svg")
    assert re.search(r"\d+,\d\sµg/m³", page.inner_text("main"))
    visitor.shoot("story-municipality-area")


def test_the_crowd_at_sail_now_ahead_and_on_paper(visit, real_city):
    visitor = visit(real_city.address, width=1440)
    page = visitor.page
    page.goto(f"{real_city.address}/nl/drukte")
    page.click("text=SAIL 2025")
    page.wait_for_selector("svg.plan")
    assert page.locator(".gauges li").count() > 10
    visitor.shoot("story-municipality-crowd")
    first = page.locator(".gauges a").first
    name = first.inner_text()
    first.click()
    page.wait_for_selector(f"h1:has-text('{name}')")
    page.goto(f"{real_city.address}/nl/drukte/{SAIL}")
    page.click("text=Afdrukken")
    page.wait_for_selector("h1")
    assert "SAIL 2025" in page.inner_text("main")
    visitor.shoot("story-municipality-situation")
    assert find_violations(page, looks=["light"], choose=False) == []
