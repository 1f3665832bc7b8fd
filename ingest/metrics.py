"""What the ingest tells about itself: Prometheus metrics, and whether it is healthy."""

import threading
import time
from collections.abc import Callable, Iterable
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import numpy as np
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, make_wsgi_app

from lokaalmeten.errors import ServiceError
from lokaalmeten.observations import Observations
from lokaalmeten.rejected import Rejected

LAG_S = (0.05, 0.1, 0.5, 1, 5, 30, 60, 300, 3600, 86_400, float("inf"))
COMMIT_S = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, float("inf"))
SIZE = (1, 3, 10, 30, 100, 300, 1000, 3000, float("inf"))
QUIET_S = 30  # without a turn of the main loop: it hangs, or waits for a database that is away


class Metrics:
    """Counts of one ingest process; names follow Prometheus' conventions for units."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        """Start at zero."""
        self.registry = CollectorRegistry()
        self._clock = clock
        self._turned = clock()
        self._trouble = ""
        home = self.registry
        self.messages = Counter("lokaalmeten_messages", "Messages received", registry=home)
        self.rows = Counter("lokaalmeten_rows", "Samples stored", registry=home)
        self.duplicates = Counter("lokaalmeten_duplicates", "Samples known", registry=home)
        self.rejected = Counter(
            "lokaalmeten_rejected", "Messages kept aside", ["reason"], registry=home
        )
        self.pages_moved = Counter(
            "lokaalmeten_pages_moved", "Pages stored when an anchor told their time", registry=home
        )
        self.lag = Histogram(
            "lokaalmeten_lag_seconds", "From sample to commit", buckets=LAG_S, registry=home
        )
        self.batch = Histogram(
            "lokaalmeten_batch_messages", "Messages of a batch", buckets=SIZE, registry=home
        )
        self.commit = Histogram(
            "lokaalmeten_commit_seconds", "Time to write a batch", buckets=COMMIT_S, registry=home
        )
        self.waiting = Gauge("lokaalmeten_waiting", "Messages not yet kept", registry=home)

    def taken(self, messages: int) -> None:
        """Note a batch that was taken from the broker."""
        self.messages.inc(messages)
        self.batch.observe(messages)
        self.waiting.set(messages)

    def kept(
        self,
        batch: Iterable[Observations],
        rejected: Iterable[Rejected],
        counts: tuple[int, int],
        took_s: float,
    ) -> None:
        """Note a committed batch: ``counts`` are samples inserted and known already."""
        now = self._clock()
        self.rows.inc(counts[0])
        self.duplicates.inc(counts[1])
        self.commit.observe(took_s)
        self.waiting.set(0)
        for refused in rejected:
            self.rejected.labels(refused.reason).inc()
        for rows in batch:
            if len(rows):
                self.lag.observe(max(0.0, now - float(np.median(rows.time))))
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

    def read_health(self) -> tuple[bool, str]:
        """Tell whether all is well, in one sentence."""
        if self._trouble:
            return False, self._trouble
        quiet = self._clock() - self._turned
        if quiet > QUIET_S:
            return False, f"the ingest has not moved for {quiet:.0f} s"
        return True, "the ingest is well"


class _Silent(WSGIRequestHandler):
    """A request is no event worth a line in the log."""

    def log_message(self, format: str, *args: object) -> None: ...  # noqa: A002


def serve_metrics(metrics: Metrics, host: str, port: int) -> WSGIServer:
    """Answer ``/metrics`` and ``/healthz`` in a thread; ServiceError when the port is taken.

    ``/healthz`` is 200 or 503, with a sentence.
    """
    answer_metrics = make_wsgi_app(metrics.registry)

    def answer(environ: dict, start: Callable) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/metrics":
            return answer_metrics(environ, start)
        if environ["PATH_INFO"] != "/healthz":
            start("404 Not Found", [("Content-Type", "text/plain; charset=utf-8")])
            return [b"there is /metrics and /healthz\n"]
        well, sentence = metrics.read_health()
        status = "200 OK" if well else "503 Service Unavailable"
        start(status, [("Content-Type", "text/plain; charset=utf-8")])
        return [f"{sentence}\n".encode()]

    try:
        server = make_server(host, port, answer, handler_class=_Silent)
    except OSError as error:
        raise ServiceError(
            f"port {port} of {host} cannot be used for metrics ({error.strerror}); "
            "set LOKAALMETEN_METRICS_PORT"
        ) from error
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
