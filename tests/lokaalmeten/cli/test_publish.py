"""`meten publish`: new values of boxes reach whoever subscribes, those of bikes never."""

import json
import threading
import time
from contextlib import contextmanager

import numpy as np
import pytest

from ingest.link import connect as link
from ingest.link import open_client
from lokaalmeten.observations import to_observations
from storage.pool import connect
from storage.registry import add_node
from storage.writer import write
from tests.services.meten import meten, running, wait_until
from tests.services.senders import to_address

PM25, BIKE = "v1.1/Datastreams('box-1:pm25')/Observations", "bike-1"


@contextmanager
def hearing(broker):
    """Messages of everything at the broker, as (topic, body, retained)."""
    heard, there = [], threading.Event()
    client = open_client(to_address(broker), "test-hears")

    def subscribe(client, *_):
        client.subscribe("#", qos=1)

    def hear(_client, _data, m):
        heard.append((m.topic, json.loads(m.payload), m.retain))

    client.on_connect, client.on_message = subscribe, hear
    client.on_subscribe = lambda *_: there.set()
    link(client, to_address(broker))
    client.loop_start()
    try:
        assert there.wait(30)
        yield heard
    finally:
        client.disconnect()
        client.loop_stop()


@pytest.fixture
def nodes(timescale_database):
    """A box and a bike, each with a sample."""
    with connect(timescale_database) as connection:
        box = add_node(connection, "box-1", "box", lat=52.09, lon=5.12)
        bike = add_node(connection, BIKE, "bike")
        now = int(time.time())
        measure(connection, box, now - 60, 11)
        measure(connection, bike, now - 60, 99)
    return timescale_database, box, now


def measure(connection, node, at, pm25):
    """One sample of so many micrograms."""
    counts = np.array([[100 * pm25]], np.int32)
    times = np.array([at], np.int64)
    write(connection, [to_observations(np.array([node.id], np.int32), times, ("pm25",), counts)])


def test_a_new_value_is_told_once_and_an_old_or_moving_one_never(nodes, mosquitto, tmp_path):
    dsn, box, now = nodes
    url = f"mqtt://{mosquitto.host}:{mosquitto.port}"
    words = ("publish", "--every", 1, "--home-assistant")
    with (
        hearing(mosquitto) as heard,
        running(*words, log=tmp_path / "publish.log", dsn=dsn, broker=url),
        connect(dsn) as connection,
    ):
        wait_until(lambda: any(topic == PM25 for topic, _, _ in heard))
        measure(connection, box, now, 12)
        measure(connection, box, now - 3600, 77)  # a page that comes late
        wait_until(lambda: [body["result"] for topic, body, _ in heard if topic == PM25][1:])
        time.sleep(2.5)  # two more looks
    assert [body["result"] for topic, body, _ in heard if topic == PM25] == [11, 12]
    configured = [topic for topic, _, _ in heard if topic.startswith("homeassistant/")]
    assert configured == ["homeassistant/sensor/lokaalmeten_box-1/pm25/config"]
    assert BIKE not in str(heard)
    with hearing(mosquitto) as later:  # Home Assistant comes later, and is still told
        wait_until(lambda: later)
        assert [(topic, kept) for topic, _, kept in later] == [(configured[0], True)]


def test_a_broker_that_comes_back_is_told_the_newest(nodes, mosquitto, tmp_path):
    dsn, box, now = nodes
    log, url = tmp_path / "publish.log", f"mqtt://{mosquitto.host}:{mosquitto.port}"
    with running("publish", "--every", 1, log=log, dsn=dsn, broker=url):
        wait_until(lambda: "publishing to" in log.read_text())
        mosquitto.stop()
        with connect(dsn) as connection:
            measure(connection, box, now, 12)
        wait_until(lambda: "nothing published this time" in log.read_text())
        mosquitto.start()
        with hearing(mosquitto) as heard, connect(dsn) as connection:
            measure(connection, box, now + 1, 13)
            wait_until(lambda: 13 in [body["result"] for topic, body, _ in heard if topic == PM25])
    assert "Traceback" not in log.read_text()


def test_no_broker_is_a_sentence(timescale_database):
    said = meten("publish", dsn=timescale_database, broker="mqtt://127.0.0.1:1")
    assert said.returncode == 2
    assert "no MQTT broker at" in said.stderr
    assert "Traceback" not in said.stderr
