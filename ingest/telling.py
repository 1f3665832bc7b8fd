"""Messages of many told to the broker by one client that speaks for all of them."""

import json
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any, NamedTuple, Self

from lokaalmeten.errors import BrokerError
from lokaalmeten.settings import Address

from .link import connect, open_client

PATIENCE_S = 30.0  # for the broker to take a message


class Message(NamedTuple):
    """What is published, and whether the broker keeps it for whoever comes later."""

    topic: str
    payload: bytes
    retain: bool = False


class Teller:
    """Publishes at QoS 1."""

    def __init__(self, address: Address, client_id: str) -> None:
        """Connect; BrokerError when no broker answers."""
        self._client = open_client(address, client_id)
        connect(self._client, address)
        self._client.loop_start()

    def __enter__(self) -> Self:
        """Use it in a with block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Leave the broker."""
        self._client.disconnect()
        self._client.loop_stop()

    def tell(self, samples: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        """Publish a sample of each node on ``lm/1/<node>/json`` (docs/payloads.md), as ``send``."""
        self.send(
            Message(f"lm/1/{node}/json", json.dumps(sample).encode()) for node, sample in samples
        )

    def send(self, messages: Iterable[Message]) -> None:
        """Publish; return when the broker has all of them.

        Raises BrokerError when the link is gone, or it does not take them within PATIENCE_S.
        """
        sent = [
            self._client.publish(topic, payload, qos=1, retain=retain)
            for topic, payload, retain in messages
        ]
        for message in sent:
            try:
                message.wait_for_publish(PATIENCE_S)
            except (RuntimeError, ValueError) as error:  # paho's words for a link that is gone
                raise BrokerError(f"the broker took no message: {error}") from error
            if not message.is_published():
                raise BrokerError(f"the broker took no message within {PATIENCE_S:g} s")
