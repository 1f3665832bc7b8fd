"""What official stations measure beside the quantities of nodes: the weather, and some gases.

No node sends these, so they have no column and no steps of their own: they are hours and days of
official stations only (``official_hour``, ``official_day``), in the unit that stands here.
"""

from typing import NamedTuple


class OfficialQuantity(NamedTuple):
    """One quantity that only official stations measure."""

    key: str
    nl: str
    en: str
    unit: str  # UCUM
    about: str  # what the value of an hour or a day is


# A table is read by column:
# fmt: off
WEATHER = (
    OfficialQuantity("wind_speed",     "Windsnelheid",   "Wind speed",       "m/s",    "mean"),
    OfficialQuantity("wind_direction", "Windrichting",   "Wind direction",   "deg",    "where it comes from: 90 east, 360 north; of an hour its last 10 minutes, of a day the mean vector"),
    OfficialQuantity("rain",           "Neerslag",       "Rain",             "mm",     "sum; less than 0.05 mm is 0"),
    OfficialQuantity("radiation",      "Straling",       "Global radiation", "W/m2",   "mean"),
    OfficialQuantity("cloud",          "Bewolking",      "Cloud cover",      "{okta}", "eighths of the sky, of an hour at its end; 9 is a sky that cannot be seen"),
    OfficialQuantity("sunshine",       "Zonneschijn",    "Sunshine",         "h",      "sum; less than 0.05 h is 0"),
)
GASES = (
    OfficialQuantity("o3",             "Ozon",           "Ozone",            "ug/m3",  "mean"),
    OfficialQuantity("no",             "Stikstofmonoxide", "Nitric oxide",   "ug/m3",  "mean"),
    OfficialQuantity("so2",            "Zwaveldioxide",  "Sulphur dioxide",  "ug/m3",  "mean"),
    OfficialQuantity("co",             "Koolmonoxide",   "Carbon monoxide",  "ug/m3",  "mean"),
)
# fmt: on

OFFICIAL = {quantity.key: quantity for quantity in (*WEATHER, *GASES)}


class KnmiColumn(NamedTuple):
    """What the whole numbers of a column in files of KNMI are."""

    key: str
    per: float  # value in the unit of the quantity = number * per


# Rain and sunshine are in tenths; -1 means less than 0.05, which is 0. Hours of radiation are J/cm2.
KNMI_TENTHS = {"SQ": KnmiColumn("sunshine", 0.1), "RH": KnmiColumn("rain", 0.1)}
KNMI_HOURLY = {
    "DD": KnmiColumn("wind_direction", 1),
    "FH": KnmiColumn("wind_speed", 0.1),
    "T": KnmiColumn("temperature", 0.1),
    "Q": KnmiColumn("radiation", 10_000 / 3600),
    "P": KnmiColumn("pressure", 10),
    "N": KnmiColumn("cloud", 1),
    "U": KnmiColumn("humidity", 1),
    **KNMI_TENTHS,
}
