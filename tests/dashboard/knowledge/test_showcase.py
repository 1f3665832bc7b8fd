"""Stories that a community puts in a folder."""

from urllib.request import urlopen

import pytest

from dashboard.knowledge.showcase import LARGEST_B, Showcase
from tests.dashboard.client import Client
from tests.dashboard.conftest import running

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452")


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "showcase"
    place.mkdir()
    (place / "canal.nl.md").write_text(
        "# Langs de gracht\n\nOm zes uur.\n\n![De gracht](canal.png)"
    )
    (place / "canal.en.md").write_text("# Along the canal\n\nAt six.")
    (place / "school.md").write_text("# De schoolstraat\n\nWat een afsluiting doet.")
    (place / "canal.png").write_bytes(PNG)
    (tmp_path / "secret.md").write_text("# Secret")
    return place


def titles(showcase, language):
    return [(each.article.title, each.language) for each in showcase.list(language)]


def test_a_story_is_told_in_the_language_of_the_page_else_in_the_other(folder):
    showcase = Showcase(str(folder))
    assert titles(showcase, "nl") == [("De schoolstraat", "nl"), ("Langs de gracht", "nl")]
    assert titles(showcase, "en") == [("Along the canal", "en"), ("De schoolstraat", "nl")]


def test_a_new_story_is_there_at_once(folder):
    showcase = Showcase(str(folder))
    (folder / "air.md").write_text("# Aan zee")
    assert "Aan zee" in [title for title, _ in titles(showcase, "nl")]


def test_what_cannot_be_read_is_left_out_and_logged(folder, caplog):
    (folder / "broken.md").write_bytes(b"# \xff\xfe")
    (folder / "long.md").write_text("x" * (LARGEST_B + 1))
    (folder / "UPPER.md").write_text("# No name of a story")
    (folder / "notes.txt").write_text("# No story")
    assert len(titles(Showcase(str(folder)), "nl")) == 2
    assert "broken.md is not shown" in caplog.text
    assert "long.md is not shown: has more than 200,000 bytes" in caplog.text


@pytest.mark.parametrize("folder", ["", "/nowhere/at/all"])
def test_without_a_folder_there_are_no_stories(folder):
    showcase = Showcase(folder)
    assert showcase.list("nl") == []
    assert showcase.find("canal", "nl") is None
    assert showcase.picture("canal.png") is None


@pytest.mark.parametrize(
    "name", ["../secret.md", "canal.svg", ".png", "canal.png/..", "a\0.png", "no.png"]
)
def test_only_pictures_of_the_folder_are_given(folder, name):
    assert Showcase(str(folder)).picture(name) is None


def test_a_picture_that_leads_elsewhere_is_not_given(folder, tmp_path):
    (folder / "link.png").symlink_to(tmp_path / "secret.md")
    assert Showcase(str(folder)).picture("link.png") is None


def test_pages_and_pictures_are_served(built_city, folder):
    with running(built_city.dsn, showcase=str(folder)) as site:
        client = Client(site)
        overview = client.get("/en/knowledge").text
        assert (
            '<li lang="nl"><a href="/en/knowledge/showcase/school">De schoolstraat</a>' in overview
        )
        story = client.get("/nl/kennis/etalage/canal").text
        assert '<img src="canal.png" alt="De gracht" />' in story
        assert 'href="/en/knowledge/showcase/canal"' in story
        with urlopen(f"{site}/nl/kennis/etalage/canal.png") as picture:
            assert picture.headers["content-type"] == "image/png"
            assert picture.read() == PNG
        for name in ("none", "..%2fsecret", "none.png", "secret.md"):
            assert client.get(f"/nl/kennis/etalage/{name}").status == 404
