"""What the doctor says of one thing."""

from dataclasses import dataclass
from typing import Literal

PATIENCE_S = 5  # for an answer of anybody

State = Literal["well", "wrong", "not set up", "not known"]


@dataclass(frozen=True)
class Finding:
    """One thing: how it is, a sentence, and what to do where that is not well.

    "not set up" is no error; "not known" is what could not be looked at.
    """

    part: str
    what: str
    state: State
    said: str
    todo: str = ""


def well(part: str, what: str, said: str) -> Finding:
    """Return that it is as it should be."""
    return Finding(part, what, "well", said)


def wrong(part: str, what: str, said: str, todo: str) -> Finding:
    """Return that it is not, and what to do."""
    return Finding(part, what, "wrong", said, todo)


def absent(part: str, what: str, todo: str) -> Finding:
    """Return that nobody asked for it, and how one would."""
    return Finding(part, what, "not set up", "", todo)


def unknown(part: str, what: str, said: str, todo: str = "") -> Finding:
    """Return that it could not be looked at, and why."""
    return Finding(part, what, "not known", said, todo)


def to_exit(findings: list[Finding]) -> int:
    """Exit code: 1 when something is wrong, else 2 when something is not known, else 0.

    >>> to_exit([well("broker", "login", "")]), to_exit([unknown("disk", "files", "no rights")])
    (0, 2)
    """
    states = {finding.state for finding in findings}
    return 1 if "wrong" in states else 2 if "not known" in states else 0
