"""The import of a file: the same checks and the same writer as what comes over MQTT.

look at the whole file -> go on where an earlier import stopped -> read a part
-> check and correct values -> write rows and the mark how far in one transaction
-> settle the rides
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
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
    aircasting,
    generic,
    knmi,
    luchtmeetnet,
    madavi,
    opensensemap,
    samen_analyseren,
    samenmeten,
    samenmeten_api,
    scottish,
    sensor_community,
    smartcitizen,
    snuffelfiets,
    snuffelfiets_processed,
    stations,
)
from .sources.source import BadLine, Device, Part, Source
from .sources.text import Text, look_at

SOURCES = (
    aircasting.SOURCE,
    generic.SOURCE,
    knmi.SOURCE,
    luchtmeetnet.SOURCE,
    madavi.SOURCE,
    opensensemap.SOURCE,
    samen_analyseren.SOURCE,
    samenmeten.SOURCE,
    samenmeten_api.SOURCE,
    scottish.SOURCE,
    sensor_community.SOURCE,
    smartcitizen.SOURCE,
    snuffelfiets.SOURCE,
    snuffelfiets_processed.SOURCE,
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
        joined: int = 0,
        fill: bool = False,
    ) -> Account:
        """Write rows and move the mark in one transaction; its account with these rows.

        ``listed`` counts lines that only tell of a station or device, ``joined`` those that are
        part of a row; with ``fill`` a row that is there already gets what it lacks.
        """
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
    watch: Callable[[Observations], None] = lambda _rows: None,
    correct: Correct = leave_raw,
) -> Report:
    """Import one file, or only account for it when there is no ``store``.

    ``now`` is Unix seconds; ``progress`` hears how many bytes were read, ``watch`` sees the rows
    of each part, flagged. Raises FormatError when the file is not what it is said to be: what was
    committed before stays, and the next import goes on behind it.
    """
    text = look_at_source(path, source)
    mark = Mark(text.digest, path.name, source.name, next_line=1)
    mark = (store.read_mark(mark.digest) if store else None) or mark
    known, book, bad = mark.done, RideBook(store) if store else None, []
    parts = iter(()) if known else source.read(text, mark.next_line, now)
    nodes: dict[Device, int] = {}
    for part, last in mark_last(read_ahead(parts)):
        mark = replace(mark, next_line=part.next_line, done=last)
        reasons = [line.reason for line in part.bad]
        if store and book:
            batch, moving = judge(part, source, store, nodes, now, correct)
            account = store.write_marked(
                batch,
                reasons,
                mark,
                stations=part.stations,
                hours=part.hours,
                days=part.days,
                listed=part.listed,
                joined=part.joined,
                fill=source.fills,
            )
            mark = replace(mark, account=account)
            book.touch(batch, moving)
            for rows in batch:
                watch(rows)
        else:
            mark = replace(mark, account=mark.account.plus(len(part), 0, reasons, part.joined))
        bad += part.bad[: SHOWN - len(bad)]
        progress(part.read)
    if book:
        book.settle(now, at_once=True)
    if not mark.account.read:
        raise FormatError(f"{path}: holds a header but no rows")
    return Report(path, mark.account, bad, known)


def find_source(kind: str, **told: object) -> Source:
    """The importer of this name, with what its files do not say themselves.

    ``told`` is ``device``, ``zone`` or ``mapping``, None for what was not told. Raises FormatError
    when there is no such importer, when it has to be told more, or is told what it does not ask.
    """
    if kind not in KINDS:
        raise FormatError(f"no importer is called {kind!r}; there is: {', '.join(sorted(KINDS))}")
    source = KINDS[kind]
    given = {name: value for name, value in told.items() if value is not None}
    for name in source.asks:
        if name not in given:
            raise FormatError(f"{source.kind} does not say its {name}: add --{name}")
    for name in given:
        if name not in source.asks:
            raise FormatError(f"--{name} is not for {source.kind}, which says it itself")
    return replace(source, read=partial(source.read, **given))


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


def read_ahead(items: Iterator[Item]) -> Iterator[Item]:
    """The same items; the next one is made in a thread while the caller works on one."""
    with ThreadPoolExecutor(1, "reader") as reader:
        following = reader.submit(next, items, None)
        while (held := following.result()) is not None:
            following = reader.submit(next, items, None)
            yield held


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

    ``nodes`` remembers the ids of devices. Of a part with samples only those that measured are
    registered; one without is a list of devices.
    """
    rows = part.observations
    used = np.unique(rows.node).tolist() if len(rows) else range(len(part.devices))
    for device in (part.devices[place] for place in used):
        if device not in nodes:
            nodes[device] = store.register_device(
                device.kind,
                device.hardware,
                device.model,
                device.label,
                device.lat,
                device.lon,
            )
    if not len(rows):
        return [], frozenset()
    ids = np.array([nodes.get(device, 0) for device in part.devices], np.int32)
    rows = replace(rows, node=ids[rows.node])
    moving = frozenset(
        nodes[part.devices[place]] for place in used if part.devices[place].kind == "bike"
    )
    return [correct(check(rows, now, source.bits))], moving
