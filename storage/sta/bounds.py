"""What is asked of observations, and what a filter says of their time and of their Datastream.

Only so can a page begin in the middle of a year of samples: the rest of a filter is for rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from odata_query import ast

from .nodes import list_names, list_parts
from .options import Options
from .terms import to_moment

EARLIEST, LATEST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
TICK = timedelta(microseconds=1)
BY_TIME = {"phenomenonTime", "resultTime"}
LONGEST_PERIOD = timedelta(days=366)  # of a value that is a mean
Streams = Sequence[tuple[str, str]]  # node and quantity


@dataclass(frozen=True)
class Asked:
    """What is asked of observations: series, period, and what else must hold."""

    options: Options
    streams: Streams | None  # None is all
    start: datetime = EARLIEST
    stop: datetime = LATEST
    rest: Any = None  # tree of a filter
    conditions: tuple[tuple[str, dict[str, Any]], ...] = ()  # with their values

    @property
    def by_time(self) -> bool:
        """Whether the order is that of time."""
        names = [each.names for each in self.options.order]
        single = self.streams is not None and len(self.streams) == 1
        allowed = {(name,) for name in BY_TIME} | ({("id",)} if single else set())
        return not names or names[0] in allowed

    @property
    def newest(self) -> bool:
        """Whether the newest come first."""
        return bool(self.options.order) and self.options.order[0].descending


def narrow(asked: Asked, tree: Any) -> Asked:
    """Take out of a filter what it says of the time: the period, and what is left of it."""
    is_and = isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And)
    left = []
    for part in list_parts(tree) if is_and else [tree]:
        start, stop, exact = find_period(part)
        asked = replace(asked, start=max(asked.start, start), stop=min(asked.stop, stop))
        if not exact:
            left.append(part)
    rest = None
    for part in left:
        rest = part if rest is None else ast.BoolOp(ast.And(), rest, part)
    return replace(asked, rest=rest)


def split_streams(tree: Any) -> tuple[Any, Any]:
    """What a filter says of the Datastream alone, as a filter on Datastreams; and what is left."""
    if tree is None:
        return None, None
    is_and = isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And)
    of_streams, left = None, None
    for part in list_parts(tree) if is_and else [tree]:
        inner = _strip(part)
        if inner is not None:
            of_streams = inner if of_streams is None else ast.BoolOp(ast.And(), of_streams, inner)
        else:
            left = part if left is None else ast.BoolOp(ast.And(), left, part)
    return of_streams, left


def _strip(node: Any) -> Any:
    """A comparison of ``Datastream/...`` with what was written out, without the first name."""
    if not isinstance(node, ast.Compare) or isinstance(node.comparator, ast.In):
        return None
    for one, other, turned in ((node.left, node.right, False), (node.right, node.left, True)):
        literal = isinstance(other, ast.String | ast.Integer | ast.Boolean)
        if isinstance(one, ast.Attribute) and literal:
            names = list_names(one)
            if names[0] == "Datastream" and len(names) > 1:
                path: Any = ast.Identifier(names[1])
                for name in names[2:]:
                    path = ast.Attribute(path, name)
                pair = (other, path) if turned else (path, other)
                return ast.Compare(node.comparator, *pair)
    return None


def find_period(node: Any) -> tuple[datetime, datetime, bool]:
    """Period outside of which a comparison never holds, and whether it always holds inside."""
    if isinstance(node, ast.Compare):
        left, right, sign = node.left, node.right, type(node.comparator)
        if _name(right) in BY_TIME or _is_date(right):
            left, right, sign = right, left, _TURNED.get(sign, sign)
        is_day = _is_date(left) and sign is ast.Eq
        moment = _read_moment(right.args[0] if is_day and isinstance(right, ast.Call) else right)
        try:
            if moment is not None and is_day:
                return moment, moment + timedelta(days=1), False
            if moment is not None and _name(left) in BY_TIME:
                return _find_side(sign, moment, exact=_name(left) == "phenomenonTime")
        except OverflowError:
            pass  # beyond what any sample has
    return EARLIEST, LATEST, False


def _find_side(sign: type, moment: datetime, *, exact: bool) -> tuple[datetime, datetime, bool]:
    """Period on one side of a moment; a result may be of a span that began long before it."""
    since = moment if exact else moment - LONGEST_PERIOD
    if sign is ast.GtE:
        return since, LATEST, exact
    if sign is ast.Gt:
        return since + TICK, LATEST, exact
    if sign in (ast.Lt, ast.LtE):
        return EARLIEST, moment + TICK, False
    return (since, moment + TICK, False) if sign is ast.Eq else (EARLIEST, LATEST, False)


def _name(node: Any) -> str:
    return node.full_name() if isinstance(node, ast.Identifier) else ""


def _is_date(node: Any) -> bool:
    is_call = isinstance(node, ast.Call) and node.func.full_name() == "date"
    return is_call and len(node.args) == 1 and _name(node.args[0]) == "phenomenonTime"


def _read_moment(node: Any) -> datetime | None:
    if not isinstance(node, ast.DateTime | ast.Date | ast.String):
        return None
    try:
        return to_moment(node.val)
    except (ValueError, OverflowError):
        return None


_TURNED: dict[type, type] = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE}
