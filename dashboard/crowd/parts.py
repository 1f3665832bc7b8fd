"""Pieces of HTML that the crowd pages share; text is escaped here, what is HTML says so."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple, Protocol

from ..words import Words
from .addresses import to_address
from .view import View


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
    """Table whose first column names its rows; it scrolls inside itself, reached by keyboard."""

    def align(column: int) -> str:
        return ' class="number"' if column in numbers else ""

    heads = "".join(f'<th scope="col"{align(n)}>{escape(name)}</th>' for n, name in enumerate(head))
    body = "".join(
        f'<tr><th scope="row">{write(row[0])}</th>'
        + "".join(f"<td{align(n)}>{write(cell)}</td>" for n, cell in enumerate(row[1:], 1))
        + "</tr>"
        for row in rows
    )
    said = escape(caption)
    return (
        f'<div class="table {kind}" role="region" tabindex="0" aria-label="{said}"><table>'
        f"<caption>{said}</caption><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
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


class Named(Protocol):
    """A place by its name in addresses and its name for people."""

    @property
    def name(self) -> str:
        """Name in addresses."""
        ...

    @property
    def title(self) -> str:
        """Name for people."""
        ...


def to_parts(words: Words, view: Named, here: str = "") -> str:
    """Links to the pages of a place; ``here`` is the one that is open."""
    links = [("now", to_address(words, view.name))]
    links += [
        (part, to_address(words, view.name, part))
        for part in ("planning", "evaluation", "report", "plan")
    ]
    links.append(("kiosk", f"{to_address(words, view.name)}?kiosk"))
    items = "".join(
        f'<li><a href="{escape(target)}"{" aria-current=page" if name == here else ""}>'
        f"{escape(words(f'crowd.part.{name}'))}</a></li>"
        for name, target in links
    )
    label = escape(words("crowd.parts", place=view.title))
    return f'<nav class="choices" aria-label="{label}"><ul>{items}</ul></nav>'


def to_link(words: Words, view: View, gauge: int) -> Html:
    """Name of a gauge that leads to its page."""
    target = escape(to_address(words, view.name, view.gauges[gauge]))
    kind = words("crowd.zone" if gauge < view.zones else "crowd.passage")
    return Html(
        f'<a href="{target}">{escape(view.titles[gauge])}</a>'
        f' <span class="small">{escape(kind)}</span>'
    )
