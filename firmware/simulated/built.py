"""The boards of this project with their devices connected, each by its file in firmware/boards.

A device answers byte for byte as the real one does; all measure one and the same day.
"""

from firmware.simulated.devices.bme280 import Bme280
from firmware.simulated.devices.receiver import Receiver
from firmware.simulated.devices.registers import Axp2101, Lis3dh, Qmi8658
from firmware.simulated.devices.sen5x import Sen5x
from firmware.simulated.devices.sgp41 import Sgp41
from firmware.simulated.devices.sps30 import Sps30

CELL_UV = 1_935_000  # at a pin that sees half of a cell that is nearly full


def make_device(name, address, air, begin):
    """The device of that name; ``begin`` is the Unix second at which its time is 0."""
    if name == "MAX-M10S":
        return Receiver(begin)
    if name == "BME280":
        return Bme280(air, address)
    if name in ("SEN55", "SPS30", "SGP41"):
        return {"SEN55": Sen5x, "SPS30": Sps30, "SGP41": Sgp41}[name](air)
    return {"AXP2101": Axp2101, "LIS3DH": Lis3dh, "QMI8658": Qmi8658}[name]()


def connect(module, board, air, begin):
    """Connect what the board ``module`` has; devices by their names there."""
    lines = {name: (kind, pins) for name, kind, _, *pins in module.BUSES}
    found = {}
    for name, bus, address, _ in module.DEVICES:
        kind, pins = lines[bus]
        numbers = [module.PINS[pin] for pin in pins]
        if kind == "i2c":
            wire = board.i2c(numbers[0], numbers[1])
        elif kind == "uart":
            wire = board.uart(numbers[1])
        else:
            wire = board.spi(module.PINS["motion_select"])
        found[name] = wire.add(make_device(name, address, air, begin))
    if "battery" in module.PINS:
        board.microvolts[module.PINS["battery"]] = CELL_UV
    return found
