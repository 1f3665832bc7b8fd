"""The page of the cleanest way on the rides of the city."""

import re

import numpy as np
import pytest

from dashboard.pages.rides import EVER
from dashboard.route.asked import RESOLUTION
from dashboard.route.finding import find_steps
from lokaalmeten.geo import to_centres
from storage import reader
from storage.pool import connect
from tests.dashboard.axe import find_violations


@pytest.fixture(scope="module")
def ends(built_city):
    """Two hexagons far apart that rides join, and one that stands alone, if there is one."""
    with connect(built_city.dsn) as connection:
        found = reader.hexagons(connection, "pm25", *EVER, RESOLUTION)
    cells = found["cell"].to_numpy()
    cells = cells[(cells >> 52) & 15 == RESOLUTION]
    steps = find_steps(cells)
    group = np.arange(len(cells))
    for _ in cells:
        before = group.copy()
        np.minimum.at(group, steps.stop, group[steps.start])
        if np.array_equal(before, group):
            break
    largest = np.flatnonzero(group == np.bincount(group).argmax())
    _lat, lon = to_centres(cells[largest])
    return int(cells[largest[lon.argmin()]]), int(cells[largest[lon.argmax()]]), cells


def test_both_ways_are_told_drawn_and_listed(client, ends):
    first, last, cells = ends
    told = client.get("/en/route", **{"from": f"{first:x}", "to": f"{last:x}"})
    assert told.status == 200
    rows = re.findall(r'<th scope="row"[^>]*>(\d+)</th><td>(-?[\d.]+), (-?[\d.]+)</td>', told.text)
    assert [int(number) for number, _, _ in rows] == list(range(1, len(rows) + 1))
    assert told.text.count('class="way"') == 1
    assert told.text.count('class="way way-short"') == 1
    assert "On the cleanest way you breathe in about" in told.text or "hardly differs" in told.text
    lat, lon = to_centres(np.array([first, last]))
    assert rows[0][1:] == (f"{lat[0]:.4f}", f"{lon[0]:.4f}")
    assert rows[-1][1:] == (f"{lat[1]:.4f}", f"{lon[1]:.4f}")
    drawn = {int(found, 16) for found in re.findall(r"\?from=([0-9a-f]{15})&", told.text)}
    assert drawn <= set(cells.tolist())


def test_a_click_chooses_the_begin_and_then_the_end(client, ends):
    first, _, _ = ends
    start = client.get("/nl/route").text
    assert "Kies eerst waar je begint" in start
    assert f"/nl/route?from={first:x}&amp;quantity=pm25" in start
    begun = client.get("/nl/route", **{"from": f"{first:x}"}).text
    assert "Kies nu waar je heen gaat" in begun
    assert f"/nl/route?from={first:x}&amp;quantity=pm25&amp;to=" in begun


def test_what_cannot_be_answered_is_said(client, ends):
    first, last, _ = ends
    apart = {"from": f"{first:x}", "to": "52.15,5.12"}
    assert "Nobody measured near this place: To." in client.get("/en/route", **apart).text
    for query in ({"from": "x"}, {"to": "1e9"}, {"quantity": "geluk"},
                  {"from": "52.09,5.12", "to": "53.2,6.5"}):  # fmt: skip
        told = client.get("/nl/route", **query)
        assert told.status == 400, query
        assert '<html lang="nl">' in told.text
    none = client.get("/en/route", quantity="no2", **{"from": f"{first:x}", "to": f"{last:x}"})
    assert (none.status, "no rides here yet" in none.text) == (200, True)
    assert client.get("/en/route", fbclid="x").status == 200


@pytest.mark.parametrize(("language", "width"), [("nl", 320), ("en", 1440)])
def test_the_page_is_accessible_and_narrow(visit, site, ends, language, width):
    visitor = visit(site, width=width)
    page = visitor.page
    for query in ("", f"?from={ends[0]:x}&to={ends[1]:x}"):
        page.goto(f"{site}/{language}/route{query}")
        assert find_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    visitor.shoot(f"route-{width}-dark")
    page.goto(f"{site}/{language}/route")
    page.fill("input[name=from]", "52.0907, 5.1214")
    page.keyboard.press("Enter")  # by keyboard alone
    page.wait_for_url("**from=52.0907*")
