"""A filter as the condition of a statement: every value bound, every name found in the model.

A comparison that looks into other entities becomes EXISTS over them: across a navigation to many
it asks whether any fits.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from odata_query import ast
from psycopg.types.json import Jsonb

from . import functions, shapes
from .faults import BadQueryError
from .grammar import OWN
from .model import ENTITIES, Entity, Kind, Link
from .nodes import list_names, list_parts, read_literal
from .terms import Bound, Term, calculate, compare, from_json, literal

DEEPEST = 60  # parts inside parts of a filter
SIGNS = {
    ast.Eq: "=",
    ast.NotEq: "<>",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Mod: "%",
}
Cells = Callable[[], NDArray[np.int64]]


class Scope:
    """What names mean: rows of an entity under an alias, and the variables of any and all."""

    def __init__(self, bound: Bound, cells: Cells) -> None:
        self.bound, self.cells = bound, cells
        self.variables: dict[str, tuple[Entity, str]] = {}
        self.joins: dict[tuple[str, str], tuple[str, str]] = {}  # alias, name: alias, condition
        self.aliases = 0
        self.depth = 0

    def name_alias(self) -> str:
        """An alias that is not in use."""
        self.aliases += 1
        return f"t{self.aliases}"


def write_join(link: Link, own: str, their: str) -> str:
    """Condition that rows of two aliases hang together."""
    pairs = zip(link.own, link.their, strict=True)
    return " AND ".join(f"{their}.{right} = {own}.{left}" for left, right in pairs)


def write_filter(tree: Any, entity: Entity, alias: str, bound: Bound, cells: Cells) -> str:
    """Condition on the rows of an entity under an alias; ``cells`` are all that are public."""
    return _Writer(Scope(bound, cells), entity, alias).condition(tree)


class _Writer:
    """Writes conditions on one entity."""

    def __init__(self, scope: Scope, entity: Entity, alias: str) -> None:
        self.scope, self.entity, self.alias = scope, entity, alias

    def condition(self, node: Any) -> str:
        """Condition of a node that is true or false."""
        self.scope.depth += 1
        if self.scope.depth > DEEPEST:
            raise BadQueryError(f"$filter has more than {DEEPEST} parts inside each other.")
        try:
            if isinstance(node, ast.BoolOp):
                word = " AND " if isinstance(node.op, ast.And) else " OR "
                return "(" + word.join(map(self.condition, list_parts(node))) + ")"
            if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
                return f"(NOT {self.condition(node.operand)})"
            return self.atom(node)
        finally:
            self.scope.depth -= 1

    def atom(self, node: Any) -> str:
        """Condition of one comparison, with all entities that it looks into."""
        before, self.scope.joins = self.scope.joins, {}
        text = self.write_atom(node)
        joins, self.scope.joins = self.scope.joins, before
        if not joins:
            return text
        there = ", ".join(source for source, _ in joins.values())
        hang = " AND ".join(condition for _, condition in joins.values())
        return f"EXISTS (SELECT FROM {there} WHERE {hang} AND {text})"

    def write_atom(self, node: Any) -> str:
        """Condition of one comparison."""
        if isinstance(node, ast.Compare):
            return self.comparison(node)
        if isinstance(node, ast.CollectionLambda):
            return self.collection(node)
        term = self.term(node)
        term = from_json(term, Kind.BOOL) if term.kind is Kind.JSON else term
        if term.kind is not Kind.BOOL:
            raise BadQueryError(f"$filter is true or false, which {term.kind} is not.")
        return term.sql

    def comparison(self, node: ast.Compare) -> str:
        """``a eq b`` and the like, and ``a in (b, c)``."""
        left = self.term(node.left)
        if isinstance(node.comparator, ast.In):
            if not isinstance(node.right, ast.List):
                raise BadQueryError("$filter: in takes a list, as in ('a','b').")
            found = [compare(self.scope.bound, "=", left, self.term(x)) for x in node.right.val]
            return "(" + " OR ".join(found) + ")"
        return compare(self.scope.bound, SIGNS[type(node.comparator)], left, self.term(node.right))

    def collection(self, node: ast.CollectionLambda) -> str:
        """``Navigation/any(x:...)`` and ``all``."""
        names = list_names(node.owner)
        entity, alias = self.walk(names)
        inner = _Writer(self.scope, self.entity, self.alias)
        joins, self.scope.joins = self.scope.joins, {}
        if node.lambda_ is None:
            condition = "true"
        else:
            variable = node.lambda_.identifier.name
            self.scope.variables[variable] = (entity, alias)
            condition = inner.condition(node.lambda_.expression)
            del self.scope.variables[variable]
        self.scope.joins = {}
        there = ", ".join(source for source, _ in joins.values())
        hang = " AND ".join(text for _, text in joins.values())
        every = isinstance(node.operator, ast.All)
        condition = f"NOT coalesce({condition}, false)" if every else condition
        text = f"EXISTS (SELECT FROM {there} WHERE {hang} AND {condition})"
        return f"(NOT {text})" if every else text

    def term(self, node: Any) -> Term:
        """Value of a node."""
        self.scope.depth += 1
        if self.scope.depth > DEEPEST:
            raise BadQueryError(f"$filter has more than {DEEPEST} parts inside each other.")
        try:
            return self.write_term(node)
        finally:
            self.scope.depth -= 1

    def write_term(self, node: Any) -> Term:
        """Value of a node: a property, a literal, a sum, a function."""
        bound = self.scope.bound
        if isinstance(node, ast.Identifier | ast.Attribute):
            return self.path(list_names(node))
        if isinstance(node, ast.BinOp):
            sign = SIGNS[type(node.op)]
            return calculate(bound, sign, self.term(node.left), self.term(node.right))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            zero = literal(bound, Kind.NUMBER, 0.0)
            return calculate(bound, "-", zero, self.term(node.operand))
        if isinstance(node, ast.Call):
            return self.call(node)
        if isinstance(node, ast.Compare | ast.BoolOp | ast.CollectionLambda | ast.UnaryOp):
            return Term(Kind.BOOL, self.condition(node))
        return read_literal(bound, node)

    def call(self, node: ast.Call) -> Term:
        """A function."""
        if any(isinstance(each, ast.NamedParam) for each in node.args):
            raise BadQueryError("$filter: arguments of functions have no names.")
        terms = [self.term(each) for each in node.args]
        name = node.func.full_name()
        if name == f"{OWN}.interval":
            return Term(Kind.SPAN, terms[0].sql, terms[1].sql)
        name = name.removeprefix(f"{OWN}.")
        if name.startswith(("geo_", "st_")):
            return self.geometry(name, terms)
        return functions.call(self.scope.bound, name, terms)

    def geometry(self, name: str, terms: list[Term]) -> Term:
        """A function of geometry, of a place and a shape in either order."""
        shown = name.replace("geo_", "geo.")
        if name == "geo_length" and [term.kind for term in terms] == [Kind.SHAPE]:
            length = shapes.measure_length(terms[0].value)
            return literal(self.scope.bound, Kind.NUMBER, length)
        pattern = ""
        if name == "st_relate" and len(terms) == 3 and isinstance(terms[2].value, str):
            pattern = terms.pop().value
        kinds = {term.kind for term in terms}
        if len(terms) != 2 or kinds != {Kind.PLACE, Kind.SHAPE}:
            raise BadQueryError(
                f"$filter: {shown} takes a place and a shape, as in"
                f" {shown}(location,geography'POINT(5.1 52.1)')."
            )
        swapped = terms[0].kind is Kind.SHAPE
        shape, place = terms[not swapped], terms[swapped]
        cells = self.scope.cells()
        if name == "geo_distance":
            distances = shapes.measure_distances(shape.value, cells)
            known = dict(zip(map(str, cells.tolist()), distances, strict=True))
            table = self.scope.bound.bind(Jsonb(known), "jsonb")
            return Term(Kind.NUMBER, f"({table} ->> {place.sql}::text)::float8")
        if name != "st_relate" and name not in shapes.PREDICATES:
            raise BadQueryError(f"$filter: there is no function {shown[:40]!r}.")
        found = shapes.find_fitting(name, shape.value, cells, swapped=swapped, pattern=pattern)
        return Term(Kind.BOOL, f"({place.sql} = ANY ({self.scope.bound.bind(found, 'bigint[]')}))")

    def path(self, names: list[str]) -> Term:
        """A property, of this entity or of others along navigations."""
        entity, alias = self.entity, self.alias
        if names[0] in self.scope.variables:
            entity, alias = self.scope.variables[names[0]]
            names = names[1:]
        entity, alias, names = self.follow(entity, alias, names)
        if not names or names[0] not in entity.properties:
            there = ", ".join([*entity.properties, *entity.links])
            said = names[0] if names else "what was named"
            raise BadQueryError(f"{entity.name} has no {said[:40]!r}; it has: {there}.")
        return write_property(self.scope.bound, entity, alias, names)

    def walk(self, names: list[str]) -> tuple[Entity, str]:
        """Entity and alias at the end of navigations."""
        entity, alias, rest = self.follow(self.entity, self.alias, names)
        if rest or not self.scope.joins:
            raise BadQueryError("$filter: any and all follow a navigation, as Datastreams/any().")
        return entity, alias

    def follow(self, entity: Entity, alias: str, names: list[str]) -> tuple[Entity, str, list[str]]:
        """Join along navigations, as far as the names are some."""
        while names and (link := entity.links.get(names[0])) is not None:
            target = ENTITIES[link.target]
            key = (alias, names[0])
            if key not in self.scope.joins:
                fresh = self.scope.name_alias()
                source = f"({target.relation}) AS {fresh}"
                self.scope.joins[key] = (source, write_join(link, alias, fresh))
            alias = self.scope.joins[key][0].rpartition(" ")[2]
            entity, names = target, names[1:]
        return entity, alias, names


def write_property(bound: Bound, entity: Entity, alias: str, names: list[str]) -> Term:
    """Term of a property, or of what is inside it."""
    found = entity.properties[names[0]]
    sql, end = (text.replace("{r}", alias) for text in (found.sql, found.end))
    inside = names[1:]
    if not inside:
        return Term(found.kind, sql, end)
    if found.kind is Kind.JSON:
        return Term(Kind.JSON, f"({sql} #> {bound.bind(inside, 'text[]')})")
    if found.kind is Kind.PLACE and inside in (["type"], ["geometry", "type"]):
        # a place is a plain Point; a client that looks for a Feature finds none
        return Term(Kind.TEXT, "'Point'" if inside == ["type"] else "NULL::text")
    raise BadQueryError(
        f"{entity.name}/{names[0]} has nothing inside it called {inside[0][:40]!r}."
    )
