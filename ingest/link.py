"""The link to the broker: MQTT with a persistent session, acknowledged only after commit."""

import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterable
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from lokaalmeten.errors import BrokerError
from lokaalmeten.settings import Address

from .decode import Message
from .payloads import FILTERS

SESSION_S = 7 * 86_400  # the broker keeps what comes while we are away this long
WINDOW = 2000  # unacknowledged messages under way: bounds our memory to some 5 MB
PATIENCE_S = 10.0  # for the broker's answer when we start

_Ticket = tuple[int, int]  # connection number, message id


def open_client(
    address: Address, client_id: str, *, manual_ack: bool = False, lasting: bool = False
) -> Client:
    """Client that is set up but not connected: MQTT 5, or 3.1.1 where the broker knows no better.

    ``lasting`` keeps its session at the broker while it is away. Raises BrokerError when no
    broker answers.
    """
    protocol = read_protocol(address)
    session: dict[str, Any] = {"clean_session": not lasting} if protocol.value < 5 else {}
    client = Client(
        CallbackAPIVersion.VERSION2,
        client_id=client_id,
        protocol=protocol,
        manual_ack=manual_ack,
        **session,
    )
    _log_in(client, address)
    client.reconnect_delay_set(1, 30)
    client.on_socket_open = _send_at_once
    return client


def connect(client: Client, address: Address, *, lasting: bool = False) -> None:
    """Connect; raises BrokerError when nothing listens or the broker's name is unknown."""
    if client.protocol == MQTTProtocolVersion.MQTTv5:
        properties = Properties(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = SESSION_S if lasting else 0
        properties.ReceiveMaximum = WINDOW
        _dial(client, address, clean_start=not lasting, properties=properties)
    else:
        _dial(client, address)


def _dial(client: Client, address: Address, **options: Any) -> None:
    try:
        client.connect(address.host, address.port, keepalive=30, **options)
    except (OSError, ValueError) as error:
        raise BrokerError(
            f"no MQTT broker at {address} ({error}); start one, or set LOKAALMETEN_BROKER"
        ) from error


def read_protocol(address: Address) -> MQTTProtocolVersion:
    """Ask the broker which version it speaks, with a client that leaves no trace.

    It asks for nothing special: amqtt, which knows only 3.1.1, hangs on the properties of a
    CONNECT that it is about to refuse. Others hang up instead of answering.
    """
    answers: queue.SimpleQueue[ReasonCode | None] = queue.SimpleQueue()
    client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
    _log_in(client, address)
    client.on_connect = lambda _client, _data, _flags, reason, _properties: answers.put(reason)
    client.on_disconnect = lambda *_: answers.put(None)
    _dial(client, address)
    client.loop_start()
    try:
        reason = answers.get(timeout=PATIENCE_S)
    except queue.Empty:
        raise BrokerError(f"{address} does not answer as an MQTT broker") from None
    finally:
        client.disconnect()
        client.loop_stop()
    if reason is None or reason.getName() == "Unsupported protocol version":
        return MQTTProtocolVersion.MQTTv311
    if reason.is_failure:
        raise BrokerError(f"the MQTT broker at {address} refuses us: {reason}")
    return MQTTProtocolVersion.MQTTv5


def _log_in(client: Client, address: Address) -> None:
    """Give the client its name, password and trusted certificates."""
    if address.username:
        client.username_pw_set(address.username, address.password)
    if address.tls:
        client.tls_set_context(ssl.create_default_context())


def _send_at_once(_client: Client, _data: object, sock: Any) -> None:
    """Switch Nagle's algorithm off: with it each burst of acknowledgements waits 40 ms."""
    if isinstance(sock, socket.socket):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class Link:
    """Receives pages; what is not acknowledged comes again after a crash of either side."""

    def __init__(self, address: Address, client_id: str = "lokaalmeten-ingest") -> None:
        """Open the session and subscribe; BrokerError when that is not possible now."""
        self._inbox: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._connection = 0  # message ids of an earlier connection mean nothing in this one
        self._subscribed = threading.Event()
        self._client = open_client(address, client_id, manual_ack=True, lasting=True)
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = lambda *_: self._subscribed.set()
        self._client.on_message = self._on_message
        connect(self._client, address, lasting=True)
        self._client.loop_start()
        if not self._subscribed.wait(PATIENCE_S):
            self.close()
            raise BrokerError(f"the MQTT broker at {address} does not let us subscribe")

    def _on_connect(self, client: Client, *_: object) -> None:
        self._connection += 1
        client.subscribe([(topic, 1) for topic in FILTERS])

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        if message.retain:  # what lay at the broker was taken when it came; taken again it would
            self._client.ack(message.mid, message.qos)  # be a new sample where it names no time
            return
        ticket: _Ticket = (self._connection, message.mid)
        received = int(time.time())
        self._inbox.put(Message(message.topic, bytes(message.payload), received, ticket))

    def take(self, timeout_s: float) -> Message | None:
        """Return the next message, or None when there is none within the time."""
        try:
            return self._inbox.get(timeout=timeout_s) if timeout_s > 0 else self._inbox.get_nowait()
        except queue.Empty:
            return None

    def acknowledge(self, messages: Iterable[Message]) -> None:
        """Tell the broker that these are committed and need not come again."""
        for message in messages:
            ticket: Any = message.ticket
            if ticket[0] == self._connection:
                self._client.ack(ticket[1], 1)

    def publish(self, topic: str, payload: bytes) -> None:
        """Leave word for a node: retained, at QoS 1, without waiting."""
        self._client.publish(topic, payload, qos=1, retain=True)

    def close(self) -> None:
        """Leave; the session and what is unacknowledged stay at the broker."""
        self._client.disconnect()
        self._client.loop_stop()
