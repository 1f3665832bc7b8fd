"""Every own page in both languages on a telephone and a desk, without a fault for axe."""

import pytest

from dashboard.access.cookies import NAME as COOKIE
from tests.dashboard.axe import find_violations, put_on


def pages(home):
    ride = home.find_rides("ann")[0]
    return {
        "list": ("mijn", "my"),
        "node": ("mijn/box-school", "my/box-school"),
        "new-node": ("mijn/box-nieuw", "my/box-nieuw"),
        "bike": ("mijn/fiets-1", "my/fiets-1"),
        "own-ride": (f"mijn/-/rit/{ride}", f"my/-/ride/{ride}"),
        "health": ("mijn/-/toestand", "my/-/health"),
        "add": ("mijn/-/nieuw", "my/-/new"),
    }


@pytest.mark.parametrize(("language", "width"), [("nl", 320), ("en", 1440)])
def test_every_own_page_is_accessible_and_narrow(visit, home, language, width):
    visitor = visit(home.address, width=width)
    page = visitor.page
    page.context.add_cookies([{"name": COOKIE, "value": home.enter("ann"), "url": home.address}])
    for name, paths in pages(home).items():
        page.goto(f"{home.address}/{language}/{paths[language == 'en']}")
        assert find_violations(page) == []
        assert page.evaluate("document.documentElement.lang") == language
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        visitor.shoot(f"mine-{name}-{width}")
        put_on(page, "dark")
        visitor.shoot(f"mine-{name}-{width}-dark")
        put_on(page, "light")
    page.fill("input[name=name]", f"box-{language}")
    page.click("main button")
    page.wait_for_selector(".mine-secret")
    assert find_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    visitor.shoot(f"mine-made-{width}")
    home.run("DELETE FROM private.node WHERE name = %s", f"box-{language}")
    page.context.clear_cookies()
