"""What the parts of a unit take, in mA from a cell at 3.7 V. None of it was measured on a unit.

Whatever runs on 5 V is told as its datasheet has it times 5 / 3.7 and through a converter of 88 %.
"""

from tests.firmware.day_told import Day

AWAKE = (
    30.0  # ESP32-S3 datasheet 2.0, table "current in modem sleep": 80 MHz, both cores idle or busy
)
RADIO = (
    100.0  # the same, "active mode": 88 mA receiving, 300 and more while it sends; a tenth of it
)
SPS30 = 85.0  # Sensirion, SPS30 1.0: 55 mA measuring, at 5 V
SEN55 = 97.0  # Sensirion, SEN5x 2: 63 mA measuring, at 5 V
GNSS = 10.0  # u-blox, MAX-M10S: 25 mW tracking and an antenna
LIGHT_SLEEP = 2.0  # the whole of a board with its regulator; the chip takes 0.24
DEEP_SLEEP = 0.4  # likewise; the chip takes 0.008
REST = 1.0  # climate, accelerometer, regulators, while it is awake
GAS = 3.0  # Sensirion, SGP41 1.0, on bikes only


def count_mah(day: Day) -> float:
    """Charge that a day took: the hours of each part times its current."""
    hours = {what: seconds / 3600 for what, seconds in day.seconds.items()}
    light, deep = hours.get("light sleep", 0), hours.get("deep sleep", 0)
    return (
        (hours["on"] - light) * (AWAKE + REST)
        + light * LIGHT_SLEEP
        + deep * DEEP_SLEEP
        + hours.get("radio", 0) * RADIO
        + hours.get("SPS30", 0) * (SPS30 + GAS)
        + hours.get("SEN5x", 0) * SEN55
        + hours.get("GNSS", 0) * GNSS
    )
