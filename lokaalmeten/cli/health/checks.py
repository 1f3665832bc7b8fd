"""All checks at the same time, so that a dead host costs some seconds and not a minute."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path

from lokaalmeten.errors import LokaalmetenError
from lokaalmeten.settings import Settings

from .broker import check_broker, check_certificate, check_certificates
from .database import check_database, check_replica
from .disk import check_data, check_secrets
from .finding import PATIENCE_S, Finding, unknown, wrong
from .services import check_forecast, check_ingest, check_site, check_site_certificate

Check = Callable[[], list[Finding]]

LONGEST_S = 2 * PATIENCE_S  # of a check that asks more than once; each answer has PATIENCE_S


def to_checks(settings: Settings, broker: Path | None) -> dict[str, Check]:
    """What there is to look at, by name, in the order in which it is told."""
    url = settings.broker.get_secret_value()
    return {
        "database": lambda: check_database(settings.dsn.get_secret_value()),
        "replica": lambda: check_replica(settings.read_dsn.get_secret_value()),
        "broker": lambda: check_broker(url),
        "broker certificate": lambda: check_certificate(url),
        "broker files": lambda: check_certificates(broker),
        "ingest": lambda: check_ingest(settings.ingest_host, settings.ingest_port),
        "forecast": lambda: check_forecast(settings.forecast_host, settings.forecast_port),
        "pages": lambda: check_site(settings.site),
        "pages certificate": lambda: check_site_certificate(settings.site),
        "disk": lambda: check_data(settings.data),
        "files": lambda: check_secrets(broker),
    }


def run_checks(checks: Mapping[str, Check], longest_s: float = LONGEST_S) -> list[Finding]:
    """Run all at once; what has no answer after ``longest_s`` seconds is not known."""
    pool = ThreadPoolExecutor(len(checks), "doctor")
    running = {name: pool.submit(check) for name, check in checks.items()}
    wait(running.values(), longest_s)
    pool.shutdown(wait=False, cancel_futures=True)
    return [one for name, future in running.items() for one in to_findings(name, future)]


def to_findings(name: str, future: Future[list[Finding]]) -> list[Finding]:
    """What a check found, or why it found nothing."""
    if not future.done():
        return [unknown(name, "all", "no answer in time", "is the host reachable, and its name?")]
    error = future.exception()
    if isinstance(error, LokaalmetenError):
        return [wrong(name, "all", str(error), "see: meten config check")]
    if error is not None:  # the others are told all the same; its words may hold a secret
        said = f"a defect in meten itself: {type(error).__name__}"
        return [unknown(name, "all", said, "please report it")]
    return future.result()
