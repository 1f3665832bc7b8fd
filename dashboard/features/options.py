"""What is asked of a collection, out of the query: bbox, datetime, limit, cursor, properties."""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime

from lokaalmeten.geo import Box

from ..api.params import EARLIEST, LATEST
from ..problems import QueryError
from .table import Asked

FEW, MOST = 1000, 10_000  # features of a page: without a limit, and at most
LONGEST = 500  # characters of a value
FORMS = ("json", "geojson")
OPEN = ("", "..")
LENGTHS = (4, 6)  # numbers of a box, the second with heights


def read_options(query: Mapping[str, str]) -> Asked:
    """What a query asks for; parameters that are none of these are properties.

    Raises:
        QueryError: a parameter says what cannot be.

    """
    rest = dict(query)
    for name, value in rest.items():
        if len(value) > LONGEST:
            raise QueryError(f"Parameter {name!r} is longer than {LONGEST} characters.")
    check_form(rest.pop("f", FORMS[0]))
    start, stop = read_period(rest.pop("datetime", "../.."))
    box, after = rest.pop("bbox", None), rest.pop("cursor", None)
    return Asked(
        read_limit(rest.pop("limit", str(FEW))),
        None if box is None else read_box(box),
        start,
        stop,
        None if after is None else read_cursor(after),
        rest,
    )


def check_form(form: str) -> None:
    """Refuse what is not JSON: ``f`` is what many clients send beside the Accept header."""
    if form not in FORMS:
        raise QueryError(f"Parameter 'f' is {form!r}: here is only {' and '.join(FORMS)}.")


def read_limit(text: str) -> int:
    """How many features; more than MOST are MOST, as the standard asks."""
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise QueryError(f"Parameter 'limit' is {text!r}: write a whole number, 1 or more.")
    return min(int(text), MOST)


def read_box(text: str) -> Box:
    """West, south, east and north in degrees; heights are passed over."""
    try:
        numbers = [float(edge) for edge in text.split(",")]
        west, south, *_ = numbers
        east, north = numbers[len(numbers) // 2 :][:2]
    except ValueError:
        numbers, west, south, east, north = [], 0.0, 0.0, 0.0, 0.0
    is_on_earth = abs(west) <= 180 and abs(east) <= 180 and -90 <= south <= north <= 90
    if len(numbers) not in LENGTHS or not is_on_earth:
        raise QueryError(
            f"Parameter 'bbox' is {text!r}: write it as west,south,east,north in degrees, south "
            "not more than north, all on the earth."
        )
    return west, south, east, north


def read_period(text: str) -> tuple[datetime | None, datetime | None]:
    """First and last moment; an open end is None, a single moment is both."""
    first, bar, last = text.partition("/")
    ends = [first, last if bar else first]
    start, stop = (None if end in OPEN and bar else read_moment(end, text) for end in ends)
    if start is not None and stop is not None and start > stop:
        raise QueryError(f"Parameter 'datetime' is {text!r}: it ends before it starts.")
    return start, stop


def read_moment(text: str, whole: str) -> datetime:
    """A moment of RFC 3339."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not EARLIEST <= moment <= LATEST:
        raise QueryError(
            f"Parameter 'datetime' is {whole!r}: write a moment as 2026-05-04T18:00:00Z, or a "
            "period as start/end, of which one may be '..'."
        )
    return moment


def to_cursor(name: str) -> str:
    """Text for an address that stands for the place after a feature."""
    return base64.urlsafe_b64encode(name.encode()).decode().rstrip("=")


def read_cursor(text: str) -> str:
    """The id of the feature that a cursor stands for."""
    try:
        padded = text + "=" * (-len(text) % 4)
        return base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True).decode()
    except (ValueError, binascii.Error) as error:
        raise QueryError(
            "Parameter 'cursor' is none of ours: take the next link as it is."
        ) from error
