"""What the forecast service tells of itself, over HTTP and as sentences."""

import urllib.error
import urllib.request
from datetime import UTC, datetime

from lokaalmeten.cli.forecast_metrics import Metrics
from lokaalmeten.forecasts import Weathered
from lokaalmeten.web import Web, to_router, to_routes
from predict.drift import Drift
from predict.job import Told

NOW = datetime(2026, 3, 14, 9, tzinfo=UTC)
TOLD = Told(
    "pm25",
    NOW,
    NOW,
    True,
    100,
    {"node": Drift(0.6, 0.7, 0.9)},
    written=True,
    issued=40,
    silent=3,
    young=2,
    weather=Weathered("part", 48),
)


class Clock:
    now = 1_000_000.0

    def __call__(self):
        return self.now


def read(address):
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_metrics_tell_of_the_latest_round():
    clock = Clock()
    metrics = Metrics(3600, clock)
    metrics.told(TOLD, 12.5)
    metrics.covered("pm25", {"node": 0.79})
    metrics.gone([TOLD])
    clock.now += 100
    with Web(to_router(to_routes(metrics.registry, metrics.read_health)), "127.0.0.1", 0) as web:
        status, text = read(f"http://127.0.0.1:{web.port}/metrics")
    assert status == 200
    for line in (
        "lokaalmeten_forecast_age_seconds 100.0",
        "lokaalmeten_forecast_rounds_total 1.0",
        'lokaalmeten_forecast_places{quantity="pm25"} 40.0',
        'lokaalmeten_forecast_refused{quantity="pm25",reason="silent"} 3.0',
        'lokaalmeten_forecast_refused{quantity="pm25",reason="young"} 2.0',
        'lokaalmeten_forecast_round_seconds{quantity="pm25"} 12.5',
        'lokaalmeten_forecast_coverage80{kind="node",quantity="pm25"} 0.79',
        'lokaalmeten_forecast_drift_total{quantity="pm25",share="node"} 1.0',
        'lokaalmeten_forecast_weather_hours{quantity="pm25"} 48.0',
    ):
        assert f"\n{line}\n" in text, line


def test_it_is_not_well_when_the_last_round_is_older_than_two_periods():
    clock = Clock()
    metrics = Metrics(3600, clock)
    with Web(to_router(to_routes(metrics.registry, metrics.read_health)), "127.0.0.1", 0) as web:
        address = f"http://127.0.0.1:{web.port}/healthz"
        assert read(address)[0] == 200
        clock.now += 7201
        status, sentence = read(address)
        assert status == 503
        assert "no round yet" in sentence
        metrics.gone([TOLD])
        assert read(address) == (200, "the forecasts are well; the last round was 0 s ago\n")
        metrics.trouble("the database is away")
        clock.now += 7200
        assert read(address)[0] == 200
        clock.now += 1
        status, sentence = read(address)
        assert status == 503
        assert sentence == (
            "the last round was 7201 s ago, and one is due each 3600 s: the database is away\n"
        )


def test_a_round_that_did_not_change_what_is_told_keeps_its_places():
    metrics = Metrics(60, Clock())
    metrics.told(TOLD, 1.0)
    metrics.told(Told("pm25", NOW, NOW, False, 0, {}), 0.5)
    sample = metrics.registry.get_sample_value
    assert sample("lokaalmeten_forecast_places", {"quantity": "pm25"}) == 40
    assert sample("lokaalmeten_forecast_round_seconds", {"quantity": "pm25"}) == 0.5
