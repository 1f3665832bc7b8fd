"""One connection to an MQTT broker, from the first byte to the last.

    dial -> log in, in the version that the broker speaks
    receive and send, without ever waiting for the other side
    ping, so that both sides know that the other is there

`receiver.py` decides what is sent and makes a new connection when one breaks.
"""

import contextlib
import select
import socket
import ssl
import time

from lokaalmeten.errors import BrokerError
from lokaalmeten.settings import Address

from . import mqtt
from .mqtt import Connack, PacketError, to_reason
from .stream import Stream

# The broker keeps what comes while we are away: always (3.1.2.11.2), or of a member of a group,
# whose others go on, for seven days. Sessions that end are a list which Mosquitto 2.0.21 spoils
# when it restarted and reads its passwords before they are back: it puts out who came in since.
LASTING_S, OF_A_GROUP_S = 0xFFFFFFFF, 7 * 86_400
KEEP_ALIVE_S = 60  # the broker drops us after one and a half times as much silence, 3.1.2.10
PATIENCE_S = 10.0  # for an answer of the broker
FAREWELL_S = 3.0  # for the last words when we leave
BUFFER = 1 << 20  # bytes read at once


def dial(address: Address, patience_s: float = PATIENCE_S) -> socket.socket:
    """Open a socket, with TLS where the address says so; BrokerError when nobody answers.

    ``patience_s`` holds for each answer on it, in seconds.
    """
    try:
        sock = socket.create_connection((address.host, address.port), patience_s)
        try:
            # or each burst of acknowledgements waits 40 ms
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if address.tls:
                context = ssl.create_default_context(cadata=address.authority or None)
                return context.wrap_socket(sock, server_hostname=address.host)
        except BaseException:
            sock.close()
            raise
    except (OSError, ValueError) as error:
        raise BrokerError(
            f"no MQTT broker at {address} ({error}); start one, or set LOKAALMETEN_BROKER"
        ) from error
    return sock


def log_in(sock: socket.socket, connect: bytes, stream: Stream, version: int) -> Connack:
    """Send CONNECT and wait for the answer, the first packet of any broker (3.2).

    What comes behind it stays in ``stream``. Raises OSError and PacketError.
    """
    sock.sendall(connect)
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        chunk = sock.recv(BUFFER)
        if not chunk:
            raise ConnectionResetError("it hung up")
        stream.feed(chunk)
        for kind, body in stream.read(0).others:
            if kind != mqtt.CONNACK:
                raise PacketError(f"an answer of type {kind >> 4}")
            return mqtt.decode_connack(version, body)
    raise TimeoutError("timed out")


def introduce(address: Address, client_id: str, version: int, patience_s: float) -> Connack:
    """Log in with a session that leaves no trace, and leave; what the broker answered.

    Raises ConnectionError when it hangs up on who speaks this version, else BrokerError.
    """
    connect = mqtt.to_connect(
        version,
        client_id,
        keep_alive_s=KEEP_ALIVE_S,
        username=address.username,
        password=address.password,
        clean_start=True,
    )
    with dial(address, patience_s) as sock:
        try:
            answer = log_in(sock, connect, Stream(version), version)
        except ConnectionError:
            raise
        except (OSError, PacketError) as error:
            raise BrokerError(f"{address} does not answer as an MQTT broker ({error})") from error
        with contextlib.suppress(OSError):
            sock.sendall(mqtt.DISCONNECT_PACKET)
    return answer


def read_version(address: Address, client_id: str, patience_s: float = PATIENCE_S) -> int:
    """Protocol level that the broker speaks: 5, or 4 for MQTT 3.1.1.

    It is asked without properties: amqtt, which knows only 3.1.1, hangs on the properties of a
    CONNECT that it is about to refuse. Others hang up.
    """
    try:
        answer = introduce(address, f"{client_id}-asks", 5, patience_s)
    except ConnectionError:
        return 4
    if answer.reason in mqtt.UNSUPPORTED:
        return 4
    check_answer(address, answer)
    return 5


def check_answer(address: Address, answer: Connack) -> None:
    """Raise BrokerError when the broker does not let us in."""
    if answer.reason:
        raise BrokerError(f"the MQTT broker at {address} refuses us: {to_reason(answer.reason)}")


class Connection:
    """A lasting session over one socket.

    ``stream`` holds what was received, ``outbox`` what is to be sent, ``answer`` is the CONNACK.
    """

    def __init__(
        self,
        address: Address,
        version: int,
        client_id: str,
        window: int,
        session_s: int = LASTING_S,
    ) -> None:
        """Log in; BrokerError when the broker is not there or does not let us in."""
        is_5 = version >= 5
        connect = mqtt.to_connect(
            version,
            client_id,
            keep_alive_s=KEEP_ALIVE_S,
            username=address.username,
            password=address.password,
            session_expiry_s=session_s if is_5 else 0,
            receive_maximum=min(window, 0xFFFF) if is_5 else 0,
        )
        self.stream = Stream(version)
        self.outbox = bytearray()
        self._sock = dial(address)
        try:
            self.answer = log_in(self._sock, connect, self.stream, version)
            check_answer(address, self.answer)
            self._sock.setblocking(False)
        except (OSError, PacketError) as error:
            self._sock.close()
            raise BrokerError(f"{address} does not answer as an MQTT broker ({error})") from error
        except BrokerError:
            self._sock.close()
            raise
        self.began = self._heard = self._spoke = time.monotonic()
        self._asked: float | None = None  # when we sent the ping that is not yet answered
        self._more = False  # the socket may hold more than was read
        self._silence_s = (self.answer.keep_alive_s or KEEP_ALIVE_S) / 3
        self._buffer = memoryview(bytearray(BUFFER))

    def receive(self) -> bool:
        """Read what the socket holds into ``stream``; False when that is nothing.

        Raises OSError when the connection is broken or the broker does not answer.
        """
        filled, ended = 0, False
        with contextlib.suppress(BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            while filled < BUFFER and not ended:
                count = self._sock.recv_into(self._buffer[filled:])
                filled += count
                ended = not count
        self._more = filled == BUFFER
        now = time.monotonic()
        if filled:
            self.stream.feed(self._buffer[:filled])
            self._heard, self._asked = now, None
        elif ended:
            raise ConnectionResetError("it hung up")
        elif self._asked is not None and now - self._asked > PATIENCE_S:
            raise TimeoutError("it does not answer")
        return filled > 0

    def send(self) -> None:
        """Send what waits in ``outbox``, as far as the other side takes it; raises OSError."""
        if not self.outbox:
            return
        with contextlib.suppress(BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            while self.outbox:
                del self.outbox[: self._sock.send(self.outbox)]
                self._spoke = time.monotonic()

    def ping(self) -> None:
        """Put a ping in ``outbox`` when one of us was silent for a third of the keep alive."""
        now = time.monotonic()
        silent = now - self._spoke >= self._silence_s
        deaf = now - self._heard >= self._silence_s and self._asked is None
        if silent or deaf:
            self.outbox += mqtt.PINGREQ_PACKET
            self._asked = self._asked or now

    def wait(self, seconds: float, nap: float, bell: socket.socket) -> None:
        """Sleep for ``nap`` seconds, then until there is something to read, ``seconds`` in all.

        Whatever comes on ``bell`` ends it too.
        """
        if self._more:
            return
        nap = min(nap, seconds)
        time.sleep(nap)
        writing = [self._sock] if self.outbox else []
        select.select([self._sock, bell], writing, [], seconds - nap)

    def close(self, *, politely: bool = False) -> None:
        """Hang up; ``politely`` sends what waits first, and DISCONNECT.

        Then the broker hangs up. Were it us, with messages still unread, TCP would reset the
        connection, and the broker would not read our last acknowledgements.
        """
        if politely:
            with contextlib.suppress(OSError):
                self._sock.settimeout(FAREWELL_S)
                self._sock.sendall(self.outbox + mqtt.DISCONNECT_PACKET)
                self._sock.shutdown(socket.SHUT_WR)
                until = time.monotonic() + FAREWELL_S
                while self._sock.recv_into(self._buffer) and time.monotonic() < until:
                    pass
        self._sock.close()
