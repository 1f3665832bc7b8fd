"""The page of the air between nodes: an estimate with its bounds, and how good such a map is."""

from tests.dashboard import city

MAP = "#map"
DRAWN = f"{MAP}[data-drawn]"


def test_it_says_what_it_rests_on_and_how_far_off_such_maps_were(visit, site):
    page = visit(site).go("/nl/air-map", DRAWN)
    summary = page.inner_text("#air-map-summary")
    assert "uit 5 meetpunten met ruwe, gecontroleerde waarden" in summary
    assert "4 mei 2026, 19:00" in summary
    text = page.inner_text("main")
    assert "gemiddeld 2,3\N{NO-BREAK SPACE}µg/m³ naast" in text
    assert "noemt 3,5\N{NO-BREAK SPACE}µg/m³" in text
    assert "lag 81% van de metingen" in text
    assert "72% niet aan de buren af te lezen" in text
    assert page.inner_text("nav a[aria-current]") == "Kaart"


def test_the_map_and_the_table_have_the_same_cells_and_the_table_their_bounds(visit, site):
    page = visit(site).go("/en/air-map", DRAWN)
    page.click("text=The same numbers as a table")
    rows = page.locator("#air-map-table tbody tr")
    assert rows.count() == int(page.get_attribute(MAP, "data-hexagons"))
    cells = rows.first.locator("td").all_inner_texts()
    assert cells[1:] == ["31.0", "15.5", "62.0", "1"]
    assert rows.last.locator("td").all_inner_texts()[1:] == ["16.0", "8.0", "32.0", "1"]


def test_a_hexagon_tells_its_bounds_and_whether_somebody_measures_there(visit, site):
    page = visit(site).go("/nl/air-map", DRAWN)
    seen = set()
    box = page.locator(MAP).bounding_box()
    for step in range(1, 40):
        page.mouse.move(box["x"] + box["width"] * step / 40, box["y"] + box["height"] / 2)
        for popup in page.locator(".maplibregl-popup-content span").all_inner_texts():
            seen.add(popup)
    assert "10,0 tot 40,0 in 80 van 100 gevallen" in seen
    assert "geschat uit meetpunten in de buurt" in seen


def test_the_map_page_leads_here(visit, site):
    page = visit(site).go("/nl/", DRAWN)
    page.click("text=Hoe is de lucht waar geen meetpunt staat?")
    page.wait_for_selector("#air-map-summary")
    assert page.inner_text("h1") == "De lucht tussen de meetpunten"


def test_on_a_telephone_nothing_sticks_out(visit, site):
    page = visit(site, width=320).go("/nl/air-map", DRAWN)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_api_gives_the_same_and_what_it_means(client):
    found = client.get("/v1/air-map", quantity="pm25").json
    assert (found["hour"], found["sensors"], found["unit"]) == ("2026-05-04T17:00:00Z", 5, "ug/m3")
    assert (found["error"], found["errorOfMean"], found["inside80"]) == (2.34, 3.45, 0.81)
    lists = [found[name] for name in ("cells", "low", "median", "high", "measured")]
    assert len({len(each) for each in lists}) == 1
    at = found["median"].index(31.0)
    assert [each[at] for each in lists[1:]] == [15.5, 31.0, 62.0, 1]
    assert set(found["meaning"]) <= set(found)
    assert city.BOXES["box-haven"][3] == 31.0


def test_without_a_map_the_api_says_of_what_there_is_one(client):
    told = client.get("/v1/air-map", quantity="no2")
    assert told.status == 404
    assert told.json["detail"] == "There is no map of no2; there is one of: pm25."
