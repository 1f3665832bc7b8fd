"""Articles: Markdown beside this file, one in each language, with facts of the code filled in.

A file begins with its title (``# ...``); the paragraph after it is its summary. ``$limits`` and the
like are tables and numbers of FACTS, so that what is told is what the code does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from markdown_it import MarkdownIt

from lokaalmeten.findings import VERSION as CHECKS
from lokaalmeten.limits import LIMITS
from lokaalmeten.quality import Flag
from lokaalmeten.quantities import QUANTITIES

from ..texts import LANGUAGES
from ..words import DASH, Words, unit_sign

FOLDER = Path(__file__).parent
# The same article in both languages, in the order in which they are listed: Dutch, English.
ARTICLES = (
    ("waarde-lezen", "reading-a-value"),
    ("woordenboek", "glossary"),
    ("methoden", "methods"),
    ("privacy", "privacy"),
    ("toegankelijkheid", "accessibility"),
)


@dataclass(frozen=True)
class Article:
    """Something to read."""

    name: str  # in its address
    title: str
    summary: str
    body: str  # HTML, without the title


def list_articles(language: str) -> list[Article]:
    """All articles in a language."""
    column = LANGUAGES.index(language)
    return [read_article(language, names[column]) for names in ARTICLES]


@cache
def read_article(language: str, name: str) -> Article:
    """One article; it must be one of ARTICLES."""
    return to_article(Words(language), name, read_markdown(language, name))


def read_markdown(language: str, name: str) -> str:
    """Markdown of one of ARTICLES, its facts filled in."""
    text = (FOLDER / language / f"{name}.md").read_text(encoding="utf-8")
    return Template(text).substitute(find_facts(Words(language)))


def to_article(words: Words, name: str, text: str) -> Article:
    """Article of a text in Markdown; without a title it is called by its name."""
    head, _, rest = text.strip().partition("\n")
    if not head.startswith("# "):
        head, rest = f"# {name}", text.strip()
    parts = [part.strip() for part in rest.strip().split("\n\n") if part.strip()]
    summary = " ".join(parts[0].split()) if parts and not parts[0].startswith(MARKS) else ""
    return Article(name, head[2:].strip(), to_plain(summary), to_html(words, rest))


MARKS = ("#", "|", "-", "*", ">", "!", "`")


def to_html(words: Words, text: str) -> str:
    """HTML of Markdown; HTML inside it stays text, and tables can be scrolled by keyboard."""
    made = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    first, *tables = made.split("<table>")
    for number, table in enumerate(tables, 1):
        label = escape(words("knowledge.table", number=number))
        first += f'<div class="table" role="region" tabindex="0" aria-label="{label}"><table>'
        first += table.replace("</table>", "</table></div>")
    return first


def to_plain(text: str) -> str:
    """Markdown of one paragraph without its marks."""
    (inline,) = MarkdownIt("commonmark").parseInline(text)
    return "".join(
        " " if child.type == "softbreak" else child.content
        for child in inline.children or ()
        if child.type in ("text", "code_inline", "softbreak")
    )


def find_facts(words: Words) -> Mapping[str, str]:
    """Tables and numbers that stand in articles, in a language."""
    return {
        "limits": to_table(words, ("norm", "quantity", "mean", "limit", "allowed"), limits(words)),
        "quantities": to_table(words, ("quantity", "unit", "span"), quantities(words)),
        "flags": "\n".join(f"- **{int(flag)}** {words.flag(flag)}" for flag in Flag),
        "checks": str(CHECKS),
    }


def to_table(words: Words, head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A table in Markdown; ``head`` are keys of texts."""
    titles = [words(f"knowledge.{key}") for key in head]
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def limits(words: Words) -> list[tuple[str, ...]]:
    """Every limit: norm, quantity, over which time, how much, and how often above it."""
    return [
        (
            each.norm,
            words.quantity(each.quantity),
            words(f"knowledge.mean.{each.period}"),
            f"{words.number(each.value)} {unit_sign(each.quantity)}",
            words.number(each.allowed) if each.period != "year" else DASH,
        )
        for each in LIMITS
    ]


def quantities(words: Words) -> list[tuple[str, ...]]:
    """Every quantity: its name, its unit, what a sensor can report."""
    return [
        (
            words.quantity(each.key),
            unit_sign(each.key) or DASH,
            f"{words.number(each.low)} {DASH} {words.number(each.high)}",
        )
        for each in QUANTITIES
    ]
