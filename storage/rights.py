"""Who may do what on the pages: one table, action by role.

The functions of the database decide (migrations 0035, 0039, 0040 and 0041). This table says what
they are to decide: docs/rights.md shows it, and tests/dashboard/rights tries each of its cells.
"""

from collections.abc import Iterator
from dataclasses import dataclass

NO = "-"
ALL = "all"
OWN = "own"  # of the owner that the key is of
PROJECT = "of the project"  # fixed nodes that are in it
AREA = "in the area"  # fixed nodes and places that lie in it; everywhere for a key without one

NOBODY = "nobody"
WHO = (NOBODY, "owner", "project", "municipality", "operator")


@dataclass(frozen=True)
class Action:
    """One thing that somebody may do, and of what, by role."""

    name: str
    says: str
    nobody: str
    owner: str
    project: str
    municipality: str
    operator: str
    leaves: str = ""  # what the log says of it; "" of what changes nothing

    def reach(self, who: str) -> str:
        """Of what somebody may do it: NO, OWN, PROJECT, AREA or ALL."""
        return getattr(self, who)


def _is_public(name: str, says: str) -> Action:
    return Action(name, says, ALL, ALL, ALL, ALL, ALL)


def _is_own(name: str, says: str, leaves: str = "") -> Action:
    return Action(name, says, NO, OWN, NO, NO, NO, leaves)


ACTIONS = (
    _is_public("see node", "see what is public of a node"),
    _is_public("see plan", "see the plan of an open crowd place"),
    Action("see state", "see whether a fixed node is connected", NO, OWN, PROJECT, AREA, ALL),
    Action("see bike", "see whether a bike is connected", NO, OWN, NO, NO, ALL),
    Action("see health", "see how fixed nodes do, beside each other", NO, OWN, PROJECT, AREA, ALL),
    _is_own("see place", "see the precise place of a node, and what it says of itself"),
    _is_own("see ride", "see a whole ride"),
    _is_own("see zone", "see a privacy zone"),
    _is_own("name node", "give a node a name for people", "node changed by its owner"),
    _is_own("place node", "say where a fixed node stands", "node changed by its owner"),
    _is_own("say licence", "say under which licence a fixed node measures", "licence said"),
    _is_own("agree", "agree to a purpose for a node, or withdraw it", "purpose withdrawn"),
    _is_own("renew password", "give a node a new password", "login of a node renewed"),
    _is_own("draw zone", "draw a privacy zone", "privacy zone drawn"),
    _is_own("erase zone", "erase a privacy zone", "privacy zone removed"),
    _is_own("add node", "add a node", "node added by its owner"),
    Action("see shut plan", "see the plan of a place that is not open", NO, NO, NO, AREA, ALL),
    Action("save plan", "draw or change a plan", NO, NO, NO, AREA, ALL, "crowd plan saved"),
)
BY_NAME = {action.name: action for action in ACTIONS}


def to_lines() -> Iterator[str]:
    """The table in Markdown, as docs/rights.md shows it."""
    yield f"| | {' | '.join(WHO)} |"
    yield "|---" * (len(WHO) + 1) + "|"
    for action in ACTIONS:
        cells = " | ".join(action.reach(who) for who in WHO)
        yield f"| {action.says} | {cells} |"
