"""Pages and nodes for tests, through the real encoder."""

from dataclasses import dataclass

from ingest.decode import Message
from lokaalmeten import wire

NOON = 1_760_000_000  # 2025-10-09 08:53:20 UTC, any moment will do
BOX, BIKE, COUNTER = 1, 2, 3


@dataclass(frozen=True)
class FakeNode:
    id: int
    moving: bool = False
    cell: int = 0


def to_page(schema, samples, *, boot=7, sequence=0, time=NOON, flags=0):
    """Bytes of one page; a sample is (time, bits, *place, *counts)."""
    writer = wire.PageWriter(schema, max(len(samples), 1))
    writer.begin(boot, sequence, time, flags)
    for sample in samples:
        assert writer.add(*sample)
    return bytes(writer.seal())


def to_anchor(ticks, *, boot=7, sequence=0, time=NOON, offset=0, bits=0, flags=0):
    """Bytes of an anchor: at ``time + offset`` the clock before showed ``ticks``."""
    sample = (time + offset, bits, ticks)
    return to_page(wire.ANCHOR, [sample], boot=boot, sequence=sequence, time=time, flags=flags)


def to_message(node, page, received=NOON + 60):
    return Message(f"lm/1/{node}/page", page, received)


def box_samples(count, start=NOON, step=60, **given):
    """Samples of a box at a steady beat; the same plausible value everywhere, unless given."""
    usual = (500, 800, 900, 1200, 1500, 7000, 101300, 30000, 15000, 420, 4500, 6000, 4000)
    keys = wire.SCHEMAS[BOX][2]
    values = [given.get(key, count) for key, count in zip(keys, usual, strict=True)]
    return [(start + index * step, 0, *values) for index in range(count)]
