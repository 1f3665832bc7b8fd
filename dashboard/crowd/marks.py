"""Levels as people see them: a word and a shape each, the colour only repeats it.

The colours differ in lightness, so that who sees no red or green, or prints in grey, sees an order.
"""

from html import escape

from predict.crowd.levels import UNKNOWN

from ..words import Words

KEYS = ("calm", "busy", "crowded", "full", "unknown")  # by level; UNKNOWN is the last
COLOURS = ("#cfe8dc", "#f4d548", "#e8842c", "#9f1420", "#ffffff")
INKS = ("#22303c", "#22303c", "#22303c", "#ffffff", "#22303c")  # 4.9:1 and more on their colour
EDGE, HALO = "var(--ink)", "var(--paper)"  # of what is drawn, and around its texts; style.css
# circle, square, triangle, octagon with a mark, dashed circle with a question mark; 20 units wide
SHAPES = (
    '<circle cx="10" cy="10" r="8"/>',
    '<rect x="2.5" y="2.5" width="15" height="15"/>',
    '<path d="M10 1.5L19 18H1z"/>',
    '<path d="M6.3 1h7.4L19 6.3v7.4L13.7 19H6.3L1 13.7V6.3z"/>',
    '<circle cx="10" cy="10" r="8" stroke-dasharray="3.2 2.4"/>',
)
SIGNS = ("", "", "", "!", "?")


def name_level(words: Words, level: int) -> str:
    """Word of a level."""
    return words(f"crowd.level.{KEYS[level]}")


def to_mark(level: int, size: float = 16, x: float = 0, y: float = 0) -> str:
    """Shape of a level as a small SVG; says nothing to who does not see it."""
    sign = ""
    if SIGNS[level]:
        sign = (
            f'<text x="10" y="14.6" text-anchor="middle" font-size="13" font-weight="700"'
            f' stroke="none" fill="{INKS[level]}">{SIGNS[level]}</text>'
        )
    return (
        f'<svg class="mark" x="{x:.1f}" y="{y:.1f}" width="{size:g}" height="{size:g}"'
        f' viewBox="0 0 20 20" aria-hidden="true" focusable="false"><g fill="{COLOURS[level]}"'
        f' stroke="{INKS[level]}" stroke-width="1.6">{SHAPES[level]}</g>{sign}</svg>'
    )


def to_level(words: Words, level: int, extra: str = "") -> str:
    """Level as shape and word, on its colour."""
    kind = KEYS[level]
    said = escape(name_level(words, level) + extra)
    return f'<span class="level level-{kind}">{to_mark(level)} <span>{said}</span></span>'


def to_legend(words: Words) -> str:
    """All levels."""
    rows = (f"<li>{to_level(words, level)}</li>" for level in (0, 1, 2, 3, UNKNOWN))
    return f'<ul class="levels" aria-label="{escape(words("crowd.legend"))}">{"".join(rows)}</ul>'
