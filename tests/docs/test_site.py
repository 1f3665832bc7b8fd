"""The built site: every page has its place, every link holds, nothing comes from elsewhere."""

import re
from collections import Counter
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

import pytest
from markdown_it import MarkdownIt

from docs.site.build import ROOT
from docs.site.index import INDEX, read_index
from docs.site.pages import gather, to_place

SHAPES = ("h1", "h2", "h3", "ol", "ul", "li", "pre", "table", "tr", "td", "img", "blockquote")
ELSEWHERE = re.compile(r"(?:url\(|@import)\s*['\"]?((?:https?:)?//[^'\")]+)")
APART = ("404.html",)  # shown at any address, so its links begin at the top


@pytest.fixture(scope="module")
def gathered():
    """`Pages` of the repository."""
    return gather(ROOT, INDEX)


def list_listed(sections):
    for section in sections:
        yield from (place for _, place in section.pages)
        yield from list_listed(section.sections)


def test_every_document_is_reached_from_the_index(gathered):
    written = {str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md")}
    assert written - set(gathered.texts) == set()


def test_the_index_lists_a_page_once_and_every_document_but_decisions():
    listed = Counter(list_listed(read_index((ROOT / INDEX).read_text())))
    assert [place for place, times in listed.items() if times > 1] == []
    documents = {str(path.relative_to(ROOT / "docs")) for path in (ROOT / "docs").rglob("*.md")}
    apart = {place for place in documents if place.startswith("decisions/0")} | {"README.md"}
    assert documents - apart - set(listed) == set()


def to_html_place(place):
    return re.sub(r"(^|/)README\.md$", r"\1index.md", place).removesuffix(".md") + ".html"


def test_a_page_of_the_site_has_the_shape_that_the_repository_shows(gathered, pages):
    reader = MarkdownIt("commonmark").enable("table")
    wrong = {}
    for path, text in gathered.texts.items():
        if path == INDEX:  # there the reference is added
            continue
        wanted = Counter(token.tag for token in reader.parse(text) if token.nesting >= 0)
        wanted["pre"] = sum(token.type in ("fence", "code_block") for token in reader.parse(text))
        wanted["img"] = sum(
            child.type == "image" for token in reader.parse(text) for child in token.children or ()
        )
        made = pages[to_html_place(to_place(path))].tags
        found = {tag: (wanted[tag], made[tag]) for tag in SHAPES if wanted[tag] != made[tag]}
        if found:
            wrong[path] = found
    assert wrong == {}


def test_every_link_and_anchor_inside_the_site_leads_somewhere(pages, site):
    lost = []
    for place, page in pages.items():
        if place in APART:
            continue
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = find(site, place, parts.path)
            there = target is not None and (
                not parts.fragment
                or target not in pages
                or unquote(parts.fragment) in pages[target].anchors
            )
            lost += [] if there else [(place, link)]
    assert lost == []


def find(site, place, path):
    """Place of a file of the site that a page links to; None when it is not there."""
    if not path:
        return place
    target = (site / PurePosixPath(place).parent / unquote(path)).resolve()
    target = target / "index.html" if target.is_dir() else target
    return str(target.relative_to(site.resolve())) if target.is_file() else None


def test_nothing_is_loaded_from_another_host(pages, site):
    assert all(page.loaded for page in pages.values())
    for place, page in pages.items():
        for source in page.loaded:
            parts = urlsplit(source)
            assert not parts.netloc, (place, source)
            if parts.scheme != "data" and place not in APART:
                assert find(site, place, parts.path), (place, source)
    for sheet in site.rglob("*.css"):
        outside = re.findall(
            r"(?:url\(|@import)\s*['\"]?((?:https?:)?//[^'\")]+)", sheet.read_text()
        )
        assert outside == [], sheet


def test_pages_in_dutch_say_so(pages):
    dutch = {place for place, page in pages.items() if page.language == "nl"}
    assert dutch == {
        "tutorials/burger.html",
        "tutorials/gemeente.html",
        "reference/woordenboek.html",
    }


def test_code_that_pages_link_to_is_shown(pages):
    assert "GRANT SELECT ON ALL TABLES IN SCHEMA public" in pages["storage/roles.sql.html"].text
    assert "reverse_proxy" in pages["deploy/Caddyfile.html"].text


def test_pictures_of_tutorials_are_small():
    for path in (Path(ROOT) / "docs/tutorials").glob("*.png"):
        assert path.stat().st_size < 100_000, path
