"""Drawing by hand: shapes and texts as SVG, which page and file show alike."""

import math
from collections.abc import Sequence
from html import escape

WIDTH = 560.0  # of every picture; a screen and a sheet scale it
INK, SOFT, GRID, LINE = "#22303c", "#4a5a68", "#d3dbe2", "#14507a"
GROUND, PAPER = "#eef2f5", "#ffffff"
SIZE = 12.0  # of a text
LETTER = 0.56  # mean width of a letter, of its size
FONT = "system-ui, 'Noto Sans', 'DejaVu Sans', sans-serif"

Point = tuple[float, float]


class Drawing:
    """Shapes one above the other, in units of which a text is SIZE high."""

    def __init__(self, height: float) -> None:
        self.height = height
        self._shapes: list[str] = []

    def to_svg(self) -> str:
        """The whole drawing."""
        size = f'viewBox="0 0 {WIDTH:g} {self.height:.0f}"'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{FONT}"'
            f' font-size="{SIZE:g}" fill="{INK}">{"".join(self._shapes)}</svg>'
        )

    def rectangle(
        self, at: Point, width: float, height: float, fill: str, stroke: str = "none"
    ) -> None:
        """Rectangle from its upper left corner."""
        x, y = at
        self._shapes.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}"'
            f' height="{max(height, 0):.1f}" fill="{fill}" stroke="{stroke}"/>'
        )

    def line(self, start: Point, end: Point, colour: str, dash: str = "", width: float = 1) -> None:
        """Straight line, dashed when told how."""
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self._shapes.append(
            f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}"'
            f' stroke="{colour}" stroke-width="{width:g}"{dashed}/>'
        )

    def polygon(self, corners: Sequence[Point], fill: str, stroke: str, width: float = 0.5) -> None:
        """Closed shape."""
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
        self._shapes.append(
            f'<polygon points="{points}" fill="{fill}" stroke="{stroke}" stroke-width="{width:g}"/>'
        )

    def circle(self, at: Point, radius: float, fill: str, stroke: str) -> None:
        """Circle around a point."""
        self._shapes.append(
            f'<circle cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="{radius:g}" fill="{fill}"'
            f' stroke="{stroke}" stroke-width="1.2"/>'
        )

    def text(
        self, at: Point, said: str, anchor: str = "start", colour: str = INK, turned: bool = False
    ) -> None:
        """Text on a base line; ``anchor`` start, middle or end; turned it reads upwards."""
        x, y = at
        turn = f' transform="rotate(-90 {x:.1f} {y:.1f})"' if turned else ""
        self._shapes.append(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}"{turn}>'
            f"{escape(said)}</text>"
        )


def measure(said: str) -> float:
    """Width of a text, about."""
    return len(said) * SIZE * LETTER


def to_ticks(highest: float, most: int = 6) -> list[float]:
    """Round numbers from 0 to at least ``highest``, at most ``most`` steps.

    >>> to_ticks(23)
    [0.0, 5.0, 10.0, 15.0, 20.0, 25.0]
    """
    highest = max(highest, 1e-9)
    rough = highest / most
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(m * size for m in (1, 2, 2.5, 5, 10) if m * size >= rough * (1 - 1e-9))
    return [round(step * n, 9) for n in range(math.ceil(highest / step - 1e-9) + 1)]
