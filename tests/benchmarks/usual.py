"""The usual ways beside ours: paho with a bare callback, and paho with an INSERT a message."""

import json
import multiprocessing
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from lokaalmeten.settings import Address
from storage.pool import connect
from tests.benchmarks.bench_write import BOXES
from tests.benchmarks.fleet import QUANTITIES

FILTER = "lm/1/+/json"
SESSION = "bench-usual"  # of clients that leave messages waiting for the next

Take = Callable[[MQTTMessage], None]


def open_session(address: Address) -> None:
    """Leave a session at the broker, for which it keeps what comes from now on."""
    client = make_client()

    def subscribe(*_: object) -> None:
        client.subscribe(FILTER, 1)

    def leave(*_: object) -> None:
        client.disconnect()

    client.on_connect, client.on_subscribe = subscribe, leave
    client.connect(address.host, address.port)
    client.loop_forever()


def receive_bare(address: Address, count: int) -> float:
    """Messages a second of a callback that does nothing, of a session that waits."""
    times = []

    def take(_message: MQTTMessage) -> None:
        times.append(time.perf_counter())

    receive(address, take, count)
    return (count - 1) / (times[-1] - times[0])


def insert_each(address: Address, dsn: str, count: int) -> float:
    """Rows a second of json.loads and one INSERT and commit a message, of a session that waits."""
    names = ["time", "cell", "flags", "node_id", *QUANTITIES]
    holes = ", ".join(["%s"] * len(names))
    statement = f"INSERT INTO private.observation ({', '.join(names)}) VALUES ({holes})".encode()
    nodes = {name: number for number, name in enumerate(BOXES, 1)}
    times = []
    with connect(dsn) as connection:

        def take(message: MQTTMessage) -> None:
            sample = json.loads(message.payload)
            when = datetime.fromtimestamp(sample["t"], UTC)
            node = nodes[message.topic.split("/")[2]]
            connection.execute(statement, [when, 0, 0, node, *(sample[key] for key in QUANTITIES)])
            times.append(time.perf_counter())

        receive(address, take, count)
    return (count - 1) / (times[-1] - times[0])


def receive(address: Address, take: Take, count: int) -> None:
    """Hand messages of the session that waits to ``take``, until it were so many."""
    client, left = make_client(), count

    def on_message(_client: Client, _data: object, message: MQTTMessage) -> None:
        nonlocal left
        take(message)
        left -= 1
        if not left:
            client.disconnect()

    client.on_message = on_message
    client.connect(address.host, address.port)
    client.loop_forever()


def make_client() -> Client:
    """A paho client of MQTT 3.1.1, where it is fastest, with a session that lasts."""
    client = Client(
        CallbackAPIVersion.VERSION2,
        client_id=SESSION,
        clean_session=False,
        protocol=MQTTProtocolVersion.MQTTv311,
    )
    client.on_socket_open = _send_at_once
    return client


def _send_at_once(_client: Client, _data: object, sock: Any) -> None:
    """Switch Nagle's algorithm off, as we do."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def apart(work: Callable[..., float], *given: object) -> float:
    """Run it in a process of its own, as an ingest runs; what it returned."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, given)
