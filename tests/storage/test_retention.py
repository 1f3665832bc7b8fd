"""What is kept only for a time goes; hours, days and rides stay, whatever comes afterwards."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from lokaalmeten.anchor import Anchor
from lokaalmeten.errors import StorageError
from lokaalmeten.rejected import Rejected
from storage import people
from storage.pool import connect
from storage.registry import add_node
from storage.removal import begin_removal, find_nodes, finish_removal
from storage.retention import DEFAULT_DAYS, KEPT_BOOTS, retain
from storage.rides import write_rides
from storage.rollups import roll_up
from storage.writer import Writer, write
from tests.services.issued import HOUR, add_score, issue
from tests.services.samples import START, make_samples

DAY = 86_400
MIDNIGHT = START // DAY * DAY
NOW = datetime.fromtimestamp(MIDNIGHT + 100 * DAY, UTC)
ROLLED = """
SELECT 'hour', h::text FROM private.rollup_hour h
UNION ALL SELECT 'day', d::text FROM private.rollup_day d ORDER BY 1, 2
"""


@dataclass(frozen=True)
class Ride:
    start: int
    stop: int
    public_start: int | None
    public_stop: int | None
    samples: int = 40
    distance_m: float = 5000.0
    due: int | None = None


def roll_all(connection):
    while roll_up(connection):
        pass


def read_rollups(connection):
    return connection.execute(ROLLED).fetchall()


def read_times(connection):
    """Node and Unix seconds of every sample."""
    rows = connection.execute(
        "SELECT node_id, extract(epoch FROM time)::bigint FROM private.observation ORDER BY 1, 2"
    )
    return rows.fetchall()


def count_pieces(connection):
    return connection.execute(
        "SELECT count(*) FROM pg_inherits WHERE inhparent = 'private.observation'::regclass"
    ).fetchone()[0]


def went(gone):
    return {one.table: one.rows for one in gone if one.rows}


@pytest.fixture
def town(connection):
    """Two boxes in a project that keeps 30 days, one in none; 100 days of samples, added up."""
    people.add_project(connection, "street", keep_raw_days=30)
    for name in ("box-1", "box-2", "box-3"):
        node = add_node(connection, name, "box", lat=52.09, lon=5.12).id
        if node < 3:
            people.place_node(connection, node, project="street")
        samples = make_samples(node, 100 * 24, start=MIDNIGHT + 60 * node, step=3600)
        write(connection, [samples])
    roll_all(connection)
    return connection


def test_raw_goes_from_the_nodes_of_the_project_and_hours_stay(town):
    before, rolled = read_times(town), read_rollups(town)
    cut = MIDNIGHT + 70 * DAY
    expected = [(node, time) for node, time in before if node == 3 or time >= cut]
    gone = retain(town, NOW)
    assert went(gone) == {"observation": len(before) - len(expected)}
    assert read_times(town) == expected
    assert read_rollups(town) == rolled
    assert town.execute("SELECT count(*) FROM private.touched").fetchone() == (0,)
    assert went(retain(town, NOW)) == {}


def test_where_all_nodes_allow_it_whole_pieces_go(town):
    people.place_node(town, 3, project="street")
    rolled, pieces = read_rollups(town), count_pieces(town)
    gone = retain(town, NOW)
    assert len(gone[0].pieces) > 1
    assert count_pieces(town) == pieces - len(gone[0].pieces)
    cut = MIDNIGHT + 70 * DAY
    assert min(time for _, time in read_times(town)) == cut + 60
    assert len(read_times(town)) == 3 * 30 * 24
    assert read_rollups(town) == rolled


def test_a_dry_run_counts_the_same_and_changes_nothing(town):
    before = read_times(town)
    planned = retain(town, NOW, dry_run=True)
    assert read_times(town) == before
    assert town.execute("SELECT count(kept_from) FROM private.node").fetchone() == (0,)
    assert went(planned) == went(retain(town, NOW))


def test_a_late_page_for_hours_that_are_not_kept_changes_nothing(town):
    retain(town, NOW)
    times, rolled = read_times(town), read_rollups(town)
    late = make_samples(1, 40, seed=8, start=MIDNIGHT + 5 * DAY)
    write(town, [late])
    roll_all(town)
    assert read_times(town) == times
    assert read_rollups(town) == rolled


def test_a_page_across_the_moment_is_kept_from_there_on(town):
    retain(town, NOW)
    cut = MIDNIGHT + 70 * DAY
    times, hours = read_times(town), read_rollups(town)
    late = make_samples(1, 240, seed=8, start=cut - 7195)
    write(town, [late])
    notes = town.execute(
        "SELECT extract(epoch FROM first)::bigint, extract(epoch FROM after)::bigint"
        " FROM private.touched"
    )
    assert notes.fetchall() == []  # the hours before it went, the others are up to date
    kept = [(1, int(time)) for time in late.time if time >= cut]
    assert read_times(town) == sorted(times + kept)
    roll_all(town)
    of_hours = [row for row in read_rollups(town) if row not in hours]
    assert {kind for kind, _ in of_hours} == {"hour", "day"}
    touched = {time // 3600 for _, time in kept}
    assert len([kind for kind, _ in of_hours if kind == "hour"]) == len(touched)


def test_notes_over_all_time_as_an_upgrade_makes_them_wipe_no_hour(town):
    retain(town, NOW)
    rolled = read_rollups(town)
    span = [datetime.fromtimestamp(MIDNIGHT, UTC), NOW]
    for node in (1, 2, 3):
        town.execute("SELECT private.touch(%s, %s, %s)", [node, *span])
    roll_all(town)
    assert read_rollups(town) == rolled


def test_hours_that_wait_are_added_up_before_their_samples_go(town):
    write(town, [make_samples(1, 30, seed=5, start=MIDNIGHT + 7 * DAY)])
    before = [time for time in read_times(town) if time[0] == 1]
    retain(town, NOW)
    assert [time for time in read_times(town) if time[0] == 1] == before
    assert min(time for node, time in read_times(town) if node == 2) >= MIDNIGHT + 70 * DAY
    roll_all(town)
    rolled = read_rollups(town)
    retain(town, NOW)
    assert min(time for _, time in read_times(town) if _ == 1) >= MIDNIGHT + 70 * DAY
    assert read_rollups(town) == rolled


def test_keeping_longer_afterwards_brings_nothing_back_and_loses_nothing(town):
    retain(town, NOW)
    people.set_project(town, "street", keep_raw_days=0)
    rolled, times = read_rollups(town), read_times(town)
    assert went(retain(town, NOW + timedelta(days=50))) == {}
    write(town, [make_samples(1, 40, seed=8, start=MIDNIGHT + 5 * DAY)])
    roll_all(town)
    assert (read_rollups(town), read_times(town)) == (rolled, times)


def test_any_order_of_writing_adding_up_and_retaining_keeps_the_sums_of_what_was_kept(connection):
    """Every hour before the mark stands as it was when its samples went."""
    people.add_project(connection, "street", keep_raw_days=3)
    node = add_node(connection, "box-1", "box").id
    people.place_node(connection, node, project="street")
    random = np.random.default_rng(4)
    stood = {}
    hours = "SELECT hour, h::text FROM private.rollup_hour h WHERE hour < %s"
    for step in range(60):
        now = datetime.fromtimestamp(MIDNIGHT + step * DAY // 4, UTC)
        back = int(random.integers(0, 10 * DAY))
        start = MIDNIGHT + step * DAY // 4 - back
        write(connection, [make_samples(node, 20, seed=step, start=start, step=1800)])
        if random.random() < 0.7:
            roll_all(connection)
        if random.random() < 0.3:
            retain(connection, now)
            kept_from = connection.execute("SELECT kept_from FROM private.node").fetchone()[0]
            if kept_from:
                found = dict(connection.execute(hours, [kept_from]).fetchall())
                assert stood.items() <= found.items()
                stood = found
                early = "SELECT count(*) FROM private.observation WHERE time < %s"
                assert connection.execute(early, [kept_from]).fetchone() == (0,)
    assert len(stood) > 50


@pytest.fixture
def bike(connection):
    """A bike of a project that keeps 10 days, with a ride across the moment and one before."""
    people.add_project(connection, "street", keep_raw_days=10)
    node = add_node(connection, "bike-1", "bike").id
    people.place_node(connection, node, project="street")
    cut = MIDNIGHT + 90 * DAY
    for start in (cut - 5 * DAY, cut - 3600, cut - 500):
        ride = make_samples(node, 100, start=start, step=10, schema=2, moving=True)
        write(connection, [ride])
        write_rides(
            connection,
            node,
            start,
            start + 990,
            [Ride(start, start + 990, start + 300, start + 690)],
        )
    roll_all(connection)
    return connection


def test_a_ride_across_the_moment_stays_whole(bike):
    cut, rolled = MIDNIGHT + 90 * DAY, read_rollups(bike)
    retain(bike, NOW)
    times = [time for _, time in read_times(bike)]
    assert len(times) == 200
    assert min(times) == cut - 3600  # its hour has another ride, which is whole as well
    assert bike.execute("SELECT count(*) FROM private.ride").fetchone() == (3,)
    assert read_rollups(bike) == rolled
    write(bike, [make_samples(1, 9, seed=3, start=cut - 500 + 5, step=10, schema=2, moving=True)])
    roll_all(bike)
    old = [row for row in rolled if "2026-01-02" in row[1]]
    assert old
    assert set(old) <= set(read_rollups(bike))


def test_a_ride_without_its_samples_stays_when_late_ones_come_and_can_be_hidden(bike):
    retain(bike, NOW)
    start = MIDNIGHT + 85 * DAY
    rides = "SELECT public_id, start, stop FROM private.ride ORDER BY start"
    before, rolled = bike.execute(rides).fetchall(), read_rollups(bike)
    write(bike, [make_samples(1, 50, seed=3, start=start + 5, step=10, schema=2, moving=True)])
    write_rides(bike, 1, start, start + 990, [])
    roll_all(bike)
    assert (bike.execute(rides).fetchall(), read_rollups(bike)) == (before, rolled)
    seen = "SELECT count(DISTINCT source) FROM public.rollup_source WHERE moving"
    assert bike.execute(seen).fetchone() == (3,)
    bike.execute("UPDATE private.ride SET public_start = NULL, public_stop = NULL WHERE id = 1")
    assert bike.execute(seen).fetchone() == (2,)


def test_what_was_refused_goes_by_the_project_of_its_node(connection):
    people.add_project(connection, "street", keep_rejected_days=10)
    node = add_node(connection, "box-1", "box").id
    people.place_node(connection, node, project="street")
    ages = [("box-1", 9), ("box-1", 11), ("box-2", 11), ("box-2", 364), ("box-2", 366)]
    refused = [
        Rejected(
            name, f"lm/1/{name}/page", "crc", bytes([age % 256]), int(NOW.timestamp()) - age * DAY
        )
        for name, age in ages
    ]
    write(connection, [], refused)
    assert went(retain(connection, NOW, dry_run=True)) == {"rejected": 2}
    assert went(retain(connection, NOW)) == {"rejected": 2}
    left = connection.execute(
        "SELECT node, get_byte(payload, 0) FROM private.rejected ORDER BY 1, 2"
    )
    assert left.fetchall() == [("box-1", 9), ("box-2", 11), ("box-2", 364 % 256)]


def test_of_each_node_the_latest_boots_are_kept_however_old(connection):
    for name in ("box-1", "box-2"):
        node = add_node(connection, name, "box").id
        for boot in range(6 if node == 1 else 2):
            anchors = [Anchor(node, boot, START, 9, False)]
            Writer(connection).write([], [], arrivals={(node, boot): [0]}, anchors=anchors)
            for table in ("delivery", "anchor"):
                connection.execute(
                    f"UPDATE private.{table} SET updated_at = %s WHERE node_id = %s AND boot = %s",
                    [NOW - timedelta(days=500 - boot), node, boot],
                )
    connection.execute("UPDATE private.delivery SET updated_at = %s WHERE boot = 1", [NOW])
    planned = retain(connection, NOW, dry_run=True)
    gone = retain(connection, NOW)
    assert went(gone) == went(planned) == {"delivery": 3, "anchor": 3}
    for table in ("delivery", "anchor"):
        boots = f"SELECT node_id, boot FROM private.{table} ORDER BY 1, 2"
        assert connection.execute(boots.encode()).fetchall() == [
            (1, 1), (1, 4), (1, 5), (2, 0), (2, 1),
        ]  # fmt: skip
    assert KEPT_BOOTS == 3


def test_forecasts_go_where_a_project_says_so(connection):
    people.add_project(connection, "street", keep_forecast_days=10)
    for name in ("box-1", "box-2"):
        node = add_node(connection, name, "box").id
        for age in (5, 15):
            at = NOW - timedelta(days=age)
            issue(connection, [name], at + node * HOUR, issue_time=at)
    people.place_node(connection, 1, project="street")
    assert went(retain(connection, NOW)) == {"forecast": 1, "forecast_round": 1}
    assert node == 2


def test_forecasts_go_after_three_weeks_and_their_scores_stay(connection):
    add_node(connection, "box-1", "box")
    for age in (30, 22, 20):
        issued = issue(connection, ["box-1"], NOW - timedelta(days=age))
        add_score(connection, int(issued.series[0]), issued.cutoff)
    gone = went(retain(connection, NOW))
    assert gone == {"forecast": 2, "forecast_round": 2, "forecast_score": 3}
    assert connection.execute("SELECT count(*) FROM private.forecast_day").fetchone() == (3,)


def test_the_log_says_what_went(town):
    retain(town, NOW)
    detail = town.execute("SELECT detail FROM private.event WHERE what = 'retention applied'")
    assert detail.fetchall() == [({"rows": {"observation": 2 * 70 * 24}, "pieces": 0},)]


def test_a_retention_that_is_interrupted_goes_on(town, database):
    rolled = read_rollups(town)

    with connect(database) as dying:

        def end(_):
            town.execute("SELECT pg_terminate_backend(%s, 5000)", [dying.info.backend_pid])

        with pytest.raises(StorageError):
            retain(dying, NOW, told=end)
    half = [row for row in read_times(town) if row[0] < 3]
    assert 2 * 30 * 24 < len(half) < 2 * 100 * 24
    write(
        town, [make_samples(1, 40, seed=8, start=MIDNIGHT + 65 * DAY)]
    )  # late, while half is gone
    roll_all(town)
    retain(town, NOW)
    assert len(read_times(town)) == (2 * 30 + 100) * 24
    assert read_rollups(town) == rolled


def test_what_an_ingest_noted_of_a_removed_node_is_swept(town):
    begin_removal(town, nodes := find_nodes(town, node="box-1"))
    finish_removal(town, nodes[0])
    Writer(town).write([], [], arrivals={(1, 7): [0]}, anchors=[Anchor(1, 7, START, 9, False)])
    retain(town, NOW)
    for table in ("delivery", "anchor"):
        assert town.execute(f"SELECT count(*) FROM private.{table}".encode()).fetchone() == (0,)


def test_the_estimate_of_public_samples_knows_that_samples_went(bike):
    bike.execute("VACUUM ANALYZE private.observation")
    retain(bike, NOW)
    bike.execute("VACUUM ANALYZE private.observation")
    public = bike.execute("SELECT count(*) FROM public.ride_observation").fetchone()
    estimate = bike.execute("SELECT samples FROM public.sample_estimate").fetchone()
    assert public == (80,)
    assert estimate[0] == pytest.approx(80, abs=8)


def test_the_documents_give_the_true_defaults():
    text = (Path(__file__).parents[2] / "docs/retention.md").read_text()
    said = dict(re.findall(r"^\| `(\w+)` \|.*\| ([^|]+) \|$", text, re.MULTILINE))
    assert said == {
        key: "for ever" if days is None else f"{days} days" for key, days in DEFAULT_DAYS.items()
    }
