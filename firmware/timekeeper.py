"""Who tells the clock: GNSS and NTP as they come, the board's own clock when neither does.

Until one has, the node measures in seconds since boot. Then the page that is being filled is
finished, the clock is set, and an anchor tells the ingest how far the pages before it have to be
moved (docs/protocol.md, "Time").
"""

from micropython import const

from firmware.clock import EARLIEST, unix
from lokaalmeten.wire import ANCHOR, BIT_CLOCK_UNSURE, PageWriter

GNSS, NTP, RTC = "gnss", "ntp", "rtc"
PATIENCE_S = 600  # for GNSS or NTP, before the board's own clock is believed
_AGREE_S = const(2)  # what lies no farther off leaves the clock as it is
EVERY_S = 6 * 3600  # between two questions by NTP: a crystal of 20 ppm drifts half a second in it
_GNSS_FRESH_S = const(3600)  # for so long after a fix nobody needs to be asked


class Timekeeper:
    """``source`` is who set the clock last: "gnss", "ntp", "rtc" or None."""

    def __init__(self, clock, time, outbox, finish_page):
        """``time`` is the board's; ``finish_page`` hands over the page that is being filled."""
        self.source = None
        self._clock = clock
        self._time = time
        self._outbox = outbox
        self._finish_page = finish_page
        self._writer = PageWriter(ANCHOR, 1)
        self._heard = None  # seconds since boot of the latest word of GNSS or NTP

    def on_gnss(self, unix_s, ticks):
        """A fix said this time when the board's ticks were at ``ticks``."""
        self._take(unix_s, ticks, GNSS)

    def on_ntp(self, unix_s, ticks):
        """A time server said this."""
        self._take(unix_s, ticks, NTP)

    async def run(self, ask, pause, sleep_ms):
        """Ask a time server as often as it is needed, for ever.

        ``ask()`` gives (Unix seconds, ticks) or raises OSError, as it does without a network;
        ``pause`` is a Backoff between failures; ``sleep_ms`` is asyncio's.
        """
        while True:
            wait_ms = 60_000
            if self._is_due():
                try:
                    told, ticks = await ask()
                except OSError:
                    wait_ms = pause.next_ms()
                else:
                    pause.reset()
                    self.on_ntp(told, ticks)
            self._consider_own_clock()
            await sleep_ms(wait_ms)

    def _is_due(self):
        if self._heard is None:
            return True
        age = self._clock.seconds() - self._heard
        return age >= (EVERY_S if self.source == NTP else _GNSS_FRESH_S)

    def _consider_own_clock(self):
        """Take the board's clock if nobody is better: it runs on through a soft reset or sleep."""
        if self._clock.unix() is not None or self._clock.seconds() < PATIENCE_S:
            return
        own = unix(self._time)
        if own is not None:
            self._learn(own, RTC)

    def _take(self, unix_s, ticks, source):
        """Believe GNSS or NTP, unless it tells of a time before this software."""
        if unix_s < EARLIEST:
            return
        self._heard = self._clock.seconds()
        now = unix_s + self._time.ticks_diff(self._time.ticks_ms(), ticks) // 1000
        known = self._clock.unix()
        if known is None or self._clock.unsure or not -_AGREE_S <= now - known <= _AGREE_S:
            self._learn(now, source)
        self.source = source

    def _learn(self, now, source):
        """Set the clock; what was measured by another one before gets an anchor."""
        unsure = source == RTC
        by_ticks = self._clock.unix() is None
        was_unsure = self._clock.unsure
        if by_ticks:
            self._finish_page()
        ticks = self._clock.seconds()
        self._clock.set(now, unsure)
        self.source = source
        if self._outbox.taken and (by_ticks or was_unsure):
            self._keep_anchor(now, ticks, unsure)

    def _keep_anchor(self, now, ticks, unsure):
        writer = self._writer
        writer.begin(self._outbox.boot, self._outbox.take_sequence(), now)
        writer.add(now, BIT_CLOCK_UNSURE if unsure else 0, ticks)
        self._outbox.keep(writer.seal())
