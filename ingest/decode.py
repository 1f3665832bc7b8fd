"""Pages to columns: refuse what is damaged by name, decode the rest one ``frombuffer`` a schema.

An anchor is a page without samples: it tells how far other pages of its boot lie from their time.
The only Python loop runs once per page; sixty samples cost what one does.
"""

import struct
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from lokaalmeten import wire
from lokaalmeten.anchor import Anchor
from lokaalmeten.geo import to_cells
from lokaalmeten.observations import MISSING, Observations, to_observations
from lokaalmeten.rejected import Rejected

EARLIEST = 1_514_764_800  # 2018-01-01: before it a node's clock was not set
EPOCH_2000 = 946_684_800  # 2000-01-01: where the clock of some boards begins
DAY_S = 86_400
NO_TIME = "no time"
IMPOSSIBLE = "impossible anchor"
# sound bytes, safe in the database
KEPT_WHOLE = ("wrong schema for node", NO_TIME, "future", IMPOSSIBLE)


class Node(Protocol):
    """What decoding must know of a registered node."""

    @property
    def id(self) -> int: ...  # noqa: D102
    @property
    def moving(self) -> bool: ...  # noqa: D102


Arrivals = dict[tuple[int, int], list[int]]  # (node id, boot id): sequences


@dataclass(frozen=True)
class Message:
    """One payload as it came from the broker."""

    topic: str
    payload: bytes
    received: int  # Unix seconds
    ticket: object = None  # what the link needs to acknowledge it


@dataclass(frozen=True)
class Decoded:
    """A batch as columns, one Observations a schema, and what was refused."""

    batch: list[Observations]
    rejected: list[Rejected]
    arrivals: Arrivals = field(default_factory=dict)  # sound pages, stored or kept aside
    anchors: list[Anchor] = field(default_factory=list)  # told by such pages, in any order


@dataclass
class _Pages:
    """Good pages of one schema, column by column."""

    nodes: list[int]
    times: list[int]
    counts: list[int]
    bodies: list[memoryview]


def decode(messages: Sequence[Message], registry: Mapping[str, Node]) -> Decoded:
    """Turn messages into columns, anchors and Rejected; never raises for what a payload holds."""
    groups: dict[int, _Pages] = defaultdict(lambda: _Pages([], [], [], []))
    arrivals: Arrivals = defaultdict(list)
    anchors, rejected = [], []
    for message in messages:
        name = to_node_name(message.topic)
        node = registry.get(name)
        reason = _refuse(message.payload, node, message.received)
        if node is not None and (reason is None or reason in KEPT_WHOLE):
            boot, sequence = struct.unpack_from("<II", message.payload, 4)
            arrivals[node.id, boot].append(sequence)
        if reason is not None or node is None:
            kept = (name, message.topic, reason or "unknown node", message.payload)
            rejected.append(Rejected(*kept, message.received))
        elif _is_anchor(message.payload):
            anchors.append(_read_anchor(message.payload, node))
        else:
            _sort_in(groups, message.payload, node)
    batch = [decode_pages(schema, pages) for schema, pages in sorted(groups.items())]
    return Decoded(batch, rejected, dict(arrivals), anchors)


def to_node_name(topic: str) -> str:
    """Node name in ``lm/1/<node>/page``; empty when the topic has another form.

    >>> to_node_name("lm/1/box-001/page")
    'box-001'
    """
    parts = topic.split("/")
    return parts[2] if len(parts) == 4 and parts[:2] == ["lm", "1"] else ""


def _refuse(page: bytes, node: Node | None, received: int) -> str | None:
    """Name why a page cannot be used: first the node, then the bytes, then what they claim."""
    if node is None:
        return "unknown node"
    reason = wire.refuse_page(page)
    if reason is not None:
        return reason
    _, _, schema, _, _, time, _, flags = struct.unpack_from(wire.HEADER, page)
    if schema == wire.ANCHOR:
        return None if _is_possible(page, received) else IMPOSSIBLE
    if wire.SCHEMAS[schema][1] != node.moving:
        return "wrong schema for node"
    if flags & wire.FLAG_TICKS or time < EARLIEST:
        return NO_TIME
    return "future" if time > received + DAY_S else None


def _is_anchor(page: bytes) -> bool:
    """Tell whether a good page is an anchor."""
    return page[3] == wire.ANCHOR


def _is_possible(page: bytes, received: int) -> bool:
    """Tell whether a good anchor knows the time itself, and by it the node started after EARLIEST.

    Its clock ran from 0 or from 2000: either way it tells how long the node was on.
    """
    *_, time, count, flags = struct.unpack_from(wire.HEADER, page)
    if flags & wire.FLAG_TICKS or time < EARLIEST or count != 1:
        return False
    offset, _, ticks = wire.read_page(page)[-1][0]
    if ticks is None or time + offset > received + DAY_S:
        return False
    return time + offset - (ticks if ticks < EPOCH_2000 else ticks - EPOCH_2000) >= EARLIEST


def _read_anchor(page: bytes, node: Node) -> Anchor:
    """What a possible anchor says of its boot."""
    _, boot, _, time, _, ((offset, bits, ticks),) = wire.read_page(page)
    moment = time + offset
    unsure = bool(bits & wire.BIT_CLOCK_UNSURE)
    return Anchor(node.id, boot, moment, moment - ticks, unsure)


def _sort_in(groups: dict[int, _Pages], page: bytes, node: Node) -> None:
    """Append a good page to the columns of its schema."""
    _, _, schema, _, _, time, count, _ = struct.unpack_from(wire.HEADER, page)
    pages = groups[schema]
    pages.nodes.append(node.id)
    pages.times.append(time)
    pages.counts.append(count)
    pages.bodies.append(memoryview(page)[wire.HEADER_BYTES : -wire.CRC_BYTES])


def record_dtype(schema: int) -> np.dtype[np.void]:
    """Numpy layout of one record, from the same table as the node's ``struct`` format."""
    return np.dtype([(name, "<" + code) for name, code in wire.record_fields(schema)])


def decode_pages(schema: int, pages: _Pages) -> Observations:
    """Columns of all samples of the pages, in the order of arrival; missing is MISSING."""
    _, moving, keys = wire.SCHEMAS[schema]
    codes = dict(wire.record_fields(schema))
    records = np.frombuffer(b"".join(pages.bodies), record_dtype(schema))
    repeats = np.array(pages.counts)
    counts = np.empty((len(keys), len(records)), np.int32)
    for row, key in zip(counts, keys, strict=True):
        row[:] = _to_counts(records[key], codes[key])
    lat = lon = horizontal = cell = None
    if moving:
        lat, lon = records["lat"].astype(np.int32), records["lon"].astype(np.int32)
        centimetres = _to_counts(records["accuracy"], "H")
        horizontal = np.where(centimetres == MISSING, MISSING, centimetres * 10).astype(np.int32)
        cell = to_cells(lat, lon)
    return to_observations(
        np.repeat(np.array(pages.nodes, np.int32), repeats),
        np.repeat(np.array(pages.times, np.int64), repeats) + records["offset"],
        keys,
        counts,
        lat=lat,
        lon=lon,
        horizontal=horizontal,
        bits=records["bits"].astype(np.int32),
        cell=cell,
    )


def _to_counts(column: NDArray[np.generic], code: str) -> NDArray[np.int32]:
    """Counts as int32 with the letter's sentinel replaced by MISSING."""
    counts = column.astype(np.int32)
    counts[counts == wire.MISSING[code]] = MISSING
    return counts
