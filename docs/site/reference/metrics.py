"""Metrics for Prometheus, as the ingest and the forecast service declare them."""

from dataclasses import dataclass

from prometheus_client import CollectorRegistry
from prometheus_client.metrics import MetricWrapperBase

from ingest.metrics import Metrics as OfIngest
from lokaalmeten.cli.forecast_metrics import Metrics as OfForecast

from ..markdown import code, to_table

ABOUT = """\
# Metrics

What services tell Prometheus under `/metrics`. Where they answer is set by
`LOKAALMETEN_INGEST_PORT` and `LOKAALMETEN_FORECAST_PORT` ([settings](settings.md)); rules and a
dashboard are in [watching](../watching.md).
"""


@dataclass
class NoBroker:
    """A broker of which there is nothing to tell."""

    connections: int = 0
    trouble: str = ""
    waiting: int = 0


def describe_metrics() -> str:
    """A table for each service."""
    ingest, forecast = OfIngest(), OfForecast(3600)
    ingest.watch(NoBroker())
    parts = [ABOUT, "## The ingest", to_rows(ingest, ingest.registry)]
    return "\n\n".join([*parts, "## The forecast service", to_rows(forecast, forecast.registry)])


def to_rows(owner: OfIngest | OfForecast, registry: CollectorRegistry) -> str:
    """Every metric of a registry: name, kind, labels, meaning."""
    labels = {
        next(iter(each.describe())).name: each._labelnames  # the library has no other way
        for each in vars(owner).values()
        if isinstance(each, MetricWrapperBase)
    }
    rows = [
        (
            code(each.name + ("_total" if each.type == "counter" else "")),
            each.type,
            ", ".join(code(label) for label in labels.get(each.name, ())),
            each.documentation,
        )
        for each in registry.collect()
    ]
    return to_table(("metric", "kind", "labels", "meaning"), rows)
