"""The intake with a real door and the receiver's side of the agreement."""

from ingest.batch import Limits
from ingest.decode import Message
from ingest.door import Door, Visit
from ingest.intake import Intake

LIMITS = Limits()
PAGE = Message("lm/1/box-1/page", b"page", 0, (1, 7, 4))
POSTED = "lm/1/esp8266-7/airrohr"


class BrokerSide:
    """Hands out what it is given and remembers what it hears."""

    connections, trouble = 1, ""

    def __init__(self, *batches):
        self.batches = list(batches)
        self.acknowledged, self.heard = [], []

    def gather(self, limits, wants):
        assert limits is LIMITS
        return self.batches.pop(0) if self.batches else []

    def acknowledge(self, messages):
        self.acknowledged += messages

    def publish(self, topic, payload):
        self.heard.append((topic, payload))

    def breathe(self):
        self.heard.append("breathe")

    def wake(self):
        self.heard.append("wake")

    def close(self):
        self.heard.append("close")


class Visitor:
    """One message let in by hand, without a request around it."""

    def __init__(self, door):
        self.visit = Visit(door)
        self.message = Message(POSTED, b"{}", 0, self.visit)
        assert door._let_in(self.visit, self.message)


def open_intake(*batches):
    side = BrokerSide(*batches)
    door = Door(side.wake)
    return side, door, Intake(side, door)


def test_a_batch_holds_what_came_from_both():
    _, door, intake = open_intake([PAGE])
    visitor = Visitor(door)
    assert intake.gather(LIMITS, lambda full: False) == [PAGE, visitor.message]
    assert intake.waiting == 2


def test_who_came_through_the_door_waits_until_a_batch_is_wanted():
    _, door, intake = open_intake()
    visitor = Visitor(door)
    assert intake.gather(LIMITS, lambda full: full) == []
    assert intake.gather(LIMITS, lambda full: True) == [visitor.message]


def test_each_hears_of_its_own_messages():
    side, door, intake = open_intake([PAGE])
    visitor = Visitor(door)
    intake.acknowledge(intake.gather(LIMITS, lambda full: True))
    assert side.acknowledged == [PAGE]
    assert visitor.visit.committed
    assert intake.waiting == 0


def test_the_rest_is_the_receivers():
    side, _, intake = open_intake()
    intake.publish("lm/1/box-1/ack", b"{}")
    intake.breathe()
    intake.wake()
    side.connections, side.trouble = 2, "the broker is lost"
    assert (intake.connections, intake.trouble) == (2, "the broker is lost")
    assert side.heard == [("lm/1/box-1/ack", b"{}"), "breathe", "wake"]


def test_closing_turns_away_who_waits_at_the_door():
    side, door, intake = open_intake()
    visitor = Visitor(door)
    intake.close()
    assert visitor.visit.ended.is_set()
    assert not visitor.visit.committed
    assert side.heard == ["close"]
