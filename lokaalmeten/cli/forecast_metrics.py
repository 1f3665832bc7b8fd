"""What the forecast service tells about itself: Prometheus metrics, and whether it is healthy.

Names follow Prometheus' conventions for units; `lokaalmeten/web.py` serves them.
"""

import time
from collections.abc import Callable, Mapping, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge

from lokaalmeten.forecasts import SILENT, YOUNG
from predict.job import Told

LATE = 2  # periods without a round after which it is not well


class Metrics:
    """Counts of one forecast service that goes a round each ``every_s``.

    Any thread may call any method.
    """

    def __init__(self, every_s: int, clock: Callable[[], float] = time.time) -> None:
        """Start without a round; ``clock`` gives Unix seconds."""
        self.registry = home = CollectorRegistry()
        self._every_s, self._clock = every_s, clock
        self._last = self._started = clock()
        self._trouble = ""
        age = Gauge(
            "lokaalmeten_forecast_age_seconds", "Since the last round, or the start", registry=home
        )
        age.set_function(self.read_age)
        self.rounds = Counter("lokaalmeten_forecast_rounds", "Rounds that were gone", registry=home)
        self.seconds = self._gauge("round_seconds", "That the last round took")
        self.places = self._gauge("places", "Places with a forecast in the latest round")
        self.refused = self._gauge("refused", "Places without one, by reason", "reason")
        self.coverage = self._gauge(
            "coverage80", "Share of the hours of two weeks inside their interval of 80 %", "kind"
        )
        self.weather = self._gauge("weather_hours", "Hours ahead that weather was used for")
        self.drift = Counter(
            "lokaalmeten_forecast_drift",
            "Times that intervals were found not to hold",
            ["quantity", "share"],
            registry=home,
        )

    def _gauge(self, name: str, about: str, *more: str) -> Gauge:
        labels = ["quantity", *more]
        return Gauge(f"lokaalmeten_forecast_{name}", about, labels, registry=self.registry)

    def told(self, told: Told, took_s: float) -> None:
        """Note the round of one quantity."""
        self.seconds.labels(told.quantity).set(took_s)
        for share in told.drifted:
            self.drift.labels(told.quantity, share).inc()
        if told.written:
            self.places.labels(told.quantity).set(told.issued)
            self.refused.labels(told.quantity, SILENT).set(told.silent)
            self.refused.labels(told.quantity, YOUNG).set(told.young)
            self.weather.labels(told.quantity).set(told.weather.hours)

    def covered(self, quantity: str, shares: Mapping[str, float]) -> None:
        """Note the share of hours inside their interval, by kind of place."""
        for kind, share in shares.items():
            self.coverage.labels(quantity, kind).set(share)

    def gone(self, told: Sequence[Told]) -> None:
        """Note that a round of all quantities is over."""
        if told:
            self._last, self._trouble = self._clock(), ""
            self.rounds.inc()

    def trouble(self, sentence: str) -> None:
        """Note what kept a round from being made; the next one clears it."""
        self._trouble = sentence

    def read_age(self) -> float:
        """Seconds since the last round, or since the start."""
        return max(self._clock() - self._last, 0.0)

    def read_health(self) -> tuple[bool, str]:
        """Tell whether all is well, in one sentence."""
        age = self.read_age()
        if age > LATE * self._every_s:
            what = (
                "no round yet since the start"
                if self._last == self._started
                else "the last round was"
            )
            why = f": {self._trouble}" if self._trouble else ""
            return False, f"{what} {age:.0f} s ago, and one is due each {self._every_s} s{why}"
        return True, f"the forecasts are well; the last round was {age:.0f} s ago"
