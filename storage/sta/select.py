"""One level of an answer as one statement: rows of an entity, filtered, in order, after a key.

Keys of an order are expressions with a last one, the id, that no two rows share: so the key of the
last row of a page is where the next one begins. Missing values come last, whichever way it goes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from .faults import BadQueryError, NothingThereError
from .filters import Cells, write_filter, write_join, write_property
from .grammar import read_filter
from .model import ENTITIES, Entity, Kind
from .options import Options, Order
from .paths import Step
from .terms import SQL_TYPES, Bound, Term, from_json
from .tokens import Key

ROW = "r"  # alias of the rows of a level
EPOCH, MS = datetime(1970, 1, 1, tzinfo=UTC), timedelta(milliseconds=1)


@dataclass
class Level:
    """A statement in the making."""

    entity: Entity
    bound: Bound = field(default_factory=Bound)
    relation: str = ""
    names: list[str] = field(default_factory=list)  # of the columns that are shown
    shown: list[str] = field(default_factory=list)  # their expressions
    conditions: list[str] = field(default_factory=list)
    order: list[tuple[Term, bool]] = field(default_factory=list)  # with whether it goes down

    def show(self, name: str, term: Term) -> None:
        """Add a column."""
        self.names.append(name)
        pair = f"ARRAY[{term.sql}, {term.end}]"
        self.shown.append(pair if term.kind is Kind.SPAN else term.sql)

    def write(self, tail: str = "", more: Sequence[str] = ()) -> str:
        """Statement, with more columns and what follows its WHERE."""
        where = " AND ".join(self.conditions) or "true"
        shown = ", ".join([*self.shown, *more]) or "1"
        source = self.relation or self.entity.relation
        return f"SELECT {shown} FROM ({source}) AS {ROW} WHERE {where} {tail}"

    def write_order(self) -> str:
        """ORDER BY of the keys."""
        keys = []
        for term, down in self.order:
            if not not_null(term):
                keys.append(f"({term.sql}) IS NULL")
            # an encoding that all have is a constant, by which the server does not order bare text
            key = f"({term.sql})::text" if term.kind is Kind.TEXT else term.sql
            keys.append(key + (" DESC" if down else ""))
        return "ORDER BY " + ", ".join(keys)


def write_level(entity: Entity, options: Options, cells: Cells, own: Sequence[str] = ()) -> Level:
    """Statement of what options ask of an entity; ``own`` are columns that are needed beside."""
    level = Level(entity)
    level.show("id", write_property(level.bound, entity, ROW, ["id"]))
    for name in list_shown(entity, options):
        level.show(name, write_property(level.bound, entity, ROW, [name]))
    for name in own:
        level.show(f"_{name}", Term(Kind.TEXT, f"{ROW}.{name}"))
    if options.filter:
        tree = read_filter(options.filter)
        level.conditions.append(write_filter(tree, entity, ROW, level.bound, cells))
    for each in options.order:
        level.order.append((write_order_key(level.bound, entity, each), each.descending))
    level.order.append((write_property(level.bound, entity, ROW, ["id"]), False))
    return level


def list_shown(entity: Entity, options: Options) -> list[str]:
    """Properties of an answer, but for the id, in the order of the model."""
    return [
        name
        for name in entity.properties
        if name != "id" and (not options.select or name in options.select)
    ]


def write_order_key(bound: Bound, entity: Entity, order: Order) -> Term:
    """Key of an order: a property here, or at the end of navigations to one."""
    names, alias, wraps = list(order.names), ROW, []
    while names and (link := entity.links.get(names[0])) is not None:
        if link.many:
            raise BadQueryError(f"$orderby: {names[0]} are many, which gives no order.")
        target, fresh = ENTITIES[link.target], f"o{len(wraps)}"
        wraps.append(f"FROM ({target.relation}) AS {fresh} WHERE {write_join(link, alias, fresh)}")
        entity, alias, names = target, fresh, names[1:]
    if not names or names[0] not in entity.properties:
        there = ", ".join(entity.properties)
        raise BadQueryError(f"$orderby: {entity.name} has no such property; it has: {there}.")
    term = write_property(bound, entity, alias, names)
    term = from_json(term, Kind.TEXT) if term.kind is Kind.JSON else term
    if term.kind is Kind.PLACE:
        raise BadQueryError("$orderby: places have no order.")
    kind, sql = (Kind.TIME if term.kind is Kind.SPAN else term.kind), term.sql
    for wrap in reversed(wraps):
        sql = f"(SELECT {sql} {wrap})"
    return Term(kind, sql)


def write_after(level: Level, key: Key) -> str:
    """Condition that a row comes after the one with a key."""
    bound, either, equal = level.bound, [], []
    for (term, down), value in zip(level.order, key, strict=True):
        if value is None:
            equal.append(f"({term.sql}) IS NULL")
            continue
        given = bound.bind(value, SQL_TYPES[term.kind])
        beyond = f"{term.sql} {'<' if down else '>'} {given}"
        if not not_null(term):
            beyond = f"({beyond} OR ({term.sql}) IS NULL)"
        either.append(" AND ".join([*equal, beyond]))
        equal.append(f"{term.sql} = {given}")
    return "(" + (" OR ".join(f"({part})" for part in either) or "false") + ")"


def not_null(term: Term) -> bool:
    """Whether a key of the order is never missing: an id or the time of an observation."""
    return term.sql in {f"{ROW}.id", f"{ROW}.time", f"{ROW}.stream", f"{ROW}.until"}


def write_steps(level: Level, steps: Sequence[Step], alias: str = ROW) -> str:
    """Condition that rows are at the end of a path. Raises NothingThereError for nobody's id."""
    step, before = steps[-1], steps[:-1]
    parts = [] if step.key is None else [write_key(level.bound, step.entity, step.key, alias)]
    if before and step.link is not None:
        other = f"p{len(steps)}"
        joined = write_join(step.link, other, alias)
        inner = write_steps(level, before, other)
        parts.append(
            f"EXISTS (SELECT FROM ({before[-1].entity.relation}) AS {other}"
            f" WHERE {joined} AND {inner})"
        )
    return " AND ".join(parts) or "true"


def write_key(bound: Bound, entity: Entity, key: str, alias: str) -> str:
    """Condition on an id, by the columns that it is made of, where an index helps."""
    if entity.plural == "Observations":
        node, quantity, at = read_observation_key(key)
        values = (node, "text"), (quantity, "text"), (at, "timestamptz"), (at + MS, "timestamptz")
        given = [bound.bind(value, kind) for value, kind in values]
        signs = ("node =", "quantity =", "time >=", "time <")
        return " AND ".join(f"{alias}.{s} {v}" for s, v in zip(signs, given, strict=True))
    columns = read_key(entity, key)
    return " AND ".join(
        f"{alias}.{name} = {bound.bind(value, kind)}" for name, (value, kind) in columns.items()
    )


def read_observation_key(key: str) -> tuple[str, str, datetime]:
    """Node, quantity and moment of an id. Raises NothingThereError."""
    try:
        node, quantity, milliseconds = key.split(":")
        at = EPOCH + int(milliseconds) * MS
    except (ValueError, OverflowError) as error:
        raise NothingThereError(f"There is no Observation {key[:60]!r}.") from error
    if "\0" in key:
        raise NothingThereError("There is no Observation with this id.")
    return node, quantity, at


def read_key(entity: Entity, key: str) -> dict[str, tuple[Any, str]]:
    """Columns of an id with their values and types. Raises NothingThereError for nobody's id."""
    if "\0" in key:
        raise NothingThereError(f"There is no {entity.name} with this id.")
    node, _, rest = key.rpartition(":")
    if entity.plural == "Datastreams":
        return {"node": (node, "text"), "quantity": (rest, "text")}
    if entity.plural in {"Locations", "FeaturesOfInterest"}:
        try:
            cell = int(key, 16)
        except ValueError:
            cell = 0
        if f"{cell:x}" != key or not 0 < cell < 2**63:
            raise NothingThereError(f"There is no {entity.name} {key[:60]!r}.")
        return {"cell": (cell, "bigint")}
    return {"id": (key, "text")}
