"""What the LED means. One table: LEDS; docs/node-life.md shows the same to people.

The most urgent state of those that hold is shown. A pattern is on, off, on, off ... in
milliseconds, and begins anew at its end.
"""

from micropython import const

# state: pattern, the most urgent first
LEDS = {
    "locate": (80, 80),  # somebody looks for this node
    "portal": (500, 500),  # it opens a network of its own, to be set up
    "update": (80, 120, 80, 120, 80, 1500),  # a release is fetched or tried
    "fault": (80, 250, 80, 250, 80, 5000),  # a sensor failed
    "unconfigured": (1500, 500),  # it knows no network yet
    "offline": (80, 250, 80, 5000),  # it measures and keeps, and reaches no broker
    "well": (40, 9960),  # it measures and sends
}
_SLICE_MS = const(500)  # in which a change of state shows


class Led:
    """Shows states; ``put(on)`` switches the light."""

    def __init__(self, put, states):
        """``states`` is {state of LEDS: function that tells whether it holds}."""
        self._put = put
        self._states = states
        self._locate_ms = 0

    def locate(self, seconds):
        """Show "locate" for a while."""
        self._locate_ms = seconds * 1000

    def state(self):
        """The most urgent state that holds; "well" when none does."""
        if self._locate_ms > 0:
            return "locate"
        for name in LEDS:
            holds = self._states.get(name)
            if holds is not None and holds():
                return name
        return "well"

    async def run(self, sleep_ms):
        """Blink for ever; ``sleep_ms`` is asyncio's."""
        while True:
            await self.show(self.state(), sleep_ms)

    async def show(self, state, sleep_ms):
        """One round of a pattern, or less when another state begins to hold."""
        on = False
        for length in LEDS[state]:
            on = not on
            self._put(on)
            for left in range(length, 0, -_SLICE_MS):
                part = min(left, _SLICE_MS)
                await sleep_ms(part)
                self._locate_ms = max(self._locate_ms - part, 0)
                if self.state() != state:
                    self._put(False)
                    return
