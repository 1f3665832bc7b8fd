"""The same report as HTML and as PDF: whole, safe, readable on a phone, on paper and aloud."""

import re
from datetime import UTC, datetime
from html import unescape

import pypdfium2
import pytest

from dashboard.reports import html, pdf
from dashboard.reports.document import (
    TONES,
    Cell,
    Document,
    Facts,
    Heading,
    Paragraph,
    Picture,
    Table,
)
from dashboard.reports.drawing import Drawing
from dashboard.reports.quarter import write_quarter
from dashboard.reports.year import write_year
from dashboard.words import Words
from tests.dashboard.test_classes import luminance

MADE = datetime(2026, 2, 1, 12, 0, 0, 123_456, tzinfo=UTC)
NASTY = '<script>alert("x")</script> #panic("y") $z$ \\ *b* _i_ @ref // & \'q\''


def read_pdf(content):
    """Text of a PDF, its spaces as one."""
    document = pypdfium2.PdfDocument(content)
    pages = [document[n].get_textpage().get_text_bounded() for n in range(len(document))]
    return " ".join(" ".join(pages).split())


@pytest.fixture(scope="module")
def documents(year, quarter):
    words = Words("nl")
    return [write_year(year, words, MADE), write_quarter(quarter, words, MADE)]


def small(text):
    drawing = Drawing(40)
    drawing.text((10, 20), text)
    return Document(
        language="en",
        title=text,
        lead=text,
        foot=text,
        blocks=[
            Heading(text),
            Paragraph(text, note=True),
            Facts([(text, text)]),
            Table(text, [text, text], [[text, Cell(text, "above")]]),
            Picture(drawing.to_svg(), text, text),
        ],
    )


def test_whatever_a_text_holds_it_is_only_shown():
    page = html.to_html(small(NASTY))
    assert "<script" not in page
    assert unescape(page).count(NASTY) >= 10
    said = read_pdf(pdf.to_pdf(small(NASTY), MADE))
    assert said.count('alert("x")') >= 8
    assert said.count("*b* _i_") >= 8


def test_text_that_the_fonts_lack_still_makes_a_file():
    assert read_pdf(pdf.to_pdf(small("Meetpunt 漢字 🚲"), MADE)).count("Meetpunt") >= 8


def test_every_number_of_a_table_is_on_the_page_and_in_the_file(documents):
    for document in documents:
        page = html.to_html(document)
        said = read_pdf(pdf.to_pdf(document, MADE)).replace(" ", "")
        for table in (block for block in document.blocks if isinstance(block, Table)):
            for row in table.rows:
                for cell in row:
                    text = cell.text if isinstance(cell, Cell) else cell
                    assert f">{html.escape(text)}<" in page
                    assert text.replace(" ", "") in said


def test_both_show_the_same_pictures(documents):
    for document in documents:
        page, source = html.to_html(document), pdf.to_typst(document)
        pictures = [block for block in document.blocks if isinstance(block, Picture)]
        assert page.count("<svg") == source.count("image(bytes(") == len(pictures) > 0
        for picture in pictures:
            assert picture.svg.split(">", 1)[1] in page
            assert pdf.quote(picture.svg) in source


def test_the_file_is_accessible_pdf_and_the_same_every_time(documents):
    for document in documents:
        source = pdf.to_typst(document).encode()
        content = pdf.compile_source(source, MADE, [pdf.STANDARD])  # raises where it is not
        assert content == pdf.to_pdf(document, MADE)
        assert b"/Lang(nl)" in content.replace(b" ", b"")


def test_the_page_asks_for_nothing_and_has_no_script(documents):
    for document in documents:
        page = html.to_html(document)
        assert page.startswith("<!DOCTYPE html>")
        assert '<html lang="nl">' in page
        assert "default-src &#x27;none&#x27;" in page
        outside = re.findall(r"(?:https?:)?//[^\s\"'<]+", page)
        assert set(outside) == {"http://www.w3.org/2000/svg"}
        assert not re.search(r"<script|<link|<img|@import|url\(", page)
        assert page.count("<table>") == page.count("<caption>")


def test_it_fits_a_phone_and_a_desk(documents, browser, tmp_path):
    for number, document in enumerate(documents):
        path = tmp_path / f"{number}.html"
        path.write_text(html.to_html(document))
        for width in (320, 1440):
            with browser.new_context(viewport={"width": width, "height": 800}) as context:
                page = context.new_page()
                asked, faults = [], []
                page.on("request", lambda request, asked=asked: asked.append(request.url))
                page.on("console", lambda said, faults=faults: faults.append(said.text))
                page.goto(path.as_uri())
                assert page.evaluate("document.documentElement.scrollWidth") <= width
                assert asked == [path.as_uri()]
                assert faults == []
                named = page.locator("svg[role=img][aria-label]").count()
                assert named == page.locator("svg").count() > 0


def test_tones_can_be_read_on_paper_and_on_a_header():
    for colour in [*TONES.values(), "#4a5a68", "#22303c", "#14507a"]:
        if colour:
            assert (luminance("#f5f7f9") + 0.05) / (luminance(colour) + 0.05) >= 4.5
