"""Addresses of the crowd pages, which are words of their language."""

from functools import cache, lru_cache
from urllib.parse import quote

from ..words import Words

ADDRESSES = 8192  # that are kept: a page of a hundred zones has a thousand
PARTS = ("evaluation", "report", "planning", "plan")  # pages of a place that are no zone
NEW = "-"  # in place of a name: a place that is not there yet; no place is called so


def to_path(words: Words, place: str = "", part: str = "") -> str:
    """Address below the language: of the list, of a place, or of a page or gauge of it.

    ``part`` is one of PARTS or the full name of a gauge. A zone is called by its id, unless that
    is the name of a page, or another part of an address.
    """
    base = words("crowd.path")
    if not place:
        return base
    if not part:
        return f"{base}/{place}"
    if part in PARTS:
        return f"{base}/{place}/{words(f'crowd.path.{part}')}"
    kind, _, name = part.partition("/")
    short = kind == "zone" and name not in find_taken(words.language) and "/" not in name
    return f"{base}/{place}/{quote(name if short else part, safe='' if short else '/')}"


@cache
def find_taken(language: str) -> frozenset[str]:
    """Last parts of addresses that are pages of a place in a language."""
    words = Words(language)
    return frozenset(
        [*(words(f"crowd.path.{p}") for p in PARTS), f"{words('crowd.path.report')}.pdf"]
    )


def to_address(words: Words, place: str = "", part: str = "") -> str:
    """Whole address of ``to_path``."""
    return _write(words.language, place, part)


@lru_cache(maxsize=ADDRESSES)
def _write(language: str, place: str, part: str) -> str:
    return f"/{language}/{to_path(Words(language), place, part)}"


def find_gauge(gauges: list[str], asked: str) -> int | None:
    """Place of the gauge that an address names: by the id of a zone, or by its full name."""
    for name in (f"zone/{asked}", asked):
        if name in gauges:
            return gauges.index(name)
    return None
