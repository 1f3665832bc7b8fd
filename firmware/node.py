"""A node: what the board has and what its owner wants, put together.

read the configuration, open the outbox
make the way out: Wi-Fi, uplink, time
make the sensors, and the life that suits the board: on mains power, on a cell, on a bike
make what the owner has to do with: commands, status, updates, LED, self-test, first set-up
live, under a watchdog

How the parts are made stands in `making.py`, which is forgotten when they are.
"""

import asyncio
import gc

from micropython import const

from firmware import config, main
from firmware.clock import Clock
from firmware.link.backoff import Backoff
from firmware.link.tls import make_open_context, open_stream
from firmware.loading import forget
from firmware.outbox import Outbox
from firmware.pins import wait_for_press
from firmware.sensors import FAILED, STATES, find_battery
from firmware.status import read_sensors
from firmware.version import VERSION

_PAGE_S = const(300)  # a page is no longer: what is not yet one is lost in a power cut
_SLACK_S = const(60)  # of the watchdog, above two beats


class Node:
    """Everything that lives on a board."""

    def __init__(self, chip, board, files, crashes, page_s=_PAGE_S):
        """``chip`` is a Chip, ``board`` a module of `firmware.boards`."""
        self.chip = chip
        self.board = board
        self.files = files
        self.config = config.load(files)
        self.clock = Clock(chip.time, chip.machine.RTC())
        self.outbox = Outbox(chip.flash, chip.urandom)
        self._open = False  # the portal
        self._make_parts(crashes, page_s)
        forget("firmware.making", "firmware.lives", "firmware.boards", config.CHECKS)
        gc.collect()  # what was forgotten lies between what stays

    def _make_parts(self, crashes, page_s):
        from firmware import making

        self.wifi = making.make_wifi(self)
        self.uplink = making.make_uplink(self)
        self.timekeeper = making.make_timekeeper(self)
        self.door = making.make_door(self)
        self.works, self.radio = making.make_radio(self)
        self.sensors, self.unknown, around = making.make_sensors(self)
        self.interval_s, self._life, self.sampler = making.make_life(self, around, page_s)
        self._battery = find_battery(self.sensors)
        making.draw_password(self)
        self.button = making.make_button(self)
        self.owner = making.make_owner(self, crashes)
        self.sampler.note_sample = self.owner.note_sample

    async def live(self):
        """Live until a restart or a deep sleep."""
        seconds = 2 * self.interval_s + _SLACK_S
        feed = self.chip.machine.WDT(timeout=1000 * seconds).feed
        others = self._tasks()
        if self._life is not None:
            await self._life.live(self.interval_s, feed, self.note, others)
        else:
            await main.live(
                self.sensors, self.sampler, self.clock, self.interval_s, feed, others, self.note
            )

    def _tasks(self):
        """Functions that give a coroutine each, of all that runs beside the samples."""
        tasks = [self._watch_button]
        tasks += self.owner.tasks(asyncio.sleep, asyncio.sleep_ms)
        if self.chip.serial is not None and not self.config.networks:
            tasks.append(self._listen)
        return tasks + self.works if self._life is None else tasks

    def restart(self):
        """Start anew; what is not yet a page becomes one."""
        self.sampler.close()
        self.chip.machine.reset()

    def note(self, what):
        """Tell who listens at the serial line of what went wrong."""
        self.chip.say(str(what) or type(what).__name__)

    def write(self, text):
        """Write to the serial line."""
        self.chip.say(text.rstrip())

    # the first set-up

    async def _watch_button(self):
        """Open the portal at each long press, for ever."""
        while True:
            await wait_for_press(self.button.is_pressed, asyncio.sleep_ms)
            self._open = True
            try:
                answered = await self._make_setup().run_portal()
            finally:
                self._open = False
                forget("firmware.provisioning", "firmware.portal", "firmware.page")
            if answered:
                self.restart()

    async def _listen(self):
        """Speak Improv on the serial line, for ever."""
        await self._make_setup().listen()

    def _make_setup(self):
        from firmware.provisioning import Provisioning

        chip, files = self.chip, self.files
        return Provisioning(chip, files, self.config, self.wifi, VERSION, self.restart)

    # the way out

    async def keep_time(self):
        """Ask a time server as often as it is needed."""
        await self.timekeeper.run(self.chip.ask, Backoff(self.chip.random), asyncio.sleep_ms)

    async def send(self):
        """Keep a connection to the broker."""
        assert self.door is not None  # else nobody asks for this
        await self.uplink.run(self.door.open, self.config.broker, self.wifi.wait, self.note)

    async def connect(self, host, port, tls):
        """Connection for a download: who signed the release says what it is worth, not the host."""
        context = make_open_context(self.chip.ssl) if tls else None
        stream = await open_stream(self.chip.socket, host, port, context)
        return stream, stream

    def finish_page(self):
        """Keep the page that is being filled."""
        self.sampler.close()

    def take_command(self, payload):
        """The broker passed on what the owner wants."""
        self.owner.on_command(payload)

    def note_connection(self):
        """The broker let us in."""
        try:
            self.owner.note_connection()
        except OSError as error:  # a file could not be written: pages go out all the same
            self.note(error)

    # how it stands

    def states(self):
        """What the LED shows of it: {state: function that tells whether it holds}."""
        return {"offline": self._is_offline, "fault": self._has_fault, "portal": self._is_open}

    def sources(self):
        """What the status says of it: {key: function that says how it stands}."""
        found = {
            "time": self.clock.unix,
            "time_source": self._read_time_source,
            "free_heap": gc.mem_free,
            "sensors": self._read_sensors,
            "outbox": self._read_outbox,
        }
        if self._battery is not None:
            found["battery_mv"] = self._read_battery
        return found

    def parts(self):
        """What the self-test tries: (name, function) of each part."""
        from firmware.selftest import probe_clock, probe_flash

        parts = [(sensor.name, sensor.probe) for sensor in self.sensors]
        parts.append(("flash", lambda: probe_flash(self.files)))
        parts.append(("clock", lambda: probe_clock(self.clock.unix)))
        parts.append(("broker", self._probe_broker))
        return parts

    def _is_offline(self):
        return not self.uplink.online

    def _has_fault(self):
        return any(sensor.state == FAILED for sensor in self.sensors)

    def _is_open(self):
        return self._open

    def _read_time_source(self):
        return self.timekeeper.source

    def _read_sensors(self):
        return read_sensors(self.sensors, STATES, self.unknown)

    def _read_outbox(self):
        return {"kept": self.outbox.kept, "dropped": self.outbox.dropped}

    def _read_battery(self):
        battery = self._battery
        return None if battery is None else battery.counts[battery.keys.index("battery")]

    def _probe_broker(self):
        if not self.uplink.online:
            raise OSError(self.uplink.trouble or "no connection yet")
        return "connected"
