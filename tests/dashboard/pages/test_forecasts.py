"""The page that says how good forecasts were: in words, as a chart and as tables."""

from tests.dashboard import city
from tests.dashboard.visitor import CHART


def test_it_says_in_words_what_the_tables_say(visit, site):
    page = visit(site).go("/nl/forecasts", CHART)
    short = page.inner_text("#forecasts-short")
    assert "bevatte 83 van de 100 gemeten uren: zoals het hoort" in short
    assert "gemiddeld 1,2\N{NO-BREAK SPACE}µg/m³ naast" in short
    assert "40% beter" in short
    ahead, weeks, _, refused, _ = page.locator(".table table").all()
    assert ahead.locator("tbody tr").count() == 6
    cells = ahead.locator("tbody tr").nth(3).locator("td").all_inner_texts()
    assert cells == ["19\N{EN DASH}24", "1,2", "2,0", "50", "83", "96", "0,05", "0,12"]
    days = weeks.locator("tbody tr td:first-child").all_inner_texts()
    assert days == ["27 april 2026", "20 april 2026"]
    assert "Basisschool De Esdoorn" in refused.inner_text()
    assert "van de laatste 72 uur is niets bekend" in refused.inner_text()


def test_what_the_numbers_mean_can_be_unfolded(visit, site):
    page = visit(site).go("/en/forecasts", CHART)
    assert not page.locator("#forecasts-meaning").is_visible()
    page.click("text=What these numbers mean")
    assert "lower is better" in page.inner_text("#forecasts-meaning")


def test_a_quantity_without_scores_says_so(visit, site):
    page = visit(site).go("/en/forecasts?quantity=no2", ".notice")
    assert "Nothing to compare yet" in page.inner_text("main")


def test_the_page_of_a_node_leads_here_and_the_menu_does(visit, site):
    page = visit(site).go(f"/nl/node/{city.STEADY}", "#forecast-figure .main-svg")
    page.click("text=Hoe goed waren alle voorspellingen?")
    page.wait_for_selector("#forecasts-short")
    assert page.inner_text("nav a[aria-current]") == "Voorspellingen"
