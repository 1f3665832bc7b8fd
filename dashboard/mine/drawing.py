"""Still pictures as SVG: a track coloured by class, and hours as a line.

Lines take their ink from the style of the page, so that they are seen in the dark too; a class has
a width as well as a colour.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.exposure import HOLE_S
from lokaalmeten.geo import METRES_PER_DEGREE

from ..classes import Classes, class_text
from ..reports.drawing import to_ticks
from ..words import ZONE, Words, decimals, unit_sign

Float = NDArray[np.float64]

WIDE, HIGH, EDGE = 640.0, 420.0, 26.0  # of the map of a track
LINE_WIDE, LINE_HIGH = 640.0, 220.0  # of a chart
RIGHT, TOP, BOTTOM = 12.0, 12.0, 26.0
LETTER = 10.0  # of a value; on a narrow screen they are larger
GAP_S = 3 * 3600  # hours further apart are not joined
FLOATING = ("temperature", "pressure", "sound_laeq", "sound_lamax", "battery")
THIN, STEP = 3.5, 0.6  # width of the first class, and how much each next is wider
DAYS = {"nl": ("ma", "di", "wo", "do", "vr", "za", "zo"),
        "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}  # fmt: skip


def draw_track(label: str, time: Any, lat: Float, lon: Float, place: Any, classes: Classes) -> str:
    """Way of a ride, north up, in pieces of one class; ``place`` is the class of each sample.

    -1 is a sample without a good value. Samples without a position are left out, and so is the
    way between two that are more than HOLE_S apart.
    """
    known = np.isfinite(lat) & np.isfinite(lon)
    if known.sum() < 2:
        return ""
    time, lat, lon, place = np.asarray(time)[known], lat[known], lon[known], place[known]
    x, y, metre = to_sheet(lat, lon)
    joined = np.diff(time) <= HOLE_S
    whole = "".join(
        f'<polyline class="track-edge" points="{to_points(x[a:b], y[a:b])}"/>'
        for a, b in find_runs(np.zeros(len(x) - 1, int), joined)
    )
    pieces = []
    for a, b in find_runs(place[1:], joined):
        kind = int(place[b - 1])
        points = to_points(x[a:b], y[a:b])
        if kind < 0:
            pieces.append(f'<polyline class="track-none" points="{points}"/>')
        else:
            colour, width = classes.colours[kind], THIN + STEP * kind
            pieces.append(
                f'<polyline class="track" points="{points}" stroke="{colour}"'
                f' stroke-width="{width:.1f}"/>'
            )
    ends = "".join(draw_end(name, x[row], y[row]) for name, row in (("B", -1), ("A", 0)))
    return (
        f'<svg class="still" viewBox="0 0 {WIDE:g} {HIGH:g}" role="img"'
        f' aria-label="{escape(label)}">{whole}{"".join(pieces)}{ends}{draw_scale(metre)}</svg>'
    )


def draw_end(name: str, x: float, y: float) -> str:
    """Where a ride begins or ends."""
    return (
        f'<circle class="track-end" cx="{x:.1f}" cy="{y:.1f}" r="8"/>'
        f'<text class="track-word" x="{x:.1f}" y="{y + 4:.1f}" text-anchor="middle">{name}</text>'
    )


def to_sheet(lat: Float, lon: Float) -> tuple[Float, Float, float]:
    """Places on the sheet, and how long a metre is there; equal scales in both directions."""
    east = (lon - lon.min()) * METRES_PER_DEGREE * np.cos(np.radians(lat.mean()))
    north = (lat.max() - lat) * METRES_PER_DEGREE
    wide, high = max(np.ptp(east), 1.0), max(np.ptp(north), 1.0)
    scale = float(min((WIDE - 2 * EDGE) / wide, (HIGH - 2 * EDGE - 16) / high))
    left, top = (WIDE - wide * scale) / 2, (HIGH - 16 - high * scale) / 2
    return left + east * scale, top + north * scale, scale


def find_runs(kinds: Any, joined: Any) -> Iterator[tuple[int, int]]:
    """Stretches [a, b) of samples whose steps are joined and of one kind.

    ``kinds`` (n - 1,) is that of each step, ``joined`` whether it is a step at all.
    """
    first = 0
    for step in range(1, len(kinds) + 1):
        if step == len(kinds) or kinds[step] != kinds[first] or joined[step] != joined[first]:
            if joined[first]:
                yield first, step + 1
            first = step


def to_points(x: Float, y: Float) -> str:
    """Corners of a line."""
    return " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x.tolist(), y.tolist(), strict=True))


def draw_scale(metre: float) -> str:
    """A bar of a round number of metres."""
    room = WIDE / 5 / metre
    power = 10 ** np.floor(np.log10(room))
    metres = float(max(size for size in (1, 2, 5) if size * power <= room) * power)
    name = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
    y = HIGH - 8
    return (
        f'<path class="track-bar" d="M{EDGE} {y - 5}V{y}H{EDGE + metres * metre:.1f}V{y - 5}"/>'
        f'<text class="axis-word" x="{EDGE + 4}" y="{y - 6}">{name}</text>'
    )


def write_legend(words: Words, key: str, classes: Classes) -> str:
    """Classes with their bounds, each with its colour and width."""
    rows = "".join(
        f'<li><svg class="legend-line" viewBox="0 0 40 14" aria-hidden="true" focusable="false">'
        f'<path class="track-edge" d="M3 7H37"/><path d="M3 7H37" stroke="{colour}"'
        f' stroke-width="{THIN + STEP * place:.1f}"/></svg>'
        f'<span class="class-number">{place + 1}</span>'
        f'<span class="class-span">{escape(class_text(words, classes, place))}</span></li>'
        for place, colour in enumerate(classes.colours)
    )
    unit = unit_sign(key)
    named = words.quantity(key) + (f" ({unit})" if unit else "")
    return (
        f'<div class="legend"><h2>{escape(words("map.legend"))}</h2>'
        f'<p class="legend-unit">{escape(named)}</p><ul class="legend-tracks">{rows}</ul>'
        f'<p class="small">{escape(words("mine.ride.legend"))}</p></div>'
    )


def draw_hours(words: Words, key: str, times: Sequence[Any], values: Float, label: str) -> str:
    """Means of hours as a line; a gap where there is none. ``times`` are aware and rise."""
    known = np.isfinite(values)
    if not known.any():
        return ""
    seconds = np.array([time.timestamp() for time in times])
    sheet = lay_out(words, key, seconds, values[known])
    joined = np.diff(seconds[known]) <= GAP_S
    x, y = sheet.x(seconds[known]), sheet.y(values[known])
    lines = "".join(
        f'<polyline class="line" points="{to_points(x[a:b], y[a:b])}"/>'
        for a, b in find_runs(np.zeros(len(joined), int), joined)
    )
    dot = f'<circle class="line-dot" cx="{x[-1]:.1f}" cy="{y[-1]:.1f}" r="3.5"/>'
    return (
        f'<svg class="still still-line" viewBox="0 0 {LINE_WIDE:g} {LINE_HIGH:g}" role="img"'
        f' aria-label="{escape(label)}">{draw_values(sheet)}{draw_days(words, sheet, times)}'
        f"{lines}{dot}</svg>"
    )


@dataclass(frozen=True)
class Sheet:
    """Where seconds and values lie in a chart."""

    left: float
    start: float
    stop: float
    ticks: list[float]
    names: list[str]  # of the ticks

    def x(self, second: Any) -> Any:
        """Distance from the left."""
        share = (second - self.start) / (self.stop - self.start)
        return self.left + share * (LINE_WIDE - self.left - RIGHT)

    def y(self, value: Any) -> Any:
        """Distance from the top."""
        share = (value - self.ticks[0]) / (self.ticks[-1] - self.ticks[0])
        return LINE_HIGH - BOTTOM - share * (LINE_HIGH - TOP - BOTTOM)


def lay_out(words: Words, key: str, seconds: Float, known: Float) -> Sheet:
    """Round values that hold all of ``known``; from zero where zero is the natural floor."""
    low, high = float(known.min()), float(known.max())
    if key not in FLOATING:
        low = min(low, 0.0)
    step = to_ticks(max(high - low, 10.0 ** -decimals(key)), 4)[1]
    first = math.floor(low / step)
    count = max(math.ceil(high / step) - first, 1)
    ticks = [(first + n) * step for n in range(count + 1)]
    digits = 0 if step >= 1 else max(decimals(key), 1)
    names = [words.number(tick, digits) for tick in ticks]
    left = 16.0 + LETTER * max(map(len, names))
    start = float(seconds[0])
    return Sheet(left, start, max(float(seconds[-1]), start + 3600), ticks, names)


def draw_values(sheet: Sheet) -> str:
    """Lines across with their values."""
    return "".join(
        f'<path class="axis" d="M{sheet.left:.0f} {sheet.y(tick):.1f}H{LINE_WIDE - RIGHT}"/>'
        f'<text class="axis-word" x="{sheet.left - 6:.0f}" y="{sheet.y(tick) + 4:.1f}"'
        f' text-anchor="end">{name}</text>'
        for tick, name in zip(sheet.ticks, sheet.names, strict=True)
    )


def draw_days(words: Words, sheet: Sheet, times: Sequence[Any]) -> str:
    """Midnights and noons below, by the Dutch clock."""
    parts = []
    for time in times:
        local, x = time.astimezone(ZONE), sheet.x(time.timestamp())
        if local.hour in (0, 12) and sheet.left + 30 < x < LINE_WIDE - 40:
            day = DAYS[words.language][local.weekday()]
            parts.append(
                f'<text class="axis-word" x="{x:.1f}" y="{LINE_HIGH - 8}" text-anchor="middle">'
                f"{day} {local:%H}:00</text>"
            )
    return "".join(parts)
