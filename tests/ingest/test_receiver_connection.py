"""The receiver when connections break, and what it publishes itself, against real brokers."""

import logging
import os
import random
import signal
import threading
import time

import pytest

from ingest import connection
from ingest.batch import Limits
from ingest.broker import LocalBroker
from ingest.link import connect, open_client
from tests.ingest.receiving import (
    QUICK,
    numbered,
    receiving,
    send,
    sending,
    take,
    take_until,
    to_address,
)
from tests.services.meten import wait_until
from tests.services.proxy import Proxy

# broken connections


def test_connection_that_is_cut_again_and_again_loses_nothing(mosquitto):
    moments = random.Random(1)
    with Proxy(mosquitto) as proxy, receiving(proxy, window=300) as receiver:
        sender = threading.Thread(target=send, args=(mosquitto, numbered(10_000)))
        sender.start()
        kept, cuts = [], 0
        until = time.monotonic() + 60
        while len(set(kept)) < 10_000 and time.monotonic() < until:
            batch = receiver.gather(Limits(100, 0.01, 0.1))
            if cuts < 5 and receiver.connections > cuts and batch and moments.random() < 0.1:
                proxy.cut()  # these will come again
                cuts += 1
            kept += [message.payload for message in batch]
            receiver.acknowledge(batch)
        sender.join()
        assert set(kept) == set(numbered(10_000))
        assert (cuts, receiver.connections) == (5, 6)
        # what comes again is what was not acknowledged: at most a window for every cut
        assert len(kept) - 10_000 <= 5 * 300
        assert receiver.gather(QUICK) == []


def test_killed_broker_is_found_again_and_goes_on(mosquitto, caplog):
    caplog.set_level(logging.INFO, "lokaalmeten.ingest")
    with receiving(mosquitto) as receiver:
        send(mosquitto, numbered(200))
        kept = set(take(receiver, 100, limits=Limits(100, 1.0, 1.0)))
        held = receiver.gather(Limits(100, 1.0, 1.0))
        mosquitto.save()
        saved = mosquitto.folder / "mosquitto.db"
        wait_until(lambda: saved.exists() and b"199" in saved.read_bytes())
        mosquitto.kill()
        receiver.gather(QUICK)
        receiver.acknowledge(held)  # nobody hears it
        for _ in range(20):
            assert receiver.gather(QUICK) == []
        assert "no MQTT broker" in receiver.trouble
        mosquitto.start()
        kept |= take_until(receiver, set(numbered(100, start=100)))
        assert receiver.connections == 2
        assert receiver.trouble == ""
        assert kept == set(numbered(200))
        send(mosquitto, numbered(100, start=200))
        take_until(receiver, set(numbered(100, start=200)))
    told = [record.message for record in caplog.records if record.name == "lokaalmeten.ingest"]
    assert len(told) == 3, "one line for each change, however often it tried"
    assert "is lost" in told[0]
    assert "no MQTT broker" in told[1]
    assert told[2].endswith("is back")


def test_broker_that_forgot_our_session_is_told_of(amqtt, caplog):
    with receiving(amqtt) as receiver:
        amqtt.kill()
        receiver.gather(QUICK)
        amqtt.start()
        wait_until(lambda: receiver.gather(QUICK) == [] and receiver.connections == 2)
        assert "has forgotten our session" in caplog.text
        send(amqtt, numbered(10))
        assert take(receiver, 10) == numbered(10)


def test_acknowledgement_of_an_earlier_connection_is_passed_over(mosquitto):
    with Proxy(mosquitto) as proxy, receiving(proxy) as receiver:
        send(mosquitto, numbered(10))
        old = receiver.gather(QUICK)
        assert len(old) == 10
        proxy.cut()
        again = []
        while len(again) < 10:
            again += receiver.gather(QUICK)
        receiver.acknowledge(old)  # the same packet ids, now of other deliveries
        proxy.cut()
        assert take(receiver, 10) == numbered(10)
        assert receiver.connections == 3


def test_silent_broker_is_noticed_by_a_ping(mosquitto, monkeypatch):
    monkeypatch.setattr(connection, "KEEP_ALIVE_S", 3)
    monkeypatch.setattr(connection, "PATIENCE_S", 1)
    with receiving(mosquitto) as receiver:
        os.kill(mosquitto.process.pid, signal.SIGSTOP)
        try:
            began = time.monotonic()
            while receiver._line is not None and time.monotonic() - began < 10:
                receiver.gather(QUICK)
            assert 1 < time.monotonic() - began < 5
        finally:
            os.kill(mosquitto.process.pid, signal.SIGCONT)
        send(mosquitto, numbered(3))
        take_until(receiver, set(numbered(3)))


@pytest.mark.parametrize("breathes", [True, False])
def test_who_breathes_while_it_waits_for_long_stays_connected(mosquitto, monkeypatch, breathes):
    monkeypatch.setattr(connection, "KEEP_ALIVE_S", 1)
    with receiving(mosquitto, window=5) as receiver:
        send(mosquitto, numbered(20))
        held = receiver.gather(QUICK)
        for _ in range(50):
            time.sleep(0.1)
            if breathes:
                receiver.breathe()
        receiver.acknowledge(held)
        take_until(
            receiver, set(numbered(20, start=5 if breathes else 0)[: 15 if breathes else 20])
        )
        assert receiver.connections == (1 if breathes else 2)


def test_another_with_our_name_is_named_and_they_do_not_fight_at_full_speed(mosquitto, caplog):
    with receiving(mosquitto) as one, receiving(mosquitto) as two:
        until = time.monotonic() + 3
        while time.monotonic() < until:
            one.gather(Limits(10, 0.01, 0.01))
            two.gather(Limits(10, 0.01, 0.01))
        assert "another client took our name" in caplog.text
        assert one.connections + two.connections < 20


# our own messages


@pytest.fixture
def small_broker(tmp_path, programs):
    """A Mosquitto that takes 20 messages of ours at a time, as it does by default."""
    settings = {"max_inflight_messages": "20"}
    with LocalBroker(tmp_path / "b", program=programs.mosquitto, settings=settings) as broker:
        yield broker


def read_retained(broker, topic, count):
    """Payload by topic of what lies at the broker; the receiver itself passes over it."""
    found, address = {}, to_address(broker)
    client = open_client(address, "test-reader")

    def subscribe(*_):
        client.subscribe(topic, qos=1)

    client.on_connect = subscribe
    client.on_message = lambda _client, _data, message: found.update(
        {message.topic: message.payload}
    )
    connect(client, address)
    client.loop_start()
    try:
        wait_until(lambda: len(found) >= count, seconds=10)
    finally:
        client.disconnect()
        client.loop_stop()
    return found


def test_what_lay_at_the_broker_when_we_subscribe_is_passed_over(broker):
    with sending(broker) as client:
        for number in range(300):
            topic = f"lm/1/box-{number}/json"
            client.publish(topic, b"old", qos=1, retain=True).wait_for_publish(5)
    with receiving(broker, ["lm/1/+/json"], window=20) as receiver:
        with sending(broker) as client:
            client.publish("lm/1/box-1/json", b"new", qos=1, retain=True).wait_for_publish(5)
        assert take(receiver, 1) == [b"new"]
        assert receiver.gather(QUICK) == []


def test_what_is_published_is_retained_however_much_it_is(small_broker):
    sent = {f"lm/1/node-{number}/ack": b"%d" % number for number in range(500)}
    with receiving(small_broker) as receiver:
        assert receiver._line.answer.receive_maximum == 20
        for topic, payload in sent.items():
            receiver.publish(topic, payload)
        receiver.gather(Limits(1, 0.0, 0.1))
    assert receiver.connections == 1
    assert read_retained(small_broker, "lm/1/+/ack", 500) == sent


def test_newest_of_a_topic_wins_and_close_sends_what_waits(broker):
    with receiving(broker) as receiver:
        for number in range(100):
            receiver.publish("lm/1/box-1/ack", b"%d" % number)
        receiver.publish("lm/1/box-2/ack", b"gone", retain=False)
    assert read_retained(broker, "lm/1/+/ack", 1) == {"lm/1/box-1/ack": b"99"}


def test_what_was_under_way_goes_out_again_after_a_cut(mosquitto):
    sent = {f"lm/1/node-{number}/ack": b"%d" % number for number in range(300)}
    with Proxy(mosquitto) as proxy, receiving(proxy) as receiver:
        proxy.cut()
        for topic, payload in sent.items():
            receiver.publish(topic, payload)
        receiver.breathe()  # into a connection that is no more
        receiver.publish("lm/1/node-7/ack", b"newer")
        wait_until(lambda: not receiver.gather(QUICK) and receiver.connections == 2)
    found = read_retained(mosquitto, "lm/1/+/ack", 300)
    assert found == sent | {"lm/1/node-7/ack": b"newer"}
