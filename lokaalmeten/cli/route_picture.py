"""A route as a picture: its segments on a map without a background, and their means along it.

One page of HTML with drawings in SVG: it needs no network, no script and no other file, and says in
words what the colours say.
"""

from collections.abc import Iterator
from html import escape
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ingest.routes.averages import FIRM, SEGMENT_M
from ingest.routes.route import Route
from lokaalmeten.privacy import FEWEST_NODES

Float = NDArray[np.float64]

WIDE, MAP_HIGH, CHART_HIGH = 960, 520, 280
EDGE = 48
# Dark is high: five steps of viridis, which stay apart in grey and for the colour-blind.
COLOURS = ("#fde725", "#5ec962", "#21918c", "#3b528b", "#440154")
STYLE = """
body{font:16px/1.5 system-ui,sans-serif;color:#1c2330;background:#fff;max-width:60rem;
margin:2rem auto;padding:0 1rem}
h1{font-size:1.3rem;margin:0 0 .3rem}p{margin:.3rem 0}div{overflow-x:auto}
svg{width:100%;min-width:40rem;height:auto;display:block}
svg text{font:13px system-ui,sans-serif;fill:#1c2330;paint-order:stroke;
stroke:#fff;stroke-width:3px}
ul{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.3rem 1.2rem}
li i{display:inline-block;width:1.6em;height:.7em;margin-right:.4em;border:1px solid #1c2330}
"""


def draw_route(route: Route, rows: pd.DataFrame, title: str, words: str) -> str:
    """Page of a route; ``rows`` as `meten route --out` has them, one a segment that is shown."""
    edges = find_edges(rows["mean"].to_numpy())
    pieces = [*draw_map(route, rows, edges), *draw_chart(route, rows, edges)]
    legend = "".join(
        f'<li><i style="background:{colour}"></i>{low:g} to {high:g}</li>'
        for colour, low, high in zip(COLOURS, edges[:-1], edges[1:], strict=True)
        if len(rows)
    )
    note = (
        f"Thin grey: passed by fewer than {FEWEST_NODES} nodes, or by none. Dashed, and an open dot"
        f" below: fewer than {FIRM} samples. The lines through the dots are one standard error"
        " between rides up and down; a single ride has none. Low-cost sensors give an"
        " indication, no proof."
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>"
        f"<h1>{escape(title)}</h1><p>{escape(words)}</p>"
        f"<ul>{legend}</ul>\n<div>{''.join(pieces)}</div>\n<p>{escape(note)}</p></body></html>\n"
    )


def find_edges(means: Float) -> Float:
    """Edges (6,) of five classes over the means, in round steps.

    >>> find_edges(np.array([4.2, 13.9])).tolist()
    [4.0, 6.0, 8.0, 10.0, 12.0, 14.0]
    """
    low, high = (float(means.min()), float(means.max())) if len(means) else (0.0, 1.0)
    least = max((high - low) / len(COLOURS), 1e-3)
    power = 10 ** np.floor(np.log10(least))
    steps = power * np.array([1, 1.5, 2, 2.5, 3, 4, 5, 10, 20])
    firsts = np.floor(low / steps) * steps
    fitting = (steps >= least) & (firsts + steps * len(COLOURS) >= high)
    step, first = steps[fitting][0], firsts[fitting][0]
    return np.round(first + step * np.arange(len(COLOURS) + 1.0), 6)


def to_colour(mean: float, edges: Float) -> str:
    """Colour of the class of a mean; an edge belongs to the class above it."""
    place = int(np.searchsorted(edges, mean, side="right")) - 1
    return COLOURS[min(max(place, 0), len(COLOURS) - 1)]


def draw_map(route: Route, rows: pd.DataFrame, edges: Float) -> Iterator[str]:
    """The line of the route, north up, and its shown segments in colour."""
    wide, high = np.ptp(route.x), np.ptp(route.y)
    scale = min((WIDE - 2 * EDGE) / max(wide, 1), (MAP_HIGH - 2 * EDGE) / max(high, 1))
    left, top = (WIDE - wide * scale) / 2, (MAP_HIGH - high * scale) / 2
    x, y = left + (route.x - route.x.min()) * scale, top + (route.y.max() - route.y) * scale

    def to_points(begin: float, end: float) -> str:
        """Corners of the route from one place to another."""
        inside = route.along[(route.along > begin) & (route.along < end)]
        along = np.concatenate([[begin], inside, [end]])
        places = zip(*(np.interp(along, route.along, column) for column in (x, y)), strict=True)
        return " ".join(f"{place_x:.1f},{place_y:.1f}" for place_x, place_y in places)

    yield (
        f'<svg viewBox="0 0 {WIDE} {MAP_HIGH}" role="img" aria-label="Map of the route">'
        '<g fill="none" stroke-linejoin="round">'
        f'<polyline points="{to_points(0, route.length_m)}" stroke="#8b93a1" stroke-width="2"/>'
    )
    for row in rows.itertuples(index=False):
        of: Any = row
        points, colour = to_points(of.from_m, of.to_m), to_colour(of.mean, edges)
        dash = "" if of.firm else ' stroke-dasharray="5 4"'
        yield (
            f'<g><title>{to_words(of)}</title><polyline points="{points}" stroke="#1c2330"'
            f' stroke-width="11"/><polyline points="{points}" stroke="{colour}"'
            f' stroke-width="8"{dash}/></g>'
        )
    metres = find_step(WIDE / 6 / scale)
    yield (
        f'</g><circle cx="{x[0]:.1f}" cy="{y[0]:.1f}" r="6" fill="#fff" stroke="#1c2330"'
        f' stroke-width="2"/><text x="{x[0] + 10:.1f}" y="{y[0] - 10:.1f}">start</text>'
        f'<path d="M{EDGE} {MAP_HIGH - 14}h{metres * scale:.1f}" stroke="#1c2330"'
        f' stroke-width="2"/><text x="{EDGE}" y="{MAP_HIGH - 20}">{metres:g} m</text></svg>'
    )


def draw_chart(route: Route, rows: pd.DataFrame, edges: Float) -> Iterator[str]:
    """Means along the route, a dot each, with one standard error up and down."""
    error = np.nan_to_num(rows["error"].to_numpy(float))
    top = max(float((rows["mean"].to_numpy(float) + error).max()), 1e-6) if len(rows) else 1.0
    bottom = min(float((rows["mean"].to_numpy(float) - error).min()), 0) if len(rows) else 0.0
    across = (WIDE - 2 * EDGE) / route.length_m
    up = (CHART_HIGH - 2 * EDGE) / (top - bottom)

    def to_y(value: float) -> float:
        """Where a value is drawn."""
        return CHART_HIGH - EDGE - (value - bottom) * up

    yield (
        f'<svg viewBox="0 0 {WIDE} {CHART_HIGH}" role="img"'
        ' aria-label="Means along the route"><g stroke="#c9ced6">'
    )
    step_up, step_on = find_step((top - bottom) / 4), find_step(route.length_m / 8)
    levels = step_up * np.arange(np.ceil(bottom / step_up), np.floor(top / step_up) + 1)
    yield "".join(f'<path d="M{EDGE} {to_y(v):.1f}H{WIDE - EDGE}"/>' for v in levels)
    yield "</g>"
    yield "".join(
        f'<text x="{EDGE - 8}" y="{to_y(v) + 4:.1f}" text-anchor="end">{v:g}</text>' for v in levels
    )
    yield "".join(
        f'<text x="{EDGE + m * across:.1f}" y="{CHART_HIGH - EDGE + 22}" text-anchor="middle">'
        f"{m:g} m</text>"
        for m in step_on * np.arange(np.floor(route.length_m / step_on) + 1)
    )
    for row in rows.itertuples(index=False):
        of: Any = row
        x, colour = EDGE + (of.from_m + of.to_m) / 2 * across, to_colour(of.mean, edges)
        yield f"<g><title>{to_words(of)}</title>"
        if np.isfinite(of.error):
            low, high = to_y(of.mean - of.error), to_y(of.mean + of.error)
            yield f'<path d="M{x:.1f} {low:.1f}V{high:.1f}" stroke="#1c2330"/>'
        fill = colour if of.firm else "#fff"
        yield (
            f'<circle cx="{x:.1f}" cy="{to_y(of.mean):.1f}" r="5" fill="{fill}"'
            ' stroke="#1c2330"/></g>'
        )
    yield "</svg>"


def find_step(about: float) -> float:
    """A round number, 1, 2 or 5 times a power of ten, near another.

    >>> [find_step(about) for about in (0.3, 7, 180)]
    [0.2, 5.0, 200.0]
    """
    power = 10 ** np.floor(np.log10(about))
    sizes = np.array([1, 2, 5, 10])
    nearest = sizes[np.argmin(np.abs(np.log(sizes * power / about)))]
    return float(np.round(nearest * power, 9))


def to_words(of: Any) -> str:
    """What a segment says when somebody points at it."""
    error = f" ± {of.error:.1f}" if np.isfinite(of.error) else ""
    return (
        f"{of.from_m:.0f} to {min(of.to_m, of.from_m + SEGMENT_M):.0f} m: {of.mean:.1f}{error},"
        f" {of.samples} samples, {of.rides} rides, {of.nodes} nodes"
    )
