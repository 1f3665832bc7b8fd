"""Bill of materials of a build: one line for parts that are the same, and a total."""

import csv
import io
from itertools import groupby

from .board import Board, Part

NOTE = "estimate 2025, unverified"
CLASSES = ((5, "A"), (20, "B"), (float("inf"), "C"))  # euro a piece, below
COLUMNS = (
    "refs",
    "quantity",
    "part",
    "what",
    "maker",
    "number",
    "price_class",
    "euro_each",
    "euro",
    "prices",
    "alternative",
)


def to_bom(board: Board) -> str:
    """Return CSV with `COLUMNS`; its last line is the total."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    total = 0.0
    for parts in to_lines(board):
        first, quantity = parts[0], sum(part.quantity for part in parts)
        euro = round(quantity * first.euro, 2)
        total += euro
        writer.writerow(
            (
                " ".join(part.ref for part in parts),
                quantity,
                first.name,
                first.what,
                first.maker,
                first.number,
                find_class(first.euro),
                f"{first.euro:.2f}",
                f"{euro:.2f}",
                NOTE,
                first.alternative,
            )
        )
    writer.writerow(("", "", "total", "", "", "", "", "", f"{total:.2f}", NOTE, ""))
    return text.getvalue()


def to_lines(board: Board) -> list[list[Part]]:
    """Return parts in groups of the same, those of the carrier last."""

    def same(part: Part) -> tuple[bool, str, str, str]:
        return bool(part.footprint), part.number, part.name, part.what

    parts = sorted(board.parts.values(), key=same)
    groups = [list(group) for _, group in groupby(parts, key=same)]
    order = list(board.parts)
    return sorted(groups, key=lambda g: (bool(g[0].footprint), order.index(g[0].ref)))


def find_class(euro: float) -> str:
    """Return the price class of a part: A below 5 euro, B below 20, C above."""
    return next(name for limit, name in CLASSES if euro < limit)
