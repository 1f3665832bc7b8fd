"""What a node that is only connected costs Mosquitto: sessions that subscribe and stay silent."""

import re
import socket
import struct
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from ingest.broker import LocalBroker
from tests.services.debian import programs

SESSION_S = 604_800


def measure_connections(count: int) -> dict[str, float]:
    """Memory (resident, of the process) of each of so many, and how many come a second."""
    with (
        tempfile.TemporaryDirectory(prefix="lokaalmeten-") as name,
        LocalBroker(Path(name, "broker"), program=programs().mosquitto) as broker,
        ExitStack() as held,
    ):
        assert broker.process
        before, begun = read_resident(broker.process.pid), time.perf_counter()
        for number in range(count):
            node = f"node-{number:06}".encode()
            link = held.enter_context(socket.create_connection((broker.host, broker.port)))
            link.sendall(to_connect(node) + to_subscribe(node))
            while b"\x90" not in link.recv(64):  # SUBACK
                pass
        seconds = time.perf_counter() - begun
        grown = read_resident(broker.process.pid) - before
    return {"connection_bytes": grown / count, "connects_per_s": count / seconds}


def read_resident(process: int) -> int:
    """Bytes in memory of a process."""
    status = Path(f"/proc/{process}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found
    return int(found[1]) * 1024


def to_connect(node: bytes) -> bytes:
    """CONNECT of MQTT 5 with a session that lasts (sections 3.1.2 and 3.1.3)."""
    expiry = b"\x05\x11" + struct.pack(">I", SESSION_S)
    body = b"\x00\x04MQTT\x05\x00\x03\x84" + expiry + struct.pack(">H", len(node)) + node
    return bytes([0x10, len(body)]) + body


def to_subscribe(node: bytes) -> bytes:
    """SUBSCRIBE to the acknowledgements of a node at QoS 1 (section 3.8)."""
    topic = b"lm/1/" + node + b"/ack"
    body = b"\x00\x01\x00" + struct.pack(">H", len(topic)) + topic + b"\x01"
    return bytes([0x82, len(body)]) + body
