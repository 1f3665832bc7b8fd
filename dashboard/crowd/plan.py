"""A place drawn from its plan: zones and passages in the shape and colour of their level."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from lokaalmeten.geo import METRES_PER_DEGREE

from ..words import Words
from .addresses import to_address
from .marks import COLOURS, EDGE, HALO, name_level, to_mark
from .view import Float, View

WIDTH, LOWEST, HIGHEST, MARGIN = 440.0, 150.0, 400.0, 24.0
LEAST_M = 40.0  # that a drawing is wide, so that one point is no whole world
NAMED = 16  # zones up to which names fit
LARGE, SMALL = 22.0, 12.0  # of a mark
MANY = 60  # gauges from which marks are small


@dataclass(frozen=True)
class Sheet:
    """How degrees become units of a drawing: flat, which a place is."""

    west: float
    north: float
    per_lon: float  # units per degree
    per_lat: float
    shift: tuple[float, float]
    height: float

    def to_points(self, corners: Float) -> Float:
        """Points (n, 2) of longitudes and latitudes (n, 2)."""
        x = self.shift[0] + (corners[:, 0] - self.west) * self.per_lon
        y = self.shift[1] + (self.north - corners[:, 1]) * self.per_lat
        return np.stack([x, y], axis=1)


def draw_plan(words: Words, view: View) -> str:
    """The place as SVG; a gauge leads to its page, which the list beside does for the keyboard."""
    shapes = read_shapes(view.plan)
    sheet = to_sheet(np.concatenate([ring for rings in shapes.values() for ring in rings]))
    zones, passages = view.gauges[: view.zones], view.gauges[view.zones :]
    size = LARGE if len(view.gauges) <= MANY else SMALL
    body = [draw_zone(words, view, g, sheet, shapes[name]) for g, name in enumerate(zones)]
    for place, name in enumerate(passages, view.zones):
        body.append(draw_passage(words, view, place, sheet, shapes[name][0]))
    marks = [
        draw_mark(words, view, g, sheet, shapes[name], size) for g, name in enumerate(view.gauges)
    ]
    label = escape(words("crowd.plan.label", place=view.title))
    return (
        f'<svg class="plan" viewBox="0 0 {WIDTH:g} {sheet.height:.0f}" role="group"'
        f' aria-label="{label}">{HATCH}{"".join(body)}{"".join(marks)}</svg>'
    )


# what is unknown is hatched: it is no colour between two others
HATCH = (
    '<defs><pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><rect width="8" height="8" fill="var(--paper)"/>'
    '<rect width="2.4" height="8" fill="var(--line-strong)"/></pattern></defs>'
)


def read_shapes(plan: Mapping[str, Any]) -> dict[str, list[Float]]:
    """Lines (n, 2), longitude and latitude, of each zone and passage by its full name."""
    found = {}
    for feature in plan["features"]:
        said, shape = feature["properties"], feature["geometry"]
        if said["kind"] == "counter":
            continue
        given = shape["coordinates"]
        lines = {"LineString": [given], "Polygon": given}.get(shape["type"])
        if lines is None:  # MultiPolygon
            lines = [ring for polygon in given for ring in polygon]
        name = f"{said['kind']}/{said['id']}"
        found[name] = [np.array([point[:2] for point in line], np.float64) for line in lines]
    return found


def to_sheet(corners: Float) -> Sheet:
    """Fit longitudes and latitudes (n, 2) into a drawing."""
    (west, south), (east, north) = corners.min(axis=0), corners.max(axis=0)
    shrink = float(np.cos(np.radians((south + north) / 2)))
    least = LEAST_M / METRES_PER_DEGREE
    wide, high = max((east - west) * shrink, least), max(north - south, least)
    unit = min((WIDTH - 2 * MARGIN) / wide, (HIGHEST - 2 * MARGIN) / high)
    height = max(LOWEST, high * unit + 2 * MARGIN)
    left = (WIDTH - (east - west) * shrink * unit) / 2
    top = (height - (north - south) * unit) / 2
    return Sheet(west, north, unit * shrink, unit, (left, top), height)


def draw_zone(words: Words, view: View, gauge: int, sheet: Sheet, rings: list[Float]) -> str:
    """A zone filled with its level."""
    path = "".join(f"M{to_text(sheet.to_points(ring))}Z" for ring in rings)
    level = int(view.signal[gauge])
    fill = COLOURS[level] if level >= 0 else "url(#hatch)"
    shape = (
        f'<path d="{path}" fill="{fill}" fill-rule="evenodd" stroke="{EDGE}" stroke-width="1.5"/>'
    )
    return link(words, view, gauge, shape)


def draw_passage(words: Words, view: View, gauge: int, sheet: Sheet, line: Float) -> str:
    """A passage as a line with an edge, dashed where nobody knows."""
    points = to_text(sheet.to_points(line))
    level = int(view.signal[gauge])
    dash = "" if level >= 0 else ' stroke-dasharray="6 4"'
    shape = (
        f'<path d="M{points}" fill="none" stroke="{EDGE}" stroke-width="7" stroke-linecap="round"/>'
        f'<path d="M{points}" fill="none" stroke="{COLOURS[level]}" stroke-width="4.4"'
        f' stroke-linecap="round"{dash}/>'
    )
    return link(words, view, gauge, shape)


def draw_mark(
    words: Words, view: View, gauge: int, sheet: Sheet, lines: list[Float], size: float
) -> str:
    """Mark of the level in the middle, and the name below where names fit."""
    is_zone = gauge < view.zones
    points = sheet.to_points(lines[0])
    x, y = (points[:-1] if is_zone else points).mean(axis=0)
    own = size if is_zone else 0.75 * size
    shape = to_mark(int(view.signal[gauge]), own, x - own / 2, y - own / 2)
    if is_zone and view.zones <= NAMED:
        shape += (
            f'<text x="{x:.1f}" y="{y + own / 2 + 14:.1f}" text-anchor="middle" font-size="15"'
            f' font-weight="600" fill="{EDGE}" stroke="{HALO}" stroke-width="4"'
            f' paint-order="stroke">{escape(view.titles[gauge])}</text>'
        )
    return link(words, view, gauge, shape)


def link(words: Words, view: View, gauge: int, shape: str) -> str:
    """A shape that leads to the page of its gauge and says its level when pointed at."""
    said = f"{view.titles[gauge]}: {name_level(words, int(view.signal[gauge]))}"
    target = escape(to_address(words, view.name, view.gauges[gauge]))
    hidden = 'tabindex="-1" aria-hidden="true"'  # the list has the same link
    return f'<a href="{target}" {hidden}><title>{escape(said)}</title>{shape}</a>'


def to_text(points: Float) -> str:
    """Points as the inside of a path."""
    return "L".join(f"{x:.1f} {y:.1f}" for x, y in points.tolist())
