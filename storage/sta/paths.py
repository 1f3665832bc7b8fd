"""A resource path as steps: ``Things('box-1')/Datastreams`` and what may follow.

1. cut the text at slashes that are not inside quotes or parentheses
2. the first segment names an entity, each next one a navigation of the one before
3. what is no navigation is a property, then ``$value``; ``$ref`` may end a path of entities
"""

import re
from dataclasses import dataclass

from .faults import BadQueryError, NothingThereError
from .model import ENTITIES, Entity, Link

_SEGMENT = re.compile(r"([A-Za-z]+)(?:\((?:'((?:[^']|'')*)'|([^()']+))\))?")
MOST_STEPS = 8


@dataclass(frozen=True)
class Step:
    """One entity set, or one of its members; ``link`` is how it hangs on the step before."""

    entity: Entity
    key: str | None
    link: Link | None


@dataclass(frozen=True)
class Path:
    """Where an answer comes from, and how much of it."""

    steps: tuple[Step, ...]
    below: tuple[str, ...] = ()  # property, and names inside it
    bare: bool = False  # $value
    references: bool = False  # $ref

    @property
    def last(self) -> Step:
        """What is asked for."""
        return self.steps[-1]

    @property
    def single(self) -> bool:
        """Whether the answer is one entity."""
        return self.last.key is not None or (self.last.link is not None and not self.last.link.many)


def read_path(text: str) -> Path:
    """Read a path below the root. Raises NothingThereError for one that leads nowhere."""
    segments = cut(text.strip("/"), "/")
    steps = [_read_first(segments[0])]
    rest = segments[1:]
    while rest and (step := _read_next(steps[-1], rest[0])) is not None:
        steps.append(step)
        rest = rest[1:]
    if len(steps) > MOST_STEPS:
        raise BadQueryError(f"A path has at most {MOST_STEPS} entities; this one has {len(steps)}.")
    path = Path(tuple(steps))
    if rest == ["$ref"]:
        return Path(path.steps, references=True)
    return path if not rest else _read_property(path, rest)


def cut(text: str, at: str) -> list[str]:
    """Pieces of a text between separators that are outside quotes and parentheses."""
    pieces, depth, quoted, begun = [], 0, False, 0
    for place, letter in enumerate(text):
        if letter == "'":
            quoted = not quoted
        elif quoted:
            continue
        elif letter in "()":
            depth += 1 if letter == "(" else -1
            if depth < 0:
                break
        elif letter == at and depth == 0:
            pieces.append(text[begun:place])
            begun = place + 1
    if quoted or depth:
        raise BadQueryError(f"In {text[:80]!r} a quote or a parenthesis is not closed.")
    return [*pieces, text[begun:]]


def _read_first(segment: str) -> Step:
    name, key = _read_segment(segment)
    if name not in ENTITIES:
        known = ", ".join(ENTITIES)
        raise NothingThereError(f"There is nothing at {segment[:80]!r}; there is: {known}.")
    return Step(ENTITIES[name], key, None)


def _read_next(before: Step, segment: str) -> Step | None:
    """Step to a navigation; None when the segment is none."""
    if not _SEGMENT.fullmatch(segment):
        return None
    name, key = _read_segment(segment)
    link = before.entity.links.get(name)
    if link is None:
        return None
    if before.key is None and (before.link is None or before.link.many):
        raise NothingThereError(
            f"{before.entity.plural} are many: name one of them before /{name},"
            f" as in {before.entity.plural}('id')/{name}."
        )
    if key is not None and not link.many:
        raise NothingThereError(f"{name} is one entity already: it takes no id.")
    return Step(ENTITIES[link.target], key, link)


def _read_segment(segment: str) -> tuple[str, str | None]:
    found = _SEGMENT.fullmatch(segment)
    if not found:
        raise NothingThereError(f"There is nothing at {segment[:80]!r}.")
    name, quoted, plain = found.groups()
    return name, plain if quoted is None else quoted.replace("''", "'")


def _read_property(path: Path, rest: list[str]) -> Path:
    bare = rest[-1] == "$value"
    names = tuple(rest[:-1] if bare else rest)
    entity = path.last.entity
    if not path.single or not names or names[0] not in entity.properties:
        there = ", ".join([*entity.properties, *entity.links])
        raise NothingThereError(f"{entity.name} has no {'/'.join(rest)[:80]!r}; it has: {there}.")
    return Path(path.steps, below=names, bare=bare)
