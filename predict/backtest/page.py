"""A backtest as one page of HTML: per kind a table and two pictures in SVG; no script."""

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from .metrics import reliability
from .rolling import CORE, LEVELS, Outcome, errors_by_horizon, score

Float = NDArray[np.float64]

WIDE, HIGH, EDGE = 440, 280, 44
# Four of Okabe and Ito's colours, which the colour-blind can tell apart; dashes say the same.
LINES = (("#0072b2", ""), ("#d55e00", "6 3"), ("#009e73", "2 3"), ("#56606d", "9 3 2 3"))
COLUMNS = {
    "wql24": "wQL 24 h",
    "wql72": "wQL 72 h",
    "mase": "MASE",
    "crps": "CRPS",
    "brier": "Brier",
    "coverage80": "in 80 %",
    "coverage80_worst": "worst 6 hours",
    "coverage95": "in 95 %",
}
STYLE = """
body{font:16px/1.5 system-ui,sans-serif;color:#1c2330;background:#fff;max-width:72rem;
margin:1.5rem auto;padding:0 1rem}h1,h2{line-height:1.25;overflow-wrap:anywhere}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;white-space:nowrap}
th,td{padding:.25rem .6rem;text-align:right}th{font-weight:600}
th:first-child,td:first-child{text-align:left;position:sticky;left:0;background:#fff;
white-space:normal;min-width:7rem}tr{border-bottom:1px solid #d5dae1}
tr:nth-child(2){font-weight:600}
.pictures{display:flex;flex-wrap:wrap;gap:1rem 2rem;margin:1rem 0}
figure{flex:1 1 26rem;min-width:0;margin:0}figcaption{font-weight:600}
svg{width:100%;height:auto}svg text{font:12px system-ui,sans-serif;fill:#1c2330}
.key{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;padding:0;margin:.5rem 0}
.key svg{width:36px;height:12px;margin-right:.4rem}
@media(max-width:30rem){svg text{font-size:18px}}
"""


def to_row(outcome: Outcome, model: str) -> list[str]:
    """Name and numbers of a model, as COLUMNS says, ready to be shown."""
    numbers = score(outcome, model)
    shown = [f"{numbers[key]:.1%}" if "cover" in key else f"{numbers[key]:.3f}" for key in COLUMNS]
    return [model, *shown]


def draw_page(outcomes: Sequence[Outcome], title: str) -> str:
    """Page of what a backtest found."""
    parts = [_draw_kind(outcome) for outcome in outcomes]
    note = (
        "wQL: weighted quantile loss at levels 0.05 to 0.95; MASE: error of the median over that of"
        " saying that today is like yesterday; Brier: of the chance to exceed the 95th percentile"
        " of each series. Lower is better. Nothing later than an origin was known to any model."
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>"
        f"<h1>{escape(title)}</h1><p>{note}</p>{''.join(parts)}</body></html>\n"
    )


def _draw_kind(outcome: Outcome) -> str:
    models = [CORE, *(name for name in outcome.quantiles if name != CORE)]
    head = "".join(f"<th>{name}</th>" for name in ("", *COLUMNS.values()))
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in to_row(outcome, model)) + "</tr>"
        for model in models
    )
    honest = {name: reliability(outcome.quantiles[name], outcome.truth) for name in models}
    errors = {name: errors_by_horizon(outcome, name) for name in models}
    hours = np.arange(1.0, len(errors[CORE]) + 1)
    count, _, series = outcome.truth.shape
    drawn = (
        draw_lines("Reliability: share below each level", "level", LEVELS, honest, top=1.0),
        draw_lines("Error (wQL) by hours ahead", "hours ahead", hours, errors),
    )
    return (
        f"<h2>{escape(outcome.kind)}: {series} series, {count} origins</h2>"
        # a table that is wider than the page is moved with the arrow keys
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(outcome.kind)}">'
        f"<table><tr>{head}</tr>{rows}</table></div>"
        f'<ul class="key">{draw_key(models)}</ul><div class="pictures">{"".join(drawn)}</div>'
    )


def draw_key(names: Sequence[str]) -> str:
    """What colour and dash each name has."""
    return "".join(
        f'<li><svg viewBox="0 0 36 12" aria-hidden="true"><path d="M0 6h36" {to_style(number)}/>'
        f"</svg>{escape(name)}</li>"
        for number, name in enumerate(names)
    )


def draw_lines(
    title: str, below: str, across: Float, lines: Mapping[str, Float], *, top: float | None = None
) -> str:
    """Figure of named lines over ``across``, from 0 to ``top`` (or the highest) upwards.

    With a ``top`` both ways are shares, and a thin line shows where they are the same.
    """
    highest = top or max(float(np.nanmax(line)) for line in lines.values()) * 1.05 or 1.0
    right = float(across[-1] if top is None else top)
    parts = [
        f"<figure><figcaption>{escape(title)}</figcaption>"
        f'<svg viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{escape(title)}">',
        f'<text x="{WIDE - 8}" y="{HIGH - 6}" text-anchor="end">{escape(below)}</text>',
    ]
    for part in (0.0, 0.25, 0.5, 0.75, 1.0):
        x, y = _place(part, part)
        parts.append(f'<path d="M{EDGE} {y}H{WIDE - 8}" stroke="#d5dae1"/>')
        parts.append(
            f'<text x="{EDGE - 4}" y="{y + 4}" text-anchor="end">{part * highest:.2g}</text>'
        )
        parts.append(
            f'<text x="{x}" y="{HIGH - 22}" text-anchor="middle">{part * right:.3g}</text>'
        )
    if top is not None:
        (x, y), (far, high) = _place(0, 0), _place(1, 1)
        parts.append(f'<path d="M{x} {y}L{far} {high}" stroke="#8a93a0"/>')
    for number, line in reversed(list(enumerate(lines.values()))):  # the first lies on top
        points = [_place(a / right, b / highest) for a, b in zip(across, line, strict=True)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{path}" {to_style(number)}/>')
    return "".join(parts) + "</svg></figure>"


def to_style(number: int) -> str:
    """Colour and dash of a line; eight lines in a row differ in one of the two."""
    colour, _ = LINES[number % len(LINES)]
    _, dash = LINES[(number + number // len(LINES)) % len(LINES)]
    width = 2.5 if number == 0 else 1.5
    return f'fill="none" stroke="{colour}" stroke-width="{width}" stroke-dasharray="{dash}"'


def _place(across: float, up: float) -> tuple[float, float]:
    """Where a point lies in the picture, of shares of its width and height."""
    return EDGE + across * (WIDE - 8 - EDGE), HIGH - 40 - up * (HIGH - 52)
