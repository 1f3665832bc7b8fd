"""The link of whoever publishes to the broker: a paho client, in the version that it speaks."""

import socket
import ssl
from typing import Any

from paho.mqtt.client import MQTT_CLEAN_START_FIRST_ONLY, Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from lokaalmeten.errors import BrokerError
from lokaalmeten.settings import Address

from .connection import read_version


def open_client(address: Address, client_id: str) -> Client:
    """Client that is set up but not connected; BrokerError when no broker answers."""
    version = read_version(address, client_id)
    session: dict[str, Any] = {"clean_session": True} if version < 5 else {}
    client = Client(
        CallbackAPIVersion.VERSION2,
        client_id=client_id,
        protocol=MQTTProtocolVersion(version),
        **session,
    )
    if address.username:
        client.username_pw_set(address.username, address.password)
    if address.tls:
        client.tls_set_context(ssl.create_default_context(cadata=address.authority or None))
    client.reconnect_delay_set(1, 30)
    client.on_socket_open = _send_at_once
    return client


def connect(client: Client, address: Address) -> None:
    """Connect; raises BrokerError when nothing listens or the broker's name is unknown.

    Nothing is kept for who publishes, also when paho connects again: its default is a lasting
    session then, which Mosquitto writes to its disk.
    """
    is_5 = client.protocol == MQTTProtocolVersion.MQTTv5
    try:
        client.connect(
            address.host,
            address.port,
            keepalive=30,
            clean_start=True if is_5 else MQTT_CLEAN_START_FIRST_ONLY,
        )
    except (OSError, ValueError) as error:
        raise BrokerError(
            f"no MQTT broker at {address} ({error}); start one, or set LOKAALMETEN_BROKER"
        ) from error


def _send_at_once(_client: Client, _data: object, sock: Any) -> None:
    """Switch Nagle's algorithm off: with it each burst of acknowledgements waits 40 ms."""
    if isinstance(sock, socket.socket):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
