"""The options of a query as a plain tree: what to keep, show, expand, in which order, how much."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from .faults import BadQueryError
from .model import ENTITIES, Entity, Link
from .paths import cut

DEFAULT_TOP, MOST_TOP = 100, 10_000
DEEPEST = 5  # $expand inside $expand
LONGEST = 8_000  # characters of one option
_NUMBER = re.compile(r"[0-9]{1,9}")
_NAMES = re.compile(r"[A-Za-z_][\w.]*(?:/[A-Za-z_][\w.]*)*", re.ASCII)
NESTED = ("$filter", "$expand", "$select", "$orderby", "$top", "$skip", "$count")
KNOWN = (*NESTED, "$skiptoken", "$resultFormat")


@dataclass(frozen=True)
class Order:
    """One key of an order: the path to a property."""

    names: tuple[str, ...]
    descending: bool = False


@dataclass(frozen=True)
class Expand:
    """A navigation whose entities come along."""

    name: str
    link: Link
    options: "Options"


@dataclass(frozen=True)
class Options:
    """What one level of an answer is asked for."""

    filter: str = ""
    select: tuple[str, ...] = ()  # empty is everything
    order: tuple[Order, ...] = ()
    expand: tuple[Expand, ...] = ()
    top: int = DEFAULT_TOP
    skip: int = 0
    count: bool = False
    token: str = ""
    form: str = ""  # of the answer: dataArray, CSV or GeoJSON
    given: tuple[tuple[str, str], ...] = field(default=(), compare=False)  # as they were written


def read_options(entity: Entity, pairs: Iterable[tuple[str, str]]) -> Options:
    """Options of the query of an address. Raises BadQueryError, which names the option."""
    return _read(entity, tuple(pairs), KNOWN, 0)


def _read(
    entity: Entity, pairs: tuple[tuple[str, str], ...], known: tuple[str, ...], depth: int
) -> Options:
    found: dict[str, str] = {}
    for name, value in pairs:
        if name not in known:
            there = ", ".join(known)
            raise BadQueryError(f"Option {name[:40]!r} is not known here; there is: {there}.")
        if name in found:
            raise BadQueryError(f"Option {name} stands here twice.")
        if len(value) > LONGEST:
            raise BadQueryError(f"Option {name} has more than {LONGEST} characters.")
        found[name] = value
    made = Options(given=pairs)
    for name, value in found.items():
        made = replace(made, **_READ[name](entity, value, depth))
    return made


def _read_top(_entity: Entity, value: str, _depth: int) -> dict[str, int]:
    return {"top": min(_to_number("$top", value), MOST_TOP)}


def _read_skip(_entity: Entity, value: str, _depth: int) -> dict[str, int]:
    return {"skip": _to_number("$skip", value)}


def _read_count(_entity: Entity, value: str, _depth: int) -> dict[str, bool]:
    if value not in {"true", "false"}:
        raise BadQueryError(f"$count is true or false, not {value[:40]!r}.")
    return {"count": value == "true"}


def _read_form(_entity: Entity, value: str, _depth: int) -> dict[str, str]:
    forms = {"dataarray": "dataArray", "csv": "CSV", "geojson": "GeoJSON", "json": ""}
    if value.lower() not in forms:
        raise BadQueryError(f"$resultFormat is dataArray, CSV or GeoJSON, not {value[:40]!r}.")
    return {"form": forms[value.lower()]}


def _read_filter(_entity: Entity, value: str, _depth: int) -> dict[str, str]:
    if not value.strip():
        raise BadQueryError("$filter is empty.")
    return {"filter": value}


def _read_select(entity: Entity, value: str, _depth: int) -> dict[str, tuple[str, ...]]:
    names = tuple(_to_name(name.strip()) for name in value.split(","))
    for name in names:
        if name not in entity.properties and name not in entity.links:
            there = ", ".join([*entity.properties, *entity.links])
            raise BadQueryError(f"$select: {entity.name} has no {name[:40]!r}; it has: {there}.")
    return {"select": names}


def _read_order(entity: Entity, value: str, _depth: int) -> dict[str, tuple[Order, ...]]:
    keys = []
    for part in cut(value, ","):
        name, _, way = part.strip().partition(" ")
        name = "/".join(map(_to_name, name.split("/")))
        if way.strip() not in {"", "asc", "desc"} or not _NAMES.fullmatch(name):
            raise BadQueryError(
                f"$orderby is a property with asc or desc behind it, not {part[:40]!r}."
            )
        keys.append(Order(tuple(name.split("/")), way.strip() == "desc"))
    if len(keys) > DEEPEST:
        raise BadQueryError(f"$orderby takes at most {DEEPEST} properties.")
    return {"order": tuple(keys)}


def _read_expand(entity: Entity, value: str, depth: int) -> dict[str, tuple[Expand, ...]]:
    if depth >= DEEPEST:
        raise BadQueryError(f"$expand goes at most {DEEPEST} levels deep.")
    made: dict[str, Expand] = {}
    for part in cut(value, ","):
        each = _read_one(entity, part.strip(), depth)
        same = made.get(each.name)
        made[each.name] = each if same is None else _join(same, each)
    return {"expand": tuple(made.values())}


def _read_one(entity: Entity, text: str, depth: int) -> Expand:
    """``A``, ``A/B`` or ``A(options)``."""
    head, *rest = cut(text, "/")
    name, _, inside = head.partition("(")
    link = entity.links.get(name)
    if link is None:
        there = ", ".join(entity.links)
        raise BadQueryError(f"$expand: {entity.name} has no {name[:40]!r}; it has: {there}.")
    pairs = _read_pairs(inside.removesuffix(")")) if inside else ()
    if rest:
        pairs = (*pairs, ("$expand", "/".join(rest)))
    return Expand(name, link, _read(ENTITIES[link.target], pairs, NESTED, depth + 1))


def _join(first: Expand, second: Expand) -> Expand:
    """``A/B,A/C`` is A with both."""
    both = {each.name: each for each in (*first.options.expand, *second.options.expand)}
    fuller = first if first.options.given else second
    return replace(fuller, options=replace(fuller.options, expand=tuple(both.values())))


def _read_pairs(text: str) -> tuple[tuple[str, str], ...]:
    pairs = []
    for part in cut(text, ";"):
        name, equals, value = part.strip().partition("=")
        if not equals:
            raise BadQueryError(f"In $expand {part[:40]!r} is no option such as $top=1.")
        pairs.append((name, value))
    return tuple(pairs)


def _to_name(name: str) -> str:
    return "id" if name in {"@iot.id", "iot.id"} else name


def _to_number(name: str, value: str) -> int:
    if not _NUMBER.fullmatch(value):
        raise BadQueryError(f"{name} is a whole number from 0 on, not {value[:40]!r}.")
    return int(value)


_READ = {
    "$top": _read_top,
    "$skip": _read_skip,
    "$count": _read_count,
    "$filter": _read_filter,
    "$select": _read_select,
    "$orderby": _read_order,
    "$expand": _read_expand,
    "$resultFormat": _read_form,
    "$skiptoken": lambda _entity, value, _depth: {"token": value},
}
