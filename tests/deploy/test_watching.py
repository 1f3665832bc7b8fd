"""Alerts and dashboard ask for metrics that there are, and alerts say what to do."""

import json
import re
from pathlib import Path

import pytest
import yaml

from ingest.metrics import Metrics
from lokaalmeten.cli.forecast_metrics import Metrics as ForecastMetrics

ROOT = Path(__file__).parents[2]
WATCHING = ROOT / "deploy/watching"
RULES = yaml.safe_load((WATCHING / "alerts.yml").read_text())["groups"][0]["rules"]
PANELS = json.loads((WATCHING / "grafana.json").read_text())["panels"]


class Source:
    """A connection to the broker, of which the ingest tells."""

    connections, waiting, trouble = 1, 0, ""


@pytest.fixture(scope="module")
def known():
    """{metric as it is asked for: its labels} of both services."""
    ingest = Metrics(lambda: 0.0)
    ingest.watch(Source())
    ingest.rejected.labels("crc")
    forecast = ForecastMetrics(3600, lambda: 0.0)
    found = {}
    for home in (ingest.registry, forecast.registry):
        for family in home.collect():
            for name in names_of(family):
                found[name] = family.type
    return found


def names_of(family):
    """Names of the samples of a family, also of one that has none yet."""
    suffixes = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}
    return [family.name + suffix for suffix in suffixes.get(family.type, ("",))]


def asked(expression):
    return set(re.findall(r"lokaalmeten_\w+", expression))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_is_of_metrics_that_there_are_and_says_what_to_do(rule, known):
    assert asked(rule["expr"]) <= set(known)
    assert asked(rule["expr"]) or rule["expr"].startswith("up{")
    assert rule["labels"]["severity"] in ("page", "ticket")
    said = rule["annotations"]
    assert said["summary"]
    assert re.search(r"meten |systemctl|journalctl|Nodes|healthz", said["description"])


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_a_panel_shows_metrics_that_there_are(panel, known):
    for target in panel["targets"]:
        names = asked(target["expr"])
        assert names <= set(known)
        assert names or "up{" in target["expr"]
        for name in names:  # a rate is of what only grows
            grows = known[name] in ("counter", "histogram")
            assert grows == bool(re.search(rf"(rate|increase)\({name}", target["expr"])), name


def test_panels_do_not_lie_over_each_other():
    cells = [
        (x, y)
        for panel in PANELS
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24  # columns of Grafana


def test_prometheus_asks_at_the_ports_of_the_environments():
    jobs = yaml.safe_load((WATCHING / "prometheus.yml").read_text())["scrape_configs"]
    told = dict(
        re.findall(
            r"LOKAALMETEN_(INGEST|FORECAST)_PORT=(\d+)",
            "".join(path.read_text() for path in (ROOT / "deploy/env").iterdir()),
        )
    )
    asked_at = {
        job["job_name"].removeprefix("lokaalmeten-").upper(): job["static_configs"][0]["targets"][0]
        for job in jobs
    }
    assert asked_at == {name: f"127.0.0.1:{port}" for name, port in told.items()}
