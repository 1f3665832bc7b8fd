"""Which page is sent next, and which is sent again.

    new pages, oldest first, without waiting for a word of the ingest
    pages in a gap that the ingest told of
    everything that was sent and of which the ingest said nothing for long

PUBACK is not delivery: a page that the broker has is still kept, until `acknowledge`.
"""

GAP_S = 30  # between two rounds through gaps: what was just sent again is on its way
AGAIN_S = 1800  # without a word of the ingest; doubled each time, because it may be off for days
LONGEST_S = 6 * 3600


class Delivery:
    """Walks through the outbox; ``clock.seconds()`` counts."""

    def __init__(self, outbox, clock):
        """Begin with the oldest page: what an earlier boot sent may have been lost."""
        self._outbox = outbox
        self._clock = clock
        self._next = 0  # address from which on nothing was sent
        self._again = None  # address of the round of pages that are sent again
        self._gap = None  # (boot, high): the round is only through gaps below
        self._round_at = -GAP_S
        self._word_at = 0  # when the ingest last acknowledged a page
        self._again_s = AGAIN_S
        self._told = None  # (boot, high, whether there were gaps) of the latest acknowledgement

    def next(self):
        """Address of the page to send now, or None; the outbox's attributes are about it."""
        at = self._next_again()
        if at is None:
            at = self._outbox.find(self._next)
            if at is not None:
                self._next = self._outbox.after(at)
        return at

    def restart(self):
        """Send everything again: the broker forgot what it had."""
        self._next = 0
        self._again = None

    def acknowledge(self, boot, high, gaps):
        """Take the ingest's word; what lies in a gap is sent again."""
        if self._outbox.acknowledge(boot, high, gaps):
            self._word_at = self._clock.seconds()
            self._again_s = AGAIN_S
        self._told = (boot, high) if gaps else None

    def look(self):
        """Now and then: begin a round of pages that are sent again, when one is due."""
        if self._again is not None:
            return
        now = self._clock.seconds()
        if self._told is not None and now - self._round_at >= GAP_S:
            self._begin(now, self._told)
            self._told = None
        elif self._is_silent(now):
            self._begin(now, None)
            self._word_at = now
            self._again_s = min(2 * self._again_s, LONGEST_S)

    def _begin(self, now, gap):
        self._again, self._gap, self._round_at = 0, gap, now

    def _is_silent(self, now):
        """Tell whether pages were sent and the ingest says nothing."""
        at = self._outbox.find(0)
        if at is None or at >= self._next:
            self._word_at = now  # nothing is owed
            return False
        return now - self._word_at >= self._again_s

    def _next_again(self):
        while self._again is not None:
            at = self._outbox.find(self._again)
            if at is None or at >= self._next:
                self._again = None
                break
            self._again = self._outbox.after(at)
            if self._gap is None or self._is_in_gap():
                return at
        return None

    def _is_in_gap(self):
        """What is kept of a boot below its high lies in a gap, or it would be forgotten."""
        boot, high = self._gap  # pyright: ignore[reportGeneralTypeIssues] - asked within a gap only
        return self._outbox.page_boot == boot and self._outbox.page_sequence <= high
