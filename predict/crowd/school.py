"""Dutch school holidays: which share of the country is free of school, and what that changes.

Dates are those that the minister set for primary schools: Regeling vaststelling schoolvakanties
2019-2022, 2022-2025 and 2025-2028, and what was announced after them. Who comes to a square or a
beach comes from all over the country, so regions are not told apart: a day counts by how many of
the three are free.
"""

from datetime import date, timedelta

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from predict.calendar import DAY_H, EPOCH_WEEKDAY, to_local_hours

from .place import Float

REGIONS = 3  # north, middle, south
WEEKS = (1, 1, 6, 1, 2)  # of spring, May, summer, autumn and Christmas
UNTIL = 2029  # the last year whose holidays are known
# Month and day of the first Saturday in the regions north, middle and south; one for all three.
# fmt: off
FIRST_SATURDAY = {
    2020: ((215, 222, 222), (425,), (704, 718, 711), (1010, 1017, 1017), (1219,)),
    2021: ((220, 220, 213), (501,), (710, 717, 724), (1016, 1016, 1023), (1225,)),
    2022: ((219, 226, 226), (430,), (716, 709, 723), (1015, 1022, 1022), (1224,)),
    2023: ((225, 225, 218), (429,), (722, 708, 715), (1021, 1014, 1014), (1223,)),
    2024: ((217, 217, 210), (427,), (720, 713, 706), (1026, 1026, 1019), (1221,)),
    2025: ((215, 222, 222), (426,), (712, 719, 705), (1018, 1018, 1011), (1220,)),
    2026: ((221, 214, 214), (425,), (704, 718, 711), (1010, 1017, 1017), (1219,)),
    2027: ((220, 220, 213), (424,), (710, 717, 724), (1016, 1016, 1023), (1225,)),
    2028: ((219, 226, 226), (429,), (715, 708, 722), (1014, 1021, 1021), (1223,)),
    2029: ((217, 217, 210), (428,), (721, 707, 714), (1020, 1020, 1013), (1222,)),
}
# fmt: on
EPOCH = date(1970, 1, 1).toordinal()
REMEMBERED_D = 84  # days that a profile looks back
HALF_LIFE_D, NEWEST_D = 14.0, 7  # of what it remembers; days that it does not know yet
SCHOOL_HOURS = (7, 18)  # of the local clock, in which school makes most difference


def share_free(first: int, number: int) -> Float:
    """Share of the regions without school on each of ``number`` days from day ``first`` on.

    Days are counted from 1970. A weekend beside a holiday belongs to it. Beyond ``UNTIL`` nothing
    is known, which is 0.

    >>> share_free(date(2026, 7, 10).toordinal() - EPOCH, 2).round(2).tolist()
    [0.33, 0.67]
    """
    share = np.zeros(number)
    for begins, after, regions in list_holidays():
        low, high = max(begins - first, 0), max(after - first, 0)
        share[low:high] += regions / REGIONS
    return share


def list_holidays() -> list[tuple[int, int, int]]:
    """First day, the day after the last (days since 1970), and number of regions of each."""
    found = []
    for year, kinds in FIRST_SATURDAY.items():
        for weeks, saturdays in zip(WEEKS, kinds, strict=True):
            for at in saturdays:
                begins = date(year, at // 100, at % 100)
                after = begins + timedelta(days=7 * weeks + 2)
                span = begins.toordinal() - EPOCH, after.toordinal() - EPOCH
                found.append((*span, REGIONS // len(saturdays)))
    return found


def to_school_columns(start: int, rows: int, zone: str) -> Float:
    """How much more is free of school than a profile remembers (rows, 2), from ``start`` on.

    In the hours of school of a working day, and in all others. A profile that looks weeks back
    knows a summer holiday after two weeks, and misses its end.
    """
    local = to_local_hours(start, rows, zone)
    first = int(local[0]) // DAY_H
    days = int(local[-1]) // DAY_H - first + 1
    share = share_free(first - REMEMBERED_D, days + REMEMBERED_D)
    lags = np.arange(NEWEST_D, REMEMBERED_D + 1)
    weight = np.zeros(REMEMBERED_D + 1)
    weight[lags] = 0.5 ** (lags / HALF_LIFE_D)
    usual = sliding_window_view(share, len(weight)) @ (weight[::-1] / weight.sum())
    change = (share[REMEMBERED_D:] - usual)[local // DAY_H - first]
    hour, works = local % DAY_H, (local // DAY_H + EPOCH_WEEKDAY) % 7 < 5
    at_school = works & (hour >= SCHOOL_HOURS[0]) & (hour < SCHOOL_HOURS[1])
    return np.stack([change * at_school, change * ~at_school], axis=1)
