"""What tests of the receiver have in common: sending to it, and taking what came."""

import time
from contextlib import closing, contextmanager

from ingest.batch import Limits
from ingest.link import connect, open_client
from ingest.receiver import Receiver
from lokaalmeten.settings import Address

TOPIC = "lm/1/box-1/page"
PAGES = ["lm/1/+/page"]
QUICK = Limits(messages=2000, age_s=0.02, wait_s=0.1)


def to_address(broker, **login):
    return Address(broker.host, broker.port, **login)


@contextmanager
def receiving(broker, topics=PAGES, client_id="test-ingest", **options):
    with closing(Receiver(to_address(broker), client_id, topics, **options)) as receiver:
        yield receiver


@contextmanager
def sending(broker, **login):
    """A paho client: an implementation that is not ours."""
    address = to_address(broker, **login)
    client = open_client(address, "test-nodes")
    client.max_queued_messages_set(0)
    client.max_inflight_messages_set(1000)
    connect(client, address)
    client.loop_start()
    try:
        yield client
    finally:
        client.disconnect()
        client.loop_stop()


def send(broker, payloads, topic=TOPIC):
    """Publish at QoS 1 and return when the broker has them all."""
    with sending(broker) as client:
        for info in [client.publish(topic, payload, qos=1) for payload in payloads]:
            info.wait_for_publish(30)


def numbered(count, start=0):
    return [b"%d" % number for number in range(start, start + count)]


def take(receiver, count, *, limits=QUICK, acknowledge=True, seconds=30):
    """Payloads in the order of arrival, until there are ``count`` or time is up."""
    payloads, until = [], time.monotonic() + seconds
    while len(payloads) < count and time.monotonic() < until:
        batch = receiver.gather(limits)
        payloads += [message.payload for message in batch]
        if acknowledge:
            receiver.acknowledge(batch)
    return payloads


def take_until(receiver, expected, seconds=20):
    """All payloads that come until those expected have come; some may come more than once."""
    found, until = set(), time.monotonic() + seconds
    while not expected <= found and time.monotonic() < until:
        found |= set(take(receiver, 1))
    assert expected <= found
    return found
