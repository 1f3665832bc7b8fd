import asyncio
import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.clock import HOLD_S, Clock
from firmware.link.backoff import LONGEST_MS, Backoff
from firmware.outbox import Outbox
from firmware.simulated.clocks import TURN, BoardTime
from firmware.simulated.flash import Flash
from firmware.timekeeper import EVERY_S, PATIENCE_S, Timekeeper
from lokaalmeten import wire
from tests.firmware.pages import NOON, make_page


class World:
    """True time in ms, and a board that may not know it."""

    def __init__(self, epoch=2000, unix=None, ticks=0):
        self.ms = 5_000_000_000_000
        self.begin = self.ms
        self.board = BoardTime(lambda: self.ms, epoch, unix, ticks)
        self.clock = Clock(self.board, self.board)
        self.outbox = Outbox(Flash(8), random.Random(1).randbytes)
        self.finished = 0
        self.keeper = Timekeeper(self.clock, self.board, self.outbox, self.finish)

    def finish(self):
        self.finished += 1
        page = make_page(self.outbox.boot, self.outbox.take_sequence(), time=5, flags=1)
        self.outbox.keep(memoryview(page))

    def true(self):
        return NOON + (self.ms - self.begin) // 1000

    def tell(self):
        self.keeper.on_ntp(self.true(), self.board.ticks_ms())

    def anchors(self):
        found, at, buffer = [], self.outbox.find(0), memoryview(bytearray(4096))
        while at is not None:
            page = buffer[: self.outbox.read(at, buffer)]
            schema, _, _, time, _, ((offset, bits, ticks),) = (
                wire.read_page(page) if page[3] == wire.ANCHOR else (0,) * 5 + (((0, 0, 0),),)
            )
            if schema == wire.ANCHOR:
                found.append((time + offset - ticks, bits))
            at = self.outbox.find(self.outbox.after(at))
        return found


@pytest.mark.parametrize("epoch", [1970, 2000])
def test_clock_knows_no_time_until_it_is_told_and_then_counts_on(epoch):
    world = World(epoch)
    assert world.clock.unix() is None
    world.ms += 90_500
    assert world.clock.seconds() == 90
    world.tell()
    assert world.clock.unix() == world.true()
    world.ms += 3_600_000
    assert world.clock.unix() == world.true()
    assert world.board.time() + {1970: 0, 2000: 946684800}[epoch] == world.true()


@given(
    st.integers(0, TURN - 1),
    st.lists(st.integers(0, TURN // 2 - 1), min_size=1, max_size=60),
)
def test_seconds_since_boot_do_not_notice_that_the_ticks_begin_again(ticks, steps):
    world = World(ticks=ticks)
    for step in steps:
        world.ms += step
        assert world.clock.seconds() == (world.ms - world.begin) // 1000


@given(st.lists(st.tuples(st.integers(1, 90_000), st.integers(-HOLD_S, 400)), max_size=40))
def test_time_that_is_set_a_little_back_never_runs_back(changes):
    world = World()
    world.clock.set(NOON)
    told = []
    for ms, by in changes:
        world.ms += ms
        told.append(world.clock.unix())
        world.clock.set(told[-1] + by)
        told.append(world.clock.unix())
    assert told == sorted(told)


def test_time_that_is_set_far_back_is_taken():
    world = World()
    world.clock.set(NOON)
    world.clock.unix()
    world.clock.set(NOON - HOLD_S - 50)
    assert world.clock.unix() == NOON - HOLD_S - 50


def beats_of(world, events, until_s, every_s=60):
    """Beats of a clock that is told the time at some seconds since boot."""
    found = []

    async def sleep_ms(ms):
        assert ms > 0
        world.ms += ms
        while events and events[0][0] * 1000 <= world.ms - world.begin:
            events.pop(0)[1]()

    async def run():
        while world.ms - world.begin < until_s * 1000:
            found.append(await world.clock.beat(every_s, sleep_ms))

    asyncio.run(run())
    return found


@given(st.integers(0, 999), st.integers(1, 3000), st.integers(-100, 100), st.integers(1, 3000))
def test_no_second_of_a_boot_is_sampled_twice_whenever_the_time_becomes_known(ms, at, off, later):
    world = World(ticks=TURN - 100_000)
    world.ms += ms
    events = [(at, world.tell), (at + later, lambda: world.clock.set(world.clock.unix() + off))]
    beats = beats_of(world, events, 7000)
    anchors = world.anchors()
    offset = anchors[0][0] if anchors else 0
    times = [now + offset if by_ticks else now for now, by_ticks in beats]
    assert len(set(times)) == len(times)
    assert len(times) >= 7000 // 60 - 4


def test_anchor_moves_the_pages_before_it_to_their_true_time():
    world = World()
    world.ms += 600_700
    world.tell()
    assert world.finished == 1
    ((moved, bits),) = world.anchors()
    assert moved == world.true() - world.clock.seconds()
    assert bits == 0


def test_no_anchor_is_kept_when_nothing_was_measured_without_the_time():
    world = World()
    world.keeper = Timekeeper(world.clock, world.board, world.outbox, lambda: None)
    world.ms += 5_000
    world.tell()
    assert world.outbox.kept == 0


def test_second_word_that_agrees_changes_nothing_and_keeps_no_anchor():
    world = World()
    for _ in range(5):
        world.ms += 3_600_000
        world.tell()
    assert len(world.anchors()) == 1
    assert world.finished == 1


def test_time_of_before_this_software_is_not_believed():
    world = World()
    world.keeper.on_gnss(NOON - 20 * 366 * 86400, world.board.ticks_ms())
    assert world.clock.unix() is None
    assert world.keeper.source is None


def test_word_that_came_a_while_ago_is_counted_on():
    world = World()
    ticks, then = world.board.ticks_ms(), world.true()
    world.ms += 12_000
    world.keeper.on_gnss(then, ticks)
    assert world.clock.unix() == world.true()
    assert world.keeper.source == "gnss"


def run_keeper(world, ask, seconds):
    """Let the keeper run in virtual time."""

    class OverError(Exception):
        pass

    async def sleep_ms(ms):
        world.ms += ms
        if world.ms - world.begin > seconds * 1000:
            raise OverError

    with pytest.raises(OverError):
        asyncio.run(world.keeper.run(ask, Backoff(random.Random(1).randrange), sleep_ms))


def test_own_clock_is_believed_only_when_nobody_better_answers_and_is_marked():
    world = World(unix=NOON)

    async def ask():
        raise OSError

    run_keeper(world, ask, PATIENCE_S - LONGEST_MS // 1000 - 60)
    assert world.clock.unix() is None
    run_keeper(world, ask, PATIENCE_S + LONGEST_MS // 1000 + 60)
    assert abs(world.clock.unix() - world.true()) <= 1
    assert world.clock.unsure
    assert [bits for _, bits in world.anchors()] == [wire.BIT_CLOCK_UNSURE]
    world.tell()
    assert not world.clock.unsure
    assert [bits for _, bits in world.anchors()] == [wire.BIT_CLOCK_UNSURE, 0]


def test_time_server_is_asked_no_more_than_needed():
    world, asked = World(), itertools.count()

    async def ask():
        next(asked)
        return world.true(), world.board.ticks_ms()

    run_keeper(world, ask, 10 * 86400)
    assert 35 <= next(asked) <= 10 * 86400 // EVERY_S + 2
    assert world.clock.unix() - world.true() in (0, -1)
