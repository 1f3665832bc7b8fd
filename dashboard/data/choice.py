"""What somebody chose, as the address of the page has it, and the same as the API asks for it.

Days are those of people here, the last one included; the API has moments, the end not included.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, get_args
from urllib.parse import urlencode

from pydantic import ValidationError

from storage.downloads.selection import Subject

from ..api.downloads import FileQuery, NodesQuery
from ..pages.parts import USUAL
from ..periods import Span
from ..problems import QueryError, to_sentence
from ..words import ZONE

DAYS = 7  # that are shown before anybody chose
ROUTE = "/v1/downloads"
SEVERAL = ("quantity", "node")
GOOD = "good"


@dataclass(frozen=True)
class Choice:
    """Everything that the form has."""

    of: Subject = "observations"
    quantity: tuple[str, ...] = ()
    node: tuple[str, ...] = ()
    municipality: str = ""
    bbox: str = ""
    first: str = ""  # day, as 2026-11-26
    last: str = ""
    processing: str = "raw"
    quality: str = ""  # good: only those
    format: str = "csv"

    @property
    def rides(self) -> bool:
        """Whether it is of rides, which have neither nodes nor municipality."""
        return self.of == "rides"

    def to_pairs(self) -> list[tuple[str, str]]:
        """Parameters of the API, those alone that say something.

        Raises:
            QueryError: a day is none.

        """
        start, stop = to_moment(self.first), to_moment(self.last, timedelta(days=1))
        pairs = [("quantity", key) for key in self.quantity]
        if not self.rides:
            pairs += [("node", name) for name in self.node]
            pairs += [("municipality", self.municipality)]
        pairs += [("bbox", self.bbox), ("start", start), ("end", stop)]
        pairs += [("processing", self.processing if self.processing != "raw" else "")]
        pairs += [("quality", "1" if self.quality == GOOD else "")]
        return [(name, value) for name, value in pairs if value]

    def to_address(self, form: str = "", part: str = "") -> str:
        """Address of the file in a form, the chosen one without; or of a part beside it."""
        pairs = [*self.to_pairs(), ("format", form or self.format)]
        return f"{ROUTE}/{self.of}{part}?{urlencode(pairs, safe=':,')}"


def read_choice(pairs: Sequence[tuple[str, str]], measured: Sequence[str], extent: Span) -> Choice:
    """Choice of an address; without any the last days of the first quantity there is.

    Raises:
        QueryError: a parameter is not one of the form, or comes twice.

    """
    found: dict[str, Any] = {}
    known = {field.name for field in fields(Choice)}
    for name, value in pairs:
        if name not in known:
            raise QueryError(f"Parameter '{name}' is not known here.")
        if name in SEVERAL:
            names = (part.strip() for part in value.split(","))
            found[name] = tuple(dict.fromkeys([*found.get(name, ()), *filter(None, names)]))
        elif name in found:
            raise QueryError(f"Parameter '{name}' comes twice.")
        else:
            found[name] = value.strip()
    last = extent[1].astimezone(ZONE).date()
    usual: dict[str, Any] = {"first": str(last - timedelta(days=DAYS - 1)), "last": str(last)}
    first = USUAL if USUAL in measured else next(iter(measured), "")
    usual |= {} if pairs or not first else {"quantity": (first,)}
    if found.get("of") not in (None, *get_args(Subject)):
        raise QueryError(f"Parameter 'of' is {' or '.join(get_args(Subject))}.")
    if found.get("quality", "") not in ("", GOOD):
        raise QueryError(f"Parameter 'quality' is {GOOD} or left out.")
    return Choice(**(usual | {name: value for name, value in found.items() if value}))


def to_query(choice: Choice) -> FileQuery:
    """The same as the API reads it.

    Raises:
        QueryError: a value cannot be.

    """
    told: dict[str, Any] = {"format": choice.format}
    for name, value in choice.to_pairs():
        if name in (*SEVERAL, "quality"):
            told[name] = [*told.get(name, []), value]
        else:
            told[name] = value
    try:
        return (FileQuery if choice.rides else NodesQuery).model_validate(told)
    except ValidationError as error:
        faults: Sequence[Mapping[str, Any]] = error.errors()
        located = [{**fault, "loc": ("query", *fault["loc"])} for fault in faults]
        raise QueryError(" ".join(map(to_sentence, located))) from error


def to_moment(day: str, later: timedelta = timedelta()) -> str:
    """Midnight here with which a day begins, in UTC; nothing for no day.

    Raises:
        QueryError: it is no day.

    """
    if not day:
        return ""
    try:
        begun = datetime.combine(date.fromisoformat(day) + later, time(), ZONE)
        return f"{begun.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    except (ValueError, OverflowError):
        raise QueryError(f"A day is written as 2026-11-26, not {day[:40]!r}.") from None
