"""The page of a ride shows cells and numbers of its public part, and nobody's name."""

import numpy as np

from tests.dashboard import city
from tests.dashboard.visitor import CHART


def test_the_map_has_every_cell_of_the_ride(visit, site, client):
    facts = client.get("/v1/rides").json["rides"][0]
    samples = client.get(f"/v1/rides/{facts['id']}").json
    visitor = visit(site)
    page = visitor.go(f"/nl/ride/{facts['id']}", CHART)
    shown = visitor.hexagons()
    assert (int(shown["hexagons"]), shown["resolution"]) == (len(set(samples["cells"])), "10")
    values = np.array(samples["values"]["pm25"])
    numbers = page.inner_text(".facts")
    for expected in (values.mean(), np.median(values), values.max()):
        assert f"{expected:.1f}".replace(".", ",") in numbers
    assert f"\n{facts['samples']}" in numbers


def test_the_profile_has_every_sample_and_its_table_every_minute(visit, site, client):
    facts = client.get("/v1/rides").json["rides"][0]
    samples = client.get(f"/v1/rides/{facts['id']}").json
    page = visit(site).go(f"/en/ride/{facts['id']}", CHART)
    drawn = page.evaluate("document.querySelector('#ride-figure .js-plotly-plot').data[0].y.length")
    assert drawn == facts["samples"]
    page.click("text=The chart as a table")
    rows = page.locator("#ride-table tbody tr")
    assert rows.count() == facts["durationS"] // 60 + 1
    minute, mean, count = rows.nth(1).locator("td").all_inner_texts()
    of_minute = [
        value
        for second, value in zip(samples["seconds"], samples["values"]["pm25"], strict=True)
        if second // 60 == 1
    ]
    assert (minute, int(count)) == ("1", len(of_minute))
    assert abs(float(mean) - np.mean(of_minute)) < 0.051


def test_a_ride_says_what_is_left_out_and_names_nobody(visit, site, client):
    ride = client.get("/v1/rides").json["rides"][0]["id"]
    page = visit(site).go(f"/nl/ride/{ride}", CHART)
    text = page.inner_text("main")
    assert "begin en einde weggelaten" in text
    assert not any(name in page.content() for name in city.BIKES)


def test_the_list_leads_to_each_ride(visit, site, client):
    visitor = visit(site)
    page = visitor.go("/nl/rides")
    links = page.locator("main table a")
    assert links.count() == len(city.BIKES) * city.RIDES_PER_BIKE
    links.nth(2).click()
    visitor.hexagons()
    assert page.inner_text("h1").startswith("Rit van 4 mei 2026")
