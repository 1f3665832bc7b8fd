"""Acknowledgements: what each node may forget, told after the commit and not too often."""

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

LOG = logging.getLogger("lokaalmeten.ingest")
EVERY_S = 1.0  # per node: a node that sends many pages hears of them together
LOOK_S = 0.1  # between two looks at who waits: thousands may


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


class Acks:
    """Publishes the newest acknowledgement of each node, retained, on ``lm/1/<node>/ack``."""

    def __init__(self, publish: Callable[[str, bytes], None], clock: Callable[[], float]) -> None:
        """``publish`` takes topic and payload and does not wait; ``clock`` counts seconds."""
        self._publish = publish
        self._clock = clock
        self._waiting: dict[tuple[int, int], Ack] = {}  # the newest of each boot
        self._told: dict[int, tuple[float, Ack]] = {}  # node id: when, and what
        self._looks_at = 0.0

    def add(self, acks: Iterable[Ack]) -> None:
        """Note what was committed; two writers may end in the other order.

        What was told already is told again: a node that sends again may not have heard it.
        """
        for ack in acks:
            key = (ack.node_id, ack.boot)
            known = self._waiting.get(key) or self._find_told(*key)
            if known is None or to_order(ack) >= to_order(known):
                self._waiting[key] = ack

    def _find_told(self, node_id: int, boot: int) -> Ack | None:
        """What a node was told last, if it is of this boot."""
        _, ack = self._told.get(node_id, (0.0, None))
        return ack if ack is not None and ack.boot == boot else None

    def tell(self, names: Mapping[int, str], *, at_once: bool = False) -> None:
        """Publish what is new of nodes that heard nothing for EVERY_S; ``names`` by node id."""
        now = self._clock()
        if now < self._looks_at and not at_once:
            return
        self._looks_at = now + LOOK_S
        for key, ack in list(self._waiting.items()):
            told_at, _ = self._told.get(ack.node_id, (0.0, None))
            if at_once or now - told_at >= EVERY_S:
                del self._waiting[key]
                self._told[ack.node_id] = (now, ack)
                name = names.get(ack.node_id)
                if name is not None:
                    self._publish(f"lm/1/{name}/ack", to_payload(ack))
                    log_told(name, ack)


def to_order(ack: Ack) -> tuple[int, int]:
    """What rises from one acknowledgement of a boot to the next: up to where, and less open."""
    return ack.high, -sum(last - first + 1 for first, last in ack.gaps)


def log_told(name: str, ack: Ack) -> None:
    """Log what a node hears."""
    fields = {"node": name, "boot": ack.boot, "high": ack.high, "gaps": len(ack.gaps)}
    LOG.debug("node %s: told: page %d of boot %d", name, ack.high, ack.boot, extra=fields)


def to_payload(ack: Ack) -> bytes:
    """An acknowledgement as nodes read it.

    >>> from types import SimpleNamespace
    >>> to_payload(SimpleNamespace(boot=7, high=5, gaps=((1, 2),)))
    b'{"boot":7,"high":5,"gaps":[[1,2]]}'
    """
    said = {"boot": ack.boot, "high": ack.high, "gaps": ack.gaps}
    return json.dumps(said, separators=(",", ":")).encode()
