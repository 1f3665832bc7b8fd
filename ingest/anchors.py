"""Held pages: taken before the node knew the time, stored once an anchor of their boot came.

    read pages that have an anchor now -> move each to its time -> decode and check them
    -> write them, and take them from what is kept aside, in one transaction
    -> give those that still cannot be used the reason why -> again, until none is left

A crash at any point leaves pages to be read again; those that were written are not among them.
"""

import struct
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

import numpy as np

from lokaalmeten import wire
from lokaalmeten.anchor import Held
from lokaalmeten.observations import Observations
from lokaalmeten.rejected import Rejected

from .calibration.correcting import Correct, leave_raw
from .checks import check
from .decode import NO_TIME, Arrivals, Decoded, Message, Node, decode, record_dtype
from .metrics import Counts, Metrics

AT_ONCE = 1000  # pages
LATEST = 2**32 - 1  # that a header holds, in 2106
OTHER_CLOCK = "other clock"  # moved by its anchor a page would lie before 2018


class Store(Protocol):
    """What a release needs of the storage; every method may raise StorageError."""

    def read_held(self, limit: int, node: str | None) -> Sequence[Held]: ...  # noqa: D102
    def read_nodes(self) -> Mapping[str, Node]: ...  # noqa: D102
    def write(  # noqa: D102
        self,
        batch: Sequence[Observations],
        rejected: Sequence[Rejected],
        arrivals: Arrivals,
        *,
        replayed: Sequence[int],
    ) -> Counts: ...
    def rename_rejected(self, reasons: Mapping[int, str]) -> None: ...  # noqa: D102


class Released(NamedTuple):
    """Held pages that one transaction stored."""

    pages: int
    inserted: int  # new samples
    duplicate: int  # samples that were there already
    batch: list[Observations]


def may_release(decoded: Decoded) -> bool:
    """Tell whether a batch brought an anchor, or a page that one may be there for already."""
    return bool(decoded.anchors) or any(one.reason == NO_TIME for one in decoded.rejected)


def release(
    store: Store,
    clock: Callable[[], float] = time.time,
    metrics: Metrics | None = None,
    node: str | None = None,
    *,
    correct: Correct = leave_raw,
) -> Released | None:
    """Store the next AT_ONCE held pages, of one node or of all; None when none has an anchor.

    A few at a time, so that what arrives meanwhile need not wait for all of them. The nodes are
    read afresh, and only when there is something to store: another ingest may have held pages of
    a node that ours does not know yet. Raises StorageError, after which it may be called again.
    """
    held = store.read_held(AT_ONCE, node)
    if not held:
        return None
    released = store_moved(store, held, int(clock()), correct)
    if metrics is not None:
        metrics.moved(released.pages, (released.inserted, released.duplicate))
    return released


def store_moved(
    store: Store, held: Sequence[Held], now: int, correct: Correct = leave_raw
) -> Released:
    """Store the pages that can be used at their time; the others stay under their new reason."""
    messages = [Message(h.page.topic, move_page(h), h.page.received) for h in held]
    decoded = decode(messages, store.read_nodes())
    refused = to_reasons(held, messages, decoded)
    usable = [one.id for one in held if one.id not in refused]
    batch = [correct(check(rows, now)) for rows in decoded.batch]
    written = store.write(batch, [], decoded.arrivals, replayed=usable)
    if refused:
        store.rename_rejected(refused)
    return Released(len(usable), written.inserted, written.duplicate, batch)


def to_reasons(
    held: Sequence[Held], messages: Sequence[Message], decoded: Decoded
) -> dict[int, str]:
    """Why pages were refused though they were moved, by the id under which each is held."""
    reasons = {(one.topic, one.payload): one.reason for one in decoded.rejected}
    reasons = {key: OTHER_CLOCK if why == NO_TIME else why for key, why in reasons.items()}
    moved = {one.id: (m.topic, m.payload) for one, m in zip(held, messages, strict=True)}
    return {id_: reasons[key] for id_, key in moved.items() if key in reasons}


def move_page(held: Held) -> bytes:
    """Bytes of a sound page at its time: t moved, FLAG_TICKS cleared, the CRC made anew.

    When the anchor is unsure each sample says so. A time beyond 32 bits becomes the latest that
    they hold, which is refused as future.
    """
    page = bytearray(held.page.payload)
    *start, moment, count, flags = struct.unpack_from(wire.HEADER, page)
    moment = min(moment + held.shift, LATEST)
    struct.pack_into(wire.HEADER, page, 0, *start, moment, count, flags & ~wire.FLAG_TICKS)
    end = len(page) - wire.CRC_BYTES
    if held.unsure:
        records = np.frombuffer(page, record_dtype(page[3]), count, wire.HEADER_BYTES)
        records["bits"] |= wire.BIT_CLOCK_UNSURE
    struct.pack_into("<I", page, end, wire.crc32(page[:end]))
    return bytes(page)
