"""Charts: columns, shares and days. What was not measured is a dash or a gap, never a zero."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ..words import DASH, Words
from .drawing import GRID, GROUND, INK, LETTER, PAPER, SIZE, SOFT, WIDTH, Drawing, measure, to_ticks

LEFT, RIGHT, TOP, BOTTOM = 46.0, 10.0, 26.0, 24.0
BESIDE = 104.0  # kept free at the right for the names of marks
FEWEST_LETTERS = 6  # of a name that is cut off
HEIGHT = 230.0
ROW = 18.0  # of a legend
SHORT = 0.72  # of the room of a column is its width


@dataclass(frozen=True)
class Mark:
    """A value to compare with, drawn as a line with its name."""

    value: float
    name: str


@dataclass(frozen=True)
class Key:
    """Meaning of a colour."""

    colour: str
    name: str
    hollow: bool = False


@dataclass(frozen=True)
class Frame:
    """Room of a chart, and where its values lie in it."""

    drawing: Drawing
    top_value: float
    columns: int
    right: float = WIDTH - RIGHT

    def x(self, place: float) -> float:
        """Left edge of a column; with a half its middle."""
        return LEFT + (self.right - LEFT) * place / self.columns

    def y(self, value: float) -> float:
        """Height of a value."""
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * min(value / self.top_value, 1.0)

    @property
    def room(self) -> float:
        """Width of a column with its gap."""
        return (self.right - LEFT) / self.columns


def draw_columns(
    words: Words,
    labels: Sequence[str],
    values: Sequence[float],
    colours: Sequence[str],
    unit: str,
    *,
    marks: Sequence[Mark] = (),
    hollow: Sequence[bool] = (),
    keys: Sequence[Key] = (),
) -> str:
    """One column a value, a dash where there is none; hollow ones rest on too little."""
    known = [value for value in values if not math.isnan(value)]
    shown = [mark for mark in marks if mark.value <= 2.5 * max(known, default=0.0)]
    highest = max([*known, *(mark.value for mark in shown)], default=1.0)
    frame = start(words, highest, len(values), unit, keys, beside=bool(shown))
    for place, (value, colour) in enumerate(zip(values, colours, strict=True)):
        add_column(frame, place, value, colour, hollow=bool(hollow and hollow[place]))
    add_labels(frame, labels)
    add_marks(frame, shown)
    return frame.drawing.to_svg()


def start(
    words: Words,
    highest: float,
    columns: int,
    unit: str,
    keys: Sequence[Key] = (),
    *,
    beside: bool = False,
) -> Frame:
    """Axes, with round numbers up to the highest value, and a legend below.

    With ``beside`` there is room at the right for names of marks.
    """
    ticks = to_ticks(highest)
    right = WIDTH - (BESIDE if beside else RIGHT)
    frame = Frame(Drawing(HEIGHT + measure_legend(keys)), ticks[-1], max(columns, 1), right)
    digits = 0 if all(tick == round(tick) for tick in ticks) else 1
    frame.drawing.text((LEFT, 14), unit, colour=SOFT)
    for tick in ticks:
        y = frame.y(tick)
        frame.drawing.line((LEFT, y), (frame.right, y), SOFT if tick == 0 else GRID)
        frame.drawing.text((LEFT - 6, y + 4), words.number(tick, digits), "end", SOFT)
    add_legend(frame.drawing, HEIGHT, keys)
    return frame


def add_column(frame: Frame, place: int, value: float, colour: str, *, hollow: bool) -> None:
    """A column from 0 up, or a dash on the axis."""
    if math.isnan(value):
        frame.drawing.text((frame.x(place + 0.5), frame.y(0) - 3), DASH, "middle", SOFT)
        return
    width = max(frame.room * SHORT, frame.room - 6)
    at = (frame.x(place + 0.5) - width / 2, frame.y(value))
    fill, stroke = (PAPER, colour) if hollow else (colour, "none")
    frame.drawing.rectangle(at, width, frame.y(0) - at[1], fill, stroke)


def cut_names(names: Sequence[str], *, marked: bool) -> list[str]:
    """Names of columns as long as there is room for, or their places where there is too little.

    >>> cut_names(["Basisschool De Esdoorn"] * 5, marked=True)[0]
    'Basisschoo…'
    >>> cut_names(["school"] * 20, marked=False)[:2]
    ['1', '2']
    """
    room = (WIDTH - LEFT - (BESIDE if marked else RIGHT)) / max(len(names), 1)
    letters = int((room - 8) / (SIZE * LETTER))
    if letters >= max(map(len, names), default=0):
        return list(names)
    if letters < FEWEST_LETTERS:
        return [str(number) for number in range(1, len(names) + 1)]
    return [n if len(n) <= letters else n[: letters - 1].rstrip() + "…" for n in names]


def add_labels(frame: Frame, labels: Sequence[str]) -> None:
    """Names of the columns, as many as there is room for."""
    widest = max(map(measure, labels), default=0.0) + 6
    every = max(1, math.ceil(widest / frame.room))
    for place in range(0, len(labels), every):
        at = (frame.x(place + 0.5), HEIGHT - BOTTOM + 15)
        frame.drawing.text(at, labels[place], "middle", SOFT)


def add_marks(frame: Frame, marks: Sequence[Mark]) -> None:
    """Lines to compare with, their names at the right, one below the other."""
    below = 0.0
    for mark in sorted(marks, key=lambda mark: -mark.value):
        y = frame.y(mark.value)
        frame.drawing.line((LEFT, y), (frame.right + 4, y), INK, "5 3", 1.2)
        below = max(y + 4, below + SIZE + 2)
        frame.drawing.text((frame.right + 7, below), mark.name)


def draw_shares(
    words: Words,
    labels: Sequence[str],
    shares: Sequence[Sequence[float]],
    keys: Sequence[Key],
    missing: str,
) -> str:
    """One column a row of shares (0 to 1, in the order of ``keys``); what they lack is missing."""
    shown = [*keys, Key(GROUND, missing, hollow=True)]
    frame = start(words, 100, len(shares), "%", shown)
    width = frame.room * SHORT
    for place, row in enumerate(shares):
        left, below = frame.x(place + 0.5) - width / 2, 0.0
        for share, key in zip(row, keys, strict=True):
            top = frame.y(100 * (below + share))
            height = frame.y(100 * below) - top
            frame.drawing.rectangle((left, top), width, height, key.colour, PAPER)
            below += share
        if below < 1 - 1e-9:
            top = frame.y(100)
            frame.drawing.rectangle((left, top), width, frame.y(100 * below) - top, GROUND, GRID)
    add_labels(frame, labels)
    return frame.drawing.to_svg()


def draw_days(
    words: Words,
    months: Sequence[tuple[int, str]],
    values: Sequence[float],
    colours: Sequence[str],
    unit: str,
    *,
    marks: Sequence[Mark] = (),
    keys: Sequence[Key] = (),
    missing: str,
    begun: int,
) -> str:
    """A narrow column a day; of the first ``begun`` days those without a value are dark below it.

    ``months`` are the first day of each, as its place, with its name.
    """
    known = [value for value in values if not math.isnan(value)]
    highest = max([*known, *(mark.value for mark in marks)], default=1.0)
    legend = [*keys, Key(SOFT, missing)]
    frame = start(words, highest, len(values), unit, legend, beside=bool(marks))
    for place, (value, colour) in enumerate(zip(values, colours, strict=True)):
        if math.isnan(value) and place < begun:
            frame.drawing.rectangle((frame.x(place), frame.y(0) + 1), frame.room, 3, SOFT)
        elif not math.isnan(value):
            top = frame.y(value)
            frame.drawing.rectangle((frame.x(place), top), frame.room, frame.y(0) - top, colour)
    for place, name in months:
        at = frame.x(place)
        frame.drawing.line((at, frame.y(0)), (at, frame.y(0) + 6), SOFT)
        frame.drawing.text((at + 3, HEIGHT - BOTTOM + 17), name, colour=SOFT)
    add_marks(frame, marks)
    return frame.drawing.to_svg()


def to_rows(keys: Sequence[Key]) -> list[list[tuple[float, Key]]]:
    """Keys in rows that fit, each with the place where it begins."""
    rows: list[list[tuple[float, Key]]] = []
    at = WIDTH
    for key in keys:
        width = measure(key.name) + 30
        if at + width > WIDTH:
            rows.append([])
            at = LEFT
        rows[-1].append((at, key))
        at += width
    return rows


def measure_legend(keys: Sequence[Key]) -> float:
    """Height of a legend."""
    return ROW * len(to_rows(keys)) + (6 if keys else 0)


def add_legend(drawing: Drawing, top: float, keys: Sequence[Key]) -> None:
    """What each colour means, below a chart or a map."""
    for number, row in enumerate(to_rows(keys)):
        y = top + 6 + ROW * number
        for x, key in row:
            fill, stroke = (PAPER, key.colour) if key.hollow else (key.colour, "#7d8b97")
            if key.colour == GROUND:
                fill, stroke = GROUND, "#7d8b97"
            drawing.rectangle((x, y), SIZE, SIZE, fill, stroke)
            drawing.text((x + SIZE + 5, y + SIZE - 2), key.name, colour=SOFT)
