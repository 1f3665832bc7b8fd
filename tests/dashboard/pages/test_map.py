"""The map page draws what the API says, tells it in words, and follows the reader and the data."""

import re
from datetime import UTC, datetime

import numpy as np
import pytest

from dashboard.pages import map as map_page
from dashboard.pages import site as site_page
from lokaalmeten.observations import to_observations
from lokaalmeten.quality import Flag
from storage.migrate import migrate
from storage.pool import connect
from storage.registry import add_node
from storage.writer import write
from tests.dashboard import city
from tests.dashboard.conftest import running

COUNT = """() => {
  const map = window.dash_clientside.lokaal.view().map;
  const found = map.queryRenderedFeatures({layers: ["cells", "cells-coarse"]});
  return new Set(found.map(feature => feature.properties.row)).size;
}"""


def link_of_the_table(page):
    return page.locator("#map-table a").get_attribute("href")


def test_all_hexagons_of_the_api_are_drawn(visit, site, client):
    visitor = visit(site)
    visitor.go("/nl/")
    shown = visitor.hexagons()
    visitor.page.wait_for_timeout(500)
    answer = client.get(link_of_the_table(visitor.page)).json
    assert int(shown["hexagons"]) == len(answer["cells"]) > 50
    assert visitor.page.evaluate(COUNT) == len(answer["cells"])


def test_the_summary_and_the_table_have_the_numbers_of_the_api(visit, site, client):
    visitor = visit(site)
    page = visitor.go("/en/")
    visitor.hexagons()
    answer = client.get(link_of_the_table(page)).json
    page.click("text=The same numbers as a table")
    rows = page.locator("#map-table tbody tr")
    assert rows.count() == min(len(answer["cells"]), 200)
    cell, mean, count, _ = rows.first.locator("td").all_inner_texts()
    at = answer["cells"].index(cell)
    assert float(mean) == pytest.approx(max(answer["means"]), abs=0.051)
    assert int(count.replace(",", "")) == answer["counts"][at]
    summary = page.inner_text("#map-summary")
    assert f"hexagons: {len(answer['cells'])}, good measurements: {sum(answer['counts']):,}" in (
        summary
    )
    assert "3 May 2026, 20:00" in summary
    assert "raw values, checked, not corrected" in summary


def test_dutch_numbers_have_a_comma(visit, site):
    visitor = visit(site)
    page = visitor.go("/nl/")
    visitor.hexagons()
    page.click("text=Dezelfde getallen als tabel")
    means = page.locator("#map-table tbody td:nth-child(2)").all_inner_texts()
    assert all(re.fullmatch(r"\d+,\d", mean) for mean in means)


def test_pointing_at_a_hexagon_tells_value_count_period_and_processing(visit, site):
    visitor = visit(site)
    page = visitor.go("/nl/")
    visitor.hexagons()
    x, y = page.evaluate("""() => {
      const {map, data} = window.dash_clientside.lokaal.view();
      const found = map.queryRenderedFeatures({layers: ["cells"]})[0];
      const ring = found.geometry.coordinates[0];
      const corners = ring.slice(1);
      const mean = i => corners.reduce((sum, p) => sum + p[i], 0) / corners.length;
      const box = map.getCanvas().getBoundingClientRect();
      const point = map.project([mean(0), mean(1)]);
      return [box.x + point.x, box.y + point.y];
    }""")
    page.mouse.move(x, y)
    told = page.inner_text(".maplibregl-popup-content")
    assert re.search(r"\d+,\d µg/m³", told)
    assert re.search(r"gemiddelde, [\d.]+ metingen", told)
    assert "4 mei 2026, 20:00" in told
    assert "ruwe waarden, gecontroleerd, niet gecorrigeerd" in told


def test_zooming_in_close_gives_smaller_hexagons(visit, site):
    visitor = visit(site)
    page = visitor.go("/nl/")
    assert visitor.hexagons()["resolution"] == "9"
    for _ in range(3):
        page.click("[aria-label='Inzoomen']")
        page.wait_for_timeout(600)  # MapLibre glides from one zoom to the next
    page.wait_for_selector("#map[data-resolution='10']")
    assert "preciezer is niet openbaar" in page.inner_text("#map-legend")
    visitor.shoot("map-zoomed-nl-1280")


def test_another_quantity_and_period_are_drawn(visit, site):
    visitor = visit(site)
    page = visitor.go("/nl/")
    drawn = int(visitor.hexagons()["drawn"])
    page.click("#map-quantity")
    page.click("role=option[name='PM10']")
    shown = visitor.hexagons(at_least=drawn + 1)
    assert shown["hexagons"] == "3"
    assert "PM10 (µg/m³)" in page.inner_text("#map-legend")
    page.click("text=Week")
    visitor.hexagons(at_least=int(shown["drawn"]) + 1)
    assert "27 april 2026" in page.inner_text("#map-summary")


def test_an_address_can_choose_quantity_and_period(visit, site):
    visitor = visit(site)
    page = visitor.go("/en/?quantity=temperature&period=week")
    visitor.hexagons()
    assert page.input_value("#map-quantity") == "Temperature"
    assert "Temperature (°C)" in page.inner_text("#map-legend")


def test_a_fixed_node_is_a_link_to_its_page(visit, site):
    visitor = visit(site)
    page = visitor.go("/nl/")
    visitor.hexagons()
    markers = page.locator("a.map-node")
    assert markers.count() == len(city.BOXES) + 2
    page.click("a.map-node[aria-label='Marktplein']")
    page.wait_for_selector("#node-figure")
    assert page.url == f"{site}/nl/node/{city.STEADY}"


def test_the_legend_has_eleven_classes_with_numbers_and_words(visit, site):
    visitor = visit(site)
    page = visitor.go("/nl/")
    visitor.hexagons()
    rows = page.locator(".legend-classes li").all_inner_texts()
    texts = [re.sub(r"\s+", " ", row).strip() for row in rows]
    assert texts[:4] == ["1 lager dan 10 goed", "2 10 tot 15", "3 15 tot 20", "4 20 tot 30 matig"]
    assert texts[10:] == ["11 140 en hoger zeer slecht", "vast meetpunt"]


def _measure(dsn, name, time, value):
    with connect(dsn) as connection:
        node = add_node(connection, name, "box", lat=52.09, lon=5.12, label="Nieuw")
        counts = np.array([[round(value * 100)]], np.int32)
        times = np.array([int(time.timestamp())])
        batch = to_observations(np.array([node.id], np.int32), times, ("pm25",), counts)
        batch.flags[:] = Flag.GOOD
        write(connection, [batch])


def test_an_empty_map_says_why_fills_itself_and_stays_live(visit, timescale_databases, monkeypatch):
    monkeypatch.setattr(map_page, "TICK_MS", 500)
    monkeypatch.setattr(site_page, "AGAIN_MS", 500)
    with timescale_databases.migrated(migrate) as dsn, running(dsn) as address:
        visitor = visit(address)
        page = visitor.go("/nl/")
        assert "Er is nog niets binnengekomen" in page.inner_text("main")
        visitor.shoot("map-empty-nl-1280")
        now = datetime.now(UTC).replace(microsecond=0)
        _measure(dsn, "box-nieuw", now, 12)
        first = visitor.hexagons()
        assert first["hexagons"] == "1"
        page.click("text=Dezelfde getallen als tabel")
        assert page.inner_text("#map-table tbody td:nth-child(2)") == "12,0"
        _measure(dsn, "box-nieuw", datetime.fromtimestamp(now.timestamp() + 1, UTC), 14)
        visitor.hexagons(at_least=int(first["drawn"]) + 1)
        page.wait_for_function(
            "() => document.querySelector('#map-table tbody td:nth-child(2)').innerText === '13,0'"
        )
        visitor.leave()
