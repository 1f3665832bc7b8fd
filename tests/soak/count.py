"""What was sent beside what is stored: every sample of every box, value by value."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from lokaalmeten.quantities import SLOT
from storage.failures import Connection
from storage.pool import connect
from storage.rollups import roll_up
from tests.soak.fleet import KEYS, PAGE_S, Int, name_of, to_counts

STORED = f"""
SELECT extract(epoch FROM time)::bigint, {", ".join(KEYS)} FROM private.observation
WHERE node_id = %s ORDER BY time
"""
SUMS = """
SELECT (SELECT coalesce(sum(samples[%s]), 0)::bigint FROM private.rollup_hour),
    (SELECT count(pm25) FROM private.observation)
"""
FIRMWARE = """
SELECT count(*), coalesce(sum(high + 1), 0)::bigint,
    coalesce(sum((SELECT sum(upper(gap) - lower(gap)) FROM unnest(gaps) AS gap)), 0)::bigint
FROM private.delivery JOIN private.node n ON n.id = node_id WHERE n.name LIKE 'firmware-%%'
"""


@dataclass(frozen=True)
class Count:
    """The end of a run; what must be nothing stands in ``wrong``."""

    pages: int  # that boxes sealed
    repeats: int  # that were sent again
    samples_sent: int
    moments_twice: int  # samples of a moment that the same box had already, by a wrong clock
    stored: int  # of the boxes
    missing: int
    never_sent: int
    other_values: int
    doubled: int  # rows beyond one for each box and moment
    doubled_in_sums: int  # samples in the sums of hours beyond those that are stored
    unusable_sent: int
    kept_aside: int
    firmware_boots: int
    firmware_pages: int
    firmware_missing: int  # sequences that a node gave out and the ingest does not have

    @property
    def wrong(self) -> dict[str, int]:
        """What must be nothing and is not."""
        names = ("missing", "never_sent", "other_values", "doubled", "doubled_in_sums")
        found = {name: getattr(self, name) for name in (*names, "firmware_missing")}
        found["not_kept_aside"] = self.unusable_sent - self.kept_aside
        return {name: value for name, value in found.items() if value}

    def to_numbers(self) -> dict[str, int]:
        """Each number by its name in words."""
        return {one.name.replace("_", " "): getattr(self, one.name) for one in fields(self)}


def count(dsn: str, note: Path) -> Count:
    """Compare what the fleet wrote down in ``note`` with the database."""
    sent = np.load(note)
    with connect(dsn) as connection:
        while roll_up(connection):
            pass
        ids = dict(read(connection, "SELECT name, id FROM private.node"))
        found = Counter[str]()
        for number in np.unique(sent["number"]).tolist():
            begins = sent["begin"][sent["number"] == number]
            rows = np.array(read(connection, STORED, [ids[name_of(number)]]), np.int64)
            found.update(compare(number, begins, rows.reshape(-1, 1 + len(KEYS))))
        ((in_sums, values),) = read(connection, SUMS, [SLOT["pm25"] + 1])
        ((aside,),) = read(connection, "SELECT count(*) FROM private.rejected")
        ((boots, pages, missing),) = read(connection, FIRMWARE)
    return Count(
        pages=len(sent["begin"]),
        repeats=int(sent["repeats"]),
        samples_sent=len(sent["begin"]) * PAGE_S,
        **found,
        doubled_in_sums=in_sums - values,
        unusable_sent=int(sent["junk"]),
        kept_aside=aside,
        firmware_boots=boots,
        firmware_pages=pages,
        firmware_missing=missing,
    )


def compare(number: int, begins: Int, rows: Int) -> dict[str, int]:
    """Count what is different between pages of a box and its rows.

    ``begins`` (p,) first moments of its pages; ``rows`` (n, 1 + quantities) moments and counts.
    """
    sent = (begins[:, None] + np.arange(PAGE_S)).ravel()
    expected, stored = np.unique(sent), np.unique(rows[:, 0])
    counts = to_counts(number, rows[:, 0])
    other = np.any([rows[:, 1 + at] != counts[key] for at, key in enumerate(KEYS)], axis=0)
    return {
        "moments_twice": len(sent) - len(expected),
        "stored": len(rows),
        "missing": len(np.setdiff1d(expected, stored, assume_unique=True)),
        "never_sent": len(np.setdiff1d(stored, expected, assume_unique=True)),
        "other_values": int(other.sum()),
        "doubled": len(rows) - len(stored),
    }


def read(connection: Connection, statement: str, given: Sequence[object] = ()) -> list[Any]:
    """Rows of a statement."""
    return connection.execute(statement.encode(), given).fetchall()
