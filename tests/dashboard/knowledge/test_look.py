"""Articles in a browser, on a telephone and on a desk; pictures in .shots/."""

import pytest


@pytest.mark.parametrize("language", ["nl", "en"])
def test_articles_can_be_read_on_a_telephone(visit, site, language):
    visitor = visit(site)
    page = visitor.page
    page.goto(f"{site}/{language}/{'kennis' if language == 'nl' else 'knowledge'}")
    for number in range(6):
        for width in (1440, 320):
            page.set_viewport_size({"width": width, "height": 800})
            visitor.shoot(f"knowledge-{number}-{language}-{width}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.get_by_role("heading", level=1).count() == 1
        if number < 5:
            page.goto(f"{site}/{language}/{'kennis' if language == 'nl' else 'knowledge'}")
            page.locator(".articles a").nth(number).click()
            page.wait_for_load_state()


def test_the_menu_leads_to_the_articles(visit, site):
    page = visit(site).page
    page.goto(f"{site}/nl/data")
    page.get_by_role("link", name="Kennis").click()
    page.get_by_role("link", name="Woordenboek").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Woordenboek"
    assert page.locator("nav [aria-current=page]").inner_text() == "Kennis"
