"""How the parts of a node are made, each by what it needs of the others; forgotten afterwards.

So nothing that lives on may be a part of this module: no class, and no function within one.
"""

import asyncio

from micropython import const

from firmware.boards import Surroundings
from firmware.boards import make_sensors as make_of_board
from firmware.link.backoff import Backoff
from firmware.link.tls import Door
from firmware.link.uplink import Uplink
from firmware.link.wifi import Wifi
from firmware.loading import forget
from firmware.owner import Owner
from firmware.pins import Button, Light
from firmware.radio import Radio
from firmware.sampler import Sampler
from firmware.store import Store
from firmware.timekeeper import Timekeeper
from lokaalmeten.wire import SAMPLES

_BIKE = const(2)  # schema, see lokaalmeten.wire
RIDE_S, BOX_S = 1, 60  # from sample to sample, unless the owner wants it otherwise
RESETS = (
    ("PWRON_RESET", "power on"),
    ("HARD_RESET", "reset"),
    ("WDT_RESET", "watchdog"),
    ("DEEPSLEEP_RESET", "deep sleep"),
    ("SOFT_RESET", "restart"),
)
KEPT = "portal.txt"
TRIMS = False  # the server cuts off the ends of rides; zones of the owner are left out here


def make_wifi(node):
    """The station."""
    network = node.chip.network
    wlan = network.WLAN(network.STA_IF)
    pause = Backoff(node.chip.random)
    return Wifi(wlan, node.config.networks, pause, asyncio.sleep_ms, node.note)


def make_uplink(node):
    """The way of pages to the broker."""
    return Uplink(
        node.config.node,
        node.outbox,
        node.clock,
        node.chip.time,
        Backoff(node.chip.random),
        node.take_command,
        node.note_connection,
    )


def make_timekeeper(node):
    """Who tells the clock."""
    return Timekeeper(node.clock, node.chip.time, node.outbox, node.finish_page)


def make_door(node):
    """The way to the configured broker, with a certificate in the place of the name of its file."""
    broker = node.config.broker
    if broker is None:
        return None
    broker.ca = node.files.read(broker.ca) if broker.ca else None
    return Door(node.chip.socket, node.chip.ssl, broker, node.clock)


def make_radio(node):
    """What goes over the radio, and who switches it."""
    works = [node.keep_time]
    if node.config.networks:
        works.append(node.wifi.run)
    if node.door is not None and node.config.node:
        works.append(node.send)
    return works, Radio(node.wifi.wlan, works, node.note)


def make_sensors(node):
    """(sensors, names in the configuration that the board does not have, surroundings)."""
    chip, files = node.chip, node.files
    store = Store(files.path("numbers.json"), chip.os, files.open)
    around = Surroundings(
        chip.machine,
        chip.time,
        store,
        node.clock.unix,
        node.timekeeper.on_gnss,
        chip.wake_on_ext0,
    )
    wanted, unknown = find_wanted(node.board, node.config.sensors)
    return make_of_board(node.board, around, wanted), unknown, around


def find_wanted(board, names):
    """(devices of a board that are named, names that are none of its); None names all."""
    if names is None:
        return None, []
    devices = {name.lower().replace("-", "_"): name for name, _, _, _ in board.DEVICES}
    known = list(devices) + [name for name in ("battery",) if name in board.PINS]
    wanted = [devices[name] for name in devices if name in names]
    return wanted, [name for name in names if name not in known]


def make_life(node, around, page_s):
    """(seconds from sample to sample, life on a cell or None, sampler)."""
    board, wanted = node.board, node.config
    schema = wanted.schema or board.SCHEMA
    interval_s = wanted.interval_s or (RIDE_S if schema == _BIKE else BOX_S)
    parts = (board, around, node.sensors, node.clock, node.outbox, node.radio)
    if schema == _BIKE:
        from firmware.lives import make_bike

        life = make_bike(*parts, (node.chip.urandom, node.chip.random), wanted.zones, TRIMS)
    elif board.LEVELS is not None:
        from firmware.box import SHORTEST_S
        from firmware.lives import make_box

        interval_s = max(interval_s, SHORTEST_S)
        life = make_box(*parts, schema)
    else:
        return interval_s, None, make_sampler(node, schema, interval_s, page_s)
    return interval_s, life, life.sampler


def make_sampler(node, schema, interval_s, page_s):
    """The sampler of a node on mains power."""
    outbox = node.outbox
    return Sampler(
        schema,
        node.sensors,
        outbox.keep,
        outbox.boot,
        outbox.take_sequence,
        node.chip.time,
        max(1, min(SAMPLES, page_s // interval_s)),
    )


def draw_password(node):
    """See to it that the portal has a password from the first start on: it is on the sticker."""
    if not node.files.exists(KEPT):
        from firmware.provisioning import read_password

        read_password(node.files, node.chip.urandom)
        forget("firmware.provisioning")


def make_button(node):
    """The button that opens the portal."""
    return Button(node.board, node.chip.machine)


def make_owner(node, crashes):
    """Commands, status, updates, LED and self-test."""
    owner = Owner(node.files, node.config, crashes, node.clock.seconds, node.restart)
    owner.join(
        {"boot": node.outbox.boot, "reset": read_reset(node.chip.machine)},
        node.sources(),
        node.uplink.publish_status,
        node.uplink.publish_log,
        node.connect,
        node.parts,
        node.write,
    )
    owner.light(Light(node.board, node.chip.machine).put, node.states())
    return owner


def read_reset(machine):
    """Why the board started, by the constants of the module ``machine`` that it has."""
    cause = machine.reset_cause()
    for name, said in RESETS:
        if getattr(machine, name, None) == cause:
            return said
    return "cause %d" % cause
