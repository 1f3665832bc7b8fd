"""A community member compares, chooses data on a map, downloads and cites."""

import csv

from storage.pool import connect
from storage.reader import nodes


def two_kits(dsn):
    """Names of the two kits that were heard last."""
    with connect(dsn) as connection:
        known = nodes(connection)
    heard = [
        (last, name)
        for name, kind, last in zip(known["name"], known["kind"], known["last"], strict=True)
        if kind == "box" and last == last  # noqa: PLR0124 - never heard: NaT
    ]
    return [name for _, name in sorted(heard)[-2:]]


def test_two_kits_side_by_side_and_the_same_as_a_file(visit, real_city):
    visitor = visit(real_city.address, width=1440)
    page = visitor.page
    one, other = two_kits(real_city.dsn)
    page.goto(
        f"{real_city.address}/nl/compare?place=node:{one}&place=node:{other}"
        "&quantity=pm25&first=2023-05-01&last=2023-05-31"
    )
    page.wait_for_selector(".js-plotly-plot .main-svg")
    assert page.locator(".legendtext").count() >= 2
    visitor.shoot("story-community-compare")
    with page.expect_download() as coming:
        page.click("text=Download deze vergelijking")
    lines = coming.value.path().read_text("utf-8-sig").splitlines()
    assert len(list(csv.reader(lines))) > 100


def test_an_area_is_drawn_and_its_data_downloaded_and_cited(visit, real_city):
    visitor = visit(real_city.address, width=1440)
    page = visitor.page
    page.goto(f"{real_city.address}/en/data?quantity=pm25&first=2023-05-01&last=2023-05-07")
    page.click("text=Choose the area on a map")
    page.wait_for_selector("#data-map[data-drawn]")
    for place in ({"x": 900, "y": 400}, {"x": 300, "y": 150}):
        page.click("#data-map canvas", position=place)
    west, south, east, north = map(float, page.input_value("input[name=bbox]").split(","))
    page.get_by_role("button", name="Show").click()
    page.get_by_role("heading", name="How to cite it").wait_for()
    assert "pm25" in page.inner_text(".cite")
    visitor.shoot("story-community-data")
    with page.expect_download() as coming:
        page.get_by_role("link", name="Download").click()
    lines = coming.value.path().read_text("utf-8-sig").splitlines()
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    assert len(rows) > 168
    places = {(float(row["longitude"]), float(row["latitude"])) for row in rows}
    assert all(west < lon < east and south < lat < north for lon, lat in places)
