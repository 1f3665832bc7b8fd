"""All that is known of one node by who is signed in, read in one go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from lokaalmeten.quality import Flag
from lokaalmeten.quantities import BY_KEY
from storage import agreements, mine, reader
from storage.agreements import Agreed
from storage.mine import Day, Finding, MyNode, MyRide, Refusal

LOGS = 10  # that are shown
WEEK = timedelta(days=7)
DAY = timedelta(days=1)
CHART = timedelta(days=3)
HOUR_S = 3600


class Judged(NamedTuple):
    """Values of one quantity in the last day of a node, by how they were judged."""

    quantity: str
    known: int  # values
    good: int
    suspect: int
    fail: int


@dataclass(frozen=True)
class Facts:
    """One node; of one that is not an own one only what is public, and how it is."""

    node: MyNode
    now: datetime
    days: Sequence[Day] = ()
    logs: Sequence[tuple[datetime, str]] = ()
    refusals: Sequence[Refusal] = ()
    findings: Sequence[Finding] = ()
    rides: Sequence[MyRide] = ()
    judged: Sequence[Judged] = ()
    hours: pd.DataFrame | None = None  # time and mean per quantity, of the last days with samples
    agreed: Sequence[Agreed] = ()  # of an own node
    email: str = ""  # of its owner

    @property
    def keys(self) -> list[str]:
        """Quantities that were measured in the last days, in the order of the table."""
        if self.hours is None:
            return []
        return [k for k in BY_KEY if k in self.hours and np.isfinite(self.hours[k]).any()]


def read_facts(connection: Any, token: str | None, name: str, now: datetime) -> Facts | None:
    """What is known of a node; None for one that who is signed in does not reach."""
    found = mine.read_nodes(connection, token, name)
    if token is None or not found:
        return None
    node = found[0]
    since = now - WEEK
    hours, judged = read_measured(connection, node)
    return Facts(
        node,
        now,
        mine.read_days(connection, token, name, since),
        mine.read_logs(connection, token, name, LOGS),
        mine.read_rejected(connection, token, name),
        mine.read_findings(connection, token, name, (node.last or now) - DAY),
        mine.read_rides(connection, token, name),
        judged,
        hours,
        agreements.read_my_agreed(connection, token, name),
        agreements.read_my_email(connection, token) if node.own else "",
    )


def read_measured(connection: Any, node: MyNode) -> tuple[pd.DataFrame | None, list[Judged]]:
    """Hours of the last days of a fixed node, and how its last day was judged."""
    if node.moving or node.last is None or not node.open:  # what is read here is what is public
        return None, []
    stop = node.last + timedelta(seconds=1)
    hours = reader.series(connection, node.name, list(BY_KEY), stop - CHART, stop, HOUR_S)
    samples = reader.series(connection, node.name, list(BY_KEY), stop - DAY, stop, 0)
    return hours, [each for key in BY_KEY if (each := judge(samples, key)).known]


def judge(samples: pd.DataFrame, key: str) -> Judged:
    """How the values of one quantity were judged; ``samples`` has values and flags."""
    known = np.isfinite(samples[key].to_numpy(float))
    flags = samples[f"{key}_flag"].to_numpy(int)[known]
    counts = [int((flags == flag).sum()) for flag in (Flag.GOOD, Flag.SUSPECT, Flag.FAIL)]
    return Judged(key, int(known.sum()), *counts)
