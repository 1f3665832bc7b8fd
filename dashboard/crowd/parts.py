"""Links between the crowd pages."""

from html import escape
from typing import Protocol

from ..pages.pieces import Html
from ..words import Words
from .addresses import to_address
from .view import View


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
