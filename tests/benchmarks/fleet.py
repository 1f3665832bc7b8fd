"""A fleet that publishes as fast as it is let: pages and JSON of 1,000 boxes, made in bulk.

The bytes of a whole round (one message of every box) are one array; time, sequence and checksum
are written into it, and it leaves in pieces of some hundred messages. A process of its own, so
that what is measured does not share its interpreter.
"""

import ctypes
import multiprocessing
import select
import socket
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.sharedctypes import RawArray, RawValue

import numpy as np

from ingest import mqtt
from ingest.connection import log_in
from ingest.stream import Stream
from lokaalmeten import wire
from lokaalmeten.settings import Address
from tests.benchmarks.bench_write import BOXES, HOUR_S, START

NODES = len(BOXES)
PIECE = 100  # messages that leave together
QUANTITIES = (
    *("pm1", "pm25", "pm4", "pm10", "temperature", "humidity", "pressure"),
    *("voc_raw", "nox_raw", "co2", "sound_laeq", "battery"),
)
LOW, HIGH = 1000, 9000  # counts that every quantity can have, in four digits

Make = Callable[[int], tuple[bytes, int]]  # round: its packets, and bytes of each


class Pages:
    """Rounds of full pages; round r is hour r."""

    def __init__(self, boot: int, first: int = 0) -> None:
        """Rounds begin at hour ``first``; their sequences at 0."""
        self._first = first
        record = np.dtype([(name, "<" + code) for name, code in wire.record_fields(1)])
        body = np.zeros((NODES, wire.SAMPLES), record)
        random = np.random.default_rng(1)
        for key in wire.SCHEMAS[1][2]:
            body[key] = random.integers(LOW, HIGH, body.shape)
        body["offset"] = np.arange(wire.SAMPLES) * 60
        for key in set(wire.SCHEMAS[1][2]) - set(QUANTITIES):
            body[key] = wire.MISSING[dict(wire.record_fields(1))[key]]
        size = wire.HEADER_BYTES + wire.SAMPLES * record.itemsize + wire.CRC_BYTES
        packets = [
            mqtt.to_publish(4, number, f"lm/1/{name}/page", bytes(size))
            for number, name in enumerate(BOXES, 1)
        ]
        self._packets = np.frombuffer(bytearray(b"".join(packets)), np.uint8).reshape(NODES, -1)
        self._pages = self._packets[:, -size:]
        self._pages[:, wire.HEADER_BYTES : -wire.CRC_BYTES] = body.view(np.uint8).reshape(NODES, -1)
        self._header = np.zeros(
            1,
            [
                *(("magic", "S2"), ("version", "u1"), ("schema", "u1"), ("boot", "<u4")),
                *(("sequence", "<u4"), ("time", "<u4"), ("count", "<u2"), ("flags", "<u2")),
            ],
        )
        self._header[0] = (wire.MAGIC, wire.VERSION, 1, boot, 0, 0, wire.SAMPLES, 0)

    def make(self, turn: int) -> tuple[bytes, int]:
        """Packets of one round."""
        self._header["sequence"] = turn
        self._header["time"] = START + (self._first + turn) * HOUR_S
        self._pages[:, : wire.HEADER_BYTES] = self._header.view(np.uint8)
        end = self._pages.shape[1] - wire.CRC_BYTES
        sums = [zlib.crc32(page[:end]) for page in self._pages]
        self._pages[:, end:] = np.array(sums, "<u4").view(np.uint8).reshape(NODES, -1)
        return self._packets.tobytes(), self._packets.shape[1]


class Samples:
    """Rounds of JSON messages of one sample with twelve quantities; round r is second r."""

    def __init__(self, first: int = 0) -> None:
        """Rounds begin at second ``first``."""
        self._first = first
        random = np.random.default_rng(2)
        values = random.integers(LOW, HIGH, (NODES, len(QUANTITIES)))
        packets = []
        for number, row in enumerate(values.tolist(), 1):
            said = ",".join(f'"{key}":{value}' for key, value in zip(QUANTITIES, row, strict=True))
            payload = f'{{"t":{START},{said}}}'.encode()
            topic = f"lm/1/{BOXES[number - 1]}/json"
            packets.append(mqtt.to_publish(4, number, topic, payload))
        self._packets = np.frombuffer(bytearray(b"".join(packets)), np.uint8).reshape(NODES, -1)
        self._time = packets[0].index(b'"t":') + 4

    def make(self, turn: int) -> tuple[bytes, int]:
        """Packets of one round."""
        digits = np.frombuffer(str(START + self._first + turn).encode(), np.uint8)
        self._packets[:, self._time : self._time + len(digits)] = digits
        return self._packets.tobytes(), self._packets.shape[1]


class Publisher:
    """Publishes rounds from a process of its own, until they are all sent or it is stopped.

    ``allowed`` is how many messages may have been sent by now; ``sent`` how many were, and
    ``times`` when each piece of them was.
    """

    def __init__(
        self, address: Address, make: Make, rounds: int, rate: float | None = None
    ) -> None:
        """Start; ``rate`` messages a second, or as ``allowed`` says."""
        self.allowed = RawValue(ctypes.c_longlong, 0)
        self.sent = RawValue(ctypes.c_longlong, 0)
        self.times = RawArray(ctypes.c_double, rounds * NODES // PIECE)
        self._stop = RawValue(ctypes.c_bool, False)
        work = (address, make, rounds, rate, self.allowed, self.sent, self.times, self._stop)
        self._process = multiprocessing.get_context("fork").Process(target=publish, args=work)
        self._process.start()

    def stop(self) -> None:
        """Have it end after the piece that it is at."""
        self._stop.value = True
        self.wait()

    def wait(self) -> None:
        """Return when all is sent and the broker has it."""
        self._process.join()
        if self._process.exitcode:
            raise RuntimeError("the publisher failed")


def publish(address, make, rounds, rate, allowed, sent, times, stop) -> None:
    """Send rounds in pieces; a piece is PIECE messages at QoS 1."""
    with socket.create_connection((address.host, address.port)) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connect = mqtt.to_connect(4, "bench-fleet", keep_alive_s=0, clean_start=True)
        log_in(sock, connect, Stream(4), 4)
        answered, began, piece = 0, time.monotonic(), 0
        for turn in range(rounds):
            packets, size = make(turn)
            view = memoryview(packets)
            for at in range(0, NODES, PIECE):
                while not stop.value and not is_time(began, rate, piece, allowed, sent):
                    time.sleep(0.0005)
                if stop.value:
                    break
                times[piece] = time.time()
                sock.sendall(view[at * size : (at + PIECE) * size])
                piece += 1
                sent.value = piece * PIECE
                # a packet id is used again after a round; by then the broker has answered it
                answered += read_answers(sock, sent.value - answered - NODES + PIECE)
        while answered < sent.value:
            answered += read_answers(sock, 1)


def is_time(began, rate, piece, allowed, sent) -> bool:
    """Tell whether the next piece may go."""
    if rate is None:
        return sent.value + PIECE <= allowed.value
    return time.monotonic() - began >= piece * PIECE / rate


def read_answers(sock: socket.socket, least: int) -> int:
    """Read the PUBACKs that are there, at least so many of them; how many it were."""
    count = 0
    while True:
        if count * 4 >= least * 4 and not select.select([sock], [], [], 0)[0]:
            return count
        with suppress(BlockingIOError):
            data = sock.recv(1 << 16)
            while len(data) % 4:
                data += sock.recv(4 - len(data) % 4)
            if not data:
                raise ConnectionResetError("the broker hung up")
            count += len(data) // 4
