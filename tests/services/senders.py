"""Who sends pages, without a memory or with the outbox of a node, and who hears the acks."""

import json
import struct
import threading
import time
from contextlib import contextmanager
from math import exp

from ingest.link import connect, open_client
from ingest.virtual.publisher import Outlet
from lokaalmeten.settings import Address
from tests.services.meten import wait_until

BEAT_S = 0.05


def to_address(broker):
    """Address of a broker; an address is one already."""
    return broker if isinstance(broker, Address) else Address(broker.host, broker.port)


class Publisher(threading.Thread):
    """Sends all pages at QoS 1; ends when the broker has them.

    In so many seconds it sends two in three, in as many more two in three of the rest, and so on: a
    test that finds the machine busy still has pages to come. ``finish`` sends what is left.
    """

    def __init__(self, broker, pages, seconds=0.0, client_id="test-nodes"):
        super().__init__()
        self.address = to_address(broker)
        self.client_id = client_id
        self.pages = pages
        self.seconds = seconds
        self.hurry = threading.Event()

    def run(self):
        client = open_client(self.address, self.client_id)
        had = []  # a busy machine may lose the connection: paho sends again, but says it failed
        client.on_publish = lambda _client, _data, number, *_: had.append(number)
        connect(client, self.address)
        client.loop_start()
        for left, (name, page) in zip(range(len(self.pages), 0, -1), self.pages, strict=True):
            client.publish(f"lm/1/{name}/page", page, qos=1)
            self.hurry.wait(self.seconds / left)
        wait_until(lambda: len(had) >= len(self.pages))
        client.disconnect()
        client.loop_stop()

    def finish(self):
        """Send the rest at once, and return when the broker has it."""
        self.hurry.set()
        self.join()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.finish()


def publish(broker, pages):
    """Return when the broker has all pages."""
    with Publisher(broker, pages):
        pass


class Nodes(threading.Thread):
    """Send pages at the pace of a publisher; keep each until the ingest says it is committed."""

    def __init__(self, broker, pages, seconds, again_s):
        super().__init__()
        self.outlet = Outlet(to_address(broker), "test-nodes", again_s=again_s)
        self.pages, self.sent, self.seconds = pages, 0, seconds
        self.hurry, self.stop = threading.Event(), threading.Event()

    @property
    def sending(self):
        return self.sent < len(self.pages)

    @property
    def done(self):
        return not self.sending and self.outlet.kept == 0

    def run(self):
        begin = time.monotonic()
        while not self.stop.wait(BEAT_S):
            left = 0.0 if self.hurry.is_set() else exp((begin - time.monotonic()) / self.seconds)
            due = int(len(self.pages) * (1 - left))
            self.outlet.deliver(self.pages[self.sent : due], self.stop)
            self.sent = due

    def finish(self):
        """Send the rest at once, and return when the ingest said that all is committed."""
        self.hurry.set()
        wait_until(lambda: self.done, seconds=60)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.join()
        self.outlet.close()


class Acknowledged:
    """Every acknowledgement that nodes were ever told."""

    def __init__(self):
        self.told = {}  # (node name, boot): [(high, gaps)]

    def add(self, topic, payload):
        said = json.loads(payload)
        for ack in [said, *said.get("others", [])]:
            told = (ack["high"], ack["gaps"])
            self.told.setdefault((topic.split("/")[2], ack["boot"]), []).append(told)

    def covers(self, name, page):
        """Tell whether the node was told that it may forget the page."""
        boot, sequence = struct.unpack_from("<II", page, 4)
        return any(
            sequence <= high and not any(first <= sequence <= last for first, last in gaps)
            for high, gaps in list(self.told.get((name, boot), []))
        )

    def select(self, pages):
        return [pair for pair in pages if self.covers(*pair)]


def subscribe_to_acks(client, *_):
    client.subscribe("lm/1/+/ack", qos=1)


@contextmanager
def listening(broker):
    """Yield what nodes are told, as it comes; first what the broker retained."""
    heard = Acknowledged()
    client = open_client(to_address(broker), "test-listener")
    client.on_connect = subscribe_to_acks
    client.on_message = lambda _client, _data, message: heard.add(message.topic, message.payload)
    connect(client, to_address(broker))
    client.loop_start()
    try:
        yield heard
    finally:
        client.disconnect()
        client.loop_stop()


def wait_until_told(heard, pages, seconds=30):
    """Return when the nodes may forget all pages."""
    until = time.monotonic() + seconds
    while len(told := heard.select(pages)) < len(pages):
        assert time.monotonic() < until, f"nodes may forget {len(told)} of {len(pages)} pages"
        time.sleep(0.1)
