"""Options in the address of a page: what they cannot be is said by an UnfitError."""

from collections.abc import Collection, Mapping
from datetime import date

from lokaalmeten.quantities import BY_KEY

from ..periods import PERIODS
from ..problems import UnfitError

LONGEST = 40  # letters of a wrong value that are said again
FIRST_YEAR, LAST_YEAR = 1970, 2105  # days that the database has

Query = Mapping[str, str]


def check_nothing(_query: Query) -> None:
    """Take any options: the page has none."""


def check_quantity(query: Query, known: Collection[str] = tuple(BY_KEY)) -> None:
    """Refuse a quantity that is none of the ``known``."""
    check_known(query, "quantity", known, "unfit.quantity")


def check_period(query: Query) -> None:
    """Refuse a period that pages do not offer."""
    check_known(query, "period", tuple(PERIODS), "unfit.period")


def read_day(query: Query, name: str) -> date | None:
    """Day of an option; None where it is left out."""
    value = query.get(name, "")
    if not value:
        return None
    try:
        found = date.fromisoformat(value)
    except ValueError:
        found = date.min
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise UnfitError("unfit.day", value=value[:LONGEST])
    return found


def read_days(query: Query, first: str = "first", last: str = "last") -> tuple[date | None, ...]:
    """First and last day; an UnfitError where they are swapped."""
    days = read_day(query, first), read_day(query, last)
    if days[0] and days[1] and days[0] > days[1]:
        raise UnfitError("unfit.days", first=days[0], last=days[1])
    return days


def check_known(query: Query, name: str, known: Collection[str], key: str) -> None:
    """Refuse an option that is none of the ``known``; ``key`` is the text that says so."""
    value = query.get(name, "")
    if value and value not in known:
        raise UnfitError(key, value=value[:LONGEST], known=", ".join(known))
