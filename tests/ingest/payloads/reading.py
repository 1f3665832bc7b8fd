"""Nodes to decode for, and columns read back row by row, slowly and plainly."""

from lokaalmeten.geo import PER_DEGREE
from lokaalmeten.observations import MISSING
from lokaalmeten.quantities import BY_KEY
from tests.services.pages import FakeNode

CELL = 0x8B1969C91AA6FFF
NODES = {
    "box-1": FakeNode(1, cell=CELL),
    "bike-1": FakeNode(2, moving=True),
    "box-2": FakeNode(3, cell=CELL + 1),
}


def rows_of(decoded):
    """Rows as (node id, time, {what it says: value in its unit}); missing ones are left out."""
    rows = []
    for part in decoded.batch:
        for index in range(len(part)):
            found = {
                key: int(counts[index]) / BY_KEY[key].per
                for key, counts in zip(part.keys, part.counts, strict=True)
                if counts[index] != MISSING
            }
            if part.lat[index] != MISSING:
                found["lat"] = int(part.lat[index]) / PER_DEGREE
                found["lon"] = int(part.lon[index]) / PER_DEGREE
            rows.append((int(part.node[index]), int(part.time[index]), found))
    return rows


def reasons_of(decoded):
    return [refused.reason for refused in decoded.rejected]
