"""`meten forecast run|show|scores`: hours in, rounds out, later hours in, scores that are right."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from lokaalmeten.cli.rounds import Desk, find_look, is_filling
from lokaalmeten.observations import to_observations
from lokaalmeten.quality import Flag
from lokaalmeten.stations import Hours, Station
from predict.job import Told, run
from storage import reader
from storage.forecasts import read_forecast
from storage.pool import connect
from storage.registry import add_node
from storage.rollups import roll_up
from storage.stations import write_hours, write_stations
from storage.store import Store
from storage.writer import write
from storage.zones import add_zone
from tests.services.corrected import correct
from tests.services.meten import meten, running, to_environment, wait_until
from tests.services.outlines import box as outline
from tests.services.slow_scores import assert_scores, read_scores

HOUR = timedelta(hours=1)
EVERY_S = 600
NODES = ("box-1", "box-2", "box-3")


def last_hour():
    """Start of the hour that is under way."""
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


def make_values(number, times):
    """Some daily wave with a slow wander, never below 0, the same for the same moment."""
    day = np.sin(2 * np.pi * times / 86_400 + number)
    wander = np.sin(times / 71_000.0) + np.sin(times / 23_000.0 + 2 * number)
    return np.maximum(12 + number + 5 * day + 2 * wander, 0)


def measure(connection, name, start, stop, shift=0.0, *, gain=None):
    """Samples of a node every ten minutes."""
    times = np.arange(int(start.timestamp()), int(stop.timestamp()), EVERY_S, dtype=np.int64)
    number = int(name[-1])
    node = add_node(connection, name, "box", lat=52.09 + number / 1000, lon=5.12).id
    steps = np.round(100 * (make_values(number, times) + shift)).astype(np.int32)
    made = to_observations(np.full(len(times), node, np.int32), times, ("pm25",), steps[None])
    made.flags[:] = Flag.GOOD
    write(connection, [made if gain is None else correct(connection, made, "pm25", gain)])


def measure_all(connection, start, stop):
    for name in NODES:
        measure(connection, name, start, stop)


def go_round(dsn, now, quantity="pm25"):
    with Store(dsn) as store:
        return run(Desk(store), now, quantity)


def forecast(dsn, *words):
    return meten("forecast", *words, dsn=dsn)


def counts(connection):
    tables = ("forecast_round", "forecast")
    return [
        connection.execute(f"SELECT count(*) FROM private.{table}".encode()).fetchone()[0]
        for table in tables
    ]


@pytest.fixture
def connection(database):
    with connect(database) as connection:
        yield connection


@pytest.fixture
def then():
    """An hour long ago, so that there is time after it; always the same, as the waves go on."""
    return datetime(2026, 3, 2, 6, tzinfo=UTC)


@pytest.fixture
def past(connection, then):
    """Three boxes with ten days of hours up to that hour."""
    measure_all(connection, then - 240 * HOUR, then)
    return connection


@pytest.fixture
def town(connection):
    """Three boxes with ten days of hours, up to 30 hours ago."""
    stop = last_hour() - 30 * HOUR
    measure_all(connection, stop - 240 * HOUR, stop)
    return connection


def test_whole_journey_from_hours_to_scores_that_are_right(database, town):
    add_zone(town, "town", "municipality", "Town", outline(5.0, 52.0, 5.2, 52.2))
    first = last_hour() - 30 * HOUR
    for later in (0, 1, 7):
        measure_all(town, first + (later - 1) * HOUR, first + later * HOUR)
        assert go_round(database, first + later * HOUR + HOUR / 3).issued == 5  # and zone, cell
    measure_all(town, first + 7 * HOUR, last_hour())
    done = forecast(database, "run", "--quantity", "pm25")
    assert done.returncode == 0, done.stderr
    assert '"places": 5' in done.stderr
    expected = assert_scores(town)
    assert len({day for _, day, _ in expected}) >= 2
    never = 5  # hours between the second and the third round that nobody measured
    hours = (30 - never, 29 - never, 23)
    assert sum(sums[0] for sums in expected.values()) == 3 * sum(hours)
    assert town.execute(
        "SELECT count(*) FROM public.forecast_score WHERE kind = 'zone'"
    ).fetchone()[0]


def test_hours_that_come_late_are_corrected_or_go_are_scored_anew(database, town):
    first = last_hour() - 30 * HOUR
    go_round(database, first)
    measure_all(town, first, last_hour() - 10 * HOUR)
    go_round(database, last_hour())
    before = assert_scores(town)
    measure(town, "box-1", last_hour() - 10 * HOUR, last_hour())  # late
    odd = first + 3 * HOUR + timedelta(seconds=30)
    measure(town, "box-2", odd, odd + HOUR, shift=40.0)  # more samples of an hour, far higher
    town.execute(
        "DELETE FROM private.observation WHERE node_id = 3 AND time >= %s AND time < %s",
        [first + 5 * HOUR, first + 7 * HOUR],
    )
    town.execute("SELECT private.touch(3, %s, %s)", [first + 5 * HOUR, first + 6 * HOUR])
    while roll_up(town):
        pass
    told = go_round(database, last_hour())
    assert told.scored >= 11
    after = assert_scores(town)
    assert after != before
    assert go_round(database, last_hour()).scored == 0
    assert read_scores(town) == {key: pytest.approx(sums, abs=1) for key, sums in after.items()}


def test_what_changed_more_than_two_weeks_ago_is_scored_no_more(database, connection):
    first = last_hour() - 16 * 24 * HOUR
    measure_all(connection, first - 240 * HOUR, first)
    go_round(database, first)
    measure_all(connection, first, first + 10 * HOUR)
    go_round(database, first + 10 * HOUR)
    before = assert_scores(connection)
    measure(connection, "box-1", first + timedelta(seconds=30), first + 9 * HOUR, shift=40.0)
    assert go_round(database, last_hour()).scored == 0
    assert read_scores(connection) == {key: pytest.approx(v, abs=1) for key, v in before.items()}


def test_a_node_that_is_silent_or_young_has_a_reason_instead_of_a_forecast(database, past, then):
    later = then + 75 * HOUR
    measure(past, "box-1", then, later)
    measure(past, "box-4", later - 5 * HOUR, later)
    told = go_round(database, later)
    assert (told.issued, told.silent, told.young) == (2, 2, 1)  # box-1, and the cell of all
    reasons = {name: read_forecast(past, "node", name, "pm25")[0]["reason"] for name in NODES}
    assert reasons == {"box-1": None, "box-2": "silent", "box-3": "silent"}
    said, hours = read_forecast(past, "node", "box-4", "pm25")
    assert (said["reason"], said["history"], len(hours)) == ("young", 5, 0)


# Of ten days the core learns little of how errors grow: 40 hours without a value show in the next
# hour, which needs the latest one most; 5 do not show, and must not make it surer.
@pytest.mark.parametrize(("gap", "least"), [(5, 0.97), (40, 1.1)])
def test_hours_that_are_missing_make_no_forecast_surer(database, past, then, gap, least):
    go_round(database, then + gap * HOUR)
    blind = reader.forecast(past, "box-1", "pm25")
    said = read_forecast(past, "node", "box-1", "pm25")[0]
    assert said["known"] == pytest.approx((72 - gap) / 72)
    measure_all(past, then, then + gap * HOUR)
    assert go_round(database, then + gap * HOUR).written
    whole = reader.forecast(past, "box-1", "pm25")
    # on the scale of the roots, on which an interval does not depend on its median
    wide, narrow = (
        (frame["q90"] ** 0.5 - frame["q10"] ** 0.5).to_numpy() for frame in (blind, whole)
    )
    assert wide[0] > least * narrow[0]
    assert wide.mean() > 0.97 * narrow.mean()


def test_a_round_with_nothing_new_says_so_and_is_not_written_twice(database, town):
    now = last_hour()
    first = go_round(database, now)
    again = go_round(database, now)
    assert (first.written, first.news) == (True, True)
    assert (again.written, again.news, again.issued) == (False, False, 0)
    later = go_round(database, now + HOUR)
    assert (later.written, later.news) == (True, False)
    measure(town, "box-1", now - HOUR, now)
    late = go_round(database, now + HOUR)
    assert (late.written, late.news) == (True, True)
    assert counts(town) == [2, 8]  # three boxes and their cell
    done = forecast(database, "run", "--quantity", "pm25", "--quantity", "o3")
    assert "nothing was ever measured" in done.stderr


def test_learning_happens_when_it_is_due_and_says_why(database, past, then):
    assert go_round(database, then).learned == {"node": "first", "place": "first"}
    assert go_round(database, then + HOUR).learned == {}
    measure(past, "box-4", then - 60 * HOUR, then + HOUR)
    assert go_round(database, then + HOUR).learned == {"node": "others"}
    past.execute("UPDATE private.forecast_fit SET drifted_at = now() WHERE share = 'node'")
    assert go_round(database, then + 2 * HOUR).learned == {"node": "drift"}
    past.execute("UPDATE private.forecast_fit SET model = 'older 1' WHERE share = 'place'")
    assert go_round(database, then + 3 * HOUR).learned == {"place": "version"}
    measure_all(past, then, then + 170 * HOUR)
    assert go_round(database, then + 171 * HOUR).learned == {"node": "old", "place": "old"}


def test_intervals_that_do_not_hold_are_an_event_once_and_are_learned_anew(database, past, then):
    told, day = go_round(database, then), 0
    for day in range(1, 11):  # what nothing before has shown
        shift = 90.0 * (day % 2)
        for name in NODES:
            begin = then + (day - 1) * 24 * HOUR
            measure(past, name, begin, begin + 24 * HOUR, shift=shift)
        past.execute("UPDATE private.forecast_fit SET fitted_at = %s", [then])  # is not old yet
        told = go_round(database, then + day * 24 * HOUR)
        if told.drifted:
            break
    assert set(told.drifted) == {"node", "place"}
    assert told.drifted["node"].share < told.drifted["node"].low
    assert told.learned == {"node": "drift", "place": "drift"}
    again = go_round(database, then + (24 * day + 1) * HOUR)
    assert (again.learned, again.drifted) == ({}, {})
    events = past.execute("SELECT count(*) FROM private.event WHERE what = 'forecasts drifted'")
    assert events.fetchone() == (2,)


def test_corrected_values_are_forecast_where_there_are_any(database, connection):
    now = last_hour()
    for name in ("box-1", "box-2"):
        measure(connection, name, now - 240 * HOUR, now, gain=0.5)
    measure(connection, "box-3", now - 240 * HOUR, now)
    go_round(database, now)
    corrected = {
        name: read_forecast(connection, "node", name, "pm25")[0]["corrected"] for name in NODES
    }
    assert corrected == {"box-1": True, "box-2": True, "box-3": False}
    half, raw = (
        reader.forecast(connection, name, "pm25")["q50"].mean() for name in ("box-1", "box-3")
    )
    assert half < 0.75 * raw


def test_official_stations_are_forecast_beside_nodes(database, connection):
    now = last_hour()
    write_stations(connection, [Station("NL1", "Street", "traffic", 52.0, 5.0)])
    times = np.arange(int((now - 200 * HOUR).timestamp()), int(now.timestamp()), 3600)
    values = make_values(1, times)
    which, flags = np.zeros(len(times), np.int32), np.full(len(times), Flag.GOOD, np.uint8)
    write_hours(connection, Hours([("NL1", "o3")], which, times, values, flags))
    assert go_round(database, now, "o3").issued == 1
    said, hours = read_forecast(connection, "station", "NL1", "o3")
    assert (said["history"], len(hours)) == (200, 72)


def kill_while(database, lock):
    """Run a round as a process, kill it while it waits for a table in its last transaction."""
    with connect(database) as holder, holder.transaction():
        holder.execute(f"LOCK TABLE {lock} IN SHARE MODE".encode())
        process = subprocess.Popen(
            [sys.executable, "-m", "lokaalmeten.cli", "forecast", "run", "--quantity", "pm25"],
            stderr=subprocess.DEVNULL,
            env=to_environment({"dsn": database}),
        )
        waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass"
        with connect(database) as looking:
            wait_until(lambda: looking.execute(waits, [lock]).fetchone()[0])
        os.kill(process.pid, signal.SIGKILL)
        process.wait()


@pytest.mark.parametrize("lock", ["private.forecast", "private.forecast_day"])
def test_a_kill_midway_leaves_no_half_round_and_the_next_one_is_whole(database, town, lock):
    first = last_hour() - 30 * HOUR
    go_round(database, first)
    measure_all(town, first, last_hour())
    before = counts(town)
    kill_while(database, lock)
    assert counts(town) == before
    if lock == "private.forecast_day":
        assert town.execute("SELECT count(*) FROM private.forecast_score").fetchone() == (0,)
    assert forecast(database, "run", "--quantity", "pm25").returncode == 0
    assert counts(town) == [before[0] + 1, before[1] + 4]
    assert_scores(town)


def test_two_at_a_time_make_one_round(database, town):
    commands = [
        subprocess.Popen(
            [sys.executable, "-m", "lokaalmeten.cli", "forecast", "run", "--quantity", "pm25"],
            stderr=subprocess.PIPE,
            text=True,
            env=to_environment({"dsn": database}),
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=120)[1] for process in commands]
    assert [process.returncode for process in commands] == [0, 0], said
    assert counts(town) == [1, 4]


def test_it_goes_on_until_it_is_stopped_and_lives_through_a_database_that_goes_away(
    database, town, tmp_path
):
    log = tmp_path / "log"
    with running("forecast", "run", "--every", "10s", log=log, dsn=database) as process:
        wait_until(lambda: "the air quality index" in log.read_text(), seconds=200)  # a round ends
        town.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        wait_until(lambda: "no forecast this time" in log.read_text(), seconds=200)
        wait_until(lambda: log.read_text().count("nothing new since") >= 2, seconds=200)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


def test_show_and_scores_are_tables_for_people(database, town):
    assert "no forecasts yet" in forecast(database, "show").stdout
    assert "nothing is scored yet" in forecast(database, "scores").stdout
    first = last_hour() - 30 * HOUR
    measure(town, "box-4", first - 5 * HOUR, first)
    go_round(database, first)
    measure_all(town, first, last_hour())
    shown = forecast(database, "show").stdout
    assert "pm25: none for node box-4: too little history" in shown
    go_round(database, last_hour())
    one = forecast(database, "show", "box-1").stdout
    assert one.count("\n") >= 74
    assert "raw values, from 270 hours of history; 100% of the last 72 h known" in one
    done = forecast(database, "scores", "box-1")
    assert done.returncode == 0, done.stderr
    scored = done.stdout
    assert "1-6" in scored
    assert "25-48" in scored
    assert "49-72" not in scored


def test_it_looks_again_soon_only_while_history_is_coming_in():
    facts = {"quantity": "pm25", "cutoff": last_hour(), "scored": 0, "drifted": {}}
    late, fresh = (last_hour() - hours * HOUR for hours in (9, 1))
    assert is_filling([Told(newest=late, news=True, **facts)])
    assert not is_filling([Told(newest=late, news=False, **facts)])
    assert not is_filling([Told(newest=fresh, news=True, **facts)])
    assert not is_filling([Told(newest=None, news=False, **facts)])


def test_it_looks_ever_later_while_nothing_can_be_forecast():
    facts = {"quantity": "pm25", "cutoff": last_hour(), "scored": 0, "drifted": {}}
    empty = [Told(newest=None, news=False, **facts)]
    young = [Told(newest=last_hour() - HOUR, news=True, written=True, young=1, **facts)]
    filling = [Told(newest=last_hour() - 9 * HOUR, news=True, **facts)]
    assert find_look(empty, False, 5) == find_look(young, False, 5) == 10
    assert find_look(filling, False, 1000) == 5
    assert find_look(filling, True, 1000) == 5
    assert find_look(young, True, 5) == float("inf")  # the clock alone decides


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("run", "--every", "soon"), "--every is a length of time"),
        (("run", "--every", "1s"), "at least 10 s"),
        (("run", "--quantity", "battery"), "'battery' is not forecast; choose among pm25"),
        (("show", "box-9"), "there is no forecast of pm25 for a node called 'box-9'"),
        (("show", "box-9", "--kind", "street"), "there is no kind 'street'"),
    ],
)
def test_wrong_use_is_one_sentence_and_exit_code_2(postgres_database, words, told):
    done = forecast(postgres_database, *words)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
