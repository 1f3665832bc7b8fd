"""Signing in with an account in Chromium: there and back, with the cookies that a browser sends."""

import pytest

from dashboard.access.cookies import NAME as COOKIE
from dashboard.access.oidc.pending import NAME as PENDING
from storage.access import revoke_key
from storage.pool import connect
from tests.dashboard.access.conftest import NAME
from tests.dashboard.axe import find_violations, put_on
from tests.dashboard.visitor import SHOTS

ANN = "ann@teststad.example"


def enter(page, subject, email):
    """Sign in where the accounts are."""
    page.get_by_label("Subject").fill(subject)
    page.get_by_label("E-mail").fill(email)
    page.get_by_role("button", name="Enter").click()


def look(page, name, width):
    """No fault for axe, no wider than the window; a picture in light and in dark."""
    assert find_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"access-{name}-{width}.png", full_page=True)
    put_on(page, "dark")
    page.screenshot(path=SHOTS / f"access-{name}-{width}-dark.png", full_page=True)
    put_on(page, "light")


@pytest.mark.parametrize(("language", "width"), [("nl", 320), ("en", 1440)])
def test_somebody_signs_in_sees_what_that_opens_and_is_out_with_the_link(
    page, door, language, width
):
    words = {"nl": ("aanmelden", "Aanmelden met", "mijn"), "en": ("sign-in", "Sign in with", "my")}
    path, way, mine = words[language]
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{door.address}/{language}/{path}?to=/{language}/{mine}")
    look(page, "form", width)

    page.get_by_role("link", name=f"{way} {NAME}").click()
    enter(page, "7c1", ANN)
    page.wait_for_selector("[role=alert]")
    assert ANN in page.inner_text("[role=alert]")
    look(page, "stranger", width)

    prefix = door.link()
    page.get_by_role("link", name=f"{way} {NAME}").click()
    enter(page, "7c1", ANN)
    page.wait_for_url(f"{door.address}/{language}/{mine}")
    assert f"label of {ANN}" in page.inner_text("main")
    kept = {cookie["name"]: cookie for cookie in page.context.cookies(door.address)}
    assert PENDING not in kept
    assert kept[COOKIE]["httpOnly"]
    assert kept[COOKIE]["sameSite"] == "Strict"

    with connect(door.dsn) as connection:
        revoke_key(connection, prefix)
    page.reload()
    assert f"label of {ANN}" not in page.inner_text("main")
