"""Articles say in both languages what the code does."""

import re
from urllib.parse import urlsplit

import pytest

from dashboard.knowledge.articles import ARTICLES, FOLDER, list_articles, read_article, to_article
from dashboard.texts import LANGUAGES
from dashboard.words import Words
from lokaalmeten.limits import LIMITS
from lokaalmeten.quality import Flag
from lokaalmeten.quantities import QUANTITIES

NL, EN = Words("nl"), Words("en")


def test_every_file_is_an_article_and_every_article_a_file():
    for column, language in enumerate(LANGUAGES):
        files = {path.stem for path in (FOLDER / language).glob("*.md")}
        assert files == {names[column] for names in ARTICLES}


@pytest.mark.parametrize("pair", ARTICLES, ids=lambda pair: pair[1])
def test_both_languages_have_the_same_parts(pair):
    bodies = [read_article(*each).body for each in zip(LANGUAGES, pair, strict=True)]
    shapes = [re.findall(r"<(h2|h3|table|tr|ul|ol|li)\b", body) for body in bodies]
    assert shapes[0] == shapes[1]


def test_every_limit_and_quantity_stands_in_its_table():
    value, glossary = read_article("nl", "waarde-lezen").body, read_article("en", "glossary").body
    assert value.count("<td>WHO 2021</td>") == 1 + sum(each.norm == "WHO 2021" for each in LIMITS)
    assert "<td>15 µg/m³</td>" in value
    for quantity in QUANTITIES:
        assert f"<td>{quantity.en}</td>" in glossary
    for flag in Flag:
        assert f"<strong>{int(flag)}</strong> {NL.flag(flag)}" in value


def test_an_article_has_a_title_and_a_summary():
    for language in LANGUAGES:
        for article in list_articles(language):
            assert article.title
            assert 20 < len(article.summary) < 200
            assert "<h1" not in article.body


@pytest.mark.parametrize(
    ("text", "title", "summary"),
    [
        (
            "# A *walk*\n\nAlong the `canal`,\nat *six*.\n\nMore.",
            "A *walk*",
            "Along the canal, at six.",
        ),
        ("Just text.", "name", "Just text."),
        ("# Only", "Only", ""),
        ("# List\n\n- one\n- two", "List", ""),
        ("", "name", ""),
    ],
)
def test_title_and_summary_of_any_text(text, title, summary):
    made = to_article(EN, "name", text)
    assert (made.title, made.summary) == (title, summary)


def test_html_in_a_text_stays_text():
    body = to_article(EN, "x", "# x\n\n<script>alert(1)</script>\n\n[a](javascript:alert(1))").body
    assert "<script" not in body
    assert "href" not in body


def test_pages_are_there_and_lead_to_the_other_language(client):
    for column, language in enumerate(LANGUAGES):
        part = ("kennis", "knowledge")[column]
        overview = client.get(f"/{language}/{part}")
        assert overview.status == 200
        assert f'<html lang="{language}">' in overview.text
        for names in ARTICLES:
            assert f'href="/{language}/{part}/{names[column]}"' in overview.text
            page = client.get(f"/{language}/{part}/{names[column]}")
            assert page.status == 200
            (other,) = re.findall(r'class="language" href="([^"]+)"', page.text)
            assert client.get(urlsplit(other).path).status == 200
            assert names[1 - column] in other


def test_no_page_sets_a_cookie(client):
    for path in ("/nl/kennis", "/en/data", "/nl/", "/v1/nodes"):
        assert "set-cookie" not in client.get(path).headers


@pytest.mark.parametrize(
    "path", ["/nl/kennis/geheim", "/en/knowledge/..%2f..%2fapp", "/nl/kennis/glossary"]
)
def test_what_is_not_there_is_said(client, path):
    assert client.get(path).status == 404
