"""The receiver against real brokers: what comes, in order, and in batches."""

import threading
import time

import pytest

from ingest import connection
from ingest.batch import Limits
from ingest.broker import LocalBroker
from ingest.receiver import Receiver
from ingest.stream import LARGEST
from lokaalmeten.errors import BrokerError
from tests.ingest.receiving import (
    QUICK,
    TOPIC,
    numbered,
    receiving,
    send,
    sending,
    take,
    to_address,
)

# the ordinary course


def test_every_message_comes_once_and_in_order(broker):
    expected = numbered(5000)
    with receiving(broker) as receiver:
        sender = threading.Thread(target=send, args=(broker, expected))
        sender.start()
        found = take(receiver, 5000)
        sender.join()
        assert found == expected
        assert receiver.gather(QUICK) == []
        assert receiver.connections == 1


def test_message_has_its_topic_and_the_moment_of_its_arrival(broker):
    with receiving(broker, ["lm/1/+/page", "v3/#"]) as receiver:
        before = int(time.time())
        send(broker, [b"\x00\xff"], "lm/1/bike-9/page")
        send(broker, [b"{}"], "v3/kits@ttn/devices/d/up")
        found = []
        while len(found) < 2:
            found += receiver.gather(QUICK)
        assert [(m.topic, m.payload) for m in found] == [
            ("lm/1/bike-9/page", b"\x00\xff"),
            ("v3/kits@ttn/devices/d/up", b"{}"),
        ]
        assert all(before <= message.received <= time.time() for message in found)


def test_message_at_qos_0_comes_too_and_wants_no_acknowledgement(mosquitto):
    with receiving(mosquitto) as receiver, sending(mosquitto) as client:
        client.publish(TOPIC, b"0", qos=0).wait_for_publish(5)
        client.publish(TOPIC, b"1", qos=1).wait_for_publish(5)
        assert take(receiver, 2) == [b"0", b"1"]
        client.publish(TOPIC, b"2", qos=0).wait_for_publish(5)
        assert take(receiver, 1) == [b"2"]
        assert receiver.connections == 1


def test_what_comes_while_we_are_away_is_there_when_we_return(mosquitto):
    with receiving(mosquitto):
        pass
    expected = numbered(3000)
    send(mosquitto, expected)
    with receiving(mosquitto, window=100) as receiver:
        assert take(receiver, 3000) == expected


def test_what_is_not_acknowledged_comes_again(mosquitto):
    with receiving(mosquitto) as receiver:
        send(mosquitto, numbered(500))
        assert len(take(receiver, 500, acknowledge=False)) == 500
    with receiving(mosquitto) as receiver:
        batch = []
        while len(batch) < 500:
            batch += receiver.gather(QUICK)
        receiver.acknowledge(batch[:200])
    with receiving(mosquitto) as receiver:
        assert take(receiver, 300) == numbered(300, start=200)
        assert receiver.gather(QUICK) == []


def test_what_is_acknowledged_just_before_we_leave_does_not_come_again(mosquitto):
    with receiving(mosquitto, window=100) as receiver:
        send(mosquitto, numbered(3000))
        assert take(receiver, 100, limits=Limits(100, 1.0, 1.0)) == numbered(100)
    with receiving(mosquitto) as receiver:
        assert take(receiver, 2900) == numbered(2900, start=100)


# batches


def test_batch_closes_at_its_number(mosquitto):
    with receiving(mosquitto) as receiver:
        send(mosquitto, numbered(25))
        sizes = [len(receiver.gather(Limits(10, 5.0, 5.0))) for _ in range(2)]
        assert sizes == [10, 10]


def test_batch_closes_at_its_age_and_an_empty_one_after_the_wait(mosquitto):
    with receiving(mosquitto) as receiver:
        send(mosquitto, numbered(3))
        began = time.monotonic()
        assert len(receiver.gather(Limits(10, age_s=0.3, wait_s=5.0))) == 3
        aged = time.monotonic()
        assert receiver.gather(Limits(10, age_s=5.0, wait_s=0.2)) == []
        waited = time.monotonic()
        assert 0.3 <= aged - began < 2
        assert 0.2 <= waited - aged < 2


def test_batch_grows_while_the_caller_is_busy_and_is_there_as_soon_as_it_is_not(mosquitto):
    busy = threading.Event()
    busy.set()
    with receiving(mosquitto) as receiver:
        send(mosquitto, numbered(3))
        limits = Limits(10, age_s=0.05, wait_s=0.2)
        assert receiver.gather(limits, lambda full: not busy.is_set()) == []
        send(mosquitto, numbered(4, start=3))

        def end():
            busy.clear()
            receiver.wake()

        threading.Timer(0.3, end).start()
        began = time.monotonic()
        found = []
        while not found:
            found = receiver.gather(Limits(10, 0.05, wait_s=10), lambda full: not busy.is_set())
        assert [message.payload for message in found] == numbered(7)
        assert time.monotonic() - began < 5


def test_full_batch_waits_without_a_busy_loop_until_it_is_wanted(mosquitto):
    with receiving(mosquitto) as receiver:
        send(mosquitto, numbered(25))
        spent = time.process_time()
        assert receiver.gather(Limits(10, 0.0, wait_s=1.0), lambda full: False) == []
        assert time.process_time() - spent < 0.5
        asked = []
        found = receiver.gather(Limits(10, 0.0, 1.0), lambda full: asked.append(full) or full)
        assert [message.payload for message in found] == numbered(10)
        assert asked == [True]


def test_waking_ends_a_wait_from_another_thread(mosquitto):
    with receiving(mosquitto) as receiver:
        threading.Timer(0.2, receiver.wake).start()
        began = time.monotonic()
        assert receiver.gather(Limits(10, 0.0, wait_s=20.0)) == []
        assert time.monotonic() - began < 10


def test_full_window_closes_a_batch_at_once_and_nothing_more_comes(broker):
    with receiving(broker, window=50) as receiver:
        sender = threading.Thread(target=send, args=(broker, numbered(300)))
        sender.start()
        began = time.monotonic()
        first = []
        while len(first) < 50:
            first += receiver.gather(Limits(1000, age_s=20.0, wait_s=20.0))
        assert len(first) == 50
        assert time.monotonic() - began < 10
        assert receiver.gather(Limits(1000, age_s=0.1, wait_s=0.3)) == []
        receiver.acknowledge(first)
        assert [m.payload for m in first] + take(receiver, 250) == numbered(300)
        sender.join()


def test_slow_receiver_holds_no_more_than_its_window_and_loses_nothing(broker):
    count, size = 3000, 20_000  # 60 MB in all
    expected = [b"%05d" % number + bytes(size) for number in range(count)]
    with receiving(broker, window=100) as receiver:
        sender = threading.Thread(target=send, args=(broker, expected))
        sender.start()
        found, most = [], 0
        while len(found) < count:
            batch = receiver.gather(QUICK)
            most = max(most, len(batch))
            held = len(receiver._line.stream) + sum(len(message.payload) for message in batch)
            assert held < 100 * 2 * size + 2 * connection.BUFFER
            found += [message.payload[:5] for message in batch]
            time.sleep(0.002)
            receiver.acknowledge(batch)
        sender.join()
        assert found == [b"%05d" % number for number in range(count)]
        assert most <= 100


def test_large_messages_fill_the_window_by_their_bytes(mosquitto):
    size = LARGEST // 2
    with receiving(mosquitto, window=1000) as receiver:
        sender = threading.Thread(target=send, args=(mosquitto, [bytes(size)] * 120))
        sender.start()
        batch = receiver.gather(Limits(1000, age_s=20.0, wait_s=20.0))
        assert 64 <= len(batch) <= 66  # 32 MiB, and what one read brings above it
        receiver.acknowledge(batch)
        take(receiver, 120 - len(batch))
        sender.join()


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_broker_that_lets_20_be_under_way_does_not_stall_a_batch(
    protocol, tmp_path, programs, monkeypatch
):
    if protocol == "3.1.1":
        monkeypatch.setattr("ingest.receiver.read_version", lambda *_: 4)
    settings = {"max_inflight_messages": "20"}
    with (
        LocalBroker(tmp_path / "b", program=programs.mosquitto, settings=settings) as broker,
        receiving(broker) as receiver,
    ):
        sender = threading.Thread(target=send, args=(broker, numbered(300)))
        sender.start()
        assert take(receiver, 300, limits=Limits(50, 0.02, 0.5)) == numbered(300)
        sender.join()


def test_message_that_is_too_large_is_cut_and_does_not_stop_the_rest(broker):
    with receiving(broker) as receiver:
        send(broker, [b"1", bytes(2 * LARGEST), b"2"])
        found = take(receiver, 3)
        assert [len(payload) for payload in found] == [1, pytest.approx(LARGEST, abs=40), 1]
        assert receiver.connections == 1


def test_shared_subscription_gives_each_message_to_one_of_two(mosquitto):
    shared = ["$share/ingest/lm/1/+/page"]
    with (
        receiving(mosquitto, shared, "one") as one,
        receiving(mosquitto, shared, "two") as two,
    ):
        send(mosquitto, numbered(2000))
        found = [take(one, 2000, seconds=2), take(two, 2000, seconds=2)]
    assert sorted(found[0] + found[1], key=int) == numbered(2000)
    assert min(map(len, found)) > 500


def test_broker_that_knows_no_shared_subscriptions_is_refused(amqtt):
    with pytest.raises(BrokerError, match=r"3\.1\.1, which knows no shared subscriptions"):
        Receiver(to_address(amqtt), "one", ["$share/ingest/lm/1/+/page"])
