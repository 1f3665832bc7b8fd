"""A backtest as one page of HTML: a table, and per kind two pictures in SVG; no script."""

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from .metrics import reliability
from .rolling import CORE, LEVELS, Outcome, errors_by_horizon, score

Float = NDArray[np.float64]

WIDE, HIGH, EDGE = 440, 300, 44
# Four of Okabe and Ito's colours, which the colour-blind can tell apart; dashes say the same.
LINES = (("#0072b2", ""), ("#d55e00", "6 3"), ("#009e73", "2 3"), ("#56606d", "9 3 2 3"))
COLUMNS = {
    "wql24": "wQL 24 h",
    "wql72": "wQL 72 h",
    "mase": "MASE",
    "crps": "CRPS",
    "brier": "Brier",
    "coverage80": "in 80 %",
    "coverage80_worst": "worst quarter day",
    "coverage95": "in 95 %",
}
STYLE = """
body{font:16px/1.5 system-ui,sans-serif;color:#1c2330;background:#fff;max-width:62rem;
margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}th,td{padding:.2rem .6rem;text-align:right}
th:first-child,td:first-child{text-align:left}tr{border-bottom:1px solid #d5dae1}
svg{width:48%;min-width:20rem;height:auto}svg text{font:12px system-ui,sans-serif;fill:#1c2330}
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
    return (
        f"<h2>{escape(outcome.kind)}: {series} series, {count} origins</h2>"
        f"<table><tr>{head}</tr>{rows}</table>"
        + draw_lines("Reliability: share below each level", "level", LEVELS, honest, top=1.0)
        + draw_lines("Error (wQL) by hours ahead", "hours ahead", hours, errors)
    )


def draw_lines(
    title: str, below: str, across: Float, lines: Mapping[str, Float], *, top: float | None = None
) -> str:
    """SVG of named lines over ``across``, from 0 to ``top`` (or the highest) upwards."""
    highest = top or max(float(np.nanmax(line)) for line in lines.values()) * 1.05 or 1.0
    right = float(across[-1] if top is None else top)
    parts = [
        f'<svg viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{escape(title)}">',
        f'<text x="{EDGE}" y="16">{escape(title)}</text>',
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
    for number, (name, line) in enumerate(lines.items()):
        colour, dash = LINES[number % len(LINES)]
        points = [_place(a / right, b / highest) for a, b in zip(across, line, strict=True)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        style = f'fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"'
        parts.append(f'<polyline points="{path}" {style}/>')
        y = 34 + 15 * number
        parts.append(f'<path d="M{EDGE + 8} {y - 4}h26" {style}/>')
        parts.append(f'<text x="{EDGE + 40}" y="{y}">{escape(name)}</text>')
    return "".join(parts) + "</svg>"


def _place(across: float, up: float) -> tuple[float, float]:
    """Where a point lies in the picture, of shares of its width and height."""
    return EDGE + across * (WIDE - 8 - EDGE), HIGH - 40 - up * (HIGH - 66)
