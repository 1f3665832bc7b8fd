"""A graph of things and what is said of them, written as Turtle or as JSON-LD.

Every thing has an address, so that a harvester that comes again finds the same things.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "gsp": "http://www.opengis.net/ont/geosparql#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
# Characters that an IRI in Turtle may not hold (Turtle 1.1, IRIREF).
_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


@dataclass(frozen=True)
class Iri:
    """A thing by its address."""

    address: str


@dataclass(frozen=True)
class Text:
    """Words in a language, or in none."""

    words: str
    language: str = ""


@dataclass(frozen=True)
class Typed:
    """A value as its datatype writes it; ``kind`` is prefixed, such as ``xsd:date``."""

    value: str
    kind: str


Term = Iri | Text | Typed
Said = list[tuple[str, Term]]


@dataclass(frozen=True)
class Thing:
    """A thing: its address, its class and what is said of it, both prefixed (``dct:title``)."""

    address: str
    kind: str
    said: Sequence[tuple[str, Term]] = ()


def to_texts(name: str, words: Sequence[str]) -> Said:
    """One property in Dutch and in English."""
    return [(name, Text(each, tag)) for each, tag in zip(words, ("nl", "en"), strict=True)]


def to_typed(moment: datetime) -> Typed:
    """A moment as xsd:dateTime in UTC."""
    return Typed(f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", "xsd:dateTime")


def write_turtle(things: Sequence[Thing]) -> bytes:
    """The graph as Turtle 1.1 (text/turtle)."""
    heads = [f"@prefix {name}: <{base}> .\n" for name, base in PREFIXES.items()]
    return "".join([*heads, *map(_to_turtle, things)]).encode()


def write_json_ld(things: Sequence[Thing]) -> bytes:
    """The graph as JSON-LD 1.1 (application/ld+json), with its context inside."""
    nodes = [_to_node(thing) for thing in things]
    return orjson.dumps({"@context": PREFIXES, "@graph": nodes}, option=orjson.OPT_INDENT_2)


def _to_turtle(thing: Thing) -> str:
    lines = [f"a {thing.kind}", *(f"{name} {_to_term(term)}" for name, term in thing.said)]
    return f"\n<{_escape_iri(thing.address)}> " + " ;\n    ".join(lines) + " .\n"


def _to_term(term: Term) -> str:
    if isinstance(term, Iri):
        return f"<{_escape_iri(term.address)}>"
    if isinstance(term, Typed):
        return f"{_quote(term.value)}^^{term.kind}"
    return _quote(term.words) + (f"@{term.language}" if term.language else "")


def _quote(text: str) -> str:
    return '"' + "".join(_ESCAPES.get(each, each) for each in text) + '"'


def _escape_iri(address: str) -> str:
    """The address with what may not stand in one as percent signs.

    >>> _escape_iri("https://a.nl/x y")
    'https://a.nl/x%20y'
    """
    return _NOT_IN_IRI.sub(lambda found: f"%{ord(found[0]):02X}", address)


def _to_node(thing: Thing) -> dict[str, Any]:
    node: dict[str, Any] = {"@id": _escape_iri(thing.address), "@type": thing.kind}
    for name, term in thing.said:
        node.setdefault(name, []).append(_to_value(term))
    return node


def _to_value(term: Term) -> dict[str, str]:
    if isinstance(term, Iri):
        return {"@id": _escape_iri(term.address)}
    if isinstance(term, Typed):
        return {"@value": term.value, "@type": term.kind}
    return {"@value": term.words} | ({"@language": term.language} if term.language else {})
