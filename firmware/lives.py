"""How the lives on a cell are put together, of a bike and of a box; forgotten afterwards.

``surroundings`` are those of the sensors, with ``wake_on_ext0`` of the module esp32.
"""

from firmware.power import Rails, Sleep, Supply
from firmware.sampler import Sampler
from firmware.sensors import find_battery, find_sensor
from lokaalmeten.wire import record_fields


def make_bike(board, surroundings, sensors, clock, outbox, radio, secrets, zones, trims):
    """Bike of a board.

    ``secrets`` are urandom (of a number of bytes) and a number below a limit; ``zones`` and
    ``trims`` as `make_guard` takes them.
    """
    from firmware.bike import Bike
    from firmware.privacy import make_guard

    store, machine = surroundings.store, surroundings.machine
    width = len(record_fields(board.SCHEMA))
    guard = make_guard(zones, trims, width, store, *secrets)
    sampler = Sampler(
        board.SCHEMA,
        sensors,
        outbox.keep,
        outbox.boot,
        outbox.take_sequence,
        surroundings.time,
        guard=guard,
    )
    supply = Supply(board.LEVELS, store)
    rails = make_rails(board, machine, sensors)
    sleep = Sleep(machine, surroundings.wake_on_ext0, board.PINS)
    return Bike(clock, sensors, sampler, outbox, guard, supply, rails, radio, sleep)


def make_rails(board, machine, sensors):
    """Rails of a board; what wakes it, and what tells how full the cell is, never rests."""
    from firmware.sensors.motion import Motion

    resting = [one for one in sensors if not isinstance(one, Motion) and "battery" not in one.keys]
    return Rails(board.PINS, machine, resting, find_sensor(sensors, "AXP2101"))


def make_box(board, surroundings, sensors, clock, outbox, radio, schema=None):
    """Box of a board, on a cell; arguments as those of `make_bike`; ``schema`` is not its own."""
    from firmware.box import Box

    sampler = Sampler(
        schema or board.SCHEMA,
        sensors,
        outbox.keep,
        outbox.boot,
        outbox.take_sequence,
        surroundings.time,
    )
    supply = Supply(board.LEVELS, surroundings.store)
    sleep = Sleep(surroundings.machine, surroundings.wake_on_ext0, board.PINS)
    battery = find_battery(sensors)
    return Box(clock, surroundings.time, sensors, sampler, outbox, supply, battery, radio, sleep)
