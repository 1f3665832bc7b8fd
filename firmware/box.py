"""A box's life on a cell: it sleeps, and wakes its fan a minute before the beat.

    65 s before the beat   fan and laser on, thrown away for 30 s
    30 s before the beat   readings are gathered
    on the beat            fan off, their means are the sample, its page is kept at once
    hourly                 the radio sends what there is
    in between             light sleep

On mains power there is nothing to save: then `main.live` is the whole story.
"""

import asyncio

from micropython import const

from firmware.duty import AHEAD_S, READ_S, Duty
from firmware.main import keep_alive, measure
from firmware.power import EMPTY, FULL
from firmware.radio import AGAIN_S, Errand

_LONGEST_NAP_S = const(60)  # the watchdog and the clock are looked after in between
SHORTEST_S = 2 * AHEAD_S  # of an interval in which a fan that stops saves something
PAGES = 12  # an hour of them is worth the radio


class Box:
    """Everything that a box on a cell does by itself."""

    def __init__(self, clock, time, sensors, sampler, outbox, supply, battery, radio, sleep):
        """Parts as their modules say; ``battery`` and ``radio`` may be None."""
        self._clock = clock
        self._time = time
        self._sensors = sensors
        self.sampler = sampler
        self._outbox = outbox
        self._supply = supply
        self._battery = battery
        self._radio = radio
        self._sleep = sleep
        self._errand = Errand(PAGES)
        self._duties = [Duty(sensor) for sensor in sensors if "pm25" in sensor.keys]
        self._reads = False
        self._slot = None
        self._sampled = True

    async def live(self, interval_s, feed, note, others=()):
        """Live for ever, or until the cell is empty; arguments as in main."""
        if interval_s < SHORTEST_S:
            raise ValueError("on a cell an interval has %d s or more" % SHORTEST_S)
        tasks = [asyncio.create_task(sensor.run(asyncio.sleep_ms)) for sensor in self._sensors]
        tasks += [asyncio.create_task(keep_alive(other, note)) for other in others]
        for duty in self._duties:
            duty.sensor.rest()
        try:
            while True:
                now, since_boot = await self._clock.beat(1, asyncio.sleep_ms)
                self._step(now, since_boot, interval_s, feed, note)
        finally:
            for task in tasks:
                task.cancel()

    def _step(self, now, since_boot, interval_s, feed, note):
        """What a second brings."""
        slot, left = now // interval_s, interval_s - now % interval_s
        if self._slot is not None and slot != self._slot and self._reads:
            self._sample(now, since_boot, note)
        self._slot = slot
        if self._sampled:
            feed()
        sends = self._look()
        if left <= AHEAD_S:
            self._read(left)
        elif not sends:
            self._sleep.light(1000 * min(left - AHEAD_S, _LONGEST_NAP_S))

    def _look(self):
        """Follow cell and outbox; tell whether the radio is on."""
        millivolt = None if self._battery is None else self._battery.counts[0]
        level = self._supply.look(millivolt)
        if level == EMPTY:
            self._rest()
        sends = self._errand.look(self._clock.seconds(), self._outbox.kept, level == FULL)
        if self._radio is not None:
            self._radio.switch(sends, keep_alive)
        if level == EMPTY:
            self._sleep.deep(AGAIN_S, by_movement=False)
        return sends and self._radio is not None

    def _read(self, left):
        """The fan runs; half a minute later its readings count."""
        if not self._reads:
            self._reads = True
            for duty in self._duties:
                duty.begin()
        if left <= READ_S:
            ticks = self._time.ticks_ms()
            for duty in self._duties:
                duty.gather(ticks)

    def _rest(self):
        self._reads = False
        for duty in self._duties:
            duty.end()

    def _note_sample(self):
        self._sampled = True

    def _sample(self, now, since_boot, note):
        """Take the sample and write it down: a sleep may be the last one."""
        self._rest()
        self._sampled = False
        measure(self.sampler, now, since_boot, self._clock.unsure, self._note_sample, note)
        self.sampler.close()
