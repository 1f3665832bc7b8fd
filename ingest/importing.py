"""The import of a file: the same checks and the same writer as what comes over MQTT.

look at the whole file -> go on where an earlier import stopped -> read a part
-> check and correct values -> write rows and the mark how far in one transaction
-> settle the rides
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np

from lokaalmeten.account import Account, Mark
from lokaalmeten.errors import FormatError
from lokaalmeten.observations import Observations
from lokaalmeten.stations import Hours, Station

from .calibration.correcting import Correct, leave_raw
from .checks import check
from .ridebook import RideBook, RideStore
from .sources import (
    knmi,
    luchtmeetnet,
    samen_analyseren,
    samenmeten,
    samenmeten_api,
    scottish,
    snuffelfiets,
    stations,
)
from .sources.source import BadLine, Device, Part, Source
from .sources.text import Text, look_at

SOURCES = (
    snuffelfiets.SOURCE,
    luchtmeetnet.SOURCE,
    knmi.SOURCE,
    samen_analyseren.SOURCE,
    samenmeten.SOURCE,
    samenmeten_api.SOURCE,
    scottish.SOURCE,
    stations.SOURCE,
)
KINDS = {source.name: source for source in SOURCES}
SHOWN = 20  # rejected lines that a report lists; the rest is counted

Item = TypeVar("Item")


class ImportStore(RideStore, Protocol):
    """What an import needs of the storage."""

    def read_mark(self, digest: str) -> Mark | None: ...  # noqa: D102
    def register_device(
        self,
        kind: str,
        hardware: str,
        model: str,
        label: str = "",
        lat: float | None = None,
        lon: float | None = None,
    ) -> int:
        """Node id of a device known by its own lasting name, which stays private."""
        ...

    def write_marked(
        self,
        batch: Sequence[Observations],
        reasons: Sequence[str],
        mark: Mark,
        *,
        stations: Sequence[Station] = (),
        hours: Hours | None = None,
        days: Hours | None = None,
        listed: int = 0,
    ) -> Account:
        """Write rows and move the mark in one transaction; its account with these rows."""
        ...


@dataclass(frozen=True)
class Report:
    """The end of an import."""

    path: Path
    account: Account
    bad: list[BadLine]  # the first SHOWN rejected lines of this run
    known: bool  # the whole file was imported before


def import_file(
    source: Source,
    path: Path,
    store: ImportStore | None,
    now: int,
    progress: Callable[[int], None] = lambda _bytes: None,
    correct: Correct = leave_raw,
) -> Report:
    """Import one file, or only account for it when there is no ``store``.

    ``now`` is Unix seconds; ``progress`` hears how many bytes were read. Raises FormatError when
    the file is not what it is said to be: what was committed before stays, and the next import
    goes on behind it.
    """
    text = look_at_source(path, source)
    mark = Mark(text.digest, path.name, source.name, next_line=1)
    mark = (store.read_mark(mark.digest) if store else None) or mark
    known, book, bad = mark.done, RideBook(store) if store else None, []
    parts = iter(()) if known else source.read(text, mark.next_line, now)
    nodes: dict[Device, int] = {}
    for part, last in mark_last(parts):
        mark = replace(mark, next_line=part.next_line, done=last)
        reasons = [line.reason for line in part.bad]
        if store and book:
            batch, moving = judge(part, source, store, nodes, now, correct)
            also = {"stations": part.stations, "hours": part.hours, "days": part.days}
            account = store.write_marked(batch, reasons, mark, listed=part.listed, **also)
            mark = replace(mark, account=account)
            book.touch(batch, moving)
        else:
            mark = replace(mark, account=mark.account.plus(len(part), 0, reasons))
        bad += part.bad[: SHOWN - len(bad)]
        progress(part.read)
    if book:
        book.settle(now, at_once=True)
    if not mark.account.read:
        raise FormatError(f"{path}: holds a header but no rows")
    return Report(path, mark.account, bad, known)


def find_source(kind: str) -> Source:
    """The importer of this name; FormatError when there is none."""
    if kind not in KINDS:
        raise FormatError(f"no importer is called {kind!r}; there is: {', '.join(sorted(KINDS))}")
    return KINDS[kind]


def look_at_source(path: Path, source: Source) -> Text:
    """Look at a file of this kind; FormatError when it is another, or cannot be read to its end."""
    try:
        text = look_at(path, source.encoding, source.kind)
    except FormatError:
        # what is no UTF-8 may be a file of a source that is read as Latin-1
        refuse_other(look_at(path, "latin-1", source.kind), source)
        raise
    refuse_other(text, source)
    return text


def refuse_other(text: Text, source: Source) -> None:
    """Refuse a file that looks like another kind and not like this one, with a FormatError."""
    if source.looks_like(text.head):
        return
    for other in SOURCES:
        if other.looks_like(text.head):
            raise FormatError(
                f"{text.path}: is not {source.kind}: it looks like {other.kind};"
                f" use: meten import {other.name}"
            )


def mark_last(items: Iterable[Item]) -> Iterator[tuple[Item, bool]]:
    """Each item, and whether nothing follows; an item goes before the error of the next."""
    following = iter(items)
    held = next(following, None)
    while held is not None:
        try:
            after = next(following, None)
        except FormatError:
            yield held, False
            raise
        yield held, after is None
        held = after


def judge(
    part: Part,
    source: Source,
    store: ImportStore,
    nodes: dict[Device, int],
    now: int,
    correct: Correct,
) -> tuple[list[Observations], frozenset[int]]:
    """Samples with ids of the registry and flags, and which of these ids move.

    ``nodes`` remembers the ids of devices.
    """
    for device in part.devices:
        if device not in nodes:
            nodes[device] = store.register_device(
                device.kind,
                device.hardware,
                device.model,
                device.label,
                device.lat,
                device.lon,
            )
    if not len(part.observations):
        return [], frozenset()
    ids = np.array([nodes[device] for device in part.devices], np.int32)
    rows = replace(part.observations, node=ids[part.observations.node])
    moving = frozenset(nodes[device] for device in part.devices if device.kind == "bike")
    return [correct(check(rows, now, source.bits))], moving
