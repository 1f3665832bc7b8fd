"""The page of a node shows its series, its latest values with their flags, its forecast."""

import re

import pytest

from tests.dashboard import city
from tests.dashboard.visitor import CHART

TRACES = """name => document.querySelector(`#${name} .js-plotly-plot`).data.map(
  trace => ({name: trace.name, mode: trace.mode, n: (trace.y ?? []).length})
)"""


def test_the_chart_has_the_steps_of_the_period(visit, site):
    page = visit(site).go(f"/nl/node/{city.STEADY}", CHART)
    (line,) = page.evaluate(TRACES, "node-figure")
    assert line["n"] == 24 * 12 + 1
    assert "gemiddelden per 5 minuten" in page.inner_text("#node-summary")
    page.click("text=Week")
    page.wait_for_selector("#node-summary >> text=gemiddelden per 15 minuten")
    (line,) = page.evaluate(TRACES, "node-figure")
    assert line["n"] == city.DAYS * 24 * 4 + 1


def test_failed_values_are_told_apart_in_chart_table_and_latest(visit, site):
    page = visit(site).go("/nl/node/box-school?period=hour", CHART)
    _, marks = page.evaluate(TRACES, "node-figure")
    assert (marks["name"], marks["n"]) == ("twijfelachtig of afgekeurd", city.FAILED_MINUTES)
    page.click("text=De grafiek als tabel")
    rows = page.locator("#node-table tbody tr")
    assert rows.count() == 60
    assert rows.first.locator("td").all_inner_texts() == ["4 mei 2026, 20:00", "8,0", "afgekeurd"]
    latest = page.locator(".table", has_text="Gemeten op").locator("tbody tr").first
    assert latest.locator("td").all_inner_texts() == [
        "PM2,5",
        "8,0\N{NO-BREAK SPACE}µg/m³",
        "afgekeurd",
    ]


def test_raw_corrected_and_flag_stand_side_by_side(visit, site):
    page = visit(site).go("/nl/node/box-haven?quantity=humidity", CHART)
    raw, corrected = page.evaluate(TRACES, "node-figure")
    assert (raw["name"], corrected["name"]) == ("Ruw", "Gecorrigeerd")
    assert raw["n"] == corrected["n"]
    assert "Gecorrigeerd: gemiddeld" in page.inner_text("#node-summary")
    page.click("text=De grafiek als tabel")
    _, value, better, _ = page.locator("#node-table tbody tr").first.locator("td").all_inner_texts()
    assert float(better.replace(",", ".")) == pytest.approx(
        float(value.replace(",", ".")) / 2, abs=0.6
    )
    latest = page.locator(".table", has_text="Gemeten op")
    assert latest.locator("thead th").all_inner_texts() == [
        "Grootheid",
        "Ruw",
        "Gecorrigeerd",
        "Kwaliteit",
    ]


def test_the_latest_values_lead_to_their_series(visit, site):
    visitor = visit(site)
    page = visitor.go(f"/en/node/{city.STEADY}", CHART)
    page.click("main a:text-is('Temperature')")
    page.wait_for_selector(CHART)
    assert page.url.endswith("?quantity=temperature")
    assert page.inner_text("#node-summary").startswith("Temperature")
    assert "°C" in page.inner_text("#node-figure")


def test_the_forecast_shows_its_interval_and_says_what_it_is(visit, site):
    page = visit(site).go(f"/nl/node/{city.STEADY}", "#forecast-figure .main-svg")
    names = [trace["name"] for trace in page.evaluate(TRACES, "forecast-figure")]
    assert names == ["band van 80%", "gemeten, per uur", "voorspelling"]
    text = page.inner_text("#node-forecast")
    assert "Gemaakt op 4 mei 2026, 20:00" in text
    assert "80 van de 100 uren" in text
    assert "rust op 900 gemeten uren; van de laatste 72 uur was 100% bekend" in text
    assert "van 17.280 uren in de laatste 4 weken lag 83% in de band van 80%" in text
    assert "gemiddeld 1,2\N{NO-BREAK SPACE}µg/m³ naast" in text
    page.click("text=De voorspelling als tabel")
    assert page.locator("#forecast-table tbody tr").count() == 72


def test_without_a_forecast_a_sentence_says_why(visit, site):
    page = visit(site).go("/en/node/box-haven", CHART)
    page.wait_for_selector("#node-forecast p")
    assert "No forecast yet" in page.inner_text("#node-forecast")


def test_a_node_that_is_refused_a_forecast_says_why(visit, site):
    page = visit(site).go("/nl/node/box-school", CHART)
    page.wait_for_selector("#node-forecast p")
    assert "van de laatste 72 uur is niets bekend" in page.inner_text("#node-forecast")


def test_charts_have_no_buttons_that_send_data_away(visit, site):
    page = visit(site).go(f"/nl/node/{city.STEADY}", CHART)
    assert page.locator(".modebar-btn").count() == 0


def test_dates_in_charts_are_dutch(visit, site):
    page = visit(site).go(f"/nl/node/{city.STEADY}", CHART)
    ticks = " ".join(page.locator("#node-figure .xtick").all_text_contents())
    assert re.search(r"\d mei 2026", ticks)


def test_a_moving_node_has_no_series(visit, site):
    page = visit(site).go(f"/nl/node/{city.BIKES[0]}")
    assert "niet openbaar" in page.inner_text("main")
    assert page.locator("#node-figure").count() == 0


def test_the_list_of_nodes_names_fixed_nodes_and_only_counts_the_others(visit, site):
    page = visit(site).go("/nl/nodes")
    text = page.inner_text("main")
    assert "Basisschool De Esdoorn" in text
    assert "box-haven" in text
    assert "2 meetpunten rijden mee" in text
    assert not any(name in text for name in city.BIKES)
    page.click("text=Marktplein")
    page.wait_for_selector("#node-figure")
