"""Samples of a node as pages, in bulk: the same bytes as ``wire.PageWriter`` makes one by one.

The writer on the node is the truth; a test holds the two together.
"""

import struct
from binascii import crc32
from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from lokaalmeten import wire

Int = NDArray[np.int64]

ABSENT = np.iinfo(np.int64).min  # a count that was not measured
PAUSE_S = 600  # a node seals its page before it sleeps; keeps every offset below MAX_OFFSET


def write_pages(
    schema: int, boot: int, sequence: int, time: Int, columns: Mapping[str, Int]
) -> list[bytes]:
    """Pages of up to 60 samples, numbered from ``sequence``; a pause also ends a page.

    ``time`` (n,) ascending Unix seconds; ``columns`` by field name of the schema, each (n,),
    whole steps or ABSENT, and ``bits``.
    """
    pages = []
    for number, rows in enumerate(_cut(time), sequence):
        begin = int(time[rows.start])
        body = _write_records(schema, time[rows] - begin, columns, rows)
        count = rows.stop - rows.start
        head = (wire.MAGIC, wire.VERSION, schema, boot, number, begin, count, 0)
        page = struct.pack(wire.HEADER, *head) + body
        pages.append(page + struct.pack("<I", crc32(page)))
    return pages


def _cut(time: Int) -> Iterator[slice]:
    """Rows of each page."""
    pauses = np.flatnonzero(np.diff(time) > PAUSE_S) + 1
    edges = [0, *pauses.tolist(), len(time)]
    for first, last in pairwise(edges):
        for start in range(first, last, wire.SAMPLES):
            yield slice(start, min(start + wire.SAMPLES, last))


def _write_records(schema: int, offset: Int, columns: Mapping[str, Int], rows: slice) -> bytes:
    fields = wire.record_fields(schema)
    records = np.empty(len(offset), np.dtype([(name, "<" + code) for name, code in fields]))
    records["offset"] = offset
    records["bits"] = columns["bits"][rows]
    for name, code in fields[2:]:
        counts = columns[name][rows]
        cut = np.clip(counts, *wire.SPAN[code])
        records[name] = np.where(counts == ABSENT, wire.MISSING[code], cut)
    return records.tobytes()
