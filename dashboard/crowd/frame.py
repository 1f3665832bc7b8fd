"""Whole documents around the crowd pages: in the frame of the site, or alone on a large screen."""

from datetime import datetime
from html import escape

from ..pages.shell import page
from ..texts import LANGUAGES
from ..theme import ROUTE as THEME
from ..words import DASH, ZONE, Words
from .addresses import to_path
from .view import View

REFRESH_S = 30  # after which a large screen asks again
STYLE = '<link rel="stylesheet" href="/assets/crowd.css">'
SCRIPT = '<script type="module" src="/assets/kiosk.js"></script>'


def to_document(
    words: Words,
    title: str,
    content: str,
    *,
    place: str = "",
    part: str = "",
    query: str = "",
    head: str = "",
    tail: str = "",
) -> str:
    """A page in the frame of the site; ``content``, ``head`` and ``tail`` are HTML."""
    other = next(Words(language) for language in LANGUAGES if language != words.language)
    paths = (to_path(words, place, part), to_path(other, place, part) + query)
    tail += SCRIPT if 'id="crowd"' in content else ""
    return page(words, paths[0], title, content, head=STYLE + head, tail=tail, other=paths[1])


def watch(words: Words, view: View, content: str, refresh_s: int = 0) -> str:
    """Content that notices by itself when it gets old; refreshed when a time is given."""
    age = f"{view.age_s:.0f}" if view.now else ""
    clock = f"{view.moment.astimezone(ZONE):%H:%M}"
    refresh = f' data-refresh="{refresh_s}"' if refresh_s else ""
    old, dead = (escape(words(f"crowd.page.{kind}", time="{time}")) for kind in ("old", "dead"))
    return (
        f'<div id="crowd-banner" class="notice-plain urgent" role="alert" hidden'
        f' data-sayold="{old}" data-saydead="{dead}"><p><strong data-say></strong>'
        f' <a href="">{escape(words("crowd.page.reload"))}</a></p></div>'
        f'<div id="crowd" data-age="{age}" data-stale="{view.stale_s}" data-clock="{clock}"'
        f"{refresh}>{content}</div>"
    )


def to_screen(words: Words, view: View, content: str) -> str:
    """A document for a large screen: no menu, no footer, and it refreshes by itself."""
    title = escape(view.title)
    inner = f'<h1>{title} <span class="clock">{to_clock(view.moment)}</span></h1>{content}'
    return f"""<!DOCTYPE html>
<html lang="{words.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} {DASH} {words("site.name")}</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/style.css">
{STYLE}
<link rel="stylesheet" href="{THEME}">
</head>
<body class="kiosk">
<main id="main">
<noscript><p class="notice-plain urgent">{escape(words("crowd.noscript"))}</p></noscript>
{watch(words, view, inner, REFRESH_S)}
</main>
{SCRIPT}
</body>
</html>"""


def to_clock(moment: datetime) -> str:
    """Dutch time of day."""
    return f"{moment.astimezone(ZONE):%H:%M}"
