"""The journal: what the ingest says of its batches, in a calm log however many there are."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from lokaalmeten.rejected import Rejected

from .decode import Decoded
from .metrics import Counts

LOG = logging.getLogger("lokaalmeten.ingest")
TOGETHER_S = 1.0  # batches come by the hundred in it
EVERY_S = 10.0  # between two lines on one node and reason
MOST = 20  # lines on nodes in that time; names are free to invent, so the rest are told as one

Key = tuple[str, str]  # node and reason


@dataclass
class Sum:
    """Batches that are told together."""

    batches: int = 0
    rows: int = 0
    duplicates: int = 0
    refused: int = 0
    seconds: float = 0.0
    nodes: set[int] = field(default_factory=set)

    def add(self, decoded: Decoded, written: Counts, took_s: float) -> None:
        """Count one batch in."""
        self.batches += 1
        self.rows += written.inserted
        self.duplicates += written.duplicate
        self.refused += len(decoded.rejected)
        self.seconds += took_s
        self.nodes |= find_nodes(decoded)

    def tell(self) -> None:
        """Log what it was."""
        fields = {
            "nodes": len(self.nodes),
            "batches": self.batches,
            "rows": self.rows,
            "duplicates": self.duplicates,
            "refused": self.refused,
            "seconds": round(self.seconds, 4),
        }
        LOG.info("kept %d new rows, %d known", self.rows, self.duplicates, extra=fields)


class Journal:
    """Logs batches and refusals; `kept` and `tell` may be called by different threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock`` counts seconds."""
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: Counter[Key] = Counter()
        self._told: dict[Key, float] = {}  # when, of those told within EVERY_S
        self._others_told = -EVERY_S
        self._sum, self._summed_at = Sum(), -TOGETHER_S

    def kept(self, decoded: Decoded, written: Counts, took_s: float) -> None:
        """Note a committed batch, and what of it was refused."""
        with self._lock:
            self._sum.add(decoded, written, took_s)
        self.note(decoded.rejected)
        self.tell()

    def note(self, rejected: Iterable[Rejected]) -> None:
        """Note what was refused, to be told."""
        with self._lock:
            self._waiting.update((refused.node, refused.reason) for refused in rejected)

    def tell(self, *, at_once: bool = False) -> None:
        """Log the batches since, and what was refused, not too often.

        Batches share a line in TOGETHER_S, and refusals one in EVERY_S on each node and reason;
        beyond MOST nodes and reasons the others share theirs. ``at_once`` leaves nothing untold.
        """
        now = self._clock()
        with self._lock:
            if self._sum.batches and (at_once or now - self._summed_at >= TOGETHER_S):
                self._summed_at = now
                self._sum.tell()
                self._sum = Sum()
            self._told = {key: at for key, at in self._told.items() if now - at < EVERY_S}
            due = [key for key in self._waiting if at_once or key not in self._told]
            room = max(MOST - len(self._told), 0)
            for key in due[:room]:
                self._told[key] = now
                tell_refused(*key, self._waiting.pop(key))
            if due[room:] and (at_once or now - self._others_told >= EVERY_S):
                self._others_told = now
                tell_others(len(due) - room, sum(map(self._waiting.pop, due[room:])))


def tell_refused(node: str, reason: str, times: int) -> None:
    """Log that messages of a node were refused for a reason."""
    who = f"node {node}" if node else "no node"
    how_often = f" ({times} times)" if times > 1 else ""
    fields = {"node": node or None, "reason": reason, "times": times}
    LOG.warning("%s: refused: %s%s", who, reason, how_often, extra=fields)


def tell_others(senders: int, times: int) -> None:
    """Log that more was refused than there are lines for."""
    event = "%d more messages refused, for %d other nodes or reasons: see meten rejected list"
    LOG.warning(event, times, senders, extra={"times": times})


def find_nodes(decoded: Decoded) -> set[int]:
    """Nodes that sent the rows of a batch; the rows of a page stand together."""
    nodes: set[int] = set()
    for rows in decoded.batch:
        nodes.update(rows.node[np.flatnonzero(np.diff(rows.node, prepend=-1))].tolist())
    return nodes
