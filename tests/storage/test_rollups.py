"""The rollups against a slow answer over all rows, whatever came in which order."""

import random
import re
import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lokaalmeten.errors import StorageError
from lokaalmeten.observations import MISSING
from lokaalmeten.quantities import BY_KEY, QUANTITIES
from storage import hours, periods, reader, rollups
from storage.pool import connect
from storage.queries import to_piece
from storage.registry import add_node
from storage.rides import write_rides
from storage.rollups import roll_up, waiting
from storage.series import compose
from storage.writer import Writer, write
from tests.services.emptied import forget_measured
from tests.services.samples import START, make_samples
from tests.services.slow_sums import check, check_hours, roll_all

HOUR = 3600
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
KEYS = list(BY_KEY)


@dataclass(frozen=True)
class Ride:
    start: int
    stop: int
    public_start: int | None
    public_stop: int | None
    samples: int = 100
    distance_m: float = 5000.0
    due: int | None = None


def add_town(connection):
    """Two boxes, of which one without a place, and a bike."""
    return (
        add_node(connection, "box-1", "box", lat=52.09, lon=5.12),
        add_node(connection, "box-2", "box"),
        add_node(connection, "bike-1", "bike"),
    )


# any order

BATCH = st.tuples(
    st.just("write"),
    st.sampled_from([0, 1, 2, 2]),  # which node
    st.integers(-16, 16),  # start, in quarters of an hour
    st.integers(1, 40),  # samples
    st.sampled_from([60, 300, 1800]),  # step
    st.integers(0, 2),  # seed: other values for the same moment are duplicates
)
STEP = st.one_of(
    BATCH,
    st.tuples(st.just("roll"), st.sampled_from([1, 3, 1000])),
    st.tuples(st.just("delete"), st.integers(0, 2), st.integers(-10, 10), st.integers(1, 8)),
    st.tuples(st.just("ride"), st.integers(-4, 4), st.integers(0, 12), st.integers(0, 8)),
    st.tuples(st.just("hide")),
)


def correct_half(connection, made):
    """The samples, of which half of the PM2.5 and humidity is corrected, as some set says."""
    (number,) = connection.execute(
        "SELECT nextval(pg_get_serial_sequence('private.correction', 'id'))"
    ).fetchone()
    keys = ("pm25", "humidity")
    half = np.arange(len(made)) % 2 == 0
    raw = np.stack([made.counts[made.keys.index(key)] for key in keys])
    corrected = np.where(half & (raw != MISSING), raw // 2 + 7, MISSING).astype(np.int32)
    some = np.where((corrected != MISSING).any(axis=0), number, MISSING).astype(np.int32)
    return replace(made, corrected_keys=keys, corrected=corrected, correction=some)


def take_step(connection, writer, nodes, step):
    kind, *facts = step
    if kind == "write":
        which, quarter, count, width, seed = facts
        node, start = nodes[which], START + quarter * 900
        place = node.cell if seed else 0  # as rows of before: their hours are added up again
        made = make_samples(
            node.id, count, seed=seed, start=start, step=width, moving=node.moving, cell=place
        )
        writer.write([correct_half(connection, made) if seed == 2 else made])
    elif kind == "roll":
        roll_up(connection, *facts)
    elif kind == "delete":
        which, hour, hours = facts
        first = START + hour * HOUR
        last = first + hours * HOUR - 1
        with connection.transaction():
            span = [nodes[which].id, first, last]
            connection.execute(
                "DELETE FROM private.observation WHERE node_id = %s"
                " AND time BETWEEN to_timestamp(%s) AND to_timestamp(%s)",
                span,
            )
            connection.execute("SELECT private.touch(%s, to_timestamp(%s), to_timestamp(%s))", span)
    elif kind == "ride":
        hour, trim, length = facts
        start = START + hour * HOUR
        first = start + trim * 300
        ride = Ride(start, first + length * 900 + 600, first, first + length * 900)
        write_rides(connection, nodes[2].id, start, ride.stop, [ride])
    else:
        connection.execute("UPDATE private.ride SET public_start = NULL, public_stop = NULL")


@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a smaller case costs minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(STEP, min_size=1, max_size=14))
def test_any_order_of_writes_rides_deletions_and_roll_ups_gives_what_all_rows_say(
    connection, steps
):
    forget_measured(connection)
    nodes = add_town(connection)
    writer = Writer(connection)
    for step in steps:
        take_step(connection, writer, nodes, step)
    check_answers(connection)
    roll_all(connection, 7)
    check(connection)
    check_answers(connection)


def check_answers(connection):
    """The reader answers from the rollups what it answers from the observations."""
    first, last = (datetime.fromtimestamp(START + 12 * hour * HOUR, UTC) for hour in (-1, 1))
    for start, stop in ((first, last), (first + reader.HOUR / 3, last - reader.HOUR / 4)):
        questions = (
            lambda a=start, b=stop: reader.hourly(connection, "pm25", a, b),
            lambda a=start, b=stop: reader.hexagons(connection, "pm25", a, b, 9),
            lambda a=start, b=stop: reader.hourly(connection, "pm25_corrected", a, b),
            lambda a=start, b=stop: reader.hexagons(connection, "pm25_corrected", a, b, 9),
            lambda a=start, b=stop: reader.series(
                connection, "box-2", ["humidity", "pm1"], a, b, 2 * HOUR, corrected=True
            ),
            lambda a=start, b=stop: reader.hexagons(connection, "battery", a, b, 10),
            lambda a=start, b=stop: reader.series(connection, "box-1", ["pm25"], a, b, HOUR),
            lambda a=start, b=stop: reader.series(
                connection, "box-2", ["co2", "pm1"], a, b, 6 * HOUR
            ),
        )
        for question in questions:
            pd.testing.assert_frame_equal(question(), ask_observations(question))


def ask_observations(question):
    """The same question, answered by adding up observations."""
    has_whole_hour = periods.has_whole_hour
    periods.has_whole_hour = lambda *_: False
    try:
        return question()
    finally:
        periods.has_whole_hour = has_whole_hour


# one thing at a time


def test_what_was_never_good_is_counted_and_has_no_mean(connection):
    box, *_ = add_town(connection)
    samples = make_samples(box.id, 60, cell=box.cell)
    write(connection, [replace(samples, flags=np.where(samples.flags == 1, 3, samples.flags))])
    roll_all(connection)
    row = connection.execute(
        "SELECT samples, good, mean FROM rollup_hour WHERE quantity = 'pm25'"
    ).fetchone()
    assert row == (int((samples.counts[samples.keys.index("pm25")] != MISSING).sum()), 0, None)


def test_values_are_in_units(connection):
    box, *_ = add_town(connection)
    samples = make_samples(box.id, 60, cell=box.cell)
    write(connection, [samples])
    roll_all(connection)
    for key in samples.keys:
        slot = samples.keys.index(key)
        good = samples.counts[slot][samples.flags[slot] == 1] / BY_KEY[key].per
        row = connection.execute(
            "SELECT unit, mean, low, high FROM rollup_hour WHERE quantity = %s", [key]
        ).fetchone()
        assert row == (
            BY_KEY[key].unit,
            pytest.approx(good.mean()),
            pytest.approx(good.min()),
            pytest.approx(good.max()),
        )


def test_the_quantities_are_those_of_the_table(connection):
    found = connection.execute("SELECT * FROM public.quantity ORDER BY place").fetchall()
    table = [(i, q.key, q.unit, q.per) for i, q in enumerate(QUANTITIES, 1)]
    assert found == table


def test_a_day_is_complete_from_18_hours_of_three_quarters(connection):
    box, *_ = add_town(connection)
    midnight = int(datetime(2025, 10, 9, tzinfo=AMSTERDAM).timestamp())
    for full, enough, complete in ((18, 45, True), (18, 44, False), (17, 45, False)):
        forget_measured(connection)
        batch = []
        for hour in range(full):
            count = 60 if hour == 0 else enough
            made = make_samples(box.id, count, start=midnight + hour * HOUR, step=60)
            counts = np.full_like(made.counts, 100)
            batch.append(replace(made, counts=counts, flags=np.ones_like(made.flags)))
        write(connection, batch)
        roll_all(connection)
        row = connection.execute(
            "SELECT day::text, expected, hours, complete FROM rollup_day WHERE quantity = 'pm25'"
        ).fetchone()
        assert row == ("2025-10-09", 60, full if enough == 45 else 1, complete)


def test_the_day_on_which_summer_time_ends_has_25_hours(connection):
    box, *_ = add_town(connection)
    evening = int(datetime(2025, 10, 25, 23, tzinfo=AMSTERDAM).timestamp())
    made = make_samples(box.id, 27 * 4, start=evening, step=900)
    whole = replace(made, counts=np.full_like(made.counts, 100), flags=np.ones_like(made.flags))
    write(connection, [whole])
    roll_all(connection)
    check(connection)
    found = connection.execute(
        "SELECT day::text, samples, hours FROM rollup_day WHERE quantity = 'pm25' ORDER BY day"
    ).fetchall()
    assert found == [("2025-10-25", 4, 1), ("2025-10-26", 100, 25), ("2025-10-27", 4, 1)]


def test_a_batch_that_is_there_already_touches_nothing(connection):
    box, *_ = add_town(connection)
    writer = Writer(connection)
    writer.write([make_samples(box.id, 60)])
    roll_all(connection)
    writer.write([make_samples(box.id, 60)])
    assert waiting(connection).notes == 0


def test_hours_to_add_up_again_that_follow_each_other_are_one_note(connection):
    box, other, _ = add_town(connection)
    batch = [
        make_samples(box.id, 180, cell=box.cell),
        make_samples(box.id, 60, start=START + 30 * HOUR, cell=box.cell),
        make_samples(other.id, 60, cell=box.cell),
    ]
    write(connection, batch)
    found = waiting(connection)
    assert (found.notes, found.hours) == (3, 5)
    assert found.since is not None


def test_a_long_stretch_is_taken_in_pieces_and_after_the_present(connection):
    box, other, _ = add_town(connection)
    connection.execute(
        "SELECT private.touch(%s, to_timestamp(%s), to_timestamp(%s))",
        [box.id, START, START + 99 * HOUR],
    )
    write(connection, [make_samples(other.id, 60)])
    assert roll_up(connection, 1) == 2  # what was added, and a first hour of the stretch
    assert connection.execute("SELECT node_id FROM private.rollup_hour").fetchall() == [(other.id,)]
    assert [roll_up(connection, 30) for _ in range(4)] == [30, 30, 30, 9]
    assert [roll_up(connection, 4) for _ in range(2)] == [4, 2]  # the days of 100 hours, and of one


def test_days_follow_when_no_hour_waits_or_they_wait_for_long(connection, monkeypatch):
    box, other, _ = add_town(connection)
    write(connection, [make_samples(box.id, 60), make_samples(other.id, 60)])
    assert roll_up(connection, 1) == 1
    assert connection.execute("SELECT count(*) FROM private.rollup_day").fetchone() == (0,)
    monkeypatch.setattr(rollups, "LATE", "0 s")
    assert roll_up(connection, 1) == 1
    assert connection.execute("SELECT node_id FROM private.rollup_day").fetchall() == [(box.id,)]
    roll_all(connection)
    check(connection)


def test_days_may_be_left_until_they_waited_for_a_time(connection):
    box, *_ = add_town(connection)
    write(connection, [make_samples(box.id, 60)])
    assert [roll_up(connection, 9, patience_s=60) for _ in range(2)] == [1, 0]  # its note
    assert connection.execute("SELECT node FROM waiting_day").fetchall() == [("box-1",)]
    connection.execute("UPDATE private.touched_day SET at = at - INTERVAL '59 s'")
    assert roll_up(connection, 9, patience_s=60) == 0
    connection.execute("UPDATE private.touched_day SET at = at - INTERVAL '1 s'")
    assert [roll_up(connection, 9, patience_s=60) for _ in range(3)] == [1, 3, 0]  # day, cells
    check(connection)


def test_an_hour_that_was_touched_often_is_added_up_once(connection):
    box, *_ = add_town(connection)
    for number in range(10):
        write(connection, [make_samples(box.id, 5, start=START + 300 * number, cell=box.cell)])
    assert [roll_up(connection, 1) for _ in range(2)] == [1, 1]  # the hour, the day
    assert waiting(connection).hours == 0
    roll_all(connection)
    check(connection)


# what writers add themselves


def test_new_rows_are_in_their_hours_when_they_are_committed(connection):
    box, other, *_ = add_town(connection)
    writer = Writer(connection)
    writer.write([make_samples(box.id, 90), make_samples(other.id, 2, start=START - HOUR)])
    writer.write([make_samples(box.id, 90, start=START + 10)])  # late, between the others
    assert waiting(connection).notes == 0
    check_hours(connection)
    roll_all(connection)
    check(connection)


def test_quantities_that_a_batch_lacks_keep_the_sums_that_they_have(connection):
    box, *_ = add_town(connection)
    write(connection, [make_samples(box.id, 30)])
    half = make_samples(box.id, 30, start=START + 10)
    write(
        connection,
        [replace(half, keys=half.keys[:2], counts=half.counts[:2], flags=half.flags[:2])],
    )
    assert waiting(connection).notes == 0
    check_hours(connection)


def test_what_is_added_to_a_day_has_the_day_wait(connection):
    box, other, *_ = add_town(connection)
    write(connection, [make_samples(box.id, 60), make_samples(other.id, 60)])
    roll_all(connection)
    write(connection, [make_samples(box.id, 60, start=START + 10)])
    assert connection.execute("SELECT node FROM waiting_day").fetchall() == [("box-1",)]
    assert connection.execute("SELECT DISTINCT node FROM rollup_day").fetchall() == [(other.name,)]
    roll_all(connection)
    assert connection.execute("SELECT count(*) FROM waiting_day").fetchone() == (0,)
    check(connection)


def test_a_batch_of_which_a_row_is_known_has_its_hours_added_up_again(connection):
    box, *_ = add_town(connection)
    write(connection, [make_samples(box.id, 60)])
    write(connection, [make_samples(box.id, 90, seed=2)])
    assert waiting(connection).hours == 2
    roll_all(connection)
    check(connection)


def test_of_very_many_nodes_that_send_little_hours_are_only_noted(connection, monkeypatch):
    box, other, *_ = add_town(connection)
    monkeypatch.setattr(hours, "FEW_HOURS", 0)
    few = [make_samples(node.id, 1, start=START + 7200) for node in (box, other)]
    write(connection, [*few, make_samples(box.id, 60)])
    assert waiting(connection).hours == 1  # of the other one, for a whole page came of the box
    roll_all(connection)
    check(connection)


def test_a_bike_without_a_fix_leaves_no_sums_outside_its_rides(connection):
    box, *_, bike = add_town(connection)
    write(connection, [make_samples(bike.id, 60), make_samples(box.id, 60)])
    assert waiting(connection).hours == 1  # of the bike alone
    roll_all(connection)
    check(connection)
    ride = Ride(START, START + 3000, START + 60, START + 2900)
    write_rides(connection, bike.id, ride.start, ride.stop, [ride])
    write(connection, [make_samples(bike.id, 60, start=START + 7)])
    roll_all(connection)
    check(connection)


@pytest.mark.parametrize("before", [0, 20])
def test_rows_that_come_while_their_hour_is_added_up_count_once(
    database, connection, monkeypatch, before
):
    box, *_ = add_town(connection)
    if before:
        write(connection, [make_samples(box.id, before)])
    moment = datetime.fromtimestamp(START, UTC)
    connection.execute("SELECT private.touch(%s, %s, %s)", [box.id, moment, moment])
    write_hours, times = rollups.write_hours, []

    def write_meanwhile(*given):
        if not times:
            with connect(database) as other:
                write(other, [make_samples(box.id, 20, start=START + 1800)])
        times.append(1)
        write_hours(*given)

    monkeypatch.setattr(rollups, "write_hours", write_meanwhile)
    roll_up(connection)
    monkeypatch.undo()
    assert len(times) == (2 if before else 1)  # the server undid the first
    check_hours(connection)
    roll_all(connection)
    check(connection)


def test_an_hour_that_never_rests_is_left_with_a_sentence(database, connection, monkeypatch):
    box, *_ = add_town(connection)
    write(connection, [make_samples(box.id, 20)])
    moment = datetime.fromtimestamp(START, UTC)
    connection.execute("SELECT private.touch(%s, %s, %s)", [box.id, moment, moment])
    write_hours, times = rollups.write_hours, []

    def write_meanwhile(*given):
        times.append(1)
        with connect(database) as other:
            write(other, [make_samples(box.id, 5, start=START + 1800 + len(times), step=30)])
        write_hours(*given)

    monkeypatch.setattr(rollups, "write_hours", write_meanwhile)
    with pytest.raises(StorageError):
        roll_up(connection)
    monkeypatch.undo()
    assert len(times) == rollups.TRIES
    roll_all(connection)
    check(connection)


def test_writers_and_roll_ups_at_work_on_the_same_hours_lose_nothing(database, connection):
    nodes = add_town(connection)
    pages = [
        make_samples(node.id, 12, seed=number, start=START + 97 * number, step=8)
        for number in range(40)
        for node in nodes
    ]
    random.Random(3).shuffle(pages)

    def work(mine):
        with connect(database) as own:
            writer = Writer(own)
            for page in mine:
                writer.write([page])

    threads = [threading.Thread(target=work, args=(pages[first::3],)) for first in range(3)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        roll_up(connection)
    assert connection.execute("SELECT count(*) FROM private.observation").fetchone() != (0,)
    roll_all(connection)
    check(connection)


def test_what_waits_is_not_in_the_views(connection):
    box, *_ = add_town(connection)
    write(connection, [make_samples(box.id, 120, cell=box.cell)])
    roll_all(connection)
    write(connection, [make_samples(box.id, 1, start=START + 30, cell=box.cell)])
    for view in ("rollup_hour", "rollup_source", "rollup_cell"):
        found = connection.execute(f"SELECT DISTINCT hour FROM {view}").fetchall()
        assert [hour.timestamp() for (hour,) in found] == [START + HOUR]
    assert connection.execute("SELECT count(*) FROM rollup_day").fetchone() == (0,)


def test_an_interrupted_roll_up_changes_nothing_and_loses_nothing(connection, monkeypatch):
    box, *_ = add_town(connection)
    write(connection, [make_samples(box.id, 120, cell=box.cell)])
    before = waiting(connection)
    whole = rollups.read_statement
    monkeypatch.setattr(
        rollups,
        "read_statement",
        lambda name, *places: (
            to_piece("SELECT 1 / 0") if name == "note_days" else whole(name, *places)
        ),
    )
    with pytest.raises(StorageError, match="division by zero"):
        roll_up(connection)
    monkeypatch.undo()
    assert waiting(connection) == before
    assert connection.execute("SELECT count(*) FROM private.rollup_hour").fetchone() == (0,)
    roll_all(connection)
    check(connection)


def test_writers_and_roll_ups_at_once_lose_nothing(database, connection):
    box, other, _ = add_town(connection)
    failures: list[BaseException] = []
    written = threading.Event()

    def run(work):
        try:
            with connect(database) as own:
                work(own)
        except BaseException as error:
            failures.append(error)

    def write_all(own, seed):
        writer = Writer(own)
        for turn in range(40):  # both into the same hours of the same nodes
            start = START + 180 * turn + seed
            nodes = (box, other) if turn % 2 else (other, box)
            writer.write([make_samples(n.id, 3, seed=seed, start=start, step=2) for n in nodes])

    def roll_on(own):
        while not written.is_set():
            roll_up(own, 3)

    writers = [
        threading.Thread(target=run, args=(lambda own, s=seed: write_all(own, s),))
        for seed in (0, 1)
    ]
    rollers = [threading.Thread(target=run, args=(roll_on,)) for _ in range(2)]
    for thread in (*writers, *rollers):
        thread.start()
    for thread in writers:
        thread.join()
    written.set()
    for thread in rollers:
        thread.join()
    assert failures == []
    assert connection.execute("SELECT count(*) FROM private.observation").fetchone() == (480,)
    roll_all(connection)
    check(connection)


# reading


def test_whole_hours_are_read_from_the_rollups(connection):
    box, *_ = add_town(connection)
    write(connection, [make_samples(box.id, 180, cell=box.cell)])
    roll_all(connection)
    connection.execute("TRUNCATE private.observation")  # behind everybody's back
    start = datetime.fromtimestamp(START, UTC)
    whole, half = start + 2 * reader.HOUR, start + 2.5 * reader.HOUR
    for stop in (whole, half):  # of the last half hour there is nothing any more
        assert len(reader.series(connection, "box-1", ["pm25"], start, stop, HOUR)) == 2
        assert len(reader.hourly(connection, "pm25", start, stop)) == 2
        assert len(reader.hexagons(connection, "pm25", start, stop, 9)) == 1
    assert reader.series(connection, "box-1", ["pm25"], start, whole, 900).empty


def test_where_much_waits_the_observations_are_read_at_once(connection, monkeypatch):
    box, *_ = add_town(connection)
    write(connection, [make_samples(box.id, 180, cell=box.cell)])
    period = [datetime.fromtimestamp(START + hour * HOUR, UTC) for hour in (0, 2)]
    monkeypatch.setattr(periods, "MANY", 1)
    assert not periods.is_rolled_up(connection, *period)
    monkeypatch.setattr(periods, "MANY", 2)
    assert periods.is_rolled_up(connection, *period)
    roll_all(connection)
    monkeypatch.setattr(periods, "MANY", 0)
    assert periods.is_rolled_up(connection, *period)


def test_whole_hours_of_which_none_waits_come_from_the_rollups_alone(connection):
    box, *_ = add_town(connection)
    write(connection, [make_samples(box.id, 180, cell=box.cell)])
    start, stop = (datetime.fromtimestamp(START + hour * HOUR, UTC) for hour in (0, 3))

    def ask():
        return (
            reader.series(connection, "box-1", ["pm25", "co2"], start, stop, 7200),
            reader.hexagons(connection, "pm25", start, stop, 9),
        )

    waiting = ask()
    roll_all(connection)
    connection.execute("TRUNCATE private.observation")
    for found, wanted in zip(ask(), waiting, strict=True):
        assert len(found)
        pd.testing.assert_frame_equal(found, wanted)
    connection.execute("SELECT private.touch(%s, %s, %s)", [box.id, start, stop])
    assert all(found.empty for found in ask())  # all of it waits, and nothing is there


def test_of_an_hour_that_waits_nothing_after_it_is_read(connection):
    box, *_ = add_town(connection)
    write(connection, [make_samples(box.id, 600, cell=box.cell)])
    roll_all(connection)
    start, stop = (datetime.fromtimestamp(START + hour * HOUR, UTC) for hour in (0, 10))
    connection.execute("SELECT private.touch(%s, %s, %s)", [box.id, start, start])
    values = {"node": "box-1", "keys": ["pm25"], "width": HOUR} | periods.to_period(start, stop)
    text = f"EXPLAIN (ANALYZE, FORMAT JSON) {compose('hours', ('pm25',))}"
    (((found,),),) = connection.execute(text.encode(), values).fetchall()
    read = sum(
        scan["Actual Loops"] * (scan["Actual Rows"] + scan.get("Rows Removed by Filter", 0))
        for scan in find_scans(found["Plan"])
    )
    assert read == 60


def find_scans(plan):
    """The nodes of a plan that read a piece of the observations."""
    if "Plans" not in plan and re.search("observation|_hyper_", plan.get("Relation Name", "")):
        yield plan
    for part in plan.get("Plans", []):
        yield from find_scans(part)


def test_questions_to_the_rollups_read_only_the_schema_public():
    assert sorted(periods.HOURS) == [
        "hexagons",
        "hourly",
        "rolled_hexagons",
        "rolled_series",
        "series",
        "waiting",
    ]
    for text in periods.HOURS.values():
        own = set(re.findall(r"(\w+) AS (?:MATERIALIZED )?\(\n", text))
        tables = set(re.findall(r"\b(?:FROM|JOIN)\s+(?!LATERAL)([\w.]+)", text)) - own
        assert tables
        assert all(table.startswith("public.") for table in tables)


# rides


@pytest.fixture
def bike(connection):
    """A bike with samples each minute from half past, whose ride is public to the next hour."""
    *_, bike = add_town(connection)
    start = START + 1800
    write(connection, [make_samples(bike.id, 100, start=start, step=60, schema=2, moving=True)])
    ride = Ride(start, start + 99 * 60, start + 300, start + 5400)
    write_rides(connection, bike.id, ride.start, ride.stop, [ride])
    roll_all(connection)
    check(connection)
    return bike


def test_of_a_ride_only_its_public_part_is_added_up(connection, bike):
    rows = connection.execute("SELECT hour, ride <> 0, samples FROM private.rollup_hour").fetchall()
    pressure = list(BY_KEY).index("pm25")
    assert {(hour.timestamp(), shown) for hour, shown, _ in rows} == {(START, True)}
    samples = make_samples(bike.id, 100, start=START + 1800, step=60, schema=2, moving=True)
    there = samples.counts[samples.keys.index("pm25")][5:91] != MISSING
    assert sum(row[2][pressure] or 0 for row in rows) == there.sum()


def test_a_late_sample_reaches_the_hour_in_which_its_ride_started(connection, bike):
    late = make_samples(bike.id, 5, start=START + HOUR + 30, step=60, schema=2, moving=True)
    write(connection, [late])
    assert connection.execute("SELECT count(*) FROM rollup_source").fetchone() == (0,)
    roll_all(connection)
    check(connection)


def test_a_window_that_moves_takes_its_sums_along(connection, bike):
    connection.execute("UPDATE private.ride SET public_start = start + INTERVAL '40 minutes'")
    roll_all(connection)
    hours = connection.execute("SELECT DISTINCT hour FROM private.rollup_hour").fetchall()
    assert [hour.timestamp() for (hour,) in hours] == [START + HOUR]
    check(connection)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE private.ride SET public_start = NULL, public_stop = NULL",
        "DELETE FROM private.ride",
    ],
)
def test_a_ride_that_is_hidden_is_gone_at_once(connection, bike, statement):
    assert connection.execute("SELECT count(*) FROM rollup_cell").fetchone() != (0,)
    connection.execute(statement.encode())
    assert connection.execute("SELECT count(*) FROM rollup_cell").fetchone() == (0,)
    roll_all(connection)
    assert connection.execute("SELECT count(*) FROM private.rollup_hour").fetchone() == (0,)


def test_a_note_of_which_only_the_first_hour_is_taken_stays(connection):
    box, *_ = add_town(connection)
    write(connection, [make_samples(box.id, 120)])
    write(connection, [make_samples(box.id, 180)])
    assert waiting(connection).hours == 3
    assert roll_up(connection, 1) == 2  # and the note of the first batch
    assert waiting(connection).hours == 2
    roll_all(connection)
    check(connection)
