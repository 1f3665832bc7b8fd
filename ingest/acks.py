"""Acknowledgements: what each node may forget, told after the commit and not too often.

commits come in -> the newest of each boot waits -> once a second a node hears of all its boots

A node that comes back after days has pages of many boots. One message tells of all of them: it
hears of them together, walks through its outbox once, and the retained message names them all.
"""

import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

LOG = logging.getLogger("lokaalmeten.ingest")
EVERY_S = 1.0  # per node: a node that sends many pages hears of them together
LOOK_S = 0.1  # between two looks at who waits: thousands may
ROOM = 1600  # bytes of a message, unless one boot alone takes more: a node reads 2,048


class Ack(Protocol):
    """What is committed of one boot of a node: 0 to ``high`` without the ``gaps``."""

    @property
    def node_id(self) -> int: ...  # noqa: D102
    @property
    def boot(self) -> int: ...  # noqa: D102
    @property
    def high(self) -> int: ...  # noqa: D102
    @property
    def gaps(self) -> tuple[tuple[int, int], ...]: ...  # noqa: D102


Boots = dict[int, Ack]  # the newest of each boot of a node, who waits longest first


class Told(NamedTuple):
    """What a node heard last, and when."""

    at: float
    boots: Boots


NEVER = Told(0.0, {})


class Acks:
    """Publishes what is newly committed of each node, retained, on ``lm/1/<node>/ack``."""

    def __init__(self, publish: Callable[[str, bytes], None], clock: Callable[[], float]) -> None:
        """``publish`` takes topic and payload and does not wait; ``clock`` counts seconds."""
        self._publish = publish
        self._clock = clock
        self._waiting: dict[int, Boots] = {}  # by node id
        self._told: dict[int, Told] = {}  # by node id
        self._looks_at = 0.0

    def add(self, acks: Iterable[Ack]) -> None:
        """Note what was committed; two writers may end in the other order.

        What was told already is told again: a node that sends again may not have heard it.
        """
        for ack in acks:
            boots = self._waiting.get(ack.node_id, {})
            told = self._told.get(ack.node_id, NEVER).boots
            known = boots.get(ack.boot) or told.get(ack.boot) or ack
            if to_order(ack) >= to_order(known):
                self._waiting.setdefault(ack.node_id, boots)[ack.boot] = ack

    def tell(self, names: Mapping[int, str], *, at_once: bool = False) -> None:
        """Publish what is new of nodes that heard nothing for EVERY_S; ``names`` by node id.

        Boots for which a message has no room are told in the next one; of the last message,
        ``at_once``, the node hears when it sends their pages again.
        """
        now = self._clock()
        if now < self._looks_at and not at_once:
            return
        self._looks_at = now + LOOK_S
        for node in list(self._waiting):
            if at_once or now - self._told.get(node, NEVER).at >= EVERY_S:
                self._tell_node(node, names.get(node), now)

    def _tell_node(self, node: int, name: str | None, now: float) -> None:
        """Publish what goes into one message; nothing for a node that was removed."""
        boots = self._waiting[node]
        acks = take_fitting(boots)
        if not boots:
            del self._waiting[node]
        self._told[node] = Told(now, {ack.boot: ack for ack in acks})
        if name is not None:
            self._publish(f"lm/1/{name}/ack", to_payload(acks))
            log_told(name, acks)


def take_fitting(boots: Boots) -> list[Ack]:
    """Take out as many as go into one message, at least one."""
    if len(boots) == 1:  # nearly always
        return [boots.popitem()[1]]
    taken: list[Ack] = []
    size = 0
    for ack in list(boots.values()):
        size += len(to_json(to_said(ack))) + 1
        if taken and size > ROOM:
            break
        taken.append(boots.pop(ack.boot))
    return taken


def to_order(ack: Ack) -> tuple[int, int]:
    """What rises from one acknowledgement of a boot to the next: up to where, and less open."""
    return ack.high, -sum(last - first + 1 for first, last in ack.gaps)


def log_told(name: str, acks: Sequence[Ack]) -> None:
    """Log what a node hears, a line for each boot."""
    for ack in acks:
        fields = {"node": name, "boot": ack.boot, "high": ack.high, "gaps": len(ack.gaps)}
        LOG.debug("node %s: told: page %d of boot %d", name, ack.high, ack.boot, extra=fields)


def to_payload(acks: Sequence[Ack]) -> bytes:
    """Acknowledgements of one node as it reads them; those after the first are ``others``.

    >>> from types import SimpleNamespace
    >>> to_payload([SimpleNamespace(boot=7, high=5, gaps=((1, 2),))])
    b'{"boot":7,"high":5,"gaps":[[1,2]]}'
    """
    first, *others = map(to_said, acks)
    return to_json(first | {"others": others} if others else first)


def to_said(ack: Ack) -> dict[str, Any]:
    """What is said of one boot."""
    return {"boot": ack.boot, "high": ack.high, "gaps": ack.gaps}


def to_json(said: dict[str, Any]) -> bytes:
    """Without a space: a node has little memory."""
    return json.dumps(said, separators=(",", ":")).encode()
