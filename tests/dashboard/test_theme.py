"""Colours of a municipality over those of the pages."""

import re
from pathlib import Path

import pytest

from dashboard.theme import LARGEST_B, read_theme
from lokaalmeten.errors import SettingsError
from tests.dashboard.conftest import running

ASSETS = Path(__file__).parents[2] / "dashboard" / "assets"
GREEN = ":root { --accent: light-dark(#0b5d2e, #7ed3a0); }"
LITERAL = re.compile(r"#[0-9a-f]{3,8}\b", re.IGNORECASE)
DRAWN = ("crowd.css", "style.css")  # levels of crowding keep their colours; the variables


def test_colours_of_a_municipality_are_those_of_the_page(browser, built_city, tmp_path):
    file = tmp_path / "green.css"
    file.write_text(GREEN)
    with running(built_city.dsn, theme=str(file)) as address:
        page = browser.new_page(color_scheme="light")
        page.goto(f"{address}/nl/kennis")
        colour = "getComputedStyle(document.querySelector('header .name')).color"
        assert page.evaluate(colour) == "rgb(11, 93, 46)"
        page.click(".look")
        assert page.evaluate(colour) == "rgb(126, 211, 160)"
        page.close()


def test_without_a_file_nothing_is_changed(client):
    answer = client.get("/theme.css")
    assert (answer.status, answer.text) == (200, "")
    assert answer.headers["content-type"].startswith("text/css")


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"x" * (LARGEST_B + 1)])
def test_a_file_that_cannot_be_used_is_said_at_the_start(tmp_path, content):
    file = tmp_path / "wrong.css"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsError, match=r"LOKAALMETEN_THEME.*wrong\.css"):
        read_theme(str(file))


def test_no_style_has_a_colour_that_a_theme_cannot_change():
    others = [path for path in ASSETS.glob("*.css") if path.name not in DRAWN]
    assert len(others) >= 3
    found = {path.name: LITERAL.findall(path.read_text()) for path in others}
    assert {name: colours for name, colours in found.items() if colours} == {}
