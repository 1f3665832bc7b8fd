"""Devices down to their bytes, each with the faults that real ones have."""


class Device:
    """What all have in common. `time` is set by the wire it is connected to."""

    address = 0
    fastest_hertz = 400_000
    time = None

    def __init__(self):
        """Whole and connected."""
        self.absent = False  # unplugged, or without power
        self.corrupt = False  # its checksums are wrong
        self.frozen = False  # it repeats what it said last
        self.stuck = False  # it holds SDA low
        self.broken = False  # and does not let go when it is clocked

    def unplug(self):
        """Take its power: it forgets what it was told."""
        self.absent = True
        self.power_on()

    def plug_in(self):
        """Give it power again."""
        self.absent = False
        self.power_on()

    def power_on(self):
        """Begin as after power-on."""


class Air:
    """What there is to measure, in plain units."""

    def __init__(self):
        """An ordinary day."""
        self.pm = {"pm1": 5.41, "pm25": 8.23, "pm4": 10.62, "pm10": 13.74}
        self.temperature = 21.37
        self.humidity = 48.20
        self.pressure = 101_325.0
        self.voc = 30_200
        self.nox = 15_600
