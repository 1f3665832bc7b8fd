"""The frame around every page, plain HTML: head, skip link, menu, heading, footer."""

from html import escape

from fastapi import Request

from ..texts import LANGUAGES
from ..theme import ROUTE as THEME
from ..words import DASH, Words

MENU = (
    ("", "menu.map"),
    ("nodes", "menu.nodes"),
    ("rides", "menu.rides"),
    ("forecasts", "menu.forecasts"),
    ("crowd", "menu.crowd"),
    ("data", "menu.data"),
    ("knowledge", "menu.knowledge"),
)
NAMED = {"crowd", "knowledge"}  # parts whose address is a word of the language
NOWHERE = "-"  # an address that no page has
STYLES = ("/assets/vendor/maplibre-gl.css", "/assets/style.css")


def language_of(request: Request) -> str:
    """Language of the address, else the first of the browser's that we speak, else Dutch."""
    first = request.url.path.split("/")[1]
    if first in LANGUAGES:
        return first
    for wish in request.headers.get("accept-language", "").split(","):
        spoken = wish.split(";")[0].strip()[:2].lower()
        if spoken in LANGUAGES:
            return spoken
    return LANGUAGES[0]


def page(
    words: Words,
    path: str,
    title: str,
    content: str,
    *,
    head: str = "",
    tail: str = "",
    other: str | None = None,
) -> str:
    """Whole document; ``path`` is the page without its language; content, head and tail are HTML.

    ``title`` is text and is escaped here; ``other`` is the path in the other language where it is
    called otherwise there.
    """
    name = words("site.name")
    return f"""<!DOCTYPE html>
<html lang="{words.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} {DASH} {name}</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
{"".join(f'<link rel="stylesheet" href="{style}">' for style in STYLES)}
{head}
<link rel="stylesheet" href="{THEME}">
<script src="/assets/look.js"></script>
</head>
<body>
<a class="skip" href="#main">{words("site.skip")}</a>
<header class="site">
<a class="name" href="/{words.language}/">{_mark()}{name}</a>
<nav aria-label="{words("site.menu")}"><ul>{_menu(words, path)}</ul></nav>
{_look(words)}
{_other_language(words, path if other is None else other)}
</header>
<main id="main" tabindex="-1">
<h1>{escape(title)}</h1>
{content}
</main>
<footer class="site"><p>{words("site.footer")} {_links(words)}</p></footer>
{tail}
</body>
</html>"""


def problem_page(language: str, status: int, path: str, said: str = "") -> str:
    """Page that says what is wrong and where to go, without any script; ``said`` says it exactly.

    Of what cannot be asked for, the same page as it is without options is where to go.
    """
    words = Words(language)
    kind = status if status in (400, 403, 500, 503) else 404
    text = said or words(f"problem.{kind}.text", path=path)
    is_dead = kind in (500, 503)
    target, label = (path, "problem.again") if is_dead else (f"/{language}/", "problem.map")
    if said:
        target, label = path, "problem.without"
    content = (
        f'<p class="lead">{escape(text)}</p>'
        f'<p><a class="action" href="{escape(target)}">{words(label)}</a></p>'
    )
    title = words(f"problem.{kind}.title")
    if kind in (403, 404):  # no part of the menu, and not in the other language either
        return page(words, NOWHERE, title, content, other="")
    return page(words, path.removeprefix(f"/{language}/").lstrip("/"), title, content)


def _menu(words: Words, path: str) -> str:
    here = path.partition("/")[0]
    sections = {"node": "nodes", "ride": "rides", "air-map": "", words("crowd.path"): "crowd"}
    sections[words("knowledge.path")] = "knowledge"
    section = sections.get(here, here)
    items = []
    for name, label in MENU:
        current = ' aria-current="page"' if name == section else ""
        target = words(f"{name}.path") if name in NAMED else name
        items.append(f'<li><a href="/{words.language}/{target}"{current}>{words(label)}</a></li>')
    return "".join(items)


def _other_language(words: Words, path: str) -> str:
    other = next(language for language in LANGUAGES if language != words.language)
    return (
        f'<a class="language" href="/{other}/{escape(path)}" lang="{other}" hreflang="{other}" '
        f'title="{words("site.other.hint")}">{words("site.other")}</a>'
    )


def _links(words: Words) -> str:
    """What stands below every page."""
    base = f"/{words.language}"
    accessible = f"{base}/{words('knowledge.path')}/{words('knowledge.accessible.path')}"
    links = (
        ("/v1", words("site.api")),
        (accessible, words("knowledge.accessible")),
        (f"{base}/{words('access.path')}", words("access.link")),
    )
    return " · ".join(f'<a href="{path}">{label}</a>' for path, label in links)


def _look(words: Words) -> str:
    """Button for the dark; assets/look.js shows it and knows whether it is pressed."""
    label = f'aria-label="{words("site.dark")}" title="{words("site.dark")}"'
    half = '<path d="M10 2a8 8 0 000 16z" fill="currentColor"/>'
    ring = '<circle cx="10" cy="10" r="8" fill="none" stroke="currentColor" stroke-width="1.6"/>'
    return (
        f'<button class="look" type="button" hidden aria-pressed="false" {label}>'
        f'<svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">{ring}{half}</svg>'
        "</button>"
    )


def _mark() -> str:
    """Hexagon before the name."""
    return (
        '<svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">'
        '<path d="M10 1l8 4.5v9L10 19l-8-4.5v-9z" fill="currentColor"/></svg>'
    )
