"""A filter as a tree, by odata-query: what SensorThings has beyond OData is rewritten before.

Outside quoted texts, in this order:

1. ``@iot.id`` is ``id``
2. ``a/b`` of two moments is an interval
3. ``+`` of a zone of time that an address made a blank is put back
4. functions that the library does not know go to a name space of their own, where it asks nothing
5. ``eq'x'`` has a blank before its text
6. names that begin like a word of the language, such as ``anyone``, get a mark, which goes again
"""

import re
from typing import Any

from odata_query.exceptions import ODataException
from odata_query.grammar import ODataLexer, ODataParser

from .faults import BadQueryError

_QUOTED = re.compile(r"((?:geography|duration)?'(?:[^']|'')*')", re.IGNORECASE)
_MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?"
_ZONE = re.compile(r"(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?) (\d\d:\d\d)")
_INTERVAL = re.compile(f"({_MOMENT})/({_MOMENT})")
_OURS = re.compile(
    r"\b(substringof|st_equals|st_disjoint|st_touches|st_within|st_overlaps|st_crosses"
    r"|st_intersects|st_contains|st_relate|geo\.\w+)\s*\(",
    re.IGNORECASE,
)
_GLUED = re.compile(r"\b(eq|ne|lt|le|gt|ge|and|or|not|in)$", re.IGNORECASE)
_LIKE_WORDS = re.compile(r"\b(?=(?:any|all|null|true|false)\w)", re.IGNORECASE)
OWN = "sta"  # the name space
MARK = "__"  # before a name that begins like a word


def read_filter(text: str) -> Any:
    """Tree of a filter, in the nodes of ``odata_query.ast``. Raises BadQueryError."""
    try:
        # both keep a state: one of each for every filter
        tree = ODataParser().parse(ODataLexer().tokenize(rewrite(text)))
    except (ODataException, ValueError, TypeError, AttributeError, NotImplementedError) as error:
        raise BadQueryError(f"$filter cannot be read: {_say(error)}") from error
    except RecursionError as error:
        raise BadQueryError("$filter has too many parentheses.") from error
    if tree is None:
        raise BadQueryError("$filter is empty or not complete.")
    return tree


def rewrite(text: str) -> str:
    """Filter of SensorThings as odata-query reads it."""
    pieces = _QUOTED.split(text)
    pieces[::2] = [_rewrite_plain(piece) for piece in pieces[::2]]
    return "".join(pieces)


def _rewrite_plain(text: str) -> str:
    text = text.replace("@iot.id", "id")
    text = _ZONE.sub(r"\1+\2", text)
    text = _INTERVAL.sub(rf"{OWN}.interval(\1,\2)", text)
    text = _OURS.sub(lambda found: f"{OWN}.{found[1].lower().replace('.', '_')}(", text)
    text = _LIKE_WORDS.sub(MARK, text)
    return _GLUED.sub(r"\1 ", text)


def _say(error: Exception) -> str:
    token = getattr(error, "token", None)
    if token is None:
        return "it ends too early or is not complete."
    value = getattr(token, "value", "")
    text = str(getattr(value, "val", None) or getattr(value, "name", None) or value)
    return f"it goes wrong at {text[:40]!r}, after {getattr(token, 'index', 0)} characters."
