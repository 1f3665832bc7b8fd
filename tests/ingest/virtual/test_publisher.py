"""The town over a real broker: nothing lost, nothing changed, through a broker that dies."""

import signal
import threading
import time
from contextlib import closing

import pytest

from ingest.batch import Limits
from ingest.decode import Message
from ingest.receiver import Receiver
from ingest.virtual.city import City
from ingest.virtual.nodes import Run
from ingest.virtual.publisher import CATCH_UP_S, publish
from lokaalmeten.errors import BrokerError
from lokaalmeten.settings import Address

NOON = 1_795_435_200  # 2026-11-23T12:00Z, a Monday
TOWN = City(1)


def address(broker):
    return Address(broker.host, broker.port)


class Listener(threading.Thread):
    """Subscribes to every page and keeps them as they come."""

    def __init__(self, broker):
        super().__init__()
        self.messages = []
        self._receiver = Receiver(address(broker), "test-listener", ["lm/1/+/page"])
        self._ended = threading.Event()
        self.start()

    def run(self):
        with closing(self._receiver) as receiver:
            while not self._ended.is_set():
                batch = receiver.gather(Limits(wait_s=0.1))
                self.messages += [(message.topic, message.payload) for message in batch]
                receiver.acknowledge(batch)

    def wait_for(self, count, seconds=30):
        deadline = time.monotonic() + seconds
        while len(set(self.messages)) < count:
            assert time.monotonic() < deadline, f"{len(self.messages)} of {count} pages"
            time.sleep(0.02)

    def close(self):
        self._ended.set()
        self.join()


@pytest.fixture
def listener(mosquitto):
    listener = Listener(mosquitto)
    yield listener
    listener.close()


@pytest.fixture
def publishing():
    """Function that publishes in a thread until the test ends; the thread must end in time."""
    stop, threads, acknowledged = threading.Event(), [], []

    def begin(broker, **options):
        def work():
            acknowledged.append(publish(TOWN, address(broker), stop, **options))

        threads.append(threading.Thread(target=work))
        threads[-1].start()
        return stop, acknowledged, threads[-1]

    yield begin
    stop.set()
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()


def expected_history(hours):
    run = Run(TOWN, NOON - hours * 3600)
    stops = [*range(run.start + CATCH_UP_S, NOON, CATCH_UP_S), NOON]
    return [(f"lm/1/{name}/page", page) for stop in stops for name, page in run.pages(stop)]


def by_node(messages):
    """Pages of each topic in the order in which they came."""
    return {topic: [page for t, page in messages if t == topic] for topic, _ in messages}


def test_history_arrives_byte_for_byte_and_in_order(mosquitto, listener, publishing):
    expected = expected_history(24)
    stop, acknowledged, thread = publishing(mosquitto, clock=lambda: NOON, history_h=24)
    listener.wait_for(len(expected))
    stop.set()
    thread.join(20)
    assert by_node(listener.messages) == by_node(expected)
    assert acknowledged == [len(expected)]


def test_pages_that_a_killed_broker_did_not_acknowledge_are_sent_again(
    mosquitto, listener, publishing
):
    """The broker stops answering while pages are under way, is killed and comes back."""
    expected = expected_history(18)
    silent = threading.Event()

    def silence(count):
        if not silent.is_set():
            listener.wait_for(count)
            mosquitto.save()  # the session of the listener: what it is owed survives
            time.sleep(0.3)
            mosquitto.process.send_signal(signal.SIGSTOP)
            silent.set()

    publishing(mosquitto, clock=lambda: NOON, history_h=18, report=silence)
    assert silent.wait(30)
    time.sleep(0.5)  # pages are on their way to nobody
    mosquitto.kill()
    mosquitto.start()
    listener.wait_for(len(expected))
    assert set(listener.messages) == set(expected)


def test_live_town_publishes_what_is_new_at_every_tick(mosquitto, listener, publishing):
    started = time.monotonic()

    def clock():
        return NOON + (time.monotonic() - started)

    publishing(mosquitto, clock=clock, history_h=0, speed=600, tick_s=180)  # 0.3 s a tick
    listener.wait_for(60 * 4)
    pages = [payload for topic, payload in listener.messages if topic == "lm/1/box-001/page"]
    messages = [Message("lm/1/box-001/page", page, 0) for page in pages]
    times = [int.from_bytes(message.payload[12:16], "little") for message in messages]
    assert times == sorted(set(times))
    assert [page[8] for page in pages] == list(range(len(pages)))  # sequence, its lowest byte
    assert all(page[16] < 60 for page in pages)  # samples: what is new, not a full page


def test_broker_that_knows_only_mqtt_3_gets_every_page(amqtt, publishing):
    expected = expected_history(1)
    listener = Listener(amqtt)
    publishing(amqtt, clock=lambda: NOON, history_h=1)
    listener.wait_for(len(expected))
    listener.close()
    assert sorted(listener.messages) == sorted(expected)


def test_without_a_broker_there_is_one_clear_error(mosquitto):
    where = address(mosquitto)
    mosquitto.stop()
    with pytest.raises(BrokerError, match=f"no MQTT broker at {where}"):
        publish(TOWN, where, threading.Event())


def test_stop_is_heard_while_the_broker_is_away(mosquitto, publishing):
    told = threading.Event()

    def stop_broker(_count):
        if not told.is_set():
            mosquitto.kill()
            told.set()

    stop, _, thread = publishing(mosquitto, clock=lambda: NOON, history_h=96, report=stop_broker)
    assert told.wait(20)
    time.sleep(0.5)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
