"""A bike's life, second by second.

    look: is it ridden, how full is the cell, is there something to send
    ridden: sensors on, a sample every few seconds, what a guard hides is never stored
    ten minutes without movement: the page is finished, the fan cleaned when it is due, all off
    parked: the radio sends what there is, for as long as the cell is well
    nothing left to do: sleep, until it moves

A board that movement wakes from deep sleep starts anew each time. Another one naps, and looks at
its accelerometer in between.
"""

import asyncio

from micropython import const

from firmware.main import keep_alive, measure
from firmware.power import EMPTY, FULL
from firmware.radio import AGAIN_S, Errand
from firmware.ride import PARKED, RIDING, Ride
from firmware.sensors import find_battery, find_sensor
from firmware.sensors.motion import Motion

_LOOK_MS = const(
    1500
)  # of movement that a look sees: the last second, and what a busy one was late
BLIND_S = 10  # without a word of the accelerometer: then the receiver has to tell, and no sleep
TIDY_S = 20  # after a ride, for a fan that is due to be cleaned: it takes twelve
LINGER_S = 30  # awake without anything to do
_NAP_MS = const(1850)  # and awake for two readings of the accelerometer


class Bike:
    """Everything that a unit on a bike does by itself."""

    def __init__(self, clock, sensors, sampler, outbox, guard, supply, rails, radio, sleep):
        """Parts as their modules say; ``guard`` and ``radio`` may be None."""
        self.ride = Ride()
        # a bump in the street wakes it often, where there is no network
        self._sends = not sleep.ended_by_movement()
        self._sampled = True
        self.sampler = sampler
        self._clock = clock
        self._sensors = sensors
        self._outbox = outbox
        self._guard = guard
        self._supply = supply
        self._rails = rails
        self._radio = radio
        self._sleep = sleep
        self._errand = Errand()
        self._motion = find_motion(sensors)
        self._receiver = find_sensor(sensors, "GNSS")
        self._battery = find_battery(sensors)
        self._seen = self._busy = clock.seconds()
        self._ridden = self._seen - TIDY_S
        self.riding = False
        laser = find_sensor(sensors, "SPS30")
        if laser is not None:
            laser.riding = self.is_riding

    def is_riding(self):
        """Tell whether it is ridden: then no fan is cleaned."""
        return self.riding

    async def live(self, interval_s, feed, note, others=()):
        """Live until a deep sleep, from which the board starts anew; arguments as in main."""
        tasks = [asyncio.create_task(sensor.run(asyncio.sleep_ms)) for sensor in self._sensors]
        tasks += [asyncio.create_task(keep_alive(other, note)) for other in others]
        try:
            while True:
                now, since_boot = await self._clock.beat(1, asyncio.sleep_ms)
                self.look()
                if self.riding and now % interval_s == 0:
                    self._sampled = False
                    unsure = self._clock.unsure
                    measure(self.sampler, now, since_boot, unsure, self._note_sample, note)
                if self._sampled:
                    feed()
                if self._may_sleep():
                    self._go_to_sleep()
        finally:
            for task in tasks:
                task.cancel()

    def look(self):
        """See what there is to do, and switch on what it takes and nothing else."""
        now = self._clock.seconds()
        level = self._supply.look(read_millivolt(self._battery))
        moved = None if self._motion is None else self._motion.moved_within(_LOOK_MS)
        speed = None if self._receiver is None else self._receiver.speed()
        state = self.ride.look(now, moved, speed)
        if moved is not None:
            self._seen = now
        self._turn(state == RIDING and level != EMPTY, now)
        may_send = self._sends and not self.riding and level == FULL
        sends = self._errand.look(now, self._outbox.kept, may_send)
        if self._radio is not None:
            self._radio.switch(sends, keep_alive)
        blind = now - self._seen > BLIND_S
        awake = self.riding or blind or now - self._ridden < TIDY_S
        self._rails.switch(awake and level != EMPTY)
        if level != EMPTY and (awake or sends or state != PARKED):
            self._busy = now

    def _note_sample(self):
        self._sampled = True

    def _turn(self, riding, now):
        """A ride begins, goes on or ends."""
        if riding != self.riding:
            self.riding = riding
            self.sampler.close()
            if self._guard is not None:
                self._guard.begin()
        if riding:
            self._ridden = now
            self._sends = True

    def _may_sleep(self):
        return self._clock.seconds() - self._busy > LINGER_S

    def _go_to_sleep(self):
        """Sleep deeply and start anew, or nap and go on; every sample is on flash by then."""
        level = self._supply.level
        if not self._sleep.is_deep and level != EMPTY:
            self._sleep.light(_NAP_MS)
            return
        again = AGAIN_S if self._outbox.kept or level != FULL else None
        self._sleep.deep(again, by_movement=level != EMPTY)


def find_motion(sensors):
    """The accelerometer, None when there is none."""
    for sensor in sensors:
        if isinstance(sensor, Motion):
            return sensor
    return None


def read_millivolt(battery):
    """Voltage of the cell, None when it is not known: fresh or not, it changes slowly."""
    return None if battery is None else battery.counts[0]
