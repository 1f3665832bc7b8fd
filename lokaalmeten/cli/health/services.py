"""What answers over HTTP: ingest, forecasts, the pages."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from lokaalmeten.errors import ServiceError

from ..status import Reading, read, to_duration, to_reading, to_spread, to_url
from .certificate import check_shown
from .finding import Finding, absent, well, wrong

LONGEST = 200  # characters of an answer that are shown


def check_ingest(host: str, port: int) -> list[Finding]:
    """Look at the health and the metrics of the ingest."""
    if not port:
        return [absent("ingest", "health", "set LOKAALMETEN_INGEST_PORT, for it and for this")]
    address = to_url(host, port)
    try:
        health = read(f"{address}/healthz")
        reading = to_reading(read(f"{address}/metrics")[1])
    except ServiceError as error:
        return [wrong("ingest", "health", str(error), "start meten ingest")]
    return [judge_health("ingest", *health), *judge_metrics(address, reading)]


def judge_metrics(address: str, reading: Reading) -> list[Finding]:
    """Judge whether it is an ingest, and tell how long samples take, half of them."""
    lag = reading.buckets.get("lag_seconds")
    if "start_time_seconds" not in reading.values or not lag:
        said = f"what answers at {address} is no ingest"
        return [wrong("ingest", "lag", said, "correct LOKAALMETEN_INGEST_PORT")]
    return [well("ingest", "lag", f"from sample to commit: {to_spread(lag, to_duration)}")]


def check_forecast(host: str, port: int) -> list[Finding]:
    """Look at the health of the forecast service."""
    if not port:
        return [absent("forecast", "health", "set LOKAALMETEN_FORECAST_PORT, for it and for this")]
    try:
        return [
            judge_health("forecast", *read(f"{to_url(host, port)}/healthz", "forecast service"))
        ]
    except ServiceError as error:
        return [wrong("forecast", "health", str(error), "start meten forecast run --every 1h")]


def check_site(site: str) -> list[Finding]:
    """Look whether the pages answer as others reach them."""
    if not site:
        return [absent("pages", "health", "say where they are: LOKAALMETEN_SITE")]
    # a name and password in the address are not sent, and not shown
    parts = urlsplit(site)
    plain = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    try:
        ok, said = read(f"{plain.rstrip('/')}/healthz", "page")
    except ServiceError as error:
        return [wrong("pages", "health", str(error), "start meten dashboard, or its proxy")]
    return [judge_health("pages", ok, f"{plain} answers" if ok else said)]


def check_site_certificate(site: str) -> list[Finding]:
    """Look at the certificate of the pages; nothing where they have none."""
    parts = urlsplit(site)
    if parts.scheme != "https":
        return []
    return check_shown("pages", parts.hostname or "", parts.port or 443, datetime.now(UTC))


def judge_health(part: str, ok: bool, sentence: str) -> Finding:
    """Judge what a service says of itself."""
    said = " ".join(sentence.split())[:LONGEST] or "it says nothing"
    if ok:
        return well(part, "health", said)
    return wrong(part, "health", said, "see its log for what it lacks")
