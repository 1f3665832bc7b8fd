"""What was and what is expected of one gauge: a line, two bands that open, limits across."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

import numpy as np

from predict.crowd.levels import GREEN, RED

from ..reports.drawing import to_ticks
from ..words import ZONE, Words
from .marks import COLOURS, EDGE, HALO, name_level
from .view import Float, View

NARROW, WIDE = 320.0, 360.0  # a chart among others, and one alone
HEIGHT = 170.0
LEFT, RIGHT, TOP, BOTTOM = 34.0, 8.0, 14.0, 22.0
LINE, SOFT, GRID, MIDDLE = (f"var(--{name})" for name in ("accent", "ink-soft", "line", "warn"))
OUTER, INNER = 0.22, 0.4  # how much of the line's colour a band has; the inner lies on the outer
LABEL = 12
MOST_TICKS = 6


@dataclass(frozen=True)
class Sheet:
    """Where moments and values lie in a chart."""

    start: datetime
    stop: datetime
    top: float
    width: float

    @property
    def right(self) -> float:
        """Right edge of what is drawn."""
        return self.width - RIGHT

    def x(self, moment: datetime) -> float:
        """Distance from the left."""
        share = (moment - self.start) / (self.stop - self.start)
        return LEFT + share * (self.right - LEFT)

    def y(self, value: float) -> float:
        """Distance from the top; what is above the sheet stays at its edge."""
        share = min(max(value, 0) / self.top, 1.0)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def draw_fan(words: Words, view: View, gauge: int, width: float = NARROW) -> str:
    """One gauge: the last hours, the bands of what is expected, and its limits."""
    now = view.now
    assert now is not None
    times = [now.time + timedelta(seconds=int(s)) for s in now.ahead_s] if not view.is_stale else []
    table = now.table[:, gauge] if times else np.empty((0, len(now.levels)))
    shown = [n for n, time in enumerate(view.course.times) if time >= now.time - view.past]
    moments, past = [view.course.times[n] for n in shown], view.course.value[shown, gauge]
    first = moments[0] if moments else now.time
    stop = times[-1] if times else now.time
    sheet = Sheet(
        min(first, now.time - timedelta(hours=1)),
        max(stop, now.time + timedelta(minutes=10)),
        find_top(view, gauge, past, table),
        width,
    )
    parts = [draw_axes(words, sheet)]
    if len(table) and np.isfinite(table).all():
        parts += [draw_bands(sheet, now.time, float(now.value[gauge]), times, table, now.levels)]
    parts += [draw_limits(words, view, gauge, sheet), draw_past(sheet, moments, past)]
    parts.append(draw_now(words, sheet, now.time))
    said = escape(describe(words, view, gauge))
    return (
        f'<svg class="fan" viewBox="0 0 {width:g} {HEIGHT:g}" role="img" aria-label="{said}"'
        f' font-size="{LABEL}" fill="{EDGE}">{"".join(parts)}</svg>'
    )


def find_top(view: View, gauge: int, past: Float, table: Float) -> float:
    """Highest value of a chart: of all that is drawn and of the next limit above it."""
    known = np.concatenate([past, table.ravel()])
    highest = float(np.nanmax(known)) if np.isfinite(known).any() else 0.0
    limits = view.limits[gauge]
    above = limits[limits > highest]
    wanted = max(highest, float(above[0]) if len(above) else 0.0)
    return to_ticks(wanted * 1.05)[-1]


def draw_axes(words: Words, sheet: Sheet) -> str:
    """Round values at the left, whole hours below."""
    parts = []
    ticks = to_ticks(sheet.top, 4)
    digits = 0 if ticks[1] >= 1 and ticks[1] == int(ticks[1]) else 1 if ticks[1] >= 0.1 else 2
    for value in ticks:
        if value <= sheet.top:
            y = sheet.y(value)
            parts.append(f'<path d="M{LEFT} {y:.1f}H{sheet.right}" stroke="{GRID}"/>')
            parts.append(
                f'<text x="{LEFT - 5}" y="{y + 4:.1f}" text-anchor="end" fill="{SOFT}">'
                f"{words.number(value, digits)}</text>"
            )
    parts += [
        f'<text x="{sheet.x(moment):.1f}" y="{HEIGHT - 6}" text-anchor="middle"'
        f' fill="{SOFT}">{moment.astimezone(ZONE):%H:%M}</text>'
        for moment in find_hours(sheet)
    ]
    return "".join(parts)


def find_hours(sheet: Sheet) -> list[datetime]:
    """Whole Dutch hours inside a chart, at most MOST_TICKS."""
    local = sheet.start.astimezone(ZONE).replace(minute=0, second=0, microsecond=0)
    hours = int((sheet.stop - sheet.start).total_seconds() // 3600) + 2
    step = next(s for s in (1, 2, 3, 4, 6, 12, 24, 48, 96, 192) if hours / s <= MOST_TICKS)
    begin = local - timedelta(hours=local.hour % step)
    found = [begin + timedelta(hours=step * n) for n in range(hours // step + 2)]
    room = (sheet.stop - sheet.start) / 25  # a label is not cut off
    return [each for each in found if sheet.start + room <= each <= sheet.stop - room]


def draw_limits(words: Words, view: View, gauge: int, sheet: Sheet) -> str:
    """Limits as lines with the word of their level, in its colour with an edge."""
    parts = []
    for level in range(GREEN + 1, RED + 1):
        limit = float(view.limits[gauge, level - 1])
        if limit > sheet.top:
            continue
        y = sheet.y(limit)
        line = f'd="M{LEFT} {y:.1f}H{sheet.right}"'
        parts.append(f'<path {line} stroke="{EDGE}" stroke-width="3"/>')
        parts.append(f'<path {line} stroke="{COLOURS[level]}" stroke-width="1.8"/>')
        parts.append(
            f'<text x="{LEFT + 4}" y="{y - 3.5:.1f}" stroke="{HALO}" stroke-width="3"'
            f' paint-order="stroke">{escape(name_level(words, level))}</text>'
        )
    return "".join(parts)


def draw_bands(
    sheet: Sheet,
    moment: datetime,
    value: float,
    times: Sequence[datetime],
    table: Float,
    levels: Float,
) -> str:
    """The widest band, the one of 80 % and the median, from now on."""
    parts = []
    for low, share in ((0, OUTER), (int(np.argmin(np.abs(levels - 0.1))), INNER)):
        lower, upper = table[:, low].tolist(), table[:, len(levels) - 1 - low].tolist()
        if np.isfinite(value):
            lower, upper, moments = [value, *lower], [value, *upper], [moment, *times]
        else:
            moments = list(times)
        forth = [f"{sheet.x(t):.1f} {sheet.y(v):.1f}" for t, v in zip(moments, upper, strict=True)]
        back = [f"{sheet.x(t):.1f} {sheet.y(v):.1f}" for t, v in zip(moments, lower, strict=True)]
        parts.append(
            f'<path d="M{"L".join([*forth, *back[::-1]])}Z" fill="{LINE}" fill-opacity="{share}"/>'
        )
    middle = table[:, int(np.argmin(np.abs(levels - 0.5)))].tolist()
    line = [f"{sheet.x(t):.1f} {sheet.y(v):.1f}" for t, v in zip(times, middle, strict=True)]
    if np.isfinite(value):
        line.insert(0, f"{sheet.x(moment):.1f} {sheet.y(value):.1f}")
    parts.append(
        f'<path d="M{"L".join(line)}" fill="none" stroke="{MIDDLE}" stroke-width="2"'
        ' stroke-dasharray="5 3"/>'
    )
    return "".join(parts)


def draw_past(sheet: Sheet, times: Sequence[datetime], past: Float) -> str:
    """What was counted; a gap where it was not known."""
    path, pen = [], "M"
    for moment, value in zip(times, past.tolist(), strict=True):
        if value == value:  # noqa: PLR0124 - NaN
            path.append(f"{pen}{sheet.x(moment):.1f} {sheet.y(value):.1f}")
            pen = "L"
        else:
            pen = "M"
    return f'<path d="{"".join(path)}" fill="none" stroke="{LINE}" stroke-width="2.2"/>'


def draw_now(words: Words, sheet: Sheet, moment: datetime) -> str:
    """Line at the newest count."""
    x = sheet.x(moment)
    return (
        f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="{EDGE}" stroke-dasharray="2 3"/>'
        f'<text x="{x:.1f}" y="{TOP - 2}" text-anchor="middle" fill="{SOFT}">'
        f"{moment.astimezone(ZONE):%H:%M}</text>"
    )


def describe(words: Words, view: View, gauge: int) -> str:
    """What a chart shows, for who does not see it; the numbers are in the tables."""
    now = view.now
    assert now is not None
    value = words.number(float(now.value[gauge]), 2)
    return words("crowd.fan.label", gauge=view.titles[gauge], value=value)
