"""Markdown as GitHub reads it, made into what Python-Markdown reads the same way.

The site is made by Python-Markdown, which knows lists only by four spaces and an empty line
before them; the repository is read by CommonMark.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt

SPACES = 4  # of Python-Markdown's lists, for each level

# Text of a table's cell: a bar would end it.
BAR = "\\|"


def to_four_spaces(text: str) -> str:
    r"""The same text with lists indented by four spaces and set off by an empty line.

    >>> print(to_four_spaces("so:\n1. one\n   more\n\n   - two"))
    so:
    <BLANKLINE>
    1. one
        more
    <BLANKLINE>
        - two
    """
    lines = text.split("\n")
    more = [0] * len(lines)
    apart = set()
    for item in list_items(text):
        for number in range(item.first + 1, item.end):
            more[number] += SPACES - item.width
        if item.first and lines[item.first - 1].strip() and needs_line(item, lines):
            apart.add(item.first)
    made = []
    for number, (line, spaces) in enumerate(zip(lines, more, strict=True)):
        made += [""] if number in apart else []
        made.append(" " * spaces + line if line.strip() else line)
    return "\n".join(made)


@dataclass(frozen=True)
class Item:
    """An item of a list."""

    first: int  # line
    end: int  # line after its last
    width: int  # of its mark and the spaces behind it
    depth: int  # of the lists around its own
    before: int | None  # first line of the item before it; None is the first of its list


def list_items(text: str) -> Iterator[Item]:
    """Every item of every list."""
    lines = text.split("\n")
    columns = [0]  # at which the items around begin their content
    before: list[int | None] = []
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            before.append(None)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            before.pop()
        elif token.type == "list_item_open" and token.map:
            first, end = token.map
            rest = lines[first][columns[-1] :]
            width = len(rest) - len(rest.lstrip(" ").lstrip("-*+.)0123456789").lstrip(" "))
            yield Item(first, end, width, len(before) - 1, before[-1])
            columns.append(columns[-1] + width)
            before[-1] = first
        elif token.type == "list_item_close":
            columns.pop()


def needs_line(item: Item, lines: Sequence[str]) -> bool:
    """Tell whether Python-Markdown finds the item only behind an empty line.

    So it is for the first of a list, and for one behind an item of several paragraphs.
    """
    if item.before is None:
        return item.depth == 0
    return not all(line.strip() for line in lines[item.before : item.first])


def to_table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    r"""A table in Markdown; cells may hold marks, and bars are escaped.

    >>> print(to_table(["a"], [["x|y"]]))
    | a |
    | --- |
    | x\|y |
    """
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(to_cell(cell) for cell in line)} |" for line in lines)


def to_cell(value: object) -> str:
    """One line of text in which a bar does not end the cell."""
    return " ".join(str(value).split()).replace("\\|", "|").replace("|", BAR)


def code(value: object) -> str:
    """Text as code; nothing stays nothing."""
    return f"`{value}`" if str(value) else ""
