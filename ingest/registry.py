"""The registered nodes as the ingest knows them: read again when an unknown one speaks.

Now and then also when none does: a node may have been removed, or registered anew with its name.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from lokaalmeten.errors import StorageError

from .decode import Message, Node
from .payloads import to_node_name

LOG = logging.getLogger("lokaalmeten.ingest")
REREAD_S = 1  # at most this often: names are free to invent
FRESH_S = 60  # a removed node is known for at most so long


class NodeStore(Protocol):
    """Where the nodes are registered; may raise StorageError."""

    def read_nodes(self) -> Mapping[str, Node]: ...  # noqa: D102


class Registry:
    """Nodes by name; ``moving`` are the ids of those that move, ``names`` are the names by id."""

    def __init__(self, store: NodeStore, clock: Callable[[], float]) -> None:
        """Read the nodes; StorageError when the database is not there at the start."""
        self._store = store
        self._clock = clock
        self._read_at = clock() - REREAD_S  # the first stranger may have been registered since
        self._read()

    def __len__(self) -> int:
        """Count the nodes."""
        return len(self._nodes)

    def known_to(self, messages: Iterable[Message]) -> Mapping[str, Node]:
        """Nodes by name, fresh enough for the senders of these messages."""
        strangers = any(to_node_name(message.topic) not in self._nodes for message in messages)
        if self._clock() - self._read_at >= (REREAD_S if strangers else FRESH_S):
            self._read_at = self._clock()
            try:
                self._read()
            except StorageError as error:
                LOG.warning("registry not read: %s", error)
        return self._nodes

    def _read(self) -> None:
        self._nodes = self._store.read_nodes()
        self.moving = frozenset(node.id for node in self._nodes.values() if node.moving)
        self.names = {node.id: name for name, node in self._nodes.items()}

    def name_of(self, node_id: int) -> str | None:
        """Name of a known node."""
        return self.names.get(node_id)
