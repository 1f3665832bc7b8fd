"""Nodes of the tree of a filter: what was written out, names of paths, parts of a chain."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

from odata_query import ast

from . import shapes
from .faults import BadQueryError
from .grammar import MARK
from .model import Kind
from .terms import Bound, Term, literal, to_moment


def read_literal(bound: Bound, node: Any) -> Term:
    """Term of what was written out."""
    if isinstance(node, ast.Null):
        return Term(Kind.NULL, "NULL")
    if isinstance(node, ast.Geography):
        return Term(Kind.SHAPE, "", value=shapes.read_shape(node.val))
    for kind, of, read in _LITERALS:
        if isinstance(node, of):
            try:
                return literal(bound, kind, read(node.val))
            except (ValueError, OverflowError) as error:
                raise BadQueryError(f"$filter: {node.val[:40]!r} is no {kind}.") from error
    raise BadQueryError("$filter has a list where it cannot be.")


def list_parts(node: ast.BoolOp) -> list[Any]:
    """Parts of a chain of the same word, without a step into each other for every one."""
    parts, left = [], node
    while isinstance(left, ast.BoolOp) and type(left.op) is type(node.op):
        parts.append(left.right)
        left = left.left
    return [left, *reversed(parts)]


def list_names(node: Any) -> list[str]:
    """Names of a path; dots are part of a name."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.owner
    if not isinstance(node, ast.Identifier):
        raise BadQueryError("$filter has a path that cannot be followed.")
    return [name.removeprefix(MARK) for name in (node.full_name(), *reversed(names))]


def _read_bool(text: str) -> bool:
    return text.lower() == "true"


_LITERALS: tuple[tuple[Kind, type, Callable[[str], Any]], ...] = (
    (Kind.TEXT, ast.String, str),
    (Kind.TEXT, ast.GUID, str),
    (Kind.NUMBER, ast.Integer, float),
    (Kind.NUMBER, ast.Float, float),
    (Kind.BOOL, ast.Boolean, _read_bool),
    (Kind.TIME, ast.DateTime, to_moment),
    (Kind.DATE, ast.Date, date.fromisoformat),
    (Kind.CLOCK, ast.Time, time.fromisoformat),
    (Kind.DURATION, ast.Duration, str),
)
