"""The pages of the feast, as people and programs get them."""

import re
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
import typst

from dashboard.crowd.report import to_document
from dashboard.crowd.view import read_view
from dashboard.reports.pdf import to_typst
from dashboard.words import Words
from storage.pool import connect
from tests.dashboard.crowd import town
from tests.dashboard.crowd.conftest import OLD, SHUT

PAGES = {
    "nl": ("", "/havenfeest", "/havenfeest/plein", "/havenfeest/passage/steeg",
           "/havenfeest/plannen", "/havenfeest/evaluatie", "/havenfeest?kiosk", "/oud"),
    "en": ("", "/havenfeest", "/havenfeest/park", "/havenfeest/planning",
           "/havenfeest/evaluation", "/havenfeest?kiosk", "/oud/plein"),
}  # fmt: skip
BASE = {"nl": "/nl/drukte", "en": "/en/crowd"}
CHECKS = (Path(__file__).parent / "checks.js").read_text("utf-8")
HEADINGS = "[...document.querySelectorAll('h1,h2,h3,h4')].map(h => h.tagName)"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_pages_are_whole_on_a_desk_and_on_a_telephone(contexts, visit, town_site, language):
    visitor = visit(town_site, width=1440)
    page = visitor.page
    for path in PAGES[language]:
        page.goto(f"{town_site}{BASE[language]}{path}")
        assert page.evaluate("document.documentElement.lang") == language
        levels = [int(tag[1]) for tag in page.evaluate(HEADINGS)]
        assert levels.count(1) == 1, path
        assert all(after - before <= 1 for before, after in pairwise(levels)), path
        assert not re.search(r"undefined|NaN|nan|None|null|\{", page.inner_text("body")), path
        assert page.evaluate(CHECKS) == [], path
        for width in (1440, 320):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_the_other_language_is_the_same_page(visit, town_site):
    page = visit(town_site).page
    page.goto(f"{town_site}/nl/drukte/havenfeest/evaluatie")
    page.click("text=English")
    assert page.url == f"{town_site}/en/crowd/havenfeest/evaluation"
    assert page.inner_text("nav a[aria-current=page] >> nth=0") == "Crowds"


def test_the_keyboard_goes_from_the_list_to_a_zone(visit, town_site):
    page = visit(town_site).page
    page.goto(f"{town_site}/nl/drukte/havenfeest")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Plein":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/havenfeest/plein")
    assert page.inner_text("h1") == "Plein"


def test_the_overview_says_what_is_full_what_is_unknown_and_why(visit, town_site):
    page = visit(town_site).page
    page.goto(f"{town_site}/nl/drukte/havenfeest")
    first = page.inner_text(".gauges li >> nth=0")
    assert "Plein" in first
    assert re.search("druk", first)
    notice = page.inner_text(".notice-plain:not([hidden])")
    assert "2 van 12 tellers zijn niet te vertrouwen" in notice
    assert "hek-forward: geen telling sinds" in notice
    assert "oost-backward: staat stil, gezien om" in notice
    unknown = page.inner_text(".gauges li:has-text('Hek')")
    assert "onbekend" in unknown
    assert "geen telling sinds" in unknown
    assert "rustig" not in unknown
    assert "Plein" in page.inner_text("h3:has-text('Gezien') + ul")
    assert town.MEASURE in page.inner_text("main")
    assert town.SEEN not in page.content()


def test_a_place_that_nobody_updates_is_called_calm_nowhere(asking):
    page = asking.get(f"/nl/drukte/{OLD}").text
    assert "Geen telling sinds" in page
    legend = re.search(r'<ul class="levels".*?</ul>', page).group()
    assert "rustig" not in page.replace(legend, "")
    assert "onbekend" in page


def test_what_is_not_open_or_not_there_is_not_found(asking):
    for path in (SHUT, f"{SHUT}/evaluatie", f"{SHUT}/rapport.pdf", "nergens", "havenfeest/nergens"):
        answer = asking.get(f"/nl/drukte/{path}")
        assert answer.status == 404, path
        assert "Deze pagina bestaat niet" in answer.text
    assert SHUT not in asking.get("/nl/drukte").text
    assert asking.get(f"/v1/crowd/places/{SHUT}").status == 404


def test_a_zone_tells_its_limits_chances_and_counters(visit, town_site):
    page = visit(town_site).page
    page.goto(f"{town_site}/nl/drukte/havenfeest/park")
    assert "Zone van 6.000 m², plaats voor 18.000 mensen" in page.inner_text("main")
    chances = page.locator(".table:has-text('Kans dat een drempel') tbody tr")
    assert chances.count() == 3
    assert "1,00" in chances.nth(0).inner_text()
    counters = page.inner_text(".table:has-text('of het te vertrouwen is')")
    assert re.search(r"hek-forward\s+Hek\s+geen telling sinds \d\d:\d\d", counters)
    assert re.search(r"laan-forward\s+Laan\s+telt", counters)


def test_an_evaluation_compares_what_was_said_with_what_came(visit, town_site):
    page = visit(town_site).page
    page.goto(f"{town_site}/nl/drukte/havenfeest/evaluatie")
    zones, passages, alerts = page.locator(".table tbody").all()
    first = zones.locator("tr").first.locator("td").all_inner_texts()
    # four zones, 39 pairs of situations a quarter apart, less two zones that end unknown
    assert 4 * 39 - 20 < int(first[0]) < 4 * 39
    assert float(first[1].replace(",", ".")) < float(first[2].replace(",", "."))
    assert passages.locator("tr").count() == 5
    assert alerts.locator("tr").count() == 3
    page.goto(f"{town_site}/nl/drukte/havenfeest/evaluatie?from=2020-02-01&to=2020-02-02")
    assert "is niets verwacht dat met tellingen te vergelijken is" in page.inner_text("main")
    page.goto(f"{town_site}/nl/drukte/havenfeest/evaluatie?from=gisteren")
    assert "Dit is geen periode" in page.inner_text("main")


def test_who_plans_sees_the_full_hour_of_the_day_of_the_event(visit, town_site):
    page = visit(town_site).page
    page.goto(f"{town_site}/nl/drukte/havenfeest/plannen")
    days = page.locator(".table >> nth=0").locator("tbody tr").all_inner_texts()
    (full,) = [day for day in days if "4.000 (3.000\N{EN DASH}5.500)" in day]
    assert "erg druk" in full
    assert "Plein: 30%" in full
    assert "soortgelijke dagen" in full
    assert "Vorig feest" in page.inner_text("h2:has-text('Eerdere') + .table")


@pytest.mark.parametrize("place", [town.NAME, OLD])
def test_a_report_is_one_page_of_paper(built_town, place):
    with connect(built_town.dsn) as connection:
        view = read_view(connection, place, datetime.now(UTC))
    for language in ("nl", "en"):
        source = to_typst(to_document(Words(language), view)).encode()
        sheets = typst.compile(source, format="svg", ignore_system_fonts=True)
        assert not isinstance(sheets, list) or len(sheets) == 1


def test_a_report_prints_and_is_a_file(asking, visit, town_site):
    assert asking.get("/nl/drukte/havenfeest?print").headers["location"].endswith("/rapport")
    page = visit(town_site).page
    page.goto(f"{town_site}/nl/drukte/havenfeest/rapport")
    text = page.inner_text("main")
    for said in ("Situatie Havenfeest", "Tellers te vertrouwen", "10/12", "2 uur", town.MEASURE):
        assert said in text
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1
    page.emulate_media(media="print")
    assert not page.is_visible("text=Als PDF")


def test_programs_get_the_same_state(asking):
    places = asking.get("/v1/crowd/places").json["places"]
    assert {place["name"]: place["level"] is None for place in places} == {
        town.NAME: False, OLD: True,
    }  # fmt: skip
    place = asking.get(f"/v1/crowd/places/{town.NAME}").json
    assert place["aheadSeconds"] == [900, 1800, 3600, 7200, 10800]
    assert place["levels"][0] == 0.025
    gauges = {gauge["gauge"]: gauge for gauge in place["gauges"]}
    assert gauges["passage/hek"]["level"] is None
    assert gauges["passage/hek"]["value"] is None
    square = gauges["zone/plein"]
    assert square["people"] == pytest.approx(1500 * square["value"], rel=1e-3)
    assert len(square["quantiles"]) == 5
    assert len(square["quantiles"][0]) == len(place["levels"])
    assert [len(each) for each in square["chance"]] == [5, 5, 5]
    assert {counter["counter"] for counter in place["counters"]} == {town.SILENT, town.STUCK}
    (alert,) = [each for each in place["alerts"] if each["gauge"] == "zone/plein"]
    assert alert["seen"] is True
    assert asking.get(f"/v1/crowd/places/{OLD}").json["stale"] is True
    old = asking.get(f"/v1/crowd/places/{OLD}").json["gauges"]
    assert {gauge["level"] for gauge in old} == {None}


def test_pages_are_not_kept_by_a_browser(asking):
    for path in ("", "/havenfeest", "/havenfeest/plein", "/havenfeest/rapport"):
        assert asking.get(f"/nl/drukte{path}").headers["cache-control"] == "no-store"
