"""Packets that were sent and not yet acknowledged by the broker: at most so many at a time.

What they carry is not held here: a page is read from flash again when it has to be sent again.
"""

SIZE = 8  # pages of 2.5 KB: as much as lwIP buffers for a connection takes a few of them


class Window:
    """Packet ids and what was sent under them; 0 is no packet id (MQTT 3.1.1, 2.3.1)."""

    def __init__(self, time):
        """``time`` is the board's."""
        self._time = time
        self._ids = [0] * SIZE
        self._sent = [0] * SIZE
        self._items = [None] * SIZE
        self._last = 0
        self.used = 0

    def full(self):
        """Tell whether nothing more may be sent."""
        return self.used == SIZE

    def take(self, item):
        """Packet id for an item that is sent now; there must be room."""
        place = self._ids.index(0)
        self._last = self._last % 60_000 + 1
        while self._last in self._ids:
            self._last = self._last % 60_000 + 1
        self._ids[place] = self._last
        self._items[place] = item
        self._sent[place] = self._time.ticks_ms()
        self.used += 1
        return self._last

    def release(self, packet_id):
        """The item that the broker acknowledged; None when it was none of ours."""
        if packet_id == 0 or packet_id not in self._ids:
            return None
        place = self._ids.index(packet_id)
        self._ids[place] = 0
        item, self._items[place] = self._items[place], None
        self.used -= 1
        return item

    def pairs(self):
        """(packet id, item) of all, in the order in which they were first sent."""
        found = [
            (self._time.ticks_diff(self._sent[place], self._time.ticks_ms()), place)
            for place in range(SIZE)
            if self._ids[place]
        ]
        return [(self._ids[place], self._items[place]) for _, place in sorted(found)]

    def touch(self):
        """Count the age of all from now on: they are sent again."""
        for place in range(SIZE):
            self._sent[place] = self._time.ticks_ms()

    def age_ms(self):
        """Since when the longest waiting packet is not acknowledged; 0 when none waits."""
        now, oldest = self._time.ticks_ms(), 0
        for place in range(SIZE):
            if self._ids[place]:
                oldest = max(oldest, self._time.ticks_diff(now, self._sent[place]))
        return oldest

    def clear(self):
        """Forget all: the broker forgot the session."""
        for place in range(SIZE):
            self._ids[place] = 0
            self._items[place] = None
        self.used = 0
