"""Options that pages of places share."""

from ..pages.options import Query, check_known
from .section import WEEKS


def check_weeks(query: Query) -> None:
    """Refuse another number of weeks than are offered."""
    check_known(query, "weeks", tuple(map(str, WEEKS)), "unfit.weeks")
