"""Markdown as GitHub reads it, made into what Python-Markdown reads the same way.

The site is made by Python-Markdown, which knows lists only by four spaces and an empty line
before them; the repository is read by CommonMark.
"""

from collections.abc import Iterator, Sequence

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
    for first, end, width in list_items(text):
        for number in range(first + 1, end):
            more[number] += SPACES - width
    for first in list_starts(text):
        if first and lines[first - 1].strip() and not more[first]:
            apart.add(first)
    made = []
    for number, (line, spaces) in enumerate(zip(lines, more, strict=True)):
        made += [""] if number in apart else []
        made.append(" " * spaces + line if line.strip() else line)
    return "\n".join(made)


def list_items(text: str) -> Iterator[tuple[int, int, int]]:
    """First line, line after the last, and width of the mark of each item of a list."""
    lines = text.split("\n")
    inside: list[int] = []  # columns at which the items around begin their content
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        if token.type == "list_item_open" and token.map:
            line = lines[token.map[0]]
            column = inside[-1] if inside else 0
            rest = line[column:]
            width = len(rest) - len(rest.lstrip(" ").lstrip("-*+.)0123456789").lstrip(" "))
            inside.append(column + width)
            yield token.map[0], token.map[1], width
        elif token.type == "list_item_close":
            inside.pop()


def list_starts(text: str) -> Iterator[int]:
    """First line of each list."""
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        if token.type in ("bullet_list_open", "ordered_list_open") and token.map:
            yield token.map[0]


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
