"""The trial of a release: confirmed when it does well for a while, given up when it does not.

It does well when it takes samples and reaches the broker. A node without a network must not lose a
release for that: hours of samples are enough then. A release that hangs is restarted by the
watchdog, and one that is restarted three times is taken back by boot.py.
"""

HEALTHY_S = 300  # with broker
ALONE_S = 6 * 3600  # without
DEAD_S = 1800  # so long without a sample is not well
SAMPLES = 3


class Trial:
    """Watches one run of the software."""

    def __init__(self, slots):
        """``slots`` says whether this run is on trial."""
        self._slots = slots
        self._samples = 0
        self._reached = False

    def note_sample(self):
        """A sample was taken."""
        self._samples += 1

    def note_broker(self):
        """The broker took a message of ours."""
        self._reached = True

    def look(self, uptime_s):
        """Decide when it is time: "confirmed", "given up" (restart now), or None."""
        if not self._slots.on_trial:
            return None
        if self._samples < SAMPLES:
            if uptime_s < DEAD_S:
                return None
            self._slots.give_up()
            return "given up"
        if uptime_s < (HEALTHY_S if self._reached else ALONE_S):
            return None
        self._slots.confirm()
        return "confirmed"
