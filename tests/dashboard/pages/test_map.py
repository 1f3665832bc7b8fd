"""The map page draws what the API says, tells it in words, and follows the reader and the data."""

import re
from datetime import UTC, datetime

import numpy as np
import pytest

from dashboard.map import page as map_page
from dashboard.texts import TEXTS
from lokaalmeten.lki import COLOURS, EDGES
from lokaalmeten.observations import to_observations
from lokaalmeten.quality import Flag
from storage.migrate import migrate
from storage.pool import connect
from storage.registry import add_node
from storage.writer import write
from tests.dashboard import city
from tests.dashboard.conftest import running

# Colours that are on the canvas in the middle of each hexagon, and their means.
PAINTED = """() => new Promise(done => {
  const {map, cells, data} = window.lokaal.view();
  map.once("render", () => {
    const gl = map.getCanvas().getContext("webgl2");
    const found = [], pixel = new Uint8Array(4);
    for (const [resolution, shapes] of cells.shapes) {
      for (const [number, row] of shapes.rows) {
        const first = shapes.first.get(number);
        const x = shapes.place[2 * first] + cells.origin[0];
        const y = shapes.place[2 * first + 1] + cells.origin[1];
        const lat = Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180 / Math.PI;
        const at = map.project([(x - 0.5) * 360, lat]);
        const high = map.getCanvas().height / devicePixelRatio;
        gl.readPixels(at.x * devicePixelRatio, (high - at.y) * devicePixelRatio, 1, 1,
                      gl.RGBA, gl.UNSIGNED_BYTE, pixel);
        const hex = [...pixel.slice(0, 3)].map(p => p.toString(16).padStart(2, "0")).join("");
        found.push([data.means[row], "#" + hex]);
      }
    }
    done(found);
  });
  map.triggerRepaint();
})"""
# Red, green and blue of a variable of the page, and of colours as scripts write them.
CHANNELS = """(colours) => {
  const probe = document.body.appendChild(document.createElement("i"));
  const found = colours.map((each) => {
    probe.style.color = each;
    return getComputedStyle(probe).color.match(/[0-9.]+/g).slice(0, 3).map(Number);
  });
  probe.remove();
  return found;
}"""
# Where on the screen a hexagon of a ride, without a node in it, has its middle.
SOMEWHERE = """() => {
  const {map, cells, data} = window.lokaal.view();
  const [shapes] = cells.shapes.values();
  const box = map.getCanvas().getBoundingClientRect();
  for (const [number, row] of shapes.rows) {
    const first = shapes.first.get(number);
    const x = shapes.place[2 * first] + cells.origin[0];
    const y = shapes.place[2 * first + 1] + cells.origin[1];
    const lat = Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180 / Math.PI;
    const at = map.project([(x - 0.5) * 360, lat]);
    const near = data.marks.some(mark => {
      const there = map.project([mark.lon, mark.lat]);
      return Math.hypot(there.x - at.x, there.y - at.y) < 20;
    });
    if (!near && at.x > 50 && at.y > 50) return [box.x + at.x, box.y + at.y];
  }
}"""
PLACE_OF_MARK = """name => {
  const {map, data} = window.lokaal.view();
  const mark = data.marks.find(each => each.name === name);
  const at = map.project([mark.lon, mark.lat]);
  const box = map.getCanvas().getBoundingClientRect();
  return [box.x + at.x, box.y + at.y];
}"""


def say(key, language="nl", **facts):
    return TEXTS[key][language == "en"].format(**facts)


def link_of_the_table(page):
    return page.locator("#map-table > p a").get_attribute("href")


def test_every_hexagon_of_the_api_has_the_colour_of_its_class(visit, site, client):
    visitor = visit(site)
    visitor.go("/nl/?layers=hexagons")
    shown = visitor.hexagons()
    answer = client.get(link_of_the_table(visitor.page)).json
    painted = visitor.page.evaluate(PAINTED)
    assert int(shown["hexagons"]) == len(answer["cells"]) == len(painted) > 50
    assert sorted(mean for mean, _ in painted) == pytest.approx(sorted(answer["means"]), abs=0.006)
    wrong = [
        (mean, colour)
        for mean, colour in painted
        if colour != COLOURS[np.searchsorted(EDGES["pm25"], mean, side="right")]
    ]
    assert wrong == []


def test_the_summary_and_the_table_have_the_numbers_of_the_api(visit, site, client):
    visitor = visit(site)
    page = visitor.go("/en/")
    visitor.hexagons()
    answer = client.get(link_of_the_table(page)).json
    page.click("text=The same numbers as a table")
    rows = page.locator("#map-table tbody tr")
    assert rows.count() == min(len(answer["cells"]), 200)
    cell, mean, count, _ = rows.first.locator("th, td").all_inner_texts()
    at = answer["cells"].index(cell)
    assert float(mean) == pytest.approx(max(answer["means"]), abs=0.051)
    assert int(count.replace(",", "")) == answer["counts"][at]
    history = rows.first.locator("a").get_attribute("href")
    assert history == f"/en/hexagon/{cell}?quantity=pm25"
    summary = page.inner_text("#map-summary")
    assert f"hexagons: {len(answer['cells'])}, good measurements: {sum(answer['counts']):,}" in (
        summary
    )
    assert "3 May 2026, 20:00" in summary
    assert "raw values, checked, not corrected" in summary


def test_pointing_tells_value_and_period_and_a_click_leads_to_the_history(visit, site):
    visitor = visit(site)
    page = visitor.go("/nl/")
    visitor.hexagons()
    x, y = page.evaluate(SOMEWHERE)
    page.mouse.move(x, y)
    told = page.inner_text(".maplibregl-popup-content")
    assert re.search(r"\d+,\d µg/m³", told)
    assert re.search(r"gemiddelde, [\d.]+ metingen", told)
    assert "4 mei 2026, 20:00" in told
    assert "ruwe waarden, gecontroleerd, niet gecorrigeerd" in told
    assert page.locator(".maplibregl-popup a").count() == 0
    page.mouse.click(x, y)
    history = page.get_attribute(".maplibregl-popup a", "href")
    assert re.fullmatch(r"/nl/hexagon/[0-9a-f]{15}\?quantity=pm25", history)
    page.mouse.move(x + 60, y + 60)
    assert page.get_attribute(".maplibregl-popup a", "href") == history  # it stays
    page.click(".maplibregl-popup .map-close")
    assert page.locator(".maplibregl-popup").count() == 0


def test_a_node_and_a_station_tell_their_value_and_lead_to_their_pages(visit, site):
    visitor = visit(site)
    page = visitor.go("/nl/?period=hour")
    assert visitor.hexagons()["marks"] == str(len(city.BOXES) + 2)
    page.mouse.click(*page.evaluate(PLACE_OF_MARK, "Marktplein"))
    told = page.inner_text(".maplibregl-popup-content")
    assert "Marktplein" in told
    assert "16,0 µg/m³" in told
    page.click("text=Meetpunten en stations op de kaart")
    rows = page.locator("#map-marks tbody tr").all_inner_texts()
    assert "Marktplein\tvast meetpunt\t16,0" in rows
    assert page.locator("#map-marks a", has_text="Brug").get_attribute("href") == (
        f"/nl/node/{city.COUNTER}"
    )
    page.click(".maplibregl-popup a")
    page.wait_for_selector("#node-figure")
    assert page.url == f"{site}/nl/node/{city.STEADY}"


def test_the_keyboard_moves_the_map_and_asks_for_the_hexagon_in_the_middle(visit, site):
    visitor = visit(site)
    page = visitor.go("/nl/?zoom=13&lat=52.0907&lon=5.1214&layers=hexagons")
    visitor.hexagons()
    canvas = page.locator("#map canvas")
    canvas.focus()
    before = page.evaluate("lokaal.view().map.getCenter().lng")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("before => lokaal.view().map.getCenter().lng > before", arg=before)
    page.wait_for_function("() => !lokaal.view().map.isMoving()")
    page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(600)
    page.keyboard.press("Enter")
    focused = page.evaluate("document.activeElement.getAttribute('href')")
    assert re.fullmatch(r"/nl/hexagon/[0-9a-f]{15}\?quantity=pm25", focused)
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.tagName") == "CANVAS"
    assert page.locator(".maplibregl-popup").count() == 0


def test_zooming_in_close_gives_smaller_hexagons_and_another_address(visit, site):
    visitor = visit(site)
    page = visitor.go("/nl/")
    assert visitor.hexagons()["resolution"] == "9"
    for _ in range(3):
        page.click("[aria-label='Inzoomen']")
        page.wait_for_timeout(600)  # MapLibre glides from one zoom to the next
    page.wait_for_selector("#map[data-resolution='10']")
    assert "preciezer is niet openbaar" in page.inner_text("#map-legend")
    zoom = "lokaal.view().map.getZoom().toFixed(2)"
    page.wait_for_function(f"() => location.search.includes(`zoom=${{{zoom}}}`)")
    seen = page.evaluate("lokaal.view().map.getCenter().toArray()")
    again = visit(site)
    page = again.go(page.url.removeprefix(site))
    assert again.hexagons()["resolution"] == "10"
    assert page.evaluate("lokaal.view().map.getCenter().toArray()") == pytest.approx(seen, abs=1e-5)
    drawn = int(again.hexagons()["drawn"])
    page.click("[aria-label='Alle metingen in beeld']")
    again.hexagons(at_least=drawn + 1)
    page.wait_for_selector("#map[data-resolution='9']")
    page.wait_for_function("() => !location.search.includes('zoom=')")


def test_another_quantity_period_and_layer_are_drawn_and_stand_in_the_address(visit, site):
    visitor = visit(site)
    page = visitor.go("/nl/")
    drawn = int(visitor.hexagons()["drawn"])
    page.select_option("#map-quantity", label="PM10")
    shown = visitor.hexagons(at_least=drawn + 1)
    assert shown["hexagons"] == "3"
    assert "PM10 (µg/m³)" in page.inner_text("#map-legend")
    page.check("text=Week")
    shown = visitor.hexagons(at_least=int(shown["drawn"]) + 1)
    assert "27 april 2026" in page.inner_text("#map-summary")
    page.uncheck("text=Vaste meetpunten")
    shown = visitor.hexagons(at_least=int(shown["drawn"]) + 1)
    assert shown["marks"] == "0"
    page.wait_for_function(
        "() => location.search === '?quantity=pm10&period=week&layers=hexagons,stations,zones'"
    )
    assert page.get_attribute("a.language", "href") == (
        "/en/?quantity=pm10&period=week&layers=hexagons,stations,zones"
    )
    assert f'src="{site}/nl/embed?quantity=pm10&amp;period=week&amp;' in page.text_content(
        "#map-snippet"
    )


def test_the_slider_goes_back_in_time_in_words_and_replays_until_now(visit, site):
    visitor = visit(site)
    page = visitor.go("/nl/?period=hour")
    drawn = int(visitor.hexagons()["drawn"])
    slider = page.locator("#map-moment")
    assert slider.get_attribute("aria-valuetext") == say("map.now")
    hours = int(slider.get_attribute("max"))
    assert hours == city.DAYS * 24 - 1  # the first minute is no whole hour
    assert page.is_disabled("#map-now")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    visitor.hexagons(at_least=drawn + 1)
    page.wait_for_function("() => location.search.includes('end=2026-05-04T17:00Z')")
    assert "4 mei 2026 om 19:00" in slider.get_attribute("aria-valuetext")
    page.wait_for_function(
        "() => document.getElementById('map-summary').innerText.includes('18:00 \N{EN DASH} 19:00')"
    )
    visitor.shoot("map-slider-nl-1280")
    page.click("#map-play")
    assert page.inner_text("#map-play") == say("map.pause")
    page.wait_for_function("() => document.getElementById('map-play').innerText === 'Afspelen'")
    assert slider.get_attribute("aria-valuetext") == say("map.now")
    page.wait_for_function("() => !location.search.includes('end=')")
    page.keyboard.press("Tab")
    slider.focus()
    page.keyboard.press("Home")
    page.wait_for_function("() => location.search.includes('end=2026-05-01T20:00Z')")
    page.click("#map-play")
    page.wait_for_function("() => location.search.includes('end=2026-05-01T21:00Z')")
    page.click("#map-play")  # pause
    stood = slider.input_value()
    page.wait_for_timeout(1500)
    assert slider.input_value() == stood
    page.click("#map-now")
    page.wait_for_function("() => !location.search.includes('end=')")


def test_an_address_is_the_whole_state(visit, site):
    visitor = visit(site)
    page = visitor.go("/en/?quantity=temperature&period=week&end=2026-05-03T22:00Z&layers=hexagons")
    visitor.hexagons()
    assert page.input_value("#map-quantity") == "temperature"
    assert page.is_checked("#map-period [value=week]")
    assert not page.is_checked("#map-layers [value=nodes]")
    assert "4 May 2026" in page.get_attribute("#map-moment", "aria-valuetext")
    assert "Temperature (°C)" in page.inner_text("#map-legend")
    assert "4 May 2026, 00:00" in page.inner_text("#map-summary")


def test_the_link_is_copied_or_offered(visit, site, contexts):
    visitor = visit(site)
    page = visitor.go("/nl/?zoom=13&lat=52.09&lon=5.12")
    visitor.hexagons()
    page.evaluate("() => { navigator.clipboard.writeText = async t => { window.copied = t; } }")
    page.click("#map-copy")
    page.wait_for_function("() => window.copied")
    assert "zoom=13.00&lat=52.09000&lon=5.12000" in page.evaluate("window.copied")
    assert page.inner_text("#map-said") == say("map.copied")
    page.evaluate("() => { navigator.clipboard.writeText = async () => { throw Error('no'); } }")
    page.click("#map-copy")
    page.wait_for_selector("#map-link", state="visible")
    assert page.input_value("#map-link") == page.evaluate("window.copied")


def test_the_place_of_the_reader_goes_nowhere(browser, vendored, site):
    with browser.new_context(locale="nl-NL") as context:
        asked = []
        page = context.new_page()
        page.on("request", lambda request: asked.append((request.url, dict(request.headers))))
        page.goto(f"{site}/nl/")
        page.wait_for_selector("#map[data-drawn]")
        page.click("#map-locate")
        page.wait_for_function("() => document.getElementById('map-said').innerText")
        assert page.inner_text("#map-said") == say("map.locate.refused")
        context.grant_permissions(["geolocation"])
        context.set_geolocation({"latitude": 52.08765, "longitude": 5.13579})
        page.click("#map-locate")
        page.wait_for_function(
            "text => document.getElementById('map-said').innerText === text",
            arg=say("map.located"),
        )
        for _ in range(2):
            page.click("[aria-label='Inzoomen']")
            page.wait_for_timeout(600)
        page.wait_for_selector("#map[data-resolution='10']")
        centre = page.evaluate("lokaal.view().map.getCenter().toArray()")
        assert centre == pytest.approx([5.13579, 52.08765], abs=1e-5)
        assert "lat=" not in page.url
        boxes = [url for url, _ in asked if "box=" in url]
        assert boxes
        for url, headers in asked:
            assert "52.087" not in url + str(headers)
            assert "5.135" not in url + str(headers)
        for box in boxes:
            west, south, east, north = map(float, re.search(r"box=([^&]*)", box)[1].split("%2C"))
            # not a box around the reader, but one of a grid
            away = abs((west + east) / 2 - 5.13579), abs((south + north) / 2 - 52.08765)
            assert max(away) > 1e-4
            assert min(east - west, north - south) > 0.0199  # more than a kilometre


def test_dark_changes_the_canvas_too(visit, site):
    visitor = visit(site)
    page = visitor.go("/nl/")
    visitor.hexagons()
    light = page.get_attribute("#map", "data-look")
    page.click("button.look")
    page.wait_for_selector(f"#map[data-look]:not([data-look='{light}'])")
    paper, ink = page.evaluate(CHANNELS, ["var(--map)", "var(--ink)"])
    assert max(paper) < min(ink)
    paint = "([layer, name]) => lokaal.view().map.getPaintProperty(layer, name)"
    drawn = [
        page.evaluate(paint, ["background", "background-color"]),
        page.evaluate(paint, ["marks-node", "circle-stroke-color"]),
        page.evaluate("lokaal.view().cells.look.ink"),
    ]
    assert page.evaluate(CHANNELS, drawn) == [paper, ink, ink]


def test_the_legend_has_eleven_classes_with_numbers_and_words(visit, site):
    visitor = visit(site)
    page = visitor.go("/nl/")
    visitor.hexagons()
    rows = page.locator(".legend-classes li").all_inner_texts()
    texts = [re.sub(r"\s+", " ", row).strip() for row in rows]
    assert texts[:4] == ["1 lager dan 10 goed", "2 10 tot 15", "3 15 tot 20", "4 20 tot 30 matig"]
    assert texts[10:] == ["11 140 en hoger zeer slecht", "vast meetpunt"]


def test_far_away_and_long_ago_the_page_says_why_there_is_nothing(visit, site):
    visitor = visit(site)
    page = visitor.go("/nl/?zoom=12&lat=-40&lon=175")
    visitor.hexagons()
    assert "Hier zijn in deze periode geen metingen van PM2,5" in page.inner_text("#map-notice")
    page = visitor.go("/nl/?end=1999-12-31T23:00Z")
    visitor.hexagons()
    assert "De metingen beginnen op 1 mei 2026" in page.inner_text("#map-notice")


def test_another_site_may_frame_the_map_and_no_other_page(visit, site, client, contexts):
    visitor = visit(site)
    page = visitor.page
    page.goto(f"{site}/nl/embed?quantity=pm10&period=week")
    visitor.hexagons()
    assert page.locator("header, nav, footer").count() == 0
    assert page.inner_text("h1") == "Metingen op de kaart"
    assert "PM10" in page.inner_text("#map-legend")
    assert "Bron: Lokaal meten" in page.inner_text("main")
    link = page.locator("main a[target]")
    assert link.get_attribute("href") == "/nl/?quantity=pm10&period=week"
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    visitor.shoot("embed-nl-320")


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
