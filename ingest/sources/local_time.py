"""Local times of a zone to UTC: what a clock shows twice or never is told, not guessed."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd

from lokaalmeten.errors import FormatError

from .columns import Mask, Refusals, Seconds

TWICE = "hour that comes twice when the clock goes back, and the order does not tell which"
NEVER = "hour that does not exist: the clock went forward"


def read_zone(name: str) -> ZoneInfo:
    """A time zone by its name; FormatError when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise FormatError(
            f"there is no time zone {name!r}; names are like Europe/Amsterdam or UTC"
        ) from error


def to_utc(
    local: Seconds, node: np.ndarray, zone: ZoneInfo, refusals: Refusals, usable: Mask
) -> Seconds:
    """Unix seconds (n,) of times (n,) that a clock in the zone showed, as seconds since 1970.

    Rows are in the order in which they were measured, of each node. Of an hour that comes twice
    the rows before the one step back are summer time and those behind it are not; without one
    step they are refused, and so are times that no clock showed. ``usable`` marks the rows that
    have a time.
    """
    shown = pd.DatetimeIndex(np.where(usable, local, 0).astype("datetime64[s]"))
    early, late = (
        shown.tz_localize(zone, ambiguous=np.full(len(local), summer), nonexistent="NaT")
        for summer in (True, False)
    )
    never = usable & np.asarray(early.isna(), np.bool_)
    refusals.refuse(never, NEVER)
    first, second = (to_unix(times) for times in (early, late))
    twice = usable & ~never & (first != second)
    if twice.any():
        back, unclear = find_back(local, node, twice)
        refusals.refuse(unclear, TWICE)
        first = np.where(back, second, first)
    return np.where(usable & ~never, first, 0)


def to_unix(times: pd.DatetimeIndex) -> Seconds:
    """Unix seconds of moments; of none any number."""
    return np.asarray(times.as_unit("s").asi8, np.int64)


def find_back(local: Seconds, node: np.ndarray, twice: Mask) -> tuple[Mask, Mask]:
    """Rows (n,) behind the step back of an hour that comes twice, and those without such a step."""
    back, unclear = np.zeros(len(local), np.bool_), np.zeros(len(local), np.bool_)
    rows = np.flatnonzero(twice)
    groups = pd.Series(rows).groupby([node[rows], local[rows] // 86_400])
    for _, group in groups:
        own = group.to_numpy()
        steps = np.flatnonzero(np.diff(local[own]) <= 0)
        if len(steps) == 1:
            back[own[steps[0] + 1 :]] = True
        else:
            unclear[own] = True
    return back, unclear
