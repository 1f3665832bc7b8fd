"""ESP32-S3-DevKitC-1 in a box; the same as `hardware/boards/f1.toml`."""

NAME = "fixed-box-f1"
SCHEMA = 1
LEVELS = None  # it cannot measure its supply
LED = "rgb"  # WS2812
PINS = {
    "i2c_sda": 8,
    "i2c_scl": 9,
    "led": 48,
    "button": 0,
}
BUSES = (("i2c", "i2c", 100_000, "i2c_sda", "i2c_scl"),)
DEVICES = (
    (
        "SEN55",
        "i2c",
        0x69,
        ("pm1", "pm25", "pm4", "pm10", "temperature", "humidity", "voc_raw", "nox_raw"),
    ),
    ("BME280", "i2c", 0x76, ("pressure", "temperature", "humidity")),
)
