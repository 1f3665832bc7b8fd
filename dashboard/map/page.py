"""The page around the map, and the same map for a page of somebody else."""

import json
from collections.abc import Mapping
from html import escape
from typing import Any

from ..packed import Packed
from ..pages.parts import USUAL
from ..pages.pieces import to_notice
from ..pages.shell import STYLES, page
from ..periods import PERIODS
from ..publisher import Publisher
from ..theme import ROUTE as THEME
from ..words import DASH, Words
from .content import There, tell_ends
from .state import LAYERS, State

EMBED = "embed"
TICK_MS = 10_000  # how often an open page looks for newer data
STYLE = "map/map.css"
SCRIPT = "map/page.js"
MODULES = (
    "map/draw.js",
    "map/cells.js",
    "map/marks.js",
    "map/look.js",
    "shared/colours.js",
    "shared/flat.js",
)
WORKER = "vendor/maplibre-gl-worker.mjs"
LIBRARIES = ("vendor/maplibre-gl.mjs", "vendor/h3-js.mjs")
TEXTS = {  # of the script: name there, key
    "now": "map.now",
    "play": "map.play",
    "pause": "map.pause",
    "copied": "map.copied",
    "copySelf": "map.copy.self",
    "locate": "map.locate",
    "located": "map.located",
    "refused": "map.locate.refused",
    "notFound": "map.locate.failed",
    "failed": "map.fail",
    "broken": "map.broken",
}


def to_page(words: Words, state: State, there: There, files: Packed, basemap: Mapping) -> str:
    """Whole document of the map."""
    if there.extent is None:
        empty = write_empty(words, state, there, files)
        return page(words, "", words("map.title"), empty, head=write_head(files))
    content = (
        f'<div id="page" class="page">{write_controls(words, state, there)}'
        f"{write_time(words, state, there)}"
        '<div id="map-notice" role="status"></div>'
        f"{write_map(words)}{write_below(words, state)}</div>"
        f"{write_script(words, state, there, files, basemap)}"
    )
    return page(words, "", words("map.title"), content, head=write_head(files))


def to_embedded(
    words: Words,
    state: State,
    there: There,
    files: Packed,
    basemap: Mapping,
    publisher: Publisher,
) -> str:
    """The map with its title, legend and source, for a frame on another site."""
    address = f"/{words.language}/?{state.to_query()}".rstrip("?")
    title = words("map.title")
    content = write_empty(words, state, there, files)
    if there.extent is not None:
        content = (
            '<p id="map-summary"></p><div id="map-notice" role="status"></div>'
            f"{write_map(words)}{write_script(words, state, there, files, basemap, own=False)}"
        )
    source = escape(words("map.embed.source", publisher=publisher.name))
    return f"""<!DOCTYPE html>
<html lang="{words.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} {DASH} {words("site.name")}</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
{"".join(f'<link rel="stylesheet" href="{style}">' for style in STYLES)}
{write_head(files)}
<link rel="stylesheet" href="{THEME}">
</head>
<body class="embedded">
<main id="main">
<h1>{escape(title)}</h1>
{content}
<p class="small">{source}. <a href="{escape(address)}" target="_blank" rel="noopener">
{escape(words("map.embed.open"))}</a></p>
</main>
</body>
</html>"""


def write_empty(words: Words, state: State, there: There, files: Packed) -> str:
    """Why there is no map; its script begins again when there is something."""
    notice = to_notice(words("no.data"), [words("no.data.why")])
    script = write_script(words, state, there, files, {})
    return f'<div id="page" class="page">{notice}</div>{script}'


def write_head(files: Packed) -> str:
    """Styles, and what the script will ask for anyway, at once."""
    style = f'<link rel="stylesheet" href="{files.to_address(STYLE)}">'
    addresses = [files.to_address(each) for each in (SCRIPT, *LIBRARIES)]
    addresses += [f"/assets/{each}" for each in MODULES]  # as one imports another
    ahead = "".join(f'<link rel="modulepreload" href="{each}">' for each in addresses)
    # the middle of a view stands in the address: nobody is told where it was followed from
    return f'<meta name="referrer" content="no-referrer">{style}{ahead}'


def write_controls(words: Words, state: State, there: There) -> str:
    """Quantity, period and layers; without a script the button sends them."""
    chosen = state.quantity or (USUAL if USUAL in there.quantities else "")
    keys = [*there.quantities, *([chosen] if chosen and chosen not in there.quantities else [])]
    options = "".join(
        f'<option value="{key}"{" selected" if key == chosen else ""}>'
        f"{escape(words.quantity(key))}</option>"
        for key in keys
    )
    periods = write_choices("radio", "period", PERIODS, (state.period,), words, "period")
    layers = write_choices("checkbox", "layer", LAYERS, state.layers, words, "map.layer")
    return (
        f'<form id="map-controls" class="controls map-controls" action="/{words.language}/">'
        f'<p class="control"><label for="map-quantity">{escape(words("quantity"))}</label>'
        f'<select id="map-quantity" name="quantity">{options}</select></p>'
        f'<fieldset id="map-period" class="control choice"><legend>{escape(words("period"))}'
        f"</legend>{periods}</fieldset>"
        f'<fieldset id="map-layers" class="control choice"><legend>'
        f"{escape(words('map.layers'))}</legend>{layers}</fieldset>"
        f'<noscript><button class="action">{escape(words("map.show"))}</button></noscript></form>'
    )


def write_choices(
    kind: str, name: str, values: Any, chosen: tuple[str, ...], words: Words, texts: str
) -> str:
    """Radio buttons or check boxes; a box has no name, as it is no option of its own."""
    named = f' name="{name}"' if kind == "radio" else ""
    return "".join(
        f'<label><input type="{kind}"{named} value="{value}" data-{name}'
        f"{' checked' if value in chosen else ''}> {escape(words(f'{texts}.{value}'))}</label>"
        for value in values
    )


def write_time(words: Words, state: State, there: There) -> str:
    """Slider over all ends of the period, the last is now; play, and back to now."""
    ends = tell_ends(there.extent, state.period) if there.extent else None
    count = ends["count"] if ends else 0
    hidden = "" if count else " hidden"
    return (
        f'<div id="map-time" class="map-time" role="group" '
        f'aria-label="{escape(words("map.moment"))}"{hidden}>'
        f'<button type="button" id="map-play">{escape(words("map.play"))}</button>'
        f'<label for="map-moment">{escape(words("map.moment"))}</label>'
        f'<input type="range" id="map-moment" min="0" max="{count}" value="{count}" step="1" '
        f'aria-valuetext="{escape(words("map.now"))}">'
        f'<output id="map-moment-said" for="map-moment">{escape(words("map.now"))}</output>'
        f'<button type="button" id="map-now" disabled>{escape(words("map.now.button"))}</button>'
        f'</div><p id="map-no-time" class="small"{" hidden" if count else ""}>'
        f"{escape(words('map.all.moment'))}</p>"
    )


def write_map(words: Words) -> str:
    """Where it is drawn, and the legend beside it."""
    return (
        '<div class="map-row"><div class="map-place">'
        '<div id="map" class="map"></div>'
        '<p id="map-broken" class="lead" role="alert"></p>'
        f'<noscript><p>{escape(words("map.noscript"))} <a href="/v1">/v1</a></p></noscript></div>'
        '<div id="map-legend" class="legend"></div></div>'
    )


def write_below(words: Words, state: State) -> str:
    """What the map says in words, what can be done with it, and its tables."""
    folds = (("map-table", "map.table"), ("map-marks", "map.marks"))
    tables = "".join(
        f'<details class="folded"><summary>{escape(words(key))}</summary>'
        f'<div id="{name}"></div></details>'
        for name, key in folds
    )
    return (
        '<p id="map-summary"></p>'
        '<div class="map-actions">'
        f'<button type="button" id="map-locate">{escape(words("map.locate"))}</button>'
        f'<button type="button" id="map-copy">{escape(words("map.copy"))}</button></div>'
        f'<p class="small">{escape(words("map.locate.hint"))} {escape(words("map.shared"))}</p>'
        '<p id="map-said" role="status"></p>'
        '<p id="map-link-place" hidden><label for="map-link">'
        f'{escape(words("map.link"))}</label> <input id="map-link" readonly></p>'
        f'<p class="small">{escape(words("map.keys"))}</p>'
        f'<p><a href="/{words.language}/air-map">{escape(words("air_map.link"))}</a></p>'
        f"{tables}{write_snippet(words, state)}"
    )


def write_snippet(words: Words, state: State) -> str:
    """A line for other sites; the script fills in where this site is and what is seen."""
    address = f"/{words.language}/{EMBED}?{state.to_query()}".rstrip("?")
    line = (
        f'<iframe src="{address}" title="{words("map.title")}" width="100%" height="720" '
        'style="border:0" loading="lazy"></iframe>'
    )
    return (
        f'<details class="folded"><summary>{escape(words("map.embed"))}</summary>'
        f"<p>{escape(words('map.embed.why'))}</p>"
        f'<pre tabindex="0"><code id="map-snippet">{escape(line)}</code></pre></details>'
    )


def write_script(
    words: Words,
    state: State,
    there: There,
    files: Packed,
    basemap: Mapping,
    *,
    own: bool = True,
) -> str:
    """What the script must know, and the script; ``own`` is the page of this site."""
    place = state.place
    known = {
        "language": words.language,
        "own": own,
        "empty": there.extent is None,
        "tick": TICK_MS,
        "ask": f"/_map/{words.language}",
        "zones": "/_map/zones",
        "quantity": state.quantity,
        "period": state.period,
        "end": int(state.end.timestamp()) if state.end else None,
        "place": [place.zoom, place.lat, place.lon] if place else None,
        "layers": state.layers,
        "ends": tell_ends(there.extent, state.period) if there.extent else None,
        "basemap": dict(basemap),
        "files": {each: files.to_address(each) for each in (*LIBRARIES, WORKER)},
        "dead": to_notice(words("problem.503.title"), [words("problem.503.text")], urgent=True),
        "texts": {name: words(key) for name, key in TEXTS.items() if key != "map.broken"}
        | {"broken": words("map.broken", reason="{reason}")},
    }
    text = json.dumps(known, ensure_ascii=False).replace("<", "\\u003c")
    return (
        f'<script type="application/json" id="map-known">{text}</script>'
        f'<script type="module" src="{files.to_address(SCRIPT)}"></script>'
    )
