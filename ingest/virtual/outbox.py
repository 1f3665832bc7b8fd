"""The outbox of a node: pages that are not yet known to be committed, oldest first.

What a node keeps on flash a virtual node keeps in memory. PUBACK is not delivery: a page
leaves only when the ingest says that it is committed (docs/protocol.md).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

AGAIN_S = 30.0  # without an acknowledgement a page is sent again after this long
CAPACITY = 2000  # pages of one node; when full the oldest is dropped, and counted


@dataclass(frozen=True)
class Ack:
    """What the ingest says of one boot of a node: all up to ``high`` is committed but the gaps."""

    boot: int
    high: int
    gaps: tuple[tuple[int, int], ...]  # both ends included

    def covers(self, boot: int, sequence: int) -> bool:
        """Tell whether a page is committed."""
        if boot != self.boot or sequence > self.high:
            return False
        return not any(first <= sequence <= last for first, last in self.gaps)


def read_acks(payload: bytes) -> list[Ack]:
    """Acknowledgements as published on ``lm/1/<node>/ack``; none when that is not what it is.

    >>> [ack.covers(7, 2) for ack in read_acks(b'{"boot": 7, "high": 5, "gaps": [[1, 2]]}')]
    [False]
    """
    try:
        said = json.loads(payload)
        return [_to_ack(one) for one in [said, *said.get("others", [])]]
    except (ValueError, TypeError, KeyError, AttributeError):
        return []


def _to_ack(said: dict[str, Any]) -> Ack:
    gaps = tuple((int(first), int(last)) for first, last in said["gaps"])
    return Ack(int(said["boot"]), int(said["high"]), gaps)


@dataclass
class Outbox:
    """Pages of one node by (boot, sequence), in the order in which they were made."""

    again_s: float = AGAIN_S
    dropped: int = 0
    _pages: dict[tuple[int, int], bytes] = field(default_factory=dict)
    _sent: dict[tuple[int, int], float] = field(default_factory=dict)

    def __len__(self) -> int:
        """Count the pages kept."""
        return len(self._pages)

    def add(self, boot: int, sequence: int, page: bytes) -> None:
        """Keep a page; a full outbox drops its oldest."""
        self._pages[boot, sequence] = page
        if len(self._pages) > CAPACITY:
            oldest = next(iter(self._pages))
            self._forget(oldest)
            self.dropped += 1

    def acknowledge(self, ack: Ack) -> None:
        """Forget what is committed; what lies in a gap is sent again at once."""
        for name in list(self._pages):
            if ack.covers(*name):
                self._forget(name)
            elif name[0] == ack.boot and name[1] <= ack.high:
                self._sent.pop(name, None)

    def due(self, now: float) -> Iterator[bytes]:
        """Pages never sent, or sent too long ago without a word; marks them as sent ``now``."""
        for name, page in list(self._pages.items()):
            if now - self._sent.get(name, float("-inf")) >= self.again_s:
                self._sent[name] = now
                yield page

    def _forget(self, name: tuple[int, int]) -> None:
        del self._pages[name]
        self._sent.pop(name, None)
