"""`meten ingest --status`: how the running ingest does, from its own health and metrics.

read both -> one table: well or not, the broker, what came, what was kept, how fast
"""

import math
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException

from prometheus_client.parser import text_string_to_metric_families
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from lokaalmeten.errors import ServiceError, SettingsError
from lokaalmeten.settings import Settings

ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - listened on
PATIENCE_S = 5  # for an answer
UNITS = (  # from how many seconds on, seconds of one, name
    (172_800, 86_400, "days"),
    (3600, 3600, "h"),
    (60, 60, "min"),
    (1, 1, "s"),
    (0, 0.001, "ms"),
)
PER = ((1, "a second"), (60, "a minute"), (3600, "an hour"))

Buckets = list[tuple[float, float]]  # upper bound, how many do not exceed it


@dataclass(frozen=True)
class Reading:
    """The metrics of an ingest: values, histograms, and messages kept aside by reason."""

    values: Mapping[str, float]
    buckets: Mapping[str, Buckets]
    rejected: Mapping[str, float]


def show_ingest(settings: Settings, out: Console) -> bool:
    """Print how the ingest does and tell whether it is well.

    Raises SettingsError when nobody said where it answers, ServiceError when none does.
    """
    if not settings.ingest_port:
        raise SettingsError(
            "the ingest answers only when LOKAALMETEN_INGEST_PORT is set, for it and for this"
        )
    address = to_url(settings.ingest_host, settings.ingest_port)
    well, sentence = read(f"{address}/healthz")
    reading = to_reading(read(f"{address}/metrics")[1])
    if "start_time_seconds" not in reading.values:
        raise ServiceError(f"what answers at {address} is no ingest")
    out.print(to_table(well, escape(sentence.strip()), reading, time.time()))
    return well


def to_url(host: str, port: int) -> str:
    """Address of what listens there, asked from this machine.

    >>> to_url("0.0.0.0", 8051), to_url("::1", 8051)
    ('http://127.0.0.1:8051', 'http://[::1]:8051')
    """
    host = ANYWHERE.get(host, host)
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def read(url: str, who: str = "ingest") -> tuple[bool, str]:
    """Whether a page says that all is well, and its text; ServiceError when nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:  # noqa: S310 - http only
            return True, answer.read().decode(errors="replace")
    except urllib.error.HTTPError as error:
        return False, error.read().decode(errors="replace")
    except (OSError, HTTPException) as error:
        why = getattr(error, "reason", error)
        raise ServiceError(f"no {who} answers at {url}: {why}") from error


def to_reading(text: str) -> Reading:
    """Our metrics in a text of Prometheus' format, without their prefix."""
    values: dict[str, float] = {}
    buckets: dict[str, Buckets] = defaultdict(list)
    rejected: dict[str, float] = {}
    try:
        families = list(text_string_to_metric_families(text))
    except ValueError:
        families = []
    for sample in (sample for family in families for sample in family.samples):
        name = sample.name.removeprefix("lokaalmeten_")
        if "le" in sample.labels:
            pair = (float(sample.labels["le"]), sample.value)
            buckets[name.removesuffix("_bucket")].append(pair)
        elif name == "rejected_total":
            rejected[sample.labels["reason"]] = sample.value
        else:
            values[name] = sample.value
    return Reading(values, buckets, rejected)


def to_table(well: bool, sentence: str, reading: Reading, now: float) -> Table:
    """One line a fact; ``now`` is Unix time."""
    values = reading.values
    running = max(now - values["start_time_seconds"], 1)
    table = Table(box=None, show_header=False)
    table.add_row("health", sentence, style="" if well else "bold yellow")
    table.add_row("running for", to_duration(running))
    if "broker_connected" in values:
        table.add_row("broker", to_broker(values))
        table.add_row("not yet kept", f"{values['waiting_messages']:,.0f} messages")
    table.add_row("rollups", to_behind(values))
    table.add_row("last commit", to_last_commit(values, now))
    for label, name in (
        ("messages", "messages_total"),
        ("pages", "pages_total"),
        ("samples stored", "rows_total"),
        ("samples known already", "duplicates_total"),
    ):
        table.add_row(label, to_count(values[name], running))
    table.add_row("kept aside", to_reasons(reading.rejected, running))
    table.add_row("from sample to commit", to_spread(reading.buckets["lag_seconds"], to_duration))
    table.add_row("a commit takes", to_spread(reading.buckets["commit_seconds"], to_duration))
    table.add_row("messages in a batch", to_spread(reading.buckets["batch_messages"], to_number))
    return table


def to_broker(values: Mapping[str, float]) -> str:
    """Whether the broker is there, and how often it let us in.

    >>> to_broker({"broker_connected": 1.0, "broker_connections_total": 3.0})
    'connected, 3 connections since the start'
    """
    state = "connected" if values["broker_connected"] else "not connected"
    times = values["broker_connections_total"]
    return f"{state}, {times:,.0f} connection{'' if times == 1 else 's'} since the start"


def to_behind(values: Mapping[str, float]) -> str:
    """How far the rollups are behind.

    >>> to_behind({"rollup_waiting_hours": 1200.0, "rollup_waiting_seconds": 90.0})
    '1,200 hours of nodes wait, the oldest for 1.5 min'
    """
    hours = values.get("rollup_waiting_hours", 0.0)
    if not hours:
        return "up to date"
    oldest = to_duration(values["rollup_waiting_seconds"])
    return f"{hours:,.0f} hours of nodes wait, the oldest for {oldest}"


def to_last_commit(values: Mapping[str, float], now: float) -> str:
    """How long ago a batch was kept."""
    at = values["last_commit_timestamp_seconds"]
    return f"{to_duration(max(now - at, 0))} ago" if at else "none yet"


def to_count(count: float, running: float) -> str:
    """Count with its rate since the start.

    >>> to_count(1200, 600)
    '1,200, or 2 a second'
    """
    if not count:
        return "none"
    per, unit = next((pair for pair in PER if count * pair[0] >= running), PER[-1])
    return f"{count:,.0f}, or {to_number(count * per / running)} {unit}"


def to_reasons(rejected: Mapping[str, float], running: float) -> str:
    """Messages kept aside, the most frequent reasons first."""
    if not rejected:
        return "none"
    by_size = sorted(rejected.items(), key=lambda pair: -pair[1])
    why = ", ".join(f"{reason}: {count:,.0f}" for reason, count in by_size)
    return f"{to_count(sum(rejected.values()), running)} ({why})"


def to_spread(buckets: Buckets, say: Callable[[float], str]) -> str:
    """Half and nearly all of what a histogram holds, estimated from its buckets.

    >>> to_spread([(1.0, 90.0), (10.0, 100.0), (math.inf, 100.0)], to_duration)
    'half up to 556 ms, 99 % up to 9.1 s'
    """
    if not buckets[-1][1]:
        return "none yet"
    half, most = (say_bound(buckets, share, say) for share in (0.5, 0.99))
    return f"half {half}, 99 % {most}"


def say_bound(buckets: Buckets, share: float, say: Callable[[float], str]) -> str:
    """Say up to what a share of a histogram goes; its last bucket has no upper bound."""
    bound = read_quantile(buckets, share)
    return f"up to {say(bound)}" if math.isfinite(bound) else f"more than {say(buckets[-2][0])}"


def read_quantile(buckets: Buckets, share: float) -> float:
    """Value below which ``share`` of a histogram lies; infinity when it is in the last bucket.

    Linear within a bucket, as Prometheus' histogram_quantile.
    """
    rank = share * buckets[-1][1]
    low, below = 0.0, 0.0
    for bound, count in buckets:
        if count >= rank:
            inside = (rank - below) / (count - below) if count > below else 1.0
            return low + (bound - low) * inside if math.isfinite(bound) else math.inf
        low, below = bound, count
    return math.inf


def to_duration(seconds: float) -> str:
    """Duration in the largest unit that gives at least one.

    >>> to_duration(0.0123), to_duration(58), to_duration(5400), to_duration(864_000)
    ('12 ms', '58 s', '1.5 h', '10 days')
    """
    size, unit = next((size, unit) for least, size, unit in UNITS if seconds >= least)
    return f"{to_number(seconds / size)} {unit}"


def to_number(number: float) -> str:
    """Number with as many digits as a reader needs.

    >>> to_number(1234.5), to_number(58.2), to_number(9.12), to_number(2.0)
    ('1,234', '58', '9.1', '2')
    """
    return f"{number:,.0f}" if number >= 10 else f"{number:.1f}".removesuffix(".0")
