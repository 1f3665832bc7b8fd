"""What the address of a comparison asks for: places, quantity, periods; refused when it cannot be.

``place`` comes once per place (node:NAME, area:NAME, hexagon:CELL); ``first`` and ``last`` are days
of a period, and ``period`` comes once per further period, as FIRST..LAST. Values of an option that
comes several times stand in one text with a space between.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from ..pages.options import Query, check_quantity, read_days
from ..pages.parts import USUAL
from ..problems import UnfitError
from .place import HEXAGON, LONGEST, NODE, SHAPES, check_name

PATH = "compare"  # of the page, below the language
MOST = 6  # lines in one chart
LONGEST_D = 366  # days of a period
HOURLY_D = 31  # days of a period that is shown by the hour
USUAL_D = 7
Days = tuple[date, date]  # first and last, both in it


@dataclass(frozen=True)
class Choice:
    """What is compared."""

    places: tuple[tuple[str, str], ...]  # kind and name
    key: str
    spans: tuple[Days, ...]  # none: the usual days
    several: bool  # periods beside one another, each from its begin

    @property
    def is_hourly(self) -> bool:
        """Whether all periods are short enough for hours."""
        return all((last - first).days < HOURLY_D for first, last in self.spans)

    def pairs(self) -> list[tuple[str, str]]:
        """Options of the address that says the same."""
        told = [("place", f"{kind}:{name}") for kind, name in self.places]
        told.append(("quantity", self.key))
        if self.several:
            return told + [("period", f"{first}..{last}") for first, last in self.spans]
        return told + [
            pair
            for first, last in self.spans
            for pair in (("first", f"{first}"), ("last", f"{last}"))
        ]

    def query(self) -> str:
        """The same as text."""
        return self.write(self.pairs())

    @staticmethod
    def write(pairs: Sequence[tuple[str, str]]) -> str:
        """Options as text."""
        return urlencode(pairs, safe=":")


def check(query: Query) -> None:
    """Refuse what cannot be compared, with an UnfitError."""
    read_choice(query)


def read_choice(query: Query, newest: date | None = None) -> Choice:
    """Choice of an address; without days the last ones up to ``newest``.

    Raises:
        UnfitError: a place, quantity or day cannot be, or it is too much.

    """
    check_quantity(query)
    places = tuple(dict.fromkeys(map(read_name, query.get("place", "").replace(",", " ").split())))
    first, last = read_days(query)
    given = [fill_span(first, last)] if first or last else []
    given += map(read_span, query.get("period", "").split())
    spans = tuple(dict.fromkeys(given))
    if not spans and newest:
        spans = ((newest - timedelta(days=USUAL_D - 1), newest),)
    for begin, end in spans:
        if (end - begin).days >= LONGEST_D:
            raise UnfitError("unfit.long", first=begin, last=end, most=LONGEST_D)
    count = max(1, len(places)) * max(1, len(spans))
    if count > MOST:
        raise UnfitError("unfit.many", count=count, most=MOST)
    return Choice(places, query.get("quantity") or USUAL, spans, len(spans) > 1)


def read_name(text: str) -> tuple[str, str]:
    """Kind and name of a place; a bare name is that of a node, or a cell where it can be one."""
    kind, colon, name = text.partition(":")
    if not colon:
        kind, name = (HEXAGON if SHAPES[HEXAGON].fullmatch(text) else NODE), text
    check_name(kind, name)
    return kind, name


def read_span(text: str) -> Days:
    """First and last day of FIRST..LAST."""
    first, dots, last = text.partition("..")
    if not (dots and first and last):
        raise UnfitError("unfit.span", value=text[:LONGEST])
    return fill_span(*read_days({"first": first, "last": last}))


def fill_span(first: date | None, last: date | None) -> Days:
    """A period of which one end was left out has the usual length."""
    length = timedelta(days=USUAL_D - 1)
    try:
        return (first or (last or date.min) - length), (last or (first or date.min) + length)
    except OverflowError:
        raise UnfitError("unfit.day", value=first or last) from None
