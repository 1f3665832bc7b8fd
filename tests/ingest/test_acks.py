import logging
from dataclasses import dataclass

from ingest.acks import EVERY_S, Acks
from ingest.virtual.outbox import Ack as Heard
from ingest.virtual.outbox import read_acks


@dataclass(frozen=True)
class Ack:
    node_id: int
    boot: int
    high: int
    gaps: tuple = ()


class Board:
    def __init__(self):
        self.now = 100.0
        self.told = []
        self.acks = Acks(lambda topic, payload: self.told.append((topic, payload)), self.clock)

    def clock(self):
        return self.now


NAMES = {1: "box-1", 2: "bike-1"}


def test_a_node_hears_what_is_committed_as_it_can_read_it():
    board = Board()
    board.acks.add([Ack(1, 7, 57, ((12, 14),))])
    board.acks.tell(NAMES)
    ((topic, payload),) = board.told
    assert topic == "lm/1/box-1/ack"
    assert read_acks(payload) == [Heard(7, 57, ((12, 14),))]


def test_many_commits_within_a_second_are_told_together():
    board = Board()
    for high in range(10):
        board.acks.add([Ack(1, 7, high), Ack(2, 9, high)])
        board.acks.tell(NAMES)
    assert len(board.told) == 2
    board.now += EVERY_S
    board.acks.tell(NAMES)
    assert [read_acks(payload)[0].high for _, payload in board.told[2:]] == [9, 9]


def test_nothing_is_told_twice():
    board = Board()
    board.acks.add([Ack(1, 7, 3)])
    board.acks.tell(NAMES)
    board.now += 10
    board.acks.tell(NAMES)
    assert len(board.told) == 1


def test_the_end_waits_for_nobody():
    board = Board()
    board.acks.add([Ack(1, 7, 3)])
    board.acks.tell(NAMES)
    board.acks.add([Ack(1, 7, 4)])
    board.acks.tell(NAMES, at_once=True)
    assert [read_acks(payload)[0].high for _, payload in board.told] == [3, 4]


def test_of_two_commits_that_ended_in_the_other_order_the_higher_is_told():
    board = Board()
    board.acks.add([Ack(1, 7, 9)])
    board.acks.add([Ack(1, 7, 8, ((2, 3),))])
    board.acks.tell(NAMES)
    ((_, payload),) = board.told
    assert read_acks(payload) == [Heard(7, 9, ())]


def test_of_two_with_the_same_end_the_one_with_less_open_is_told_whichever_came_last():
    board = Board()
    board.acks.add([Ack(1, 7, 9)])
    board.acks.add([Ack(1, 7, 9, ((4, 5),))])
    board.acks.tell(NAMES)
    board.now += 2 * EVERY_S
    board.acks.add([Ack(1, 7, 9, ((4, 5),))])  # of a writer that was slow to say so
    board.acks.tell(NAMES)
    assert [read_acks(payload) for _, payload in board.told] == [[Heard(7, 9, ())]]


def test_a_node_that_sends_again_hears_again():
    board = Board()
    for _ in range(2):
        board.acks.add([Ack(1, 7, 9)])
        board.acks.tell(NAMES)
        board.now += 2 * EVERY_S
    assert len(board.told) == 2


def test_what_a_node_is_told_is_logged_with_its_name(caplog):
    caplog.set_level(logging.DEBUG, "lokaalmeten")
    board = Board()
    board.acks.add([Ack(1, 7, 57, ((12, 14),))])
    board.acks.tell(NAMES)
    (record,) = caplog.records
    assert record.levelname == "DEBUG"
    assert (record.node, record.boot, record.high, record.gaps) == ("box-1", 7, 57, 1)


def test_a_node_hears_of_all_its_boots_together():
    board = Board()
    board.acks.add([Ack(1, boot, boot, ((1, 1),)) for boot in range(5, 20)])
    board.acks.tell(NAMES)
    ((_, payload),) = board.told
    assert read_acks(payload) == [Heard(boot, boot, ((1, 1),)) for boot in range(5, 20)]


def test_two_hundred_boots_are_told_in_messages_that_a_node_can_read():
    board = Board()
    board.acks.add([Ack(1, 4_000_000_000 + boot, 99_999) for boot in range(200)])
    for _ in range(200):
        board.acks.tell(NAMES)
        board.now += EVERY_S
    payloads = [payload for _, payload in board.told]
    assert len(payloads) < 10
    assert max(map(len, payloads)) < 2048
    told = [ack.boot - 4_000_000_000 for payload in payloads for ack in read_acks(payload)]
    assert told == list(range(200))


def test_one_boot_with_as_many_gaps_as_are_told_goes_alone():
    gaps = tuple((number, number) for number in range(0, 200, 2))
    board = Board()
    board.acks.add([Ack(1, 7, 500, gaps), Ack(1, 8, 500, gaps)])
    for _ in range(3):
        board.acks.tell(NAMES)
        board.now += EVERY_S
    assert [read_acks(payload) for _, payload in board.told] == [
        [Heard(7, 500, gaps)],
        [Heard(8, 500, gaps)],
    ]


def test_of_several_boots_none_is_told_what_is_older_than_what_it_heard():
    board = Board()
    board.acks.add([Ack(1, 7, 9), Ack(1, 8, 4)])
    board.acks.tell(NAMES)
    board.now += EVERY_S
    board.acks.add([Ack(1, 7, 8), Ack(1, 8, 5)])  # the first of a writer that was slow to say so
    board.acks.tell(NAMES)
    assert read_acks(board.told[-1][1]) == [Heard(8, 5, ())]
