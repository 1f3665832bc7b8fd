"""The Dutch air quality index (LKI) of all places, once their substances were drawn.

The index of an hour is the highest of its substances, that of a day the highest of its hours ahead:
both are read in each draw, in which substances and hours move together.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.forecasts import HORIZON_H, INDEX, INDEX_LEVELS, IndexRound, Series
from lokaalmeten.lki import GROUPS, HIGHEST, to_total

from ..calendar import DAY_H, HOUR, to_local_hours
from .desk import Desk
from .learning import ZONE
from .outlook import Drawn, Numbers

Float = NDArray[np.float64]
Place = tuple[str, str]  # kind and name

BLOCK = 128  # places at a time: bounds the memory


def issue_index(desk: Desk, now: datetime, drawn: Mapping[str, Drawn]) -> int:
    """Make and write the index from draws by quantity; of how many places.

    Only draws from the latest cutoff are used. A place has the substances that it has a forecast
    of.
    """
    if not drawn:
        return 0
    cutoff = max(each.cutoff for each in drawn.values())
    fresh = {key: each for key, each in drawn.items() if each.cutoff == cutoff}
    places = sorted({series[:2] for each in fresh.values() for series in each.series})
    numbers = desk.number_series([Series(*place, INDEX) for place in places])
    there = [place for place, number in zip(places, numbers.tolist(), strict=True) if number]
    if not there:
        return 0
    columns = {key: find_columns(each, there) for key, each in fresh.items()}
    number = (
        to_local_hours(int(cutoff.timestamp()) - DAY_H * HOUR, HORIZON_H + DAY_H, ZONE) // DAY_H
    )
    day = number[DAY_H:]
    parts = []
    for first in range(0, len(there), BLOCK):
        taken = {key: take(fresh[key], columns[key][first : first + BLOCK]) for key in fresh}
        parts.append(read_numbers(to_total(taken), day))  # pyright: ignore[reportArgumentType]
    made = [np.concatenate(each, axis=1) for each in zip(*parts, strict=True)]
    kinds = [tuple(key for key in fresh if columns[key][at] >= 0) for at in range(len(there))]
    first_day = date(1970, 1, 1) + timedelta(days=int(day[0]))
    desk.write_index(
        IndexRound(
            cutoff, now.astimezone(UTC), first_day, numbers[numbers > 0], tuple(kinds), *made
        )
    )
    return len(there)


def find_columns(drawn: Drawn, places: list[Place]) -> NDArray[np.intp]:
    """Where places (p,) are among those that were drawn, -1 where they are not."""
    at = {series[:2]: column for column, series in enumerate(drawn.series)}
    return np.array([at.get(place, -1) for place in places], np.intp)


def take(drawn: Drawn, columns: NDArray[np.intp]) -> Numbers:
    """Numbers (n, h, p) of places by column, 0 for those that were not drawn."""
    return np.where(columns >= 0, drawn.numbers[..., np.maximum(columns, 0)], 0).astype(np.uint8)


def read_numbers(
    draws: Numbers, day: NDArray[np.int64]
) -> tuple[NDArray[np.int16], NDArray[np.int16], NDArray[np.float32]]:
    """What draws (n, h, p) say of hours and of days, of which ``day`` (h,) has the number.

    Numbers (h, p, 3) at INDEX_LEVELS, the same (d, p, 3) of the highest hour of each day, and the
    chance (d, p, 5) of the class of that.

    >>> draws = np.array([[[3], [4]], [[3], [7]], [[5], [4]]], np.uint8)
    >>> hours, days, classes = read_numbers(draws, np.array([9, 9]))
    >>> hours[:, 0].tolist(), days[0, 0].tolist(), (100 * classes[0, 0]).round().tolist()
    ([[3, 3, 5], [4, 4, 7]], [4, 5, 7], [0.0, 67.0, 33.0, 0.0, 0.0])
    """
    highest = np.stack([draws[:, day == one].max(axis=1) for one in np.unique(day)], axis=1)
    chances = to_chances(highest)
    groups = np.array(GROUPS)
    classes = [chances[..., groups == one].sum(axis=-1) for one in range(1, max(GROUPS) + 1)]
    return (
        to_levels(to_chances(draws)),
        to_levels(chances),
        np.stack(classes, axis=-1).astype(np.float32),
    )


def to_chances(draws: Numbers) -> Float:
    """Chance (h, p, HIGHEST) of each number in draws (n, h, p)."""
    return np.stack([(draws == one).mean(axis=0) for one in range(1, HIGHEST + 1)], axis=-1)


def to_levels(chances: Float) -> NDArray[np.int16]:
    """The lowest numbers (h, p, 3) that INDEX_LEVELS of the chances (h, p, HIGHEST) reach."""
    reached = np.cumsum(chances, axis=-1)[..., None, :]
    below = reached < np.array(INDEX_LEVELS)[:, None] - 1e-9
    return (1 + below.sum(axis=-1)).astype(np.int16)
