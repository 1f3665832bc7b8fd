"""The one table of quantities: what is measured, in which unit, in which steps, within which span.

Everything that needs to know a quantity reads this table: the page format, the database
columns, the checks, the API, the labels on the map. A value travels and is stored as a whole
number of steps; ``value = count / per`` in the stated UCUM unit.

Runs unchanged under MicroPython and CPython: no float, no import beyond ``collections``.
"""

from collections import namedtuple

# key     name in code, columns, API          code    struct and numpy letter of the count
# nl, en  label for people                    per     steps per unit (100 -> 0.01 of the unit)
# unit    UCUM code                           low, high  span that the sensor can report, in units
# source  where the span comes from
Quantity = namedtuple(
    "Quantity", ("key", "nl", "en", "unit", "code", "per", "low", "high", "source")
)

# The place of a row is its slot in the packed flags: append, never reorder.
# A table is read by column:
# fmt: off
QUANTITIES = (
    Quantity("pm1",            "PM1",              "PM1",            "ug/m3",  "i",  100,     0,   1000, "SPS30 datasheet: range 0-1000"),
    Quantity("pm25",           "PM2,5",            "PM2.5",          "ug/m3",  "i",  100,     0,   1000, "SPS30 datasheet: range 0-1000"),
    Quantity("pm4",            "PM4",              "PM4",            "ug/m3",  "i",  100,     0,   1000, "SPS30 datasheet: range 0-1000"),
    Quantity("pm10",           "PM10",             "PM10",           "ug/m3",  "i",  100,     0,   1000, "SPS30 datasheet: range 0-1000"),
    Quantity("temperature",    "Temperatuur",      "Temperature",    "Cel",    "h",  100,   -40,     85, "BME280 datasheet: -40..85"),
    Quantity("humidity",       "Luchtvochtigheid", "Humidity",       "%",      "h",  100,     0,    100, "BME280 datasheet: 0-100"),
    Quantity("pressure",       "Luchtdruk",        "Air pressure",   "Pa",     "i",    1, 30000, 110000, "BME280 datasheet: 300-1100 hPa"),
    Quantity("gas_resistance", "Gasweerstand",     "Gas resistance", "kOhm",   "H",    1,     0,  65000, "BME680: high is clean air"),
    Quantity("voc_raw",        "VOC (ruw)",        "VOC (raw)",      "{tick}", "H",    1,     0,  65533, "SGP41 datasheet: SRAW_VOC ticks"),
    Quantity("nox_raw",        "NOx (ruw)",        "NOx (raw)",      "{tick}", "H",    1,     0,  65533, "SGP41 datasheet: SRAW_NOX ticks"),
    Quantity("no2",            "NO2",              "NO2",            "ug/m3",  "i",  100,   -10,   1000, "reference analysers report small negatives"),
    Quantity("co2",            "CO2",              "CO2",            "[ppm]",  "H",    1,     0,  40000, "SEN66 datasheet: 0-40,000"),
    Quantity("sound_laeq",     "Geluid LAeq",      "Sound LAeq",     "dB(A)",  "h",  100,    20,    130, "MEMS microphone, A-weighted"),
    Quantity("sound_lamax",    "Geluid LAmax",     "Sound LAmax",    "dB(A)",  "h",  100,    20,    130, "MEMS microphone, A-weighted"),
    Quantity("count_in",       "Personen in",      "People in",      "1",      "H",    1,     0,  20000, "counter line, people per interval"),
    Quantity("count_out",      "Personen uit",     "People out",     "1",      "H",    1,     0,  20000, "counter line, people per interval"),
    Quantity("battery",        "Accuspanning",     "Battery",        "V",      "h", 1000,     0,     20, "supply of a node, at most 20 V"),
    Quantity("shock",          "Schok",            "Shock",          "1",      "H",    1,     0,   1000, "largest acceleration since the last sample, device scale"),
)
# fmt: on

BY_KEY = {quantity.key: quantity for quantity in QUANTITIES}
SLOT = {quantity.key: slot for slot, quantity in enumerate(QUANTITIES)}

# What calibration corrects: stored beside the raw value as `<key>_corrected`, in the same steps,
# judged by the flag of the raw value.
CORRECTED = ("pm25", "pm10", "no2", "temperature", "humidity")
