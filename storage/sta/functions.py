"""Functions of a filter, but for geometry: what they take, what they give, how SQL says it.

OGC 18-088, table 23. Moments are cut in UTC.
"""

from collections.abc import Sequence

from .faults import BadQueryError
from .model import Kind
from .terms import Bound, Term, align, from_json

TEXT, NUMBER, TIME, BOOL = Kind.TEXT, Kind.NUMBER, Kind.TIME, Kind.BOOL
_HERE = "({0} AT TIME ZONE 'UTC')"
_WHOLE = "trunc({0})::integer"
FUNCTIONS: dict[str, tuple[tuple[Kind, ...], Kind, str]] = {
    "substringof": ((TEXT, TEXT), BOOL, "(strpos({1}, {0}) > 0)"),
    "contains": ((TEXT, TEXT), BOOL, "(strpos({0}, {1}) > 0)"),
    "startswith": ((TEXT, TEXT), BOOL, "starts_with({0}, {1})"),
    "endswith": (
        (TEXT, TEXT),
        BOOL,
        "(right({0}, length({1})) = {1} AND length({0}) >= length({1}))",
    ),
    "length": ((TEXT,), NUMBER, "length({0})::float8"),
    "indexof": ((TEXT, TEXT), NUMBER, "(strpos({0}, {1}) - 1)::float8"),
    "substring": ((TEXT, NUMBER), TEXT, "substr({0}, trunc({1})::integer + 1)"),
    "substring3": (
        (TEXT, NUMBER, NUMBER),
        TEXT,
        "substr({0}, trunc({1})::integer + 1, trunc({2})::integer)",
    ),
    "tolower": ((TEXT,), TEXT, "lower({0})"),
    "toupper": ((TEXT,), TEXT, "upper({0})"),
    "trim": ((TEXT,), TEXT, "btrim({0})"),
    "concat": ((TEXT, TEXT), TEXT, "({0} || {1})"),
    "year": ((TIME,), NUMBER, f"extract(year FROM {_HERE})::float8"),
    "month": ((TIME,), NUMBER, f"extract(month FROM {_HERE})::float8"),
    "day": ((TIME,), NUMBER, f"extract(day FROM {_HERE})::float8"),
    "hour": ((TIME,), NUMBER, f"extract(hour FROM {_HERE})::float8"),
    "minute": ((TIME,), NUMBER, f"extract(minute FROM {_HERE})::float8"),
    "second": ((TIME,), NUMBER, f"floor(extract(second FROM {_HERE}))::float8"),
    "fractionalseconds": ((TIME,), NUMBER, f"mod(extract(second FROM {_HERE}), 1)::float8"),
    "date": ((TIME,), Kind.DATE, f"{_HERE}::date"),
    "time": ((TIME,), Kind.CLOCK, f"{_HERE}::time"),
    "totaloffsetminutes": ((TIME,), NUMBER, "(CASE WHEN {0} IS NOT NULL THEN 0::float8 END)"),
    "totalseconds": ((Kind.DURATION,), NUMBER, "extract(epoch FROM {0})::float8"),
    "now": ((), TIME, "now()"),
    "mindatetime": ((), TIME, "'-infinity'::timestamptz"),
    "maxdatetime": ((), TIME, "'infinity'::timestamptz"),
    "round": ((NUMBER,), NUMBER, "round(({0})::numeric)::float8"),
    "floor": ((NUMBER,), NUMBER, "floor({0})"),
    "ceiling": ((NUMBER,), NUMBER, "ceil({0})"),
}


def call(bound: Bound, name: str, given: Sequence[Term]) -> Term:
    """Term of a function. Raises BadQueryError for one that is not known, or other arguments."""
    name = "substring3" if name == "substring" and len(given) == 3 else name
    if name == "date" and given and given[0].kind is Kind.TEXT:
        return align(bound, given[0], Term(Kind.DATE, ""))  # date('2026-05-04') is a date
    if name not in FUNCTIONS:
        raise BadQueryError(f"$filter: there is no function {name[:40]!r}.")
    kinds, result, template = FUNCTIONS[name]
    if len(given) != len(kinds):
        raise BadQueryError(f"$filter: {name} takes {len(kinds)} arguments, not {len(given)}.")
    terms = [fit(bound, name, term, kind) for term, kind in zip(given, kinds, strict=True)]
    return Term(result, template.format(*(term.sql for term in terms)))


def fit(bound: Bound, name: str, term: Term, kind: Kind) -> Term:
    """Argument as the kind that a function takes: of a span its beginning."""
    if term.kind is Kind.JSON:
        return from_json(term, kind)
    if term.kind is Kind.SPAN and kind is Kind.TIME:
        return Term(Kind.TIME, term.sql)
    if term.kind is Kind.NULL:
        return Term(kind, "NULL")
    found = align(bound, term, Term(kind, "")) if kind is Kind.TIME else term
    if found.kind is not kind:
        raise BadQueryError(f"$filter: {name} takes {kind} where it was given {found.kind}.")
    return found
