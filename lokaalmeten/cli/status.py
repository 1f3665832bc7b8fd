"""`meten ingest --status`: how the running ingest does, from its own metrics."""

import urllib.error
import urllib.request

from prometheus_client.parser import text_string_to_metric_families
from rich.console import Console
from rich.table import Table

from lokaalmeten.errors import ServiceError, SettingsError
from lokaalmeten.settings import Settings

SHOWN = {
    "lokaalmeten_messages_total": "messages received",
    "lokaalmeten_rows_total": "samples stored",
    "lokaalmeten_duplicates_total": "samples known already",
    "lokaalmeten_waiting": "messages not yet kept",
}


def show_ingest(settings: Settings, out: Console) -> None:
    """Print health and counts; ServiceError when no ingest answers."""
    if not settings.metrics_port:
        raise SettingsError(
            "the ingest answers only when LOKAALMETEN_METRICS_PORT is set, for it and for this"
        )
    address = f"http://127.0.0.1:{settings.metrics_port}"
    table = Table(box=None, show_header=False)
    table.add_row("health", read(f"{address}/healthz").strip())
    for family in text_string_to_metric_families(read(f"{address}/metrics")):
        for sample in family.samples:
            if sample.name in SHOWN:
                table.add_row(SHOWN[sample.name], f"{sample.value:,.0f}")
            elif sample.name == "lokaalmeten_rejected_total":
                table.add_row(f"kept aside: {sample.labels['reason']}", f"{sample.value:,.0f}")
    out.print(table)


def read(url: str) -> str:
    """Text of a page, also of one that says that something is wrong."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - loopback
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.read().decode()
    except OSError as error:
        raise ServiceError(f"no ingest answers at {url}: {error}") from error
