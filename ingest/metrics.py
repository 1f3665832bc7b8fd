"""What the ingest tells about itself: Prometheus metrics, and whether it is healthy.

    taken    a batch came from the broker
    kept     a batch was committed
    trouble  a batch could not be committed
    turn     the main loop is alive
    waits    what the rollups have not come to
    watch    whom to ask about the broker

``web.py`` serves them.
"""

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from .decode import Decoded
from .histogram import ColumnHistogram

# From below a second (a batch) over a minute (a page) to days (a node that was out of reach).
LAG_S = (0.5, 1, 2, 5, 10, 20, 30, 45, 60, 90, 120, 300, 900, 3600, 21_600, 86_400, 604_800)
COMMIT_S = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10)
SIZE = (1, 3, 10, 30, 100, 300, 1000, 3000)
LATE_S = 60  # that the rollups may lie behind: usually it is five
QUIET_S = 30  # without a turn of the main loop, or without a commit while messages wait


class Source(Protocol):
    """Whom to ask about the broker."""

    @property
    def connections(self) -> int: ...  # noqa: D102
    @property
    def trouble(self) -> str: ...  # noqa: D102
    @property
    def waiting(self) -> int: ...  # noqa: D102


class Counts(Protocol):
    """What a write did."""

    @property
    def inserted(self) -> int: ...  # noqa: D102
    @property
    def duplicate(self) -> int: ...  # noqa: D102


class Metrics:
    """Counts of one ingest process; names follow Prometheus' conventions for units.

    Any thread may call any method.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        """Start at zero; ``clock`` gives Unix seconds."""
        self.registry = home = CollectorRegistry()
        self._clock = clock
        self._turned = self._progressed = clock()
        self._trouble = ""
        self._source: Source | None = None
        self.messages = Counter("lokaalmeten_messages", "Messages received", registry=home)
        self.pages = Counter("lokaalmeten_pages", "Sound pages committed", registry=home)
        self.rows = Counter("lokaalmeten_rows", "Samples stored", registry=home)
        self.duplicates = Counter("lokaalmeten_duplicates", "Samples known", registry=home)
        self.rejected = Counter(
            "lokaalmeten_rejected", "Messages kept aside", ["reason"], registry=home
        )
        self.pages_moved = Counter(
            "lokaalmeten_pages_moved", "Pages stored when an anchor told their time", registry=home
        )
        self.batch = Histogram(
            "lokaalmeten_batch_messages", "Messages of a batch", buckets=SIZE, registry=home
        )
        self.commit = Histogram(
            "lokaalmeten_commit_seconds", "Time to write a batch", buckets=COMMIT_S, registry=home
        )
        self.lag = ColumnHistogram(
            "lokaalmeten_lag_seconds", "From each sample to its commit", LAG_S
        )
        home.register(self.lag)
        self.committed = Gauge(
            "lokaalmeten_last_commit_timestamp_seconds", "When a batch was kept", registry=home
        )
        self.waiting_hours = Gauge(
            "lokaalmeten_rollup_waiting_hours", "Hours of nodes to be added up", registry=home
        )
        self._waiting_since: float | None = None  # Unix seconds
        behind = Gauge(
            "lokaalmeten_rollup_waiting_seconds", "Since the oldest of them waits", registry=home
        )
        behind.set_function(self.read_behind)
        started = Gauge("lokaalmeten_start_time_seconds", "When the ingest started", registry=home)
        started.set(clock())

    def watch(self, source: Source) -> None:
        """Ask ``source`` about the broker from now on."""
        self._source = source
        self.registry.register(Connection(source))

    def taken(self, messages: int) -> None:
        """Note a batch that was gathered."""
        if self._source is not None and self._source.waiting == messages:
            self._progressed = self._clock()  # none waited before these
        self.messages.inc(messages)
        self.batch.observe(messages)

    def kept(self, decoded: Decoded, written: Counts, took_s: float) -> None:
        """Note a committed batch."""
        now = self._clock()
        self.pages.inc(sum(map(len, decoded.arrivals.values())))
        self.rows.inc(written.inserted)
        self.duplicates.inc(written.duplicate)
        self.commit.observe(took_s)
        self.committed.set(now)
        self._progressed = now
        for refused in decoded.rejected:
            self.rejected.labels(refused.reason).inc()
        for rows in decoded.batch:
            self.lag.observe((now - rows.time).clip(0))  # a clock may run ahead of ours
        self._trouble = ""

    def moved(self, pages: int, counts: tuple[int, int]) -> None:
        """Note held pages that are stored now: ``counts`` are samples inserted and known."""
        self.pages_moved.inc(pages)
        self.rows.inc(counts[0])
        self.duplicates.inc(counts[1])

    def turn(self) -> None:
        """Note that the main loop is alive."""
        self._turned = self._clock()

    def trouble(self, sentence: str) -> None:
        """Note what keeps a batch from being kept; the next commit clears it."""
        self._trouble = sentence
        self.turn()

    def waits(self, hours: int, since: datetime | None) -> None:
        """Note what waits to be added up, and since when."""
        self.waiting_hours.set(hours)
        self._waiting_since = None if since is None else since.timestamp()

    def read_behind(self) -> float:
        """Seconds that the rollups are behind, 0 when nothing waits."""
        since = self._waiting_since
        return 0.0 if since is None else max(self._clock() - since, 0.0)

    def read_health(self) -> tuple[bool, str]:
        """Tell whether all is well, in one sentence: first the database, then the broker."""
        if self._trouble:
            return False, self._trouble
        now, source = self._clock(), self._source
        stuck, quiet = now - self._progressed, now - self._turned
        if source is not None and source.waiting and stuck > QUIET_S:
            return False, f"the database has kept nothing for {stuck:.0f} s, and messages wait"
        if source is not None and source.trouble:
            return False, source.trouble
        if quiet > QUIET_S:
            return False, f"the ingest has not moved for {quiet:.0f} s"
        behind = self.read_behind()
        late = f"; the rollups are {behind:.0f} s behind, which costs speed only"
        return True, "the ingest is well" + (late if behind > LATE_S else "")


class Connection(Collector):
    """What a source says of its broker, asked when somebody wants to know."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def collect(self) -> Iterable[Metric]:
        """Return the metrics as they are now."""
        source = self._source
        yield GaugeMetricFamily(
            "lokaalmeten_broker_connected", "1 when connected", not source.trouble
        )
        yield CounterMetricFamily(
            "lokaalmeten_broker_connections", "Times the broker let us in", source.connections
        )
        yield GaugeMetricFamily(
            "lokaalmeten_waiting_messages", "Messages gathered and not yet kept", source.waiting
        )
