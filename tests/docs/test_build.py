"""What ends the build, and what is made of the index and of Markdown."""

from pathlib import Path

import pytest

from docs.site.build import OWN, BuildError, make_html, write, write_config
from docs.site.index import add_reference, read_index, to_navigation
from docs.site.markdown import to_four_spaces
from docs.site.pages import PageError, gather

INDEX = "# All\n\n## One\n\n- [First](first.md)\n\n### Inside\n\n- [Second](sub/second.md)\n"


@pytest.fixture
def folder(tmp_path):
    """A site of two pages, ready to be made."""
    pytest.importorskip("zensical", reason="make test brings it, and `uv sync --group docs`")
    write(tmp_path / "source/README.md", INDEX)
    write(tmp_path / "source/first.md", "# First\n\n[there](sub/second.md#below)\n")
    write(tmp_path / "source/sub/second.md", "# Second\n\n## Below\n")
    for path in OWN:
        write(tmp_path / "source" / Path(path).name, "")
    write_config(tmp_path)
    return tmp_path


def test_a_sound_site_is_made(folder):
    assert "below" in (make_html(folder) / "first.html").read_text()


@pytest.mark.parametrize(
    ("link", "fault"),
    [("sub/second.md#above", "anchor does not exist"), ("third.md", "page does not exist")],
)
def test_a_link_that_leads_nowhere_ends_the_build_and_is_shown(folder, link, fault):
    write(folder / "source/first.md", f"# First\n\n[there]({link})\n")
    with pytest.raises(BuildError) as told:
        make_html(folder)
    assert fault in str(told.value)
    assert "first.md:3" in str(told.value)
    assert "Traceback" not in str(told.value)


def test_a_link_to_what_the_repository_has_not_names_both(tmp_path):
    write(tmp_path / "docs/README.md", "[code](../storage/never.sql)")
    with pytest.raises(PageError, match=r"docs/README\.md links to storage/never\.sql"):
        gather(tmp_path, "docs/README.md")


def test_pages_are_gathered_by_links_and_keep_them_at_their_new_places(tmp_path):
    write(tmp_path / "docs/README.md", "[a](a.md#b) `[no](never.md)` [out](https://example.org)")
    links = "[`code`](../storage/roles.sql) ![map](map.png) [up](../README.md)"
    write(tmp_path / "docs/a.md", links)
    write(tmp_path / "docs/map.png", "")
    write(tmp_path / "README.md", "```\n[no](never.md)\n```\n[folder](deploy) [docs](docs)")
    write(tmp_path / "storage/roles.sql", "SELECT 1;")
    write(tmp_path / "deploy/env/part.env", "A=1")
    pages = gather(tmp_path, "docs/README.md")
    texts = pages.to_texts()
    assert texts["a.md"] == "[`code`](storage/roles.sql.md) ![map](map.png) [up](overview.md)"
    assert texts["overview.md"].endswith("[folder](deploy.md) [docs](README.md)")
    assert "SELECT 1;" in texts["storage/roles.sql.md"]
    assert "## `env/part.env`" in texts["deploy.md"]
    assert set(pages.to_files()) == {"map.png"}


def test_the_navigation_follows_the_index():
    assert to_navigation(read_index(INDEX)) == (
        '["README.md", { "One" = [{ "First" = "first.md" },'
        ' { "Inside" = [{ "Second" = "sub/second.md" }] }] }]'
    )


def test_the_reference_is_added_below_its_heading():
    text = "# All\n\n## Reference\n\nMade.\n\n- [By hand](hand.md)\n"
    (section,) = read_index(add_reference(text, {"reference/made.md": "# Made of code\n"}))
    assert section.pages == [("Made of code", "reference/made.md"), ("By hand", "hand.md")]


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("- a\n  b\n  - c", "- a\n    b\n    - c"),
        ("so:\n- a\n- b", "so:\n\n- a\n- b"),
        ("1. a\n\n   more\n2. b", "1. a\n\n    more\n\n2. b"),
        ("10. a\n\n    more", "10. a\n\n    more"),
        ("1. a\n\n       code", "1. a\n\n        code"),
    ],
)
def test_lists_become_those_of_four_spaces(text, made):
    assert to_four_spaces(text) == made
