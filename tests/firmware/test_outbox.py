"""The outbox on flash that loses power at any operation, against a slow oracle."""

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.outbox import Outbox
from firmware.simulated.flash import SECTOR, Flash, PowerCut
from tests.firmware.pages import make_anchor, make_page, name_of

BOX = 1
SAMPLES_OF_A_FULL_PAGE = 60


class Unit:
    """A node and what must be true of its outbox, kept as plain lists."""

    def __init__(self, seed, sectors=6):
        self.dice = random.Random(seed)
        self.flash = Flash(sectors, self.dice.randrange)
        self.kept = []  # pages whose `keep` returned, in their order
        self.names = {}  # (boot, sequence) of each
        self.unsure = set()  # pages during whose `keep` the power went
        self.acknowledged = set()
        self.doubtful = set()  # acknowledged while the power went
        self.start()

    def start(self):
        """Switch on, as often as it takes."""
        while True:
            try:
                self.outbox = Outbox(self.flash, self.dice.randbytes)
            except PowerCut:
                continue
            return

    def keep(self, page):
        self.names[page] = name_of(page)
        try:
            self.outbox.keep(memoryview(page))
        except PowerCut:
            self.unsure.add(page)
            self.kept.append(page)
            self.start()
        else:
            self.kept.append(page)

    def acknowledge(self, boot, high, gaps):
        committed = {
            page
            for page in self.kept
            if self.names[page][0] == boot
            and self.names[page][1] <= high
            and not any(first <= self.names[page][1] <= last for first, last in gaps)
        }
        try:
            self.outbox.acknowledge([(boot, high, gaps)])
        except PowerCut:
            self.doubtful |= committed
            self.start()
        else:
            self.acknowledged |= committed

    def read(self):
        """All pages that the outbox still has, oldest first."""
        found, at, buffer = [], self.outbox.find(0), memoryview(bytearray(SECTOR))
        while at is not None:
            size = self.outbox.read(at, buffer)
            assert size, "a page of the outbox is damaged"
            found.append(bytes(buffer[:size]))
            at = self.outbox.find(self.outbox.after(at))
        return found

    def check(self):
        """Nothing is lost but the oldest, and that is counted; nothing is made up."""
        found = self.read()
        assert len(found) == self.outbox.kept
        pages = [page for page in found if page[3] != 4]
        assert len(set(pages)) == len(pages)
        assert set(found) <= set(self.kept)
        # an anchor that was copied to the end is forgotten with the pages about it
        assert not set(pages) & self.acknowledged
        due = [p for p in self.kept if p not in self.acknowledged | self.doubtful]
        sure = [page for page in due if page not in self.unsure]
        anchors = [page for page in sure if page[3] == 4]
        assert set(anchors) <= set(found)
        order = {page: number for number, page in enumerate(self.kept)}
        assert pages == sorted(pages, key=order.__getitem__)
        left = [page for page in sure if page[3] != 4]
        missing = [page for page in left if page not in set(found)]
        assert missing == left[: len(missing)], "a page in the middle is lost"
        assert len(missing) <= self.outbox.dropped
        assert self.outbox.dropped <= len(self.kept) - len(set(found))


def history(unit, steps, seed, cuts):
    """A life: pages of all sizes, anchors, acknowledgements, restarts, and cuts of the power."""
    dice = random.Random(seed)
    boot = {"id": unit.outbox.boot, "sequence": 0}
    for _ in range(steps):
        if unit.outbox.boot != boot["id"]:
            boot = {"id": unit.outbox.boot, "sequence": 0}
        if cuts and dice.random() < cuts:
            unit.flash.cut_in(dice.randrange(8))
        what = dice.random()
        if what < 0.7:
            page = make_page(boot["id"], boot["sequence"], dice.choice([1, 20, 60, 90]), BOX)
            boot["sequence"] += 1
            unit.keep(page)
        elif what < 0.75:
            page = make_anchor(boot["id"], boot["sequence"])
            boot["sequence"] += 1
            unit.keep(page)
        elif what < 0.9 and unit.kept:
            whose, sequence = unit.names[dice.choice(unit.kept[-12:])]
            gaps = [[sequence - 2, sequence - 1]] if dice.random() < 0.5 else []
            unit.acknowledge(whose, sequence, gaps)
        elif what < 0.95:
            unit.start()
        unit.check()


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32), st.integers(4, 9), st.sampled_from([0, 0.1, 0.5]))
def test_any_life_loses_nothing_but_the_oldest_and_counts_it(seed, sectors, cuts):
    history(Unit(seed, sectors), 60, seed, cuts)


def fill(unit, pages=30):
    """Keep more than fits, with anchors and acknowledgements in between."""
    boot = unit.outbox.boot
    for number in range(pages):
        page = make_anchor(boot, number) if number % 7 == 3 else make_page(boot, number, 60, BOX)
        unit.keep(page)
        if number % 5 == 4:
            unit.acknowledge(boot, number - 3, [[number - 4, number - 4]])


def count_operations():
    unit = Unit(1)
    before = unit.flash.operations
    fill(unit)
    return unit.flash.operations - before


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_power_cut_at_every_single_operation_loses_no_page_that_was_kept(seed):
    operations = count_operations()
    assert operations > 100
    for moment in range(operations):
        unit = Unit(seed)
        unit.flash.cut_in(moment)
        fill(unit)
        unit.flash.cut_in(None)
        unit.check()
        before = len(unit.kept)
        for number in range(3):  # it can be written to as ever
            unit.keep(make_page(unit.outbox.boot, 1000 + number, 60, BOX))
        unit.check()
        assert [page for page in unit.read() if page[3] != 4][-3:] == unit.kept[before:]


def test_power_cut_at_every_operation_of_a_start_after_a_cut():
    for first in range(0, count_operations(), 3):
        for second in range(4):
            unit = Unit(first)
            unit.flash.cut_in(first)
            fill(unit)
            unit.flash.cut_in(second)
            unit.start()
            unit.flash.cut_in(None)
            unit.check()


def test_every_boot_has_an_id_that_no_kept_page_has():
    ids = iter([b"\x07\0\0\0", b"\x07\0\0\0", b"\x07\0\0\0", b"\x08\0\0\0"])
    flash = Flash(4)
    first = Outbox(flash, lambda _: next(ids))
    first.keep(make_page(first.boot, 0))
    assert (first.boot, Outbox(flash, lambda _: next(ids)).boot) == (7, 8)


def test_numbers_of_a_boot_rise_by_one_from_0():
    outbox = Outbox(Flash(4), random.Random(1).randbytes)
    assert [outbox.take_sequence() for _ in range(4)] == [0, 1, 2, 3]


def test_only_what_is_acknowledged_of_that_boot_and_outside_the_gaps_is_forgotten():
    unit = Unit(1)
    mine, other = unit.outbox.boot, unit.outbox.boot ^ 1
    for boot, number in itertools.product([other, mine], range(10)):
        unit.keep(make_page(boot, number))
    assert unit.outbox.acknowledge([(mine, 7, [[2, 3], [5, 5]])]) == 5
    left = [(other, number) for number in range(10)]
    left += [(mine, number) for number in (2, 3, 5, 8, 9)]
    assert [name_of(page) for page in unit.read()] == left
    assert unit.outbox.acknowledge([(mine, 7, [[2, 3], [5, 5]])]) == 0
    assert unit.outbox.acknowledge([(other, 9, [])]) == 10


def test_acknowledgement_of_several_boots_forgets_what_each_of_them_covers():
    unit = Unit(1)
    for boot, number in itertools.product([5, 6, 7, 8], range(10)):
        unit.keep(make_page(boot, number))
    acks = [(7, 2, []), (5, 9, [[1, 1]]), (99, 9, []), (8, 4, [])]
    assert unit.outbox.acknowledge(acks) == 3 + 9 + 5
    left = [(5, 1)] + [(6, number) for number in range(10)]
    left += [(7, number) for number in range(3, 10)] + [(8, number) for number in range(5, 10)]
    assert [name_of(page) for page in unit.read()] == left


def test_anchor_that_was_copied_between_pages_of_another_boot_hides_none_of_them():
    unit = Unit(1, sectors=4)
    unit.keep(make_anchor(5, 0))
    number = 0
    while name_of(unit.read()[0])[0] == 5:  # until the ring copies it
        unit.keep(make_page(6, number, 60, BOX))
        number += 1
    for more in range(3):
        unit.keep(make_page(6, number + more, 60, BOX))
    unit.outbox.acknowledge([(6, number + 2, [])])
    assert [name_of(page)[0] for page in unit.read()] == [5]


def test_pages_are_written_once_and_each_sector_is_erased_once_a_turn():
    unit = Unit(1, sectors=16)
    unit.flash.programmed_bytes = unit.flash.erases = 0
    pages = [make_page(unit.outbox.boot, number, 60, BOX) for number in range(500)]
    for number, page in enumerate(pages):
        unit.outbox.keep(page)
        unit.outbox.acknowledge([(unit.outbox.boot, number, [])])
    given = sum(map(len, pages))
    assert unit.flash.programmed_bytes < 1.02 * given
    assert unit.flash.erases <= given // (SECTOR - 64) + 2
    assert unit.outbox.dropped == 0


def test_ring_holds_all_but_two_of_its_sectors_before_it_drops_a_page():
    unit = Unit(1, sectors=16)
    size = len(make_page(0, 0, 60, BOX))
    fits = 14 * (SECTOR - 20) // (size + 6)
    for number in range(fits):
        unit.keep(make_page(unit.outbox.boot, number, 60, BOX))
    assert unit.outbox.dropped == 0
    assert unit.read() == unit.kept
    for number in range(40):
        unit.keep(make_page(unit.outbox.boot, fits + number, 60, BOX))
    assert unit.outbox.dropped > 30
    assert unit.outbox.dropped + unit.outbox.kept == len(unit.kept)
    unit.start()
    assert unit.outbox.dropped + unit.outbox.kept == len(unit.kept)


def test_anchor_outlives_every_turn_of_the_ring_until_it_is_acknowledged():
    unit = Unit(1, sectors=4)
    boot = unit.outbox.boot
    unit.keep(make_anchor(boot, 0))
    for number in range(1, 60):
        unit.keep(make_page(boot, number, 60, BOX))
        assert make_anchor(boot, 0) in unit.read()
    # it may lie behind pages that are far above it, and is forgotten with these at the latest
    unit.outbox.acknowledge([(boot, 59, [])])
    assert make_anchor(boot, 0) not in unit.read()
    assert unit.outbox.kept == 0


def test_page_that_the_flash_spoiled_is_dropped_and_counted():
    unit = Unit(1)
    for number in range(3):
        unit.keep(make_page(unit.outbox.boot, number))
    at = unit.outbox.find(unit.outbox.after(unit.outbox.find(0)))
    unit.flash.data[at + 40] ^= 1
    assert unit.outbox.read(at, memoryview(bytearray(SECTOR))) == 0
    assert (unit.outbox.kept, unit.outbox.dropped) == (2, 1)
    assert unit.read() == [unit.kept[0], unit.kept[2]]


def test_flash_that_fails_costs_a_page_which_is_counted_and_not_the_node(monkeypatch):
    unit = Unit(1)
    unit.keep(make_page(unit.outbox.boot, 0))

    def fail(*_):
        raise OSError(5)

    monkeypatch.setattr(unit.flash, "writeblocks", fail)
    unit.outbox.keep(make_page(unit.outbox.boot, 1))
    monkeypatch.undo()
    unit.keep(make_page(unit.outbox.boot, 2))
    assert unit.outbox.dropped == 1
    assert unit.read() == unit.kept


@given(st.binary(min_size=1, max_size=300), st.integers(0, 2**32))
@settings(max_examples=50, deadline=None)
def test_partition_that_holds_anything_else_is_taken_over(junk, seed):
    flash = Flash(5, random.Random(seed).randrange)
    flash.data[:] = (junk * (len(flash.data) // len(junk) + 1))[: len(flash.data)]
    unit = Unit(seed, 5)
    unit.flash = flash
    unit.start()
    for number in range(12):
        unit.keep(make_page(unit.outbox.boot, number, 60, BOX))
        unit.check()
