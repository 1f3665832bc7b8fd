"""What a notice of an alert tells, as plain values: where, how full, how sure, until when.

No words: those are made in the language of whoever reads it (lokaalmeten/notices/words.py).
"""

from datetime import datetime, timedelta
from typing import Any

import numpy as np

from .levels import LETTERS, UNKNOWN, WALKWAY, WALKWAY_FLOW, to_service
from .place import Float, Place
from .situation import LEVELS, Situation
from .warning import Event, time_to

BAND = (0.1, 0.5, 0.9)  # what eight of ten times it lies between, and its middle


def to_facts(
    place: Place, found: Situation, at: datetime, event: Event, before: int
) -> dict[str, Any]:
    """Facts of one change of an alert at ``at`` (aware), which had level ``before``.

    Values are people a square metre of a zone, a metre and minute of a passage; None where not
    known. ``reach`` is the level that it is about: of an alert that goes down the one before.
    ``until`` is when the expected middle is last above the limit of ``reach``, within what is
    foreseen; ``lasts`` says that it is so still at the end of that.
    """
    gauge, split = event.gauge, len(place.zones.ids)
    is_zone = gauge < split
    part, index = (place.zones, gauge) if is_zone else (place.passages, gauge - split)
    reach = max(event.level, before)
    limit = float(part.limits[index, reach - 1])
    people = float(found.people[index]) if is_zone else np.nan
    capacity = float(place.zones.capacity[index]) if is_zone else np.nan
    chance = found.chance[gauge, reach - 1]
    until, lasts = find_end(found, gauge, limit)
    return {
        "title": place.name,
        "gauge": f"{'zone' if is_zone else 'passage'}/{part.ids[index]}",
        "name": part.names[index],
        "what": event.what,
        "level": event.level,
        "reach": reach,
        "time": at.isoformat(),
        "value": to_plain(found.values[gauge]),
        "service": to_letter(float(found.values[gauge]), is_zone=is_zone),
        "people": to_plain(people),
        "capacity": to_plain(capacity),
        "limit": limit,
        "chance": to_plain(chance[-1]),
        "within_s": int(found.ahead_s[-1]),
        "time_to_s": to_plain(time_to(found.chance[[gauge]], found.ahead_s)[0, reach - 1]),
        "peak": [to_plain(found.peak[-1, gauge, find_level(level)]) for level in BAND],
        "until": None if until is None else (at + timedelta(seconds=until)).isoformat(),
        "lasts": lasts,
    }


def find_end(found: Situation, gauge: int, limit: float) -> tuple[int | None, bool]:
    """Seconds until the middle is last above a limit, and whether no more than that is foreseen.

    None when it never is, or nobody knows.
    """
    above = np.flatnonzero(found.table[:, gauge, find_level(0.5)] >= limit)
    if not above.size:
        return None, False
    return int(found.ahead_s[above[-1]]), bool(above[-1] == len(found.ahead_s) - 1)


def to_letter(value: float, *, is_zone: bool) -> str | None:
    """Level of service after Fruin, A to F, of a density or a flow; None where not known.

    >>> to_letter(0.5, is_zone=True), to_letter(90.0, is_zone=False)
    ('C', 'F')
    """
    found = int(to_service(value, WALKWAY if is_zone else WALKWAY_FLOW))
    return None if found == UNKNOWN else LETTERS[found]


def find_level(chance: float) -> int:
    """Which of LEVELS is nearest to a probability."""
    return int(np.argmin(np.abs(LEVELS - chance)))


def to_plain(value: float | Float) -> float | None:
    """A number that JSON holds, to four digits; None for NaN.

    >>> to_plain(1.23456), to_plain(float("nan"))
    (1.235, None)
    """
    return None if np.isnan(value) else float(f"{float(value):.4g}")
