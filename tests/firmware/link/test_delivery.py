"""What is sent next and what is sent again, in virtual seconds."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.link.backoff import FIRST_MS, LONGEST_MS, Backoff
from firmware.link.delivery import AGAIN_S, Delivery
from firmware.link.window import SIZE, Window
from firmware.outbox import Outbox
from firmware.simulated.clocks import TURN, BoardTime
from firmware.simulated.flash import Flash
from tests.firmware.pages import make_page, name_of


class Clock:
    now = 0

    def seconds(self):
        return self.now


class Node:
    def __init__(self, pages=0, sectors=16):
        self.outbox = Outbox(Flash(sectors), random.Random(1).randbytes)
        self.clock = Clock()
        self.delivery = Delivery(self.outbox, self.clock)
        for _ in range(pages):
            self.keep()

    def keep(self):
        page = make_page(self.outbox.boot, self.outbox.take_sequence())
        self.outbox.keep(memoryview(page))
        return page

    def send(self):
        """Pages that are sent now."""
        found, buffer = [], memoryview(bytearray(4096))
        while (at := self.delivery.next()) is not None:
            found.append(bytes(buffer[: self.outbox.read(at, buffer)]))
        return found

    def numbers(self):
        return [name_of(page)[1] for page in self.send()]

    def wait(self, seconds):
        for _ in range(seconds // 5):
            self.clock.now += 5
            self.delivery.look()


def test_new_pages_are_sent_once_in_their_order():
    node = Node(3)
    assert node.numbers() == [0, 1, 2]
    assert node.numbers() == []
    node.keep()
    assert node.numbers() == [3]


def test_gap_is_sent_again_and_what_is_under_way_is_not():
    node = Node(6)
    node.send()
    node.delivery.acknowledge([(node.outbox.boot, 4, [(1, 2)])])
    node.delivery.look()
    assert node.numbers() == [1, 2]
    node.delivery.acknowledge([(node.outbox.boot, 4, [(1, 2)])])
    node.delivery.look()
    assert node.numbers() == []  # too soon: it is on its way
    node.wait(30)
    assert node.numbers() == [1, 2]


def test_gap_of_one_boot_is_sent_again_though_the_ingest_speaks_of_another():
    node = Node(3)
    node.send()
    node.delivery.acknowledge([(node.outbox.boot, 2, [(1, 1)])])
    node.delivery.acknowledge([(node.outbox.boot ^ 1, 5, [])])
    node.delivery.look()
    assert node.numbers() == [1]


def test_without_a_word_everything_comes_again_ever_more_seldom():
    node = Node(2)
    node.send()
    times = []
    while node.clock.now < 20 * AGAIN_S:
        node.wait(5)
        if node.send():
            times.append(node.clock.now)
    pauses = [later - sooner for sooner, later in zip([0, *times], times, strict=False)]
    assert [round(pause / AGAIN_S) for pause in pauses] == [1, 2, 4, 8]


def test_word_of_the_ingest_starts_the_patience_anew():
    node = Node(3)
    node.send()
    node.wait(AGAIN_S - 10)
    node.delivery.acknowledge([(node.outbox.boot, 0, [])])
    node.wait(AGAIN_S - 10)
    assert node.numbers() == []
    node.wait(20)
    assert node.numbers() == [1, 2]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32))
def test_every_page_is_delivered_through_a_link_that_loses_half(seed):
    dice = random.Random(seed)
    node, arrived, made = Node(), set(), []
    for step in range(60):
        if step < 30:
            made.append(node.keep())
        if dice.random() < 0.1:
            node.delivery.restart()
        arrived |= {page for page in node.send() if dice.random() < 0.5}
        numbers = sorted(name_of(page)[1] for page in arrived)
        if numbers and dice.random() < 0.7:
            high = numbers[-1]
            gaps = [(n, n) for n in range(high) if n not in numbers]
            node.delivery.acknowledge([(node.outbox.boot, high, gaps)])
        kept = node.outbox.kept
        assert kept >= len(made) - len(arrived)
        node.wait(40 if step < 30 else 4 * AGAIN_S)
    assert arrived == set(made)


def test_window_gives_each_packet_a_number_of_its_own_and_keeps_their_order():
    ms = [0]
    window = Window(BoardTime(lambda: ms[0], ticks=TURN - 500))
    ids = []
    for item in range(SIZE):
        ms[0] += 100
        ids.append(window.take(item))
    assert window.full()
    assert len(set(ids)) == SIZE
    assert 0 not in ids
    assert [item for _, item in window.pairs()] == list(range(SIZE))
    assert window.age_ms() == 100 * (SIZE - 1)
    assert window.release(ids[3]) == 3
    assert window.release(ids[3]) is None
    assert window.release(0) is None
    ms[0] += 100
    assert window.take("new") not in ids
    assert [item for _, item in window.pairs()] == [0, 1, 2, 4, 5, 6, 7, "new"]


@given(st.integers(0, 2**32))
def test_pauses_double_up_to_five_minutes_and_are_drawn(seed):
    pause = Backoff(random.Random(seed).randrange)
    limit = FIRST_MS
    for _ in range(15):
        assert limit // 2 <= pause.next_ms() <= limit
        limit = min(2 * limit, LONGEST_MS)
    pause.reset()
    assert pause.next_ms() <= FIRST_MS
