"""A report as blocks, before it is a page or a file."""

from collections.abc import Sequence
from dataclasses import dataclass

TONES = {"": "", "above": "#8a1c10", "within": "#1d5a3a", "unknown": "#4a5a68"}  # 6:1 on white


@dataclass(frozen=True)
class Heading:
    """Begin of a chapter (2) or a part of one (3)."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """Sentences; a note stands out."""

    text: str
    note: bool = False


@dataclass(frozen=True)
class Facts:
    """Few numbers that matter most, each under its name."""

    facts: Sequence[tuple[str, str]]  # name, value


@dataclass(frozen=True)
class Cell:
    """Text of a table with a tone, which only repeats in colour what the text says."""

    text: str
    tone: str = ""  # one of TONES


@dataclass(frozen=True)
class Table:
    """Rows under a header; the first column names its row, the others are numbers but for some."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell | str]]
    texts: Sequence[int] = ()  # columns beside the first that are no numbers


@dataclass(frozen=True)
class Picture:
    """A drawing, what it shows for who cannot see it, and its caption."""

    svg: str
    alt: str
    caption: str


Block = Heading | Paragraph | Facts | Table | Picture


@dataclass(frozen=True)
class Document:
    """A whole report in one language."""

    language: str  # nl or en
    title: str
    lead: str  # what it is of, in one line
    foot: str  # below it, and below each page
    blocks: Sequence[Block]


def to_cell(given: Cell | str) -> Cell:
    """A cell of text alone has no tone."""
    return given if isinstance(given, Cell) else Cell(given)
