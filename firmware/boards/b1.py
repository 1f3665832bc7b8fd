"""LilyGO T-Beam Supreme on a bike; the same as `hardware/boards/b1.toml`."""

NAME = "bike-b1"
SCHEMA = 2
LEVELS = (3700, 3500)  # mV of the cell: the radio stays off, it stops
LED = None  # it has none that a pin switches
PINS = {
    "button": 0,
    "gnss_pps": 6,
    "gnss_tx": 8,
    "gnss_rx": 9,
    "i2c_sda": 17,
    "i2c_scl": 18,
    "motion": 33,
    "motion_select": 34,
    "spi_mosi": 35,
    "spi_sck": 36,
    "spi_miso": 37,
    "power_irq": 40,
    "power_scl": 41,
    "power_sda": 42,
    "qwiic_sda": 43,
    "qwiic_scl": 44,
}
BUSES = (
    ("i2c", "i2c", 400_000, "i2c_sda", "i2c_scl"),
    ("power", "i2c", 400_000, "power_sda", "power_scl"),
    ("qwiic", "i2c", 100_000, "qwiic_sda", "qwiic_scl"),
    ("spi", "spi", 1_000_000, "spi_sck", "spi_mosi", "spi_miso"),
    ("gnss", "uart", 9_600, "gnss_tx", "gnss_rx"),
)
DEVICES = (
    ("AXP2101", "power", 0x34, ("battery",)),
    ("SPS30", "qwiic", 0x69, ("pm1", "pm25", "pm10")),
    ("BME280", "i2c", 0x77, ("temperature", "humidity", "pressure")),
    ("QMI8658", "spi", None, ()),
    ("MAX-M10S", "gnss", None, ()),
)
