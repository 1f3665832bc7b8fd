"""Terms of a filter: pieces of SQL with their kind, and how two of them are compared or added.

Whatever an asker wrote is a bound value; text of SQL is ours alone.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from .faults import BadQueryError
from .model import Kind

SQL_TYPES = {
    Kind.TEXT: "text",
    Kind.NUMBER: "float8",
    Kind.TIME: "timestamptz",
    Kind.DATE: "date",
    Kind.CLOCK: "time",
    Kind.DURATION: "interval",
    Kind.BOOL: "boolean",
}


class Bound:
    """Values of a statement by the names of their placeholders."""

    def __init__(self, prefix: str = "v") -> None:
        self.prefix = prefix  # of their names, where two go into one statement
        self.values: dict[str, Any] = {}

    def bind(self, value: Any, kind: str) -> str:
        """Placeholder of a value, with its type."""
        name = f"{self.prefix}{len(self.values)}"
        self.values[name] = value
        return f"%({name})s::{kind}"


@dataclass(frozen=True)
class Term:
    """A value in a statement; a span has an ``end``, what was written out its ``value``."""

    kind: Kind
    sql: str
    end: str = ""
    value: Any = None


def literal(bound: Bound, kind: Kind, value: Any) -> Term:
    """Term of a value that was written out. Raises BadQueryError for a number without an end."""
    if kind is Kind.NUMBER and not math.isfinite(value):
        raise BadQueryError("$filter has a number that is too large.")
    return Term(kind, bound.bind(value, SQL_TYPES[kind]), value=value)


def compare(bound: Bound, sign: str, left: Term, right: Term) -> str:
    """Condition ``left sign right``, with the sign of SQL. Raises BadQueryError for other kinds."""
    if Kind.NULL in (left.kind, right.kind):
        other = right if left.kind is Kind.NULL else left
        return _compare_null(sign, other)
    left, right = align(bound, left, right), align(bound, right, left)
    if Kind.SPAN in (left.kind, right.kind):
        return _compare_spans(sign, to_span(left), to_span(right))
    if left.kind is not right.kind or left.kind in (Kind.PLACE, Kind.SHAPE):
        raise BadQueryError(f"$filter compares {left.kind} with {right.kind}, which says nothing.")
    return f"({left.sql} {sign} {right.sql})"


def align(bound: Bound, term: Term, other: Term) -> Term:
    """Term as the kind of another where that is sure: JSON, written texts, numbers as ids."""
    if term.kind is Kind.JSON:
        return from_json(term, Kind.TEXT if other.kind is Kind.JSON else other.kind)
    if term.kind is Kind.TEXT and isinstance(term.value, str) and other.kind in _READ:
        kind, read = _READ[other.kind]
        return literal(bound, kind, _read_text(read, term.value))
    if term.kind is Kind.NUMBER and term.value is not None and other.kind is Kind.TEXT:
        return literal(bound, Kind.TEXT, f"{term.value:.0f}")
    return term


def from_json(term: Term, kind: Kind) -> Term:
    """Value inside JSON as a kind; NULL where it is of another."""
    inner = f"({term.sql} #>> '{{}}')"
    if kind is Kind.TEXT:
        return Term(kind, inner)
    if kind in (Kind.NUMBER, Kind.BOOL):
        name = {Kind.NUMBER: "number", Kind.BOOL: "boolean"}[kind]
        cast = f"{inner}::{SQL_TYPES[kind]}"
        return Term(kind, f"(CASE WHEN jsonb_typeof({term.sql}) = '{name}' THEN {cast} END)")
    raise BadQueryError(f"$filter compares a value inside JSON with {kind}, which says nothing.")


def to_span(term: Term) -> Term:
    """A moment as a span that ends when it begins."""
    if term.kind is Kind.SPAN:
        return term
    if term.kind is Kind.TIME:
        return Term(Kind.SPAN, term.sql, term.sql)
    raise BadQueryError(f"$filter compares a time with {term.kind}, which says nothing.")


def calculate(bound: Bound, sign: str, left: Term, right: Term) -> Term:
    """Term ``left sign right`` of numbers, or of times and durations."""
    left, right = _to_numeric(left), _to_numeric(right)
    kinds = (left.kind, right.kind)
    if kinds == (Kind.NUMBER, Kind.NUMBER):
        return Term(Kind.NUMBER, _NUMERIC[sign](left.sql, right.sql))
    if (*kinds, sign) in _TIMES:
        return Term(_TIMES[(*kinds, sign)], f"({left.sql} {sign} {right.sql})")
    raise BadQueryError(f"$filter cannot calculate {kinds[0]} {sign} {kinds[1]}.")


def to_moment(text: str) -> datetime:
    """Moment of ISO 8601; without a zone it is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text.upper())
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _compare_null(sign: str, term: Term) -> str:
    inner = from_json(term, Kind.TEXT).sql if term.kind is Kind.JSON else term.sql
    words = {"=": "IS NULL", "<>": "IS NOT NULL"}
    if sign not in words:
        raise BadQueryError("$filter: null is only equal to something, or not (eq, ne).")
    return f"({inner} {words[sign]})"


def _compare_spans(sign: str, left: Term, right: Term) -> str:
    """Before and after of spans: lt is wholly before, le ends no later, and so on."""
    conditions = {
        "=": f"{left.sql} = {right.sql} AND {left.end} = {right.end}",
        "<>": f"{left.sql} <> {right.sql} OR {left.end} <> {right.end}",
        "<": f"{left.end} < {right.sql}",
        ">": f"{left.sql} > {right.end}",
        "<=": f"{left.end} <= {right.end}",
        ">=": f"{left.sql} >= {right.sql}",
    }
    return f"({conditions[sign]})"


def _to_numeric(term: Term) -> Term:
    """Term to calculate with: inside JSON a number, of a span its beginning."""
    if term.kind is Kind.SPAN:
        return Term(Kind.TIME, term.sql)
    return from_json(term, Kind.NUMBER) if term.kind is Kind.JSON else term


def _read_text(read: Callable[[str], Any], text: str) -> Any:
    try:
        return read(text)
    except ValueError as error:
        raise BadQueryError(f"$filter: {text[:40]!r} is no time of ISO 8601.") from error


_READ: dict[Kind, tuple[Kind, Callable[[str], Any]]] = {
    Kind.TIME: (Kind.TIME, to_moment),
    Kind.SPAN: (Kind.TIME, to_moment),
    Kind.DATE: (Kind.DATE, date.fromisoformat),
    Kind.CLOCK: (Kind.CLOCK, time.fromisoformat),
}
_NUMERIC: dict[str, Callable[[str, str], str]] = {
    "+": "({} + {})".format,
    "-": "({} - {})".format,
    "*": "({} * {})".format,
    "/": "({} / nullif({}, 0))".format,
    "%": "mod({}::numeric, nullif({}, 0)::numeric)::float8".format,
}
_TIMES = {
    (Kind.TIME, Kind.DURATION, "+"): Kind.TIME,
    (Kind.TIME, Kind.DURATION, "-"): Kind.TIME,
    (Kind.DURATION, Kind.TIME, "+"): Kind.TIME,
    (Kind.DURATION, Kind.DURATION, "+"): Kind.DURATION,
    (Kind.DURATION, Kind.DURATION, "-"): Kind.DURATION,
    (Kind.TIME, Kind.TIME, "-"): Kind.DURATION,
}
