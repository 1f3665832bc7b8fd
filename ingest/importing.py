"""The import of a file: the same checks and the same writer as what comes over MQTT.

fingerprint the file -> go on where an earlier import stopped -> read a chunk
-> check and correct values -> write rows and the mark how far in one transaction
-> settle the rides
"""

import codecs
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np

from lokaalmeten.account import Account, Mark
from lokaalmeten.errors import FormatError
from lokaalmeten.observations import Observations

from .calibration.correcting import Correct, leave_raw
from .checks import check
from .ridebook import RideBook, RideStore
from .sources import snuffelfiets
from .sources.table import BadLine, read_table

KINDS = {"snuffelfiets": snuffelfiets}
SHOWN = 20  # rejected lines that a report lists; the rest is counted
BLOCK = 1 << 20


class ImportStore(RideStore, Protocol):
    """What an import needs of the storage."""

    def read_mark(self, digest: str) -> Mark | None: ...  # noqa: D102
    def register_device(self, kind: str, hardware: str, model: str) -> int:
        """Node id of a device known by its own lasting name, which stays private."""
        ...

    def write_marked(
        self, batch: Sequence[Observations], reasons: Sequence[str], mark: Mark
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
    kind: str,
    path: Path,
    store: ImportStore | None,
    now: int,
    progress: Callable[[int], None] = lambda _characters: None,
    correct: Correct = leave_raw,
) -> Report:
    """Import one file, or only account for it when there is no ``store``.

    ``now`` is Unix seconds; ``progress`` hears how many characters were read. Raises
    FormatError when the file is not what it is said to be: what was committed before stays,
    and the next import goes on behind it.
    """
    source = KINDS[kind]
    mark = Mark(read_digest(path), path.name, kind, next_line=2)
    mark = (store.read_mark(mark.digest) if store else None) or mark
    known, book, bad = mark.done, RideBook(store) if store else None, []
    for chunk in read_table(path, source.COLUMNS, source.KIND, mark.next_line):
        rows = source.to_rows(chunk, now)
        mark = replace(mark, next_line=chunk.next_line, done=chunk.last)
        reasons = [reason for _, reason, _ in rows.bad]
        if store and book:
            observations = to_registered(rows, store, source.MODEL)
            judged = correct(check(observations, now, source.BITS))
            mark = replace(mark, account=store.write_marked([judged], reasons, mark))
            book.touch([judged], frozenset(np.unique(judged.node).tolist()))
        else:
            mark = replace(mark, account=mark.account.plus(len(rows.observations), 0, reasons))
        bad += rows.bad[: SHOWN - len(bad)]
        progress(chunk.characters)
    if book:
        book.settle(now, at_once=True)
    if not mark.account.read:
        raise FormatError(f"{path}: holds a header but no rows")
    return Report(path, mark.account, bad, known)


def read_digest(path: Path) -> str:
    """SHA-256 of a text file; FormatError when it cannot be read or is not UTF-8.

    Looking at every byte first means that a bad one at the end leaves nothing half-written.
    """
    digest, decoder, line = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")(), 1
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
                line += decoder.decode(block).count("\n")
        decoder.decode(b"", final=True)
    except OSError as error:
        raise FormatError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line += error.object[: error.start].count(b"\n")
        raise FormatError(
            f"{path}: is not UTF-8 text (byte 0x{error.object[error.start]:02X} on line {line}); "
            "convert it first, for example with: iconv -f latin1 -t utf-8"
        ) from error
    return digest.hexdigest()


def to_registered(rows: snuffelfiets.Rows, store: ImportStore, model: str) -> Observations:
    """Observations with the ids of the registry instead of indices into the file's devices."""
    known = [store.register_device("bike", device, model) for device in rows.devices]
    ids = np.array(known or [0], np.int32)
    return replace(rows.observations, node=ids[rows.observations.node])
