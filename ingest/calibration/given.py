"""Corrections that people enter: a TOML file, each with the days on which it holds.

    [[correction]]
    node = "box-7"          # or project = "street", or neither: for all
    quantity = "pm25"
    since = 2026-03-01      # by UTC; a moment may have a time and a zone
    until = 2026-09-01      # left out: it still holds
    offset = 1.2            # in the unit of the quantity
    gain = 0.8
    humidity = -0.03        # per %; or { slope = -0.03, low = 40, high = 90 }
    temperature = 0.0       # per Cel, likewise
    why = "beside the station of 1 to 14 February"

Raw stays as it is. A correction is never changed: a later one for the same time counts instead.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from lokaalmeten.errors import FormatError
from lokaalmeten.quantities import CORRECTED

from .line import CLIMATE, NUMBERS, Line

WORDS = {"node", "project", "quantity", "since", "until", "why", *NUMBERS, *CLIMATE}


@dataclass(frozen=True)
class Given:
    """One correction."""

    quantity: str
    line: Line
    since: datetime
    until: datetime | None
    node: str | None
    project: str | None
    why: str


def read_given(text: str) -> list[Given]:
    """Corrections of a file; FormatError that says which one and what is wrong with it."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FormatError(f"is not TOML: {error}") from error
    given = found.get("correction")
    if set(found) != {"correction"} or not isinstance(given, list) or not given:
        raise FormatError("holds no [[correction]], or something else beside them")
    return [to_given(f"correction {number}", one) for number, one in enumerate(given, 1)]


def to_given(place: str, words: Mapping[str, Any]) -> Given:
    """One correction of a file."""
    try:
        if unknown := set(words) - WORDS:
            raise FormatError(
                f"{min(unknown)!r} is not known; there is: {', '.join(sorted(WORDS))}"
            )
        if words.get("quantity") not in CORRECTED:
            raise FormatError(f"quantity is one of: {', '.join(CORRECTED)}")
        if "node" in words and "project" in words:
            raise FormatError("it holds for a node or for a project, not for both")
        numbers = {key: words[key] for key in (*NUMBERS, *CLIMATE) if key in words}
        if not numbers:
            raise FormatError(
                "it has no offset, gain, humidity or temperature; gain = 1 leaves raw"
            )
        line = Line.from_parameters(numbers)
        since = to_moment("since", words.get("since"))
        until = to_moment("until", words["until"]) if "until" in words else None
        if until is not None and until <= since:
            raise FormatError("until is not after since")
        names = {key: to_text(key, words.get(key)) for key in ("node", "project")}
        return Given(words["quantity"], line, since, until, **names, why=words.get("why", ""))
    except FormatError as error:
        raise FormatError(f"{place}: {error}") from error


def to_moment(name: str, given: Any) -> datetime:
    """A day or a moment, in UTC where no zone is written."""
    if not isinstance(given, date):
        raise FormatError(f"{name} must be a day such as 2026-03-01, not {given!r}")
    moment = given if isinstance(given, datetime) else datetime.combine(given, time())
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def to_text(name: str, given: Any) -> str | None:
    """A name, if there is one."""
    if given is not None and not isinstance(given, str):
        raise FormatError(f"{name} must be a name, not {given!r}")
    return given
