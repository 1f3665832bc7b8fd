"""Frames cut out of a serial line that begins anywhere and loses bytes.

A frame has a first byte, a fixed length, and a check that only a whole one passes. What does not
pass loses its first byte, and the search goes on in what follows: a good frame behind a damaged
one is found.
"""


class Frames:
    """Frames of ``size`` bytes; the buffers are made once."""

    def __init__(self, uart, size, first):
        """``first`` is the first byte of a frame."""
        self._uart = uart
        self._first = first
        self._byte = bytearray(1)
        self.frame = bytearray(size)
        self._filled = 0
        self.damaged = 0

    def forget(self):
        """Throw away what came while nobody listened."""
        while self._uart.any():
            self._uart.readinto(self.frame)
        self._filled = 0

    def next(self, check):
        """Tell whether `frame` holds the next one that ``check(frame)`` accepts."""
        frame = self.frame
        if self._filled == len(frame):
            self._filled = 0  # the one that was handed out
        while self._uart.any():
            self._uart.readinto(self._byte)
            frame[self._filled] = self._byte[0]
            self._filled += 1
            if self._filled == 1 and frame[0] != self._first:
                self._filled = 0
            elif self._filled == len(frame):
                if check(frame):
                    return True
                self.damaged += 1
                self._search()
        return False

    def _search(self):
        """Move the next possible beginning to the front."""
        frame = self.frame
        at = 1
        while at < self._filled and frame[at] != self._first:
            at += 1
        for index in range(at, self._filled):
            frame[index - at] = frame[index]
        self._filled -= at
