"""The store: one connection that comes back, and what a running part asks of it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.account import Account, Mark
from lokaalmeten.anchor import Anchor, Held
from lokaalmeten.errors import StorageError
from lokaalmeten.observations import Observations
from lokaalmeten.privacy import Privacy
from lokaalmeten.rejected import Rejected
from lokaalmeten.stations import Hours, Station
from lokaalmeten.words import Log, Status

from . import corrections, delivery, imports, node_status, registry, stations, writer
from .anchors import read_held
from .delivery import NOTHING, Arrivals
from .failures import Connection
from .migrate import check_known
from .pool import connect
from .privacy import read_privacy
from .rejected import rename_rejected
from .rides import Due, RideRow, Track, read_track, take_due, write_rides
from .rollups import Waiting, roll_up, waiting
from .tuning import make_ahead

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


class Store:
    """Asks a database for one thing after the other; a lost connection is opened again.

    Every method raises StorageError, after which the next call tries afresh.
    """

    def __init__(self, dsn: str) -> None:
        """Connect, so that a wrong DSN is known at once."""
        self._dsn = dsn
        self._connection: Connection | None = connect(dsn)
        self._writer: writer.Writer | None = None  # of that connection

    def __enter__(self) -> Self:
        """Use the store in a with block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Close the connection."""
        self._drop()

    def ask(
        self,
        question: Callable[Concatenate[Connection, Given], Answer],
        *args: Given.args,
        **kwargs: Given.kwargs,
    ) -> Answer:
        """Call a function of this package with the connection."""
        if self._connection is None:
            self._connection = connect(self._dsn)
        try:
            return question(self._connection, *args, **kwargs)
        except StorageError:
            self._drop()
            raise

    def check_known(self) -> None:
        """Refuse a database that is newer than this program, with a StorageError."""
        self.ask(check_known)

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = self._writer = None

    def read_nodes(self) -> Mapping[str, registry.Node]:
        """All nodes by name."""
        return self.ask(registry.read_nodes)

    def add_node(self, name: str, kind: str, **facts: Any) -> registry.Node:
        """Register a node, or bring what is known of it up to date."""
        return self.ask(registry.add_node, name, kind, **facts)

    def register_device(
        self,
        kind: str,
        hardware: str,
        model: str,
        label: str = "",
        lat: float | None = None,
        lon: float | None = None,
    ) -> int:
        """Node id of a device known by its own lasting name; position in degrees, WGS84."""
        facts = (kind, hardware, model, label, lat, lon)
        return self.ask(registry.register_device, *facts).id

    def write_words(self, statuses: Sequence[Status], logs: Sequence[Log]) -> None:
        """Keep what nodes said of themselves."""
        self.ask(node_status.write_words, statuses, logs)

    def read_delivery(self) -> Sequence[delivery.Ack]:
        """What is committed of the latest boot of each node."""
        return self.ask(delivery.read_delivery)

    def write(
        self,
        batch: Sequence[Observations],
        rejected: Sequence[Rejected],
        arrivals: Arrivals = NOTHING,
        anchors: Sequence[Anchor] = (),
        replayed: Sequence[int] = (),
    ) -> writer.Written:
        """Keep a batch, what was refused of it and which pages it was, in one transaction.

        ``arrivals`` are the sequences of its pages by (node id, boot), ``anchors`` the times of
        boots that they told, ``replayed`` the ids of messages that were refused once and are in
        the batch now.
        """
        also = {"arrivals": arrivals, "anchors": anchors, "replayed": replayed}
        return self._write(batch, rejected, **also)

    def read_held(self, limit: int, node: str | None = None) -> Sequence[Held]:
        """Pages that were kept aside for their time and have an anchor now."""
        return self.ask(read_held, limit, node)

    def rename_rejected(self, reasons: Mapping[int, str]) -> None:
        """Give messages that are kept aside, by id, another reason."""
        self.ask(rename_rejected, reasons)

    def write_marked(
        self,
        batch: Sequence[Observations],
        reasons: Sequence[str],
        mark: Mark,
        *,
        stations: Sequence[Station] = (),
        hours: Hours | None = None,
        days: Hours | None = None,
        listed: int = 0,
        joined: int = 0,
        fill: bool = False,
    ) -> Account:
        """Keep a chunk of a file and how far the file is, in one transaction.

        ``listed`` counts rows that only tell of a station or device, ``joined`` those that are
        part of a sample; with ``fill`` a sample that is there already gets what it lacks.
        """
        also = {"stations": stations, "hours": hours, "days": days, "listed": listed}
        also |= {"joined": joined, "fill": fill}
        written = self._write(batch, mark=mark, reasons=reasons, **also)
        return written.account or mark.account

    def _write(self, *args: Any, **kwargs: Any) -> writer.Written:
        """Write with what the writer of this connection remembers."""

        def ask_writer(connection: Connection) -> writer.Written:
            if self._writer is None:
                self._writer = writer.Writer(connection)
            return self._writer.write(*args, **kwargs)

        return self.ask(ask_writer)

    def roll_up(self, limit: int, patience_s: float = 0) -> int:
        """Add up a part of what was touched; how much it was, 0 when there is nothing to do."""
        return self.ask(roll_up, limit, patience_s)

    def read_waiting(self) -> Waiting:
        """What waits to be added up again."""
        return self.ask(waiting)

    def make_ahead(self) -> None:
        """Have the pieces of the table made in which the samples of the coming months belong."""
        self.ask(make_ahead)

    def read_applied(self) -> Sequence[corrections.Applied]:
        """All calibrations by which values are corrected."""
        return self.ask(corrections.read_applied)

    def read_members(self, nodes: Sequence[int] | None = None) -> Sequence[corrections.Member]:
        """Nodes of these numbers, or all, as calibrations look at them."""
        return self.ask(corrections.read_members, nodes)

    def read_spans(
        self, nodes: Sequence[int], start: datetime, stop: datetime
    ) -> Sequence[tuple[int, datetime, datetime]]:
        """First and last moment of the rows of nodes in a period."""
        return self.ask(corrections.read_spans, nodes, start, stop)

    def read_stored(self, node: int, start: datetime, stop: datetime) -> corrections.Stored | None:
        """Rows of a node in a period, with what they are corrected to."""
        return self.ask(corrections.read_stored, node, start, stop)

    def rewrite(self, stored: corrections.Stored, corrected: Observations) -> int:
        """Give stored rows other corrected values; how many changed."""
        return self.ask(corrections.rewrite, stored, corrected)

    def number_sets(self, sets: Sequence[tuple[int, ...]]) -> Sequence[int]:
        """Numbers of sets of calibrations."""
        return self.ask(corrections.number_sets, sets)

    def read_mark(self, digest: str) -> Mark | None:
        """How far the file with this digest is imported."""
        return self.ask(imports.read_import, digest)

    def read_station_hours(
        self, station: str, quantity: str, start: int, stop: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Starts (Unix seconds) and values of the hours of a station between two moments."""
        first, after = (datetime.fromtimestamp(at, UTC) for at in (start, stop))
        hours = self.ask(stations.read_hours, quantity, first, after, [station])
        begin = hours["time"].astype("datetime64[s, UTC]").astype("int64")
        return begin.to_numpy(np.int64), hours["value"].to_numpy(np.float64)

    def read_track(self, node_id: int, start: int, stop: int) -> Track:
        """Positions of one node."""
        return self.ask(read_track, node_id, start, stop)

    def read_privacy(self, node_id: int) -> Privacy:
        """How the rides of one node are cut."""
        return self.ask(read_privacy, node_id)

    def take_due(self, now: int) -> Sequence[Due]:
        """Some rides that are to be looked at again."""
        return self.ask(take_due, now)

    def write_rides(self, node_id: int, start: int, stop: int, rides: Sequence[RideRow]) -> None:
        """Replace the rides of one node that touch a span."""
        self.ask(write_rides, node_id, start, stop, rides)
