"""The language of KiCad's files: lists in brackets, words bare, texts in quotes.

A list of Python is a list of KiCad; a `Word` is bare, a str is quoted, a float has no more digits
than it needs.
"""

import uuid
from collections.abc import Iterable
from typing import Any

NAMESPACE = uuid.UUID("6f1d4a52-9a30-5c1e-8f4e-2b7c9d10e5a1")  # of this project; any would do


class Word(str):
    """A bare word."""

    __slots__ = ()


def to_text(node: Any, depth: int = 0) -> str:
    """Return a node as text, lists of lists one below the other."""
    if isinstance(node, Word):
        return str(node)
    if isinstance(node, bool):
        return "yes" if node else "no"
    if isinstance(node, str):
        return '"' + node.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(node, (int, float)):
        return f"{round(node, 4):.4f}".rstrip("0").rstrip(".") if node else "0"
    flat = not any(isinstance(one, list) for one in node)
    if flat or all(not isinstance(one, list) for child in node[1:] for one in _inside(child)):
        return "(" + " ".join(to_text(one, depth) for one in node) + ")"
    pad = "\n" + "  " * (depth + 1)
    head = [to_text(one, depth) for one in node if not isinstance(one, list)]
    below = [to_text(one, depth + 1) for one in node if isinstance(one, list)]
    return "(" + " ".join(head) + pad + pad.join(below) + ")"


def to_node(name: str, *children: Any) -> list[Any]:
    """Return a list that begins with a bare word."""
    return [Word(name), *children]


def to_id(*names: object) -> list[Any]:
    """Return a uuid that is the same whenever the names are."""
    return to_node("uuid", str(make_id(*names)))


def make_id(*names: object) -> uuid.UUID:
    """Return the uuid of names."""
    return uuid.uuid5(NAMESPACE, "/".join(map(str, names)))


def _inside(child: Any) -> Iterable[Any]:
    return child if isinstance(child, list) else ()
