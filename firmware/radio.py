"""The radio, on only when there is something to send: it takes as much as all sensors together."""

import asyncio

TRY_S = 300  # to find a network, a broker and an ingest that acknowledges
AGAIN_S = 3600


class Errand:
    """Decides when the radio is on: while pages go, and hourly to see whether they do."""

    def __init__(self, least=1):
        """``least`` pages are worth the radio."""
        self._least = least
        self._since = None  # when the last page went, or the radio was switched on
        self._kept = 0
        self._next = 0

    def look(self, now, kept, allowed):
        """Tell whether the radio is to be on at ``now``, with so many pages ``kept``."""
        if not kept or not allowed:
            self._since = None
            return False
        if self._since is None:
            if now < self._next or kept < self._least:
                return False
            self._since = now
        elif kept < self._kept:
            self._since = now
        elif now - self._since >= TRY_S:
            self._since, self._next = None, now + AGAIN_S
            return False
        self._kept = kept
        return True


class Radio:
    """Wi-Fi and all that goes over it."""

    def __init__(self, wlan, works, note):
        """``works`` give a coroutine each, of Wi-Fi, uplink and time; ``note`` as in main."""
        self._wlan = wlan
        self._works = works
        self._note = note
        self._tasks = []

    @property
    def on(self):
        """Tell whether it is on."""
        return bool(self._tasks)

    def switch(self, on, keep_alive):
        """Switch it on or off; ``keep_alive`` as in main."""
        if on and not self._tasks:
            self._tasks = [
                asyncio.create_task(keep_alive(work, self._note)) for work in self._works
            ]
        elif not on and self._tasks:
            for task in self._tasks:
                task.cancel()
            self._tasks = []
            self._wlan.active(False)
