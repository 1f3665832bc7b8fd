"""Pieces of HTML that pages of the server share; text is escaped here, what is HTML says so."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple


class Html(NamedTuple):
    """A piece of HTML, not to be escaped."""

    text: str


def write(content: "str | Html") -> str:
    """Content as HTML."""
    return content.text if isinstance(content, Html) else escape(content)


def to_table(
    head: Sequence[str],
    rows: Iterable[Sequence[str | Html]],
    caption: str,
    numbers: Sequence[int] = (),
    kind: str = "",
) -> str:
    """Table whose first column names its rows."""

    def align(column: int) -> str:
        return ' class="number"' if column in numbers else ""

    heads = "".join(f'<th scope="col"{align(n)}>{escape(name)}</th>' for n, name in enumerate(head))
    body = "".join(
        f'<tr><th scope="row">{write(row[0])}</th>'
        + "".join(f"<td{align(n)}>{write(cell)}</td>" for n, cell in enumerate(row[1:], 1))
        + "</tr>"
        for row in rows
    )
    return to_frame(caption, heads, body, kind)


def to_frame(caption: str, heads: str, rows: str, kind: str = "") -> str:
    """Table of headings and rows that are HTML; it scrolls inside itself, reached by keyboard."""
    said = escape(caption)
    return (
        f'<div class="table {kind}" role="region" tabindex="0" aria-label="{said}"><table>'
        f"<caption>{said}</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def to_list(items: Iterable[str | Html], kind: str = "") -> str:
    """List of points."""
    rows = "".join(f"<li>{write(item)}</li>" for item in items)
    return f'<ul class="{kind}">{rows}</ul>' if kind else f"<ul>{rows}</ul>"


def to_notice(title: str, texts: Iterable[str], *, urgent: bool = False) -> str:
    """Something that the reader has to know."""
    kind = "notice-plain urgent" if urgent else "notice-plain"
    said = "".join(f"<p>{escape(text)}</p>" for text in texts)
    role = "alert" if urgent else "note"
    head = f"<p><strong>{escape(title)}</strong></p>"
    return f'<div class="{kind}" role="{role}">{head}{said}</div>'


def to_folded(summary: str, content: str) -> str:
    """Part that opens on a click or Enter; ``content`` is HTML."""
    return f'<details class="folded"><summary>{escape(summary)}</summary>{content}</details>'
