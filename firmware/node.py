"""A node: what the board has and what its owner wants, put together.

read the configuration, open the outbox
make the way out: Wi-Fi, uplink, time
make the sensors, and the life that suits the board: on mains power, on a cell, on a bike
make what the owner has to do with: commands, status, updates, LED, self-test, first set-up
live, under a watchdog
"""

import asyncio
import gc

from firmware import config, main, selftest
from firmware.boards import Surroundings, find_battery, make_button, make_light, make_sensors
from firmware.clock import Clock
from firmware.link.backoff import Backoff
from firmware.link.tls import Door, make_open_context, open_stream
from firmware.link.uplink import Uplink
from firmware.link.wifi import Wifi
from firmware.outbox import Outbox
from firmware.owner import Owner
from firmware.provisioning import Provisioning
from firmware.radio import Radio
from firmware.sampler import Sampler
from firmware.sensors import FAILED, STATES
from firmware.status import read_reset, read_sensors
from firmware.store import Store
from firmware.timekeeper import Timekeeper
from firmware.version import VERSION
from lokaalmeten.wire import SAMPLES

BIKE = 2  # schema, see lokaalmeten.wire
RIDE_S, BOX_S = 1, 60  # from sample to sample, unless the owner wants it otherwise
PAGE_S = 300  # a page is no longer: what is not yet one is lost in a power cut
SLACK_S = 60  # of the watchdog, above two beats
TRIMS = False  # the server cuts off the ends of rides; zones of the owner are left out here


class Node:
    """Everything that lives on a board."""

    def __init__(self, chip, board, files, crashes, page_s=PAGE_S):
        """``chip`` is a Chip, ``board`` a module of `firmware.boards`."""
        self._chip = chip
        self._board = board
        self._files = files
        self.config = config.load(files)
        self.clock = Clock(chip.time, chip.machine.RTC())
        self.outbox = Outbox(chip.flash, chip.urandom)
        self._make_way_out()
        self._make_life(page_s)
        self._make_owner(crashes)

    async def live(self):
        """Live until a restart or a deep sleep."""
        seconds = 2 * self.interval_s + SLACK_S
        feed = self._chip.machine.WDT(timeout=1000 * seconds).feed
        others = self._tasks()
        if self._life is not None:
            await self._life.live(self.interval_s, feed, self.note, others)
        else:
            await main.live(
                self.sensors, self.sampler, self.clock, self.interval_s, feed, others, self.note
            )

    def restart(self):
        """Start anew; what is not yet a page becomes one."""
        self.sampler.close()
        self._chip.machine.reset()

    def note(self, what):
        """Tell who listens at the serial line of what went wrong."""
        self._chip.say(str(what) or type(what).__name__)

    # the way out

    def _make_way_out(self):
        chip, wanted = self._chip, self.config
        wlan = chip.network.WLAN(chip.network.STA_IF)
        self._wifi = Wifi(wlan, wanted.networks, self._pause(), asyncio.sleep_ms, self.note)
        self.uplink = Uplink(
            wanted.node,
            self.outbox,
            self.clock,
            chip.time,
            self._pause(),
            self._take_command,
            self._note_connection,
        )
        self.timekeeper = Timekeeper(self.clock, chip.time, self.outbox, self._finish_page)
        works = [self._keep_time]
        if wanted.networks:
            works.append(self._wifi.run)
        if wanted.broker is not None and wanted.node:
            self._door = Door(chip.socket, chip.ssl, self._read_broker(), self.clock)
            works.append(self._send)
        self._radio = Radio(wlan, works, self.note)
        self._works = works

    def _pause(self):
        return Backoff(self._chip.random)

    def _read_broker(self):
        """The configured broker, with a certificate in the place of the name of its file."""
        broker = self.config.broker
        broker.ca = self._files.read(broker.ca) if broker.ca else None
        return broker

    def _keep_time(self):
        return self.timekeeper.run(self._chip.ask, self._pause(), asyncio.sleep_ms)

    def _send(self):
        return self.uplink.run(self._door.open, self.config.broker, self._wifi.wait, self.note)

    def _finish_page(self):
        self.sampler.close()

    def _take_command(self, payload):
        self.owner.on_command(payload)

    def _note_connection(self):
        try:
            self.owner.note_connection()
        except OSError as error:  # a file could not be written: pages go out all the same
            self.note(error)

    async def _connect(self, host, port, tls):
        """Connection for a download: who signed the release says what it is worth, not the host."""
        context = make_open_context(self._chip.ssl) if tls else None
        stream = await open_stream(self._chip.socket, host, port, context)
        return stream, stream

    # the life

    def _make_life(self, page_s):
        chip, board, wanted = self._chip, self._board, self.config
        store = Store(self._files.path("numbers.json"), chip.os, self._files.open)
        around = Surroundings(
            chip.machine,
            chip.time,
            store,
            self.clock.unix,
            self.timekeeper.on_gnss,
            chip.wake_on_ext0,
        )
        self.sensors = make_sensors(board, around, self._wanted_devices())
        schema = wanted.schema or board.SCHEMA
        self.interval_s = wanted.interval_s or (RIDE_S if schema == BIKE else BOX_S)
        parts = (board, around, self.sensors, self.clock, self.outbox, self._radio)
        if schema == BIKE:
            from firmware.bike import make_bike  # noqa: PLC0415 - a box has no room for it

            secrets = (chip.urandom, chip.random)
            self._life = make_bike(*parts, secrets, wanted.zones, TRIMS)
        elif board.LEVELS is not None:
            from firmware.box import SHORTEST_S, make_box  # noqa: PLC0415 - see above

            self.interval_s = max(self.interval_s, SHORTEST_S)
            self._life = make_box(*parts, schema)
        else:
            self._life = None
            self.sampler = self._make_sampler(schema, page_s)
            return
        self.sampler = self._life.sampler

    def _make_sampler(self, schema, page_s):
        samples = max(1, min(SAMPLES, page_s // self.interval_s))
        outbox = self.outbox
        return Sampler(
            schema,
            self.sensors,
            outbox.keep,
            outbox.boot,
            outbox.take_sequence,
            self._chip.time,
            samples,
        )

    def _wanted_devices(self):
        """Devices of the board that the configuration names, None for all."""
        wanted = self.config.sensors
        if wanted is None:
            return None
        names = [device[0] for device in self._board.DEVICES]
        return [name for name in names if name.lower().replace("-", "_") in wanted]

    # the owner

    def _make_owner(self, crashes):
        chip, files = self._chip, self._files
        self.owner = Owner(files, self.config, crashes, self.clock.seconds, self.restart)
        self._setup = Provisioning(chip, files, self.config, self._wifi, VERSION, self.restart)
        self.owner.join(
            {"boot": self.outbox.boot, "reset": read_reset(chip.machine)},
            self._sources(),
            self.uplink.publish_status,
            self.uplink.publish_log,
            self._connect,
            self._parts(),
            lambda text: chip.say(text.rstrip()),
        )
        states = {
            "offline": lambda: not self.uplink.online,
            "fault": lambda: any(sensor.state == FAILED for sensor in self.sensors),
            "portal": lambda: self._setup.open,
        }
        self.owner.light(make_light(self._board, chip.machine), states)
        self.sampler.note_sample = self.owner.note_sample

    def _sources(self):
        """What the status says of this part of a node: functions that tell how it stands."""
        sources = {
            "time": self.clock.unix,
            "time_source": lambda: self.timekeeper.source,
            "free_heap": gc.mem_free,
            "sensors": lambda: read_sensors(self.sensors, STATES),
            "outbox": lambda: {"kept": self.outbox.kept, "dropped": self.outbox.dropped},
        }
        battery = find_battery(self.sensors)
        if battery is not None:
            sources["battery_mv"] = lambda: battery.counts[battery.keys.index("battery")]
        return sources

    def _parts(self):
        """What the self-test tries."""
        parts = [(sensor.name, sensor.probe) for sensor in self.sensors]
        parts.append(("flash", lambda: selftest.probe_flash(self._files)))
        parts.append(("clock", lambda: selftest.probe_clock(self.clock.unix)))
        parts.append(("broker", self._probe_broker))
        return parts

    def _probe_broker(self):
        if not self.uplink.online:
            raise OSError(self.uplink.trouble or "no connection yet")
        return "connected"

    def _tasks(self):
        """Functions that give a coroutine each, of all that runs beside the samples."""
        tasks = list(self.owner.tasks(asyncio.sleep, asyncio.sleep_ms))
        pressed = make_button(self._board, self._chip.machine)
        tasks.append(lambda: self._setup.watch_button(pressed))
        if self._chip.serial is not None and not self.config.networks:
            tasks.append(self._setup.listen)
        return tasks + self._works if self._life is None else tasks
