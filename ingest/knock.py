"""Whether a broker lets somebody in, asked with a session that leaves no trace."""

import contextlib
import uuid

from lokaalmeten.errors import BrokerError
from lokaalmeten.settings import Address

from . import mqtt
from .connection import KEEP_ALIVE_S, check_answer, dial, log_in, read_version
from .mqtt import PacketError
from .stream import Stream


def knock(address: Address, patience_s: float) -> int:
    """Log in and leave; return the protocol level that was spoken: 5, or 4 for MQTT 3.1.1.

    Raises BrokerError when nobody answers in ``patience_s`` seconds, or when we are not let in.
    """
    # a name of its own: with that of an ingest it would be put out
    name = f"doctor-{uuid.uuid4().hex[:12]}"
    version = read_version(address, name, patience_s)
    if version < 5:  # its version was told before the password was looked at
        log_in_once(address, name, patience_s)
    return version


def log_in_once(address: Address, name: str, patience_s: float) -> None:
    """Log in by MQTT 3.1.1 and leave; BrokerError as for `knock`."""
    connect = mqtt.to_connect(
        4,
        name,
        keep_alive_s=KEEP_ALIVE_S,
        username=address.username,
        password=address.password,
        clean_start=True,
    )
    with dial(address, patience_s) as sock:
        try:
            answer = log_in(sock, connect, Stream(4), 4)
        except (OSError, PacketError) as error:
            raise BrokerError(f"{address} does not answer as an MQTT broker ({error})") from error
        check_answer(address, answer)
        with contextlib.suppress(OSError):
            sock.sendall(mqtt.DISCONNECT_PACKET)
