"""The one table of limit values: how much of what may be in the air, over which time, how often.

A limit is passed when a mean over its period is more than the value, in more periods of a year than
are allowed. Periods are counted only where enough was measured: 75 % of an hour, 75 % of the hours
of a day (2008/50/EC, Annex XI A); a year counts when ``capture`` of its hours or days do.
"""

from typing import NamedTuple

WHO, EU, EU_2030 = "WHO 2021", "EU 2008/50/EC", "EU 2024/2881"


class Limit(NamedTuple):
    """One limit value of one quantity."""

    norm: str
    quantity: str  # key of lokaalmeten.quantities
    period: str  # that a mean is taken over: hour, day or year
    value: float  # in the unit of the quantity
    allowed: int  # periods of a year that may be above it
    capture: float  # share of the year's periods that must have been measured, 0 to 1
    source: str  # where the norm says so


# WHO states its days as the 99th percentile, 3 to 4 days a year: 3 is the stricter reading. It
# names no data capture for a year; that of 2008/50/EC is asked.
_WHO = "global air quality guidelines, Table 0.1"
_WHO_HOUR = "global air quality guidelines, Table 0.3: kept from 2005"
_XI = "Annex XI B; capture: Annex XI A"
_XIV = "Annex XIV E, stage 1; capture: Annex XI A"
_2030 = "Annex I section 1 Table 1, from 1 January 2030; capture: Annex V"

# A table is read by column:
# fmt: off
LIMITS = (
    Limit(WHO,     "pm25", "day",   15,  3, 0.90, _WHO),
    Limit(WHO,     "pm25", "year",   5,  0, 0.90, _WHO),
    Limit(WHO,     "pm10", "day",   45,  3, 0.90, _WHO),
    Limit(WHO,     "pm10", "year",  15,  0, 0.90, _WHO),
    Limit(WHO,     "no2",  "hour", 200,  0, 0.90, _WHO_HOUR),
    Limit(WHO,     "no2",  "day",   25,  3, 0.90, _WHO),
    Limit(WHO,     "no2",  "year",  10,  0, 0.90, _WHO),
    Limit(EU,      "pm25", "year",  25,  0, 0.90, _XIV),
    Limit(EU,      "pm10", "day",   50, 35, 0.90, _XI),
    Limit(EU,      "pm10", "year",  40,  0, 0.90, _XI),
    Limit(EU,      "no2",  "hour", 200, 18, 0.90, _XI),
    Limit(EU,      "no2",  "year",  40,  0, 0.90, _XI),
    Limit(EU_2030, "pm25", "day",   25, 18, 0.85, _2030),
    Limit(EU_2030, "pm25", "year",  10,  0, 0.85, _2030),
    Limit(EU_2030, "pm10", "day",   45, 18, 0.85, _2030),
    Limit(EU_2030, "pm10", "year",  20,  0, 0.85, _2030),
    Limit(EU_2030, "no2",  "hour", 200,  3, 0.85, _2030),
    Limit(EU_2030, "no2",  "day",   50, 18, 0.85, _2030),
    Limit(EU_2030, "no2",  "year",  20,  0, 0.85, _2030),
)

# Of the highest mean of 8 hours that ends on a day; no node measures ozone, so reports of nodes
# have none of these. In a directive it is a target value, averaged over three years.
DAY_8H = "8 hours"
OZONE = (
    Limit(WHO,     "o3",   DAY_8H, 100,  3, 0.90, _WHO),
    Limit(EU,      "o3",   DAY_8H, 120, 25, 0.90, "Annex VII B; capture: Annex VII A"),
    Limit(EU_2030, "o3",   DAY_8H, 120, 18, 0.85, "Annex I section 2, from 1 January 2030"),
)
# fmt: on


def find_limits(quantity: str) -> tuple[Limit, ...]:
    """Limits of one quantity, in the order of the table; none when it has none.

    >>> [(limit.norm, limit.period, limit.value) for limit in find_limits("pm25")][:2]
    [('WHO 2021', 'day', 15), ('WHO 2021', 'year', 5)]
    """
    return tuple(limit for limit in LIMITS if limit.quantity == quantity)
