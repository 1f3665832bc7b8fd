"""The arithmetic of docs/scale.md, line by line from its own tables."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs/scale.md"
NODES = (40_000, 1_000_000)


def read_tables():
    """Inputs by name, and (name, expression, values of each number of nodes)."""
    chapter = PAGE.read_text().partition("\n## A million nodes\n")[2]
    rows = [
        [cell.strip() for cell in line.strip("| ").split("|")]
        for line in chapter.splitlines()
        if re.match(r"\| [a-z]+[_a-z]* \|", line)
    ]
    inputs = {row[0]: to_number(row[2]) for row in rows if len(row) == 3 and row[0] != "name"}
    steps = [
        (row[0], row[1], [to_number(cell) for cell in row[3:]])
        for row in rows
        if len(row) == 5 and row[0] != "name"
    ]
    return inputs, steps


def to_number(text):
    return float(text.replace(",", ""))


@pytest.mark.parametrize(("column", "nodes"), list(enumerate(NODES)))
def test_every_line_is_what_the_lines_above_it_make(column, nodes):
    inputs, steps = read_tables()
    known = {"nodes": nodes, **inputs}
    assert len(steps) > 10
    for name, expression, values in steps:
        known[name] = eval(expression, {"__builtins__": {}}, known)
        assert values[column] == pytest.approx(known[name], rel=0.006), name
