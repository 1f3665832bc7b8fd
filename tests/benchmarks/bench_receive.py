"""Messages received and acknowledged: the receiver, and a bare paho callback beside it.

Mosquitto holds the messages for a session whose client is away; then the receiver, or paho with
MQTT 3.1.1 (where it is fastest) and acknowledgement after every 1,000, takes them. So neither the
publisher nor its share of the processor is part of the number, but the broker's work is.

``receive_per_s_200b``              messages of 200 bytes a second, every one acknowledged
``receive_vs_paho_200b``            how many times paho's rate that is
``receive_cpu_s_per_1000_200b``     seconds of processor of the receiving process
``paho_cpu_s_per_1000_200b``        the same of paho
``receive_per_s_2400b`` and so on   the same with messages as large as a full page
"""

import shutil
import socket
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from ingest import mqtt
from ingest.batch import Limits
from ingest.broker import LocalBroker
from ingest.connection import log_in
from ingest.receiver import Receiver
from ingest.stream import Stream
from lokaalmeten.settings import Address
from tests.services.debian import programs

SIZES = {200: 100_000, 2400: 50_000}  # bytes of a message: how many
ROUNDS = 5
NAME = "bench-receiver"  # one session for both: what the one left, the other would get
TOPICS = [f"lm/1/node-{number:03}/page" for number in range(100)]
FILTER = "lm/1/+/page"
AT_ONCE = 1000

Taken = tuple[float, float]  # seconds, and seconds of processor


def measure(scale: float) -> dict[str, float]:
    """Medians over rounds; ``scale`` times the messages."""
    numbers = {}
    folder = Path(tempfile.mkdtemp(prefix="lokaalmeten-"))
    try:
        settings = {"persistence": "false"}  # or it saves in the middle of a round
        program = programs().mosquitto
        with LocalBroker(folder / "broker", program=program, settings=settings) as broker:
            address = Address(broker.host, broker.port)
            for size, count in SIZES.items():
                numbers |= measure_size(address, size, max(round(count * scale), AT_ONCE))
    finally:
        shutil.rmtree(folder)
    return numbers


def measure_size(address: Address, size: int, count: int) -> dict[str, float]:
    """Numbers of one size of message; the two take turns, after one round to warm up."""
    takers: dict[str, Callable[[Address, int], Taken]] = {
        "receive": drain_with_receiver,
        "paho": drain_with_paho,
    }
    found: dict[str, list[Taken]] = {name: [] for name in takers}
    for turn in range(ROUNDS + 1):
        for name, drain in takers.items():
            make_session(address)
            publish(address, size, count)
            taken = drain(address, count)
            if turn:
                found[name].append(taken)
    seconds = {name: median(taken for taken, _ in rounds) for name, rounds in found.items()}
    cpu = {name: median(spent for _, spent in rounds) for name, rounds in found.items()}
    return {
        f"receive_per_s_{size}b": count / seconds["receive"],
        f"receive_vs_paho_{size}b": seconds["paho"] / seconds["receive"],
        f"receive_cpu_s_per_1000_{size}b": 1000 * cpu["receive"] / count,
        f"paho_cpu_s_per_1000_{size}b": 1000 * cpu["paho"] / count,
    }


def drain_with_receiver(address: Address, count: int) -> Taken:
    """Take all messages as the ingest does."""
    begun, spent = time.perf_counter(), time.process_time()
    with closing(Receiver(address, NAME, [FILTER])) as receiver:
        left = count
        while left > 0:
            batch = receiver.gather(Limits())
            receiver.acknowledge(batch)
            left -= len(batch)
        return time.perf_counter() - begun, time.process_time() - spent


def drain_with_paho(address: Address, count: int) -> Taken:
    """Take all messages in a callback that does nothing else."""
    begun, spent = time.perf_counter(), time.process_time()
    client = Client(
        CallbackAPIVersion.VERSION2,
        client_id=NAME,
        clean_session=False,
        protocol=MQTTProtocolVersion.MQTTv311,
        manual_ack=True,
    )
    waiting: list[int] = []
    left = count

    def take(client: Client, _data: object, message: MQTTMessage) -> None:
        nonlocal left
        left -= 1
        waiting.append(message.mid)
        if len(waiting) == AT_ONCE or not left:
            for number in waiting:
                client.ack(number, 1)
            waiting.clear()
            if not left:
                client.disconnect()

    client.on_message = take
    client.on_socket_open = send_at_once
    client.connect(address.host, address.port)
    client.loop_forever()
    return time.perf_counter() - begun, time.process_time() - spent


def send_at_once(_client: Client, _data: object, sock: Any) -> None:
    """Switch Nagle's algorithm off, as the receiver does."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def make_session(address: Address) -> None:
    """Leave a session behind that is new: paho leaves before its last acknowledgements are read."""
    with socket.create_connection((address.host, address.port)) as sock:
        connect = mqtt.to_connect(4, NAME, keep_alive_s=0, clean_start=True)
        log_in(sock, connect, Stream(4), 4)
    with closing(Receiver(address, NAME, [FILTER])):
        pass


def publish(address: Address, size: int, count: int) -> None:
    """Have the broker keep ``count`` messages of ``size`` bytes."""
    payload = bytes(range(256)) * (size // 256 + 1)
    with socket.create_connection((address.host, address.port)) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connect = mqtt.to_connect(4, "bench-sender", keep_alive_s=0, clean_start=True)
        log_in(sock, connect, Stream(4), 4)
        for start in range(0, count, AT_ONCE):
            numbers = range(start, min(start + AT_ONCE, count))
            sock.sendall(
                b"".join(
                    mqtt.to_publish(4, n % AT_ONCE + 1, TOPICS[n % len(TOPICS)], payload[:size])
                    for n in numbers
                )
            )
            answers = 4 * len(numbers)  # bytes of PUBACK
            while answers:
                answers -= len(sock.recv(answers))
