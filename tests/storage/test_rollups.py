"""The rollups against a slow answer over all rows, whatever came in which order."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lokaalmeten.observations import MISSING
from lokaalmeten.quantities import BY_KEY, QUANTITIES
from storage import periods, reader, rollups
from storage.rides import write_rides
from storage.rollups import roll_up, waiting
from storage.writer import Writer, write
from tests.services.emptied import forget_measured
from tests.services.samples import START, make_samples
from tests.services.slow_sums import check, roll_all
from tests.storage.town import HOUR, Ride, add_town

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

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
