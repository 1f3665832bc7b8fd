"""How long to wait after a failure: twice as long each time, and never the same for two nodes."""

FIRST_MS = 1000
LONGEST_MS = 300_000


class Backoff:
    """Pauses of 1 s to 5 min; half of each is drawn, so that a town does not come back as one."""

    def __init__(self, random):
        """``random`` gives a number below a limit."""
        self._random = random
        self._ms = FIRST_MS

    def next_ms(self):
        """How long to wait now."""
        half = self._ms // 2
        self._ms = min(self._ms * 2, LONGEST_MS)
        return half + self._random(half + 1)

    def reset(self):
        """Begin small again: it went well."""
        self._ms = FIRST_MS
