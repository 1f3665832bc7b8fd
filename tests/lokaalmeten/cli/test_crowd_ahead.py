"""`meten crowd ahead` and `meten crowd whatif` on a square with some days of counts."""

import time
from datetime import UTC, datetime

import numpy as np
import pytest

from lokaalmeten.observations import to_observations
from storage import crowd, crowd_events
from storage.pool import connect
from storage.registry import add_node
from storage.weather import WeatherRows, add_weather
from storage.writer import write
from tests.services.event import make_counts, write_event
from tests.services.meten import meten, running, wait_until

QUARTER, DAY = 900, 96


@pytest.fixture
def square(timescale_database, tmp_path):
    """A square with three days of counts up to now."""
    return make_square(timescale_database, tmp_path, 3)


def make_square(dsn, folder, days):
    """A square with counts up to now."""
    plan, _, _ = write_event(folder, 1)
    meten("crowd", "add", plan, "--name", "square", dsn=dsn)
    counts = make_counts(days * DAY)
    times = int(time.time()) // QUARTER * QUARTER - QUARTER * np.arange(len(counts))[::-1]
    with connect(dsn) as connection:
        for gate, columns in (("north", [0, 1]), ("south", [2, 3])):
            node = add_node(connection, gate, "counter", lat=52.0, lon=5.0)
            which = np.full(len(times), node.id, np.int32)
            values = counts[:, columns].T.astype(np.int32)
            keys = ("count_in", "count_out")
            write(connection, [to_observations(which, times, keys, values)])
    return dsn


def test_the_weather_that_is_known_is_used_as_far_as_it_reaches(timescale_database, tmp_path):
    dsn, now = make_square(timescale_database, tmp_path, 35), datetime.now(UTC)
    hours = 35 * 24 + 10  # until ten whole hours ahead
    start = int(time.time()) // 3600 * 3600 - 35 * 24 * 3600
    rain = np.random.default_rng(1).random((hours, 1)) * 3
    with connect(dsn) as connection:
        add_weather(connection, "a model", now, WeatherRows(start, ("rain",), rain))
    said = meten("crowd", "ahead", "square", "--days", 1, dsn=dsn)
    assert said.returncode == 0, said.stderr
    told = "the first 24 hours by the forecasting core, 10 of them with the weather"
    assert told in " ".join(said.stdout.split())
    with connect(dsn) as connection:
        kept = crowd_events.read_ahead(connection, "square", datetime.now(UTC))
    assert kept.basis == ["core with weather"] * 10 + ["core"] * 14


def test_days_ahead_are_shown_and_kept(square):
    said = meten("crowd", "ahead", "square", "--days", 2, dsn=square)
    assert said.returncode == 0, said.stderr
    assert "all zones" in said.stdout
    assert "passage/north a minute" in said.stdout
    assert "the first 0 hours by the forecasting core" in " ".join(said.stdout.split())
    with connect(square) as connection:
        kept = crowd_events.read_ahead(connection, "square", datetime.now(UTC))
    assert kept.quantiles.shape == (48, 3, 7)
    assert set(kept.basis) == {"like days"}
    assert np.isfinite(kept.quantiles).all()


def test_a_watch_forecasts_the_days_ahead_beside_its_rounds(square, tmp_path):
    with (
        connect(square) as connection,
        running("crowd", "watch", "square", log=tmp_path / "watch.log", dsn=square),
    ):
        kept = wait_until(lambda: crowd_events.read_ahead(connection, "square", datetime.now(UTC)))
        assert wait_until(lambda: crowd.read_latest(connection, "square", datetime.now(UTC)))
    assert len(kept.basis) == 14 * 24
    assert "Traceback" not in (tmp_path / "watch.log").read_text()


def test_a_scenario_is_marked_and_leaves_no_trace(square):
    words = ("--close", "north", "--add", "3000@square", "--delay", "30")
    said = meten("crowd", "whatif", "square", *words, dsn=square)
    assert said.returncode == 0, said.stderr
    assert "SCENARIO, not a forecast: square" in said.stdout
    assert "north is closed, arrivals come 30 minutes later, 3000 people more" in said.stdout
    assert "->" in said.stdout
    with connect(square) as connection:
        assert crowd.read_latest(connection, "square", datetime.now(UTC)) is None
        assert connection.execute("SELECT count(*) FROM private.crowd_event").fetchone() == (0,)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "a scenario needs --close, --delay or --add"),
        (("--close", "east"), "there is no passage 'east'; choose among north, south"),
        (("--add", "many@square"), "--add is like 500@pier"),
        (("--add", "5@north"), "there is no zone 'north'; choose among square"),
        (("--delay", "-5"), "'--delay': Input should be greater than or equal to 0"),
    ],
)
def test_wrong_use_is_a_sentence_and_exit_code_2(timescale_database, tmp_path, words, says):
    plan, _, _ = write_event(tmp_path, 1)
    meten("crowd", "add", plan, "--name", "square", dsn=timescale_database)
    said = meten("crowd", "whatif", "square", *words, dsn=timescale_database)
    assert said.returncode == 2
    assert says in " ".join(said.stderr.replace("\N{BOX DRAWINGS LIGHT VERTICAL}", " ").split())
    empty = meten("crowd", "ahead", "square", dsn=timescale_database)
    assert empty.returncode == 2
    assert "days ahead need counts of 24 hours" in empty.stderr
