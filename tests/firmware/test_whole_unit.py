"""A whole unit on a simulated board, on the real MicroPython with the memory of a chip."""

import asyncio
from pathlib import Path
from types import SimpleNamespace

import pytest

from firmware import main
from firmware.sampler import Sampler
from firmware.simulated import machine
from firmware.simulated.board import Board, Watchdog
from firmware.simulated.clockwork import Clockwork
from lokaalmeten import wire

REPOSITORY = Path(__file__).parents[2]
SCRIPT = Path(__file__).parent / "whole_unit.py"
PATH = [REPOSITORY / "firmware/simulated", REPOSITORY]
NOON = 1_795_435_200


@pytest.mark.parametrize("board", ["b1", "b2", "f1"])
def test_everything_a_board_loads_fits_into_125_kilobytes_of_a_chip(micropython, board):
    """180 KB in words of 64 bits; a fifth is left for what comes and goes."""
    heap = micropython.run(SCRIPT, "heap", board, path=PATH, heap="180K")
    assert int(heap) <= 144_000


def read_life(printed):
    *pages, fed = printed.splitlines()
    read = []
    for page in map(bytes.fromhex, pages):
        assert wire.refuse_page(page) is None
        schema, _, sequence, begin, flags, rows = wire.read_page(page)
        names = [name for name, _ in wire.record_fields(schema)]
        records = [dict(zip(names, row, strict=True)) | {"time": begin + row[0]} for row in rows]
        read.append((sequence, flags, records))
    return read, int(fed.split()[1])


@pytest.mark.parametrize("board", ["b1", "b2", "f1"])
def test_unit_samples_every_second_from_its_first_one_and_over_the_turn_of_its_ticks(
    micropython, board
):
    pages, fed = read_life(micropython.run(SCRIPT, "live", board, 5, path=PATH, heap="1M"))
    assert [sequence for sequence, _, _ in pages] == list(range(len(pages)))
    records = [record for _, flags, rows in pages if flags == 0 for record in rows]
    ticks = [record for _, flags, rows in pages if flags == wire.FLAG_TICKS for record in rows]
    times = [record["time"] for record in records]
    assert times == list(range(times[0], times[0] + len(times)))
    assert len(ticks) + len(records) == 300
    assert fed == 301  # once when it is started
    keys = wire.SCHEMAS[2 if board != "f1" else 1][2]
    never = {"bike": {"sound_laeq"}, "box": {"co2", "sound_laeq", "sound_lamax", "battery"}}
    never = never["box" if board == "f1" else "bike"] | (
        {"voc_raw", "nox_raw"} if board == "b1" else set()
    )
    for record in records[40:]:
        assert {key for key in keys if record[key] is None} == never
        assert record["bits"] == 0
    if board != "f1":
        assert ticks
        assert {record["lat"] for record in records[10:]} == {520_907_374}


# what may fail around the sampler


class Told:
    """A clock whose beats are counted; time passes only here."""

    unsure = False

    def __init__(self, time):
        self.time, self.now = time, NOON

    async def beat(self, every_s, sleep_ms):
        self.now += every_s
        self.time.advance(1000 * every_s)
        await sleep_ms(0)
        return self.now, False


def run(monkeypatch, keep, others=(), beats=10, feed=lambda: None):
    """Times of the samples that were kept and what was noted."""
    time = Clockwork()

    async def sleep_ms(ms):
        await asyncio.sleep(0)

    stand_in = SimpleNamespace(sleep_ms=sleep_ms, create_task=asyncio.create_task)
    monkeypatch.setattr(main, "asyncio", stand_in)
    noted, numbers = [], iter(range(100))
    sampler = Sampler(1, [], keep, 7, lambda: next(numbers), time, 1)
    asyncio.run(main.live([], sampler, Told(time), 1, feed, others, noted.append, beats))
    return noted


def test_task_that_falls_over_is_started_again_and_does_not_stop_the_beat(monkeypatch):
    kept, started = [], []

    async def falls_over():
        started.append(1)
        raise OSError("no network")

    noted = run(monkeypatch, lambda page: kept.append(1), [falls_over])
    assert len(kept) == 10
    assert len(started) > 1
    assert {str(error) for error in noted} == {"no network"}


def test_task_that_never_ends_does_not_stop_the_beat(monkeypatch):
    kept = []

    async def hangs():
        await asyncio.Event().wait()

    run(monkeypatch, lambda page: kept.append(1), [hangs])
    assert len(kept) == 10


def test_watchdog_is_fed_by_samples_only(monkeypatch):
    fed, kept = [], []

    def keep(page):
        if len(kept) % 2:
            kept.append(None)
            raise OSError("flash")
        kept.append(1)

    noted = run(monkeypatch, keep, feed=lambda: fed.append(1))
    assert (len(fed), len(noted)) == (5, 5)


def test_unit_that_cannot_sample_any_more_is_started_anew_by_the_watchdog():
    time = Clockwork()
    board = Board(time).put_in_place()
    machine.WDT(timeout=180_000).feed()
    time.advance(180_000)
    board.look()
    time.advance(1)
    with pytest.raises(Watchdog):
        board.look()


def test_time_of_the_boards_own_clock_is_marked_in_every_sample(monkeypatch):
    pages = []
    Told.unsure = True
    try:
        run(monkeypatch, lambda page: pages.append(bytes(page)))
    finally:
        Told.unsure = False
    assert {wire.read_page(page)[5][0][1] for page in pages} == {wire.BIT_CLOCK_UNSURE}
