"""Pages of places in a browser: by keyboard alone, on a telephone, numbers as in the chart."""

from tests.dashboard import city
from tests.dashboard.visitor import CHART

HEAT = "document.querySelector('#heat-figure .js-plotly-plot').data[0]"
LINES = """document.querySelector('#compare-figure .js-plotly-plot').data.map(
  line => [line.name, line.line.dash, line.marker.symbol, line.y.length])"""


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def test_places_are_compared_by_keyboard_alone(visit, site):
    visitor = visit(site)
    page = visitor.go("/nl/compare")
    assert "Er is nog niets gekozen" in page.inner_text("main")
    page.focus("#compare-place")
    page.keyboard.type("node:box-markt")
    press(page, "Escape", "Enter")
    page.wait_for_selector(CHART)
    assert "place=node%3Abox-markt" in page.url
    page.focus("#compare-place")
    page.keyboard.type("area:havenkwartier")
    press(page, "Escape", "Enter")
    page.wait_for_selector("text=Havenkwartier")
    page.wait_for_selector(CHART)
    lines = page.evaluate(LINES)
    assert [name for name, *_ in lines] == ["Marktplein", "Havenkwartier"]
    assert len({dash for _, dash, *_ in lines}) == len({sign for _, _, sign, _ in lines}) == 2
    rows = page.locator("main .table").first.locator("tbody tr")
    assert "16,0\N{NO-BREAK SPACE}µg/m³" in rows.first.inner_text()
    page.locator("summary", has_text="De grafiek als tabel").focus()
    press(page, "Enter")
    newest = page.locator("#compare-table tbody tr").first.locator("td").all_inner_texts()
    assert newest == ["4 mei 2026, 20:00", "16,0", "31,0"]
    page.locator("a", has_text="haal weg").first.focus()
    press(page, "Enter")
    page.wait_for_function("!location.search.includes('box-markt')")
    page.wait_for_selector(CHART)
    assert [name for name, *_ in page.evaluate(LINES)] == ["Havenkwartier"]


def test_periods_begin_side_by_side(visit, site):
    address = "place=node:box-markt&period=2026-05-02..2026-05-02&period=2026-05-03..2026-05-03"
    page = visit(site).go(f"/en/compare?{address}", CHART)
    data = "document.querySelector('#compare-figure .js-plotly-plot').data"
    assert page.evaluate(f"{data}.map(line => [line.x[0], line.x.at(-1)])") == [[0, 0.9583]] * 2
    assert [name for name, *_ in page.evaluate(LINES)] == [
        "2 May 2026 \N{EN DASH} 2 May 2026",
        "3 May 2026 \N{EN DASH} 3 May 2026",
    ]


def test_a_hexagon_has_its_history_on_a_telephone(visit, site):
    visitor = visit(site, width=320)
    page = visitor.go(f"/nl/hexagon/{city.CELL}?quantity=pm25", "#heat-figure .main-svg")
    visitor.shoot("hexagon-nl-320")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    text = page.inner_text("main")
    assert "Marktplein" in text
    assert "van 11: goed" in text
    labels = page.locator("#place-figure .shape-label, #place-figure .shapelayer text")
    assert "WHO 2021" in " ".join(labels.all_text_contents())
    page.click("text=De uren van de week als tabel")
    cells = page.locator("#heat-table tbody tr").nth(8).locator("td").all_inner_texts()
    drawn = page.evaluate(f"{HEAT}.z.map(day => day[8])")
    told = [None if text == "\N{EN DASH}" else float(text.replace(",", ".")) for text in cells[1:]]
    assert [value is None for value in told] == [value is None for value in drawn]
    assert all(abs(a - b) <= 0.051 for a, b in zip(told, drawn, strict=True) if a is not None)
    assert (
        page.locator("main a", has_text="13 weken").get_attribute("href").endswith("weeks=13#heat")
    )


def test_a_node_has_numbers_of_a_day_a_week_and_a_year(visit, site):
    page = visit(site).go(f"/nl/node/{city.STEADY}?period=year", "#heat-figure .main-svg")
    rows = page.locator("#node-numbers tbody tr")
    told = [row.locator("td").all_inner_texts() for row in rows.all()]
    assert [row[4] for row in told] == ["24 van 24 uur", "72 van 168 uur", "2 van 365 dagen"]
    assert told[0][5].startswith("\N{BLACK UP-POINTING TRIANGLE} boven WHO 2021 (15)")
    assert told[2][5].startswith("? te weinig gemeten")
    assert "gemiddelde van een jaar: 5,0" in page.inner_text("#node-limits")
