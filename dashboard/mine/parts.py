"""Pieces of HTML that the own pages share; text is escaped here."""

from collections.abc import Iterable, Sequence
from html import escape

from ..pages.pieces import Html
from ..pages.shell import page
from ..texts import LANGUAGES
from ..words import Words

STYLE = '<link rel="stylesheet" href="/assets/mine.css">'


def to_document(words: Words, title: str, content: str, rest: str = "", other: str = "") -> str:
    """Whole document below the address of the own pages; ``rest`` is the end of the address.

    ``other`` is that end in the other language, where it is called otherwise there.
    """
    foreign = next(Words(language) for language in LANGUAGES if language != words.language)
    return page(
        words,
        words("mine.path") + rest,
        title,
        content,
        head=STYLE,
        other=foreign("mine.path") + (other or rest),
    )


def to_lead(text: str) -> str:
    """First sentence of a page."""
    return f'<p class="lead">{escape(text)}</p>'


def to_facts(rows: Iterable[tuple[str, str | Html]]) -> str:
    """Names with what they are."""
    items = "".join(
        f"<dt>{escape(name)}</dt><dd>{said.text if isinstance(said, Html) else escape(said)}</dd>"
        for name, said in rows
    )
    return f'<dl class="mine-facts">{items}</dl>'


def to_said(text: str, *, urgent: bool = False) -> str:
    """What became of something."""
    kind, role = ("notice-plain urgent", "alert") if urgent else ("notice-plain", "status")
    return f'<p class="{kind}" role="{role}">{escape(text)}</p>' if text else ""


def to_link(target: str, text: str) -> Html:
    """A link."""
    return Html(f'<a href="{escape(target)}">{escape(text)}</a>')


def to_action(target: str, text: str) -> str:
    """A link that is the thing to do."""
    return f'<p><a class="action" href="{escape(target)}">{escape(text)}</a></p>'


def to_choices(words: Words, path: str, keys: Sequence[str], chosen: str | None) -> str:
    """Links to a page for each of its quantities; nothing when there is no choice."""
    if len(keys) < 2:
        return ""
    items = "".join(
        f'<li><a href="{escape(path)}?quantity={key}"'
        f"{' aria-current=page' if key == chosen else ''}>{escape(words.quantity(key))}</a></li>"
        for key in keys
    )
    label = escape(words("quantity"))
    return f'<nav class="choices" aria-label="{label}"><ul>{items}</ul></nav>'
