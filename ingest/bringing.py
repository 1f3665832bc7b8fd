"""Pages that somebody brings for a node: published as the node would, until they are committed."""

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import NamedTuple

from paho.mqtt.client import Client

from lokaalmeten import wire
from lokaalmeten.settings import Address

from .link import connect, open_client

PATIENCE_S = 30.0  # without a word of the ingest: it tells once a second what is committed


@dataclass(frozen=True)
class Way:
    """How a node sends: as whom, and to which broker."""

    node: str
    broker: Address


class Boot(NamedTuple):
    """What is committed of one boot: its pages up to ``high`` without the ``gaps``."""

    boot: int
    high: int
    gaps: Sequence[Sequence[int]]

    def has(self, sequence: int) -> bool:
        """Tell whether a page of this boot is committed."""
        return sequence <= self.high and not any(a <= sequence <= b for a, b in self.gaps)


Committed = Mapping[int, Boot]  # by boot


def bring(
    way: Way,
    pages: Sequence[bytes],
    show: Callable[[float], None],
    patience_s: float = PATIENCE_S,
) -> dict[int, Boot]:
    """Publish pages, and return what is committed of their boots.

    ``show`` hears which share is. Ends when all are, or when the ingest says nothing for so many
    seconds. Raises BrokerError when the broker is not there or does not let us in.
    """
    names = [to_name(page) for page in pages]
    told: SimpleQueue[bytes] = SimpleQueue()
    client = open_client(way.broker, f"lokaalmeten-bring-{secrets.token_hex(4)}")

    def listen(client: Client, *_: object) -> None:
        client.subscribe(f"lm/1/{way.node}/ack", 1)

    client.on_connect = listen
    client.on_message = lambda _client, _data, message: told.put(bytes(message.payload))
    connect(client, way.broker)
    client.loop_start()
    known: dict[int, Boot] = {}
    try:
        for page in pages:
            client.publish(f"lm/1/{way.node}/page", page, qos=1)
        while not all(is_in(name, known) for name in names):
            known |= {boot.boot: boot for boot in read_acks(told.get(timeout=patience_s))}
            show(sum(is_in(name, known) for name in names) / len(names))
    except Empty:
        pass  # what is not committed by now is not
    finally:
        client.disconnect()
        client.loop_stop()
    ours = {boot for boot, _ in names}
    return {number: boot for number, boot in known.items() if number in ours}


def read_acks(payload: bytes) -> list[Boot]:
    """What the ingest says is committed, as docs/protocol.md has it.

    >>> read_acks(b'{"boot":7,"high":5,"gaps":[[1,2]]}')
    [Boot(boot=7, high=5, gaps=[[1, 2]])]
    """
    said = json.loads(payload)
    return [Boot(one["boot"], one["high"], one["gaps"]) for one in (said, *said.get("others", ()))]


def to_name(page: bytes) -> tuple[int, int]:
    """Boot and sequence of a page."""
    _, boot, sequence, *_ = wire.read_page(page)
    return boot, sequence


def is_in(name: tuple[int, int], committed: Committed) -> bool:
    """Tell whether a page is committed."""
    boot, sequence = name
    return boot in committed and committed[boot].has(sequence)
