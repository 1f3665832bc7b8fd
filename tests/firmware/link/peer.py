"""A broker of which each connection does what the test wants; it knows MQTT by itself."""

import socket
import struct
import threading
from dataclasses import dataclass, field

CONNACK = b"\x20\x02\x00\x00"
CONNACK_KNOWN = b"\x20\x02\x01\x00"


@dataclass
class Packet:
    kind: int
    flags: int
    body: bytes

    @property
    def dup(self):
        return bool(self.flags & 8)

    @property
    def topic(self):
        (size,) = struct.unpack_from(">H", self.body)
        return self.body[2 : 2 + size].decode()

    @property
    def packet_id(self):
        (size,) = struct.unpack_from(">H", self.body)
        at = 2 + size if self.kind == 3 else 0
        return struct.unpack_from(">H", self.body, at)[0]

    @property
    def payload(self):
        (size,) = struct.unpack_from(">H", self.body)
        return self.body[4 + size :]


@dataclass
class Connection:
    line: socket.socket
    packets: list[Packet] = field(default_factory=list)

    def read(self):
        """Next packet, None at the end."""
        head = self._exactly(1)
        if not head:
            return None
        length = factor = 0
        while True:
            (byte,) = self._exactly(1)
            length |= (byte & 127) << factor
            factor += 7
            if byte < 128:
                break
        packet = Packet(head[0] >> 4, head[0] & 15, self._exactly(length))
        self.packets.append(packet)
        return packet

    def read_pages(self, count, puback=True):
        """The next so many pages; whatever else comes in between is answered as a broker would."""
        pages = []
        while len(pages) < count:
            packet = self.read()
            assert packet is not None, "the node hung up"
            if packet.kind == 3 and packet.topic.endswith("/page"):
                pages.append(packet)
            if puback or packet.kind != 3:
                self.answer(packet)
        return pages

    def answer(self, packet):
        if packet.kind == 8:  # SUBSCRIBE to two topics
            self.send(b"\x90\x04" + packet.body[:2] + b"\x01\x01")
        elif packet.kind == 12:
            self.send(b"\xd0\x00")
        elif packet.kind == 3:
            self.puback(packet.packet_id)

    def puback(self, packet_id):
        self.send(struct.pack(">BBH", 0x40, 2, packet_id))

    def send(self, data):
        self.line.sendall(data)

    def serve(self):
        """Answer everything until the node hangs up."""
        try:
            while (packet := self.read()) is not None:
                self.answer(packet)
        except OSError:
            pass

    def _exactly(self, count):
        data = b""
        while len(data) < count:
            part = self.line.recv(count - len(data))
            if not part:
                return b""
            data += part
        return data


class Peer(threading.Thread):
    """Accepts connections one after the other; each is handed to the next of ``acts``.

    The last one is for all that follow. An act that fails is raised by ``check``.
    """

    def __init__(self, *acts):
        super().__init__(daemon=True)
        self.acts = acts
        self.connections = []
        self.failures = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.host, self.port = self.listener.getsockname()

    def run(self):
        for number in range(1000):
            try:
                line, _ = self.listener.accept()
            except OSError:
                return
            line.settimeout(20)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = Connection(line)
            self.connections.append(connection)
            try:
                self.acts[min(number, len(self.acts) - 1)](connection)
            except (ConnectionError, TimeoutError):
                pass
            except Exception as failure:  # raised in the test by `check`
                self.failures.append(failure)
            line.close()

    def check(self):
        if self.failures:
            raise self.failures[0]

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.listener.close()


def greet(connection, known=False):
    """Take CONNECT and accept it."""
    packet = connection.read()
    assert packet.kind == 1
    connection.send(CONNACK_KNOWN if known else CONNACK)
    return packet
