"""Each sensor of a board fails in each way, on MicroPython; prints what the unit makes of it.

One line a fault: sensor, fault, the bits, the states of all sensors while it lasts and afterwards.
The same on CPython, where a test compares.
"""

from tests.firmware.units import Unit, b1, b2, f1

MINUTE = 60000
BOARDS = {"b1": b1, "b2": b2, "f1": f1}
FAULTS = ("absent", "corrupt", "frozen", "stuck")


def spoil(device, fault):
    if fault == "absent":
        device.unplug()
    else:
        setattr(device, fault, True)
        device.broken = fault == "stuck"


def mend(device):
    device.corrupt = device.frozen = device.stuck = device.broken = False
    if device.absent:
        device.plug_in()


def tell(unit):
    bits = unit.rig.bits()
    keys = ",".join(sorted(unit.rig.readings()))
    states = "".join([str(sensor.state) for sensor in unit.sensors])
    return f"{bits} {states} {keys}"


def make_lines(name):
    for device in sorted(Unit(BOARDS[name]).devices):
        for fault in FAULTS:
            unit = Unit(BOARDS[name])
            unit.rig.run_for(MINUTE)
            spoil(unit.devices[device], fault)
            unit.rig.run_for(2 * MINUTE)
            during = tell(unit)
            mend(unit.devices[device])
            unit.rig.run_for(3 * MINUTE)
            yield f"{device} {fault}: {during}; {tell(unit)}"


if __name__ == "__main__":
    import sys

    for line in make_lines(sys.argv[1]):
        print(line)
