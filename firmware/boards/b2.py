"""XIAO ESP32S3 on a bike; the same as `hardware/boards/b2.toml`."""

NAME = "bike-b2"
SCHEMA = 2
LEVELS = (3700, 3500)  # mV of the cell: the radio stays off, it stops
LED = "low"  # it shines when its pin is low
PINS = {
    "battery": 1,
    "motion": 2,
    "button": 3,
    "pm_power": 4,
    "i2c_sda": 5,
    "i2c_scl": 6,
    "gnss_tx": 7,
    "gnss_rx": 8,
    "gnss_power": 9,
    "led": 21,
}
BUSES = (
    ("i2c", "i2c", 100_000, "i2c_sda", "i2c_scl"),
    ("gnss", "uart", 9_600, "gnss_tx", "gnss_rx"),
)
DEVICES = (
    ("SPS30", "i2c", 0x69, ("pm1", "pm25", "pm10")),
    ("SGP41", "i2c", 0x59, ("voc_raw", "nox_raw")),
    ("BME280", "i2c", 0x76, ("temperature", "humidity", "pressure")),
    ("LIS3DH", "i2c", 0x18, ()),
    ("MAX-M10S", "gnss", None, ()),
)
