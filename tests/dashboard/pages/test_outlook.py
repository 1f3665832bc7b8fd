"""What is expected of days: on the page of a node, on that of all, and in the API."""

from datetime import date

import pytest

from dashboard.pages.outlook import name_day, to_percent
from dashboard.words import Words
from tests.dashboard import city
from tests.dashboard.visitor import CHART


def test_a_node_tells_its_chance_for_tomorrow_and_the_index_of_two_days(visit, site):
    page = visit(site).go(f"/nl/node/{city.STEADY}", "#forecast-figure .main-svg")
    facts = page.locator("#outlook div").all_inner_texts()
    assert facts == [
        "Kans op PM2,5 boven de WHO-dagwaarde, 5 mei\n62%",
        "Luchtkwaliteit (LKI), 4 mei\n3 goed",
        "Luchtkwaliteit (LKI), 5 mei\n4 matig (3\N{EN DASH}6)",
    ]
    assert "De eerste 48 uur zijn gemaakt met de weersverwachting" in page.inner_text("main")
    page.click("text=Alle dagen en grenswaarden")
    cells = page.locator("#outlook-table tbody tr").nth(2).locator("td").all_inner_texts()
    assert cells == ["6 mei 2026", "< 1%", "< 1%"]


def test_all_places_are_on_one_page_the_likeliest_above_first(visit, site):
    page = visit(site).go("/en/forecasts", CHART)
    rows = page.locator("#outlook-all tbody tr")
    assert rows.count() == 1
    cells = rows.nth(0).locator("td").all_inner_texts()
    assert cells == ["Marktplein", "62%", "3 good", "4 moderate (3\N{EN DASH}6)"]
    scores = page.locator("#outlook-scores tbody tr").all_inner_texts()
    assert [row.split("\t") for row in scores] == [
        ["15 µg/m³ (WHO 2021)", "1", "240", "0.490", "0.810"]
    ]


@pytest.mark.parametrize("width", [320, 1440])
def test_pages_fit_a_telephone_and_a_desk(visit, site, width):
    visitor = visit(site, width=width)
    for address, drawn in (
        (f"/nl/node/{city.STEADY}", "#forecast-figure .main-svg"),
        ("/nl/forecasts", CHART),
    ):
        page = visitor.go(address, drawn)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        visitor.shoot(f"outlook-{address.split('/')[2]}-{width}")


def test_the_api_tells_chances_index_and_how_good_chances_were(client):
    told = client.get(f"/v1/forecasts/node/{city.STEADY}", quantity="pm25").json
    assert told["chances"][2] == {
        "day": "2026-05-05",
        "norm": "WHO 2021",
        "limit": 15.0,
        "chance": 0.62,
    }
    assert len(told["chances"]) == 8
    assert told["weather"]["hoursAhead"] == 48
    index = client.get(f"/v1/forecasts/node/{city.STEADY}/index").json
    assert index["substances"] == ["pm25", "pm10"]
    assert (len(index["times"]), index["times"][0]) == (72, "2026-05-04T18:00:00Z")
    assert index["days"][1]["middle"] == 4
    assert index["days"][1]["classes"]["moderate"] == 0.5
    scores = client.get("/v1/forecasts/scores", quantity="pm25").json["chances"]
    assert [(row["daysAhead"], row["brier"], row["usualBrier"]) for row in scores] == [
        (1, 0.49, 0.81)
    ]
    assert client.get("/v1/forecasts/node/nobody/index").status == 404
    assert client.get("/v1/forecasts/street/nobody/index").status == 404


def test_days_have_names_only_while_they_are_today_and_tomorrow():
    words, today = Words("nl"), date(2026, 5, 4)
    names = [name_day(words, date(2026, 5, day), today) for day in (3, 4, 5, 6)]
    assert names == ["3 mei", "vandaag (4 mei)", "morgen (5 mei)", "6 mei"]


def test_a_chance_is_never_none_and_never_all():
    assert [to_percent(Words("nl"), chance) for chance in (0.0025, 0.5, 0.9975)] == [
        "< 1%",
        "50%",
        "> 99%",
    ]
