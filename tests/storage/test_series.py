"""Series of hours and days against a slow answer in pandas over all rows."""

import itertools
import re
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from storage import periods, reader
from storage.registry import add_node
from storage.rollups import roll_up
from storage.series import choose_width
from storage.writer import write
from tests.services.emptied import forget_measured
from tests.services.observed import read_values
from tests.services.samples import make_samples

DAY_S = 86_400
SPRING, AUTUMN = date(2025, 3, 30), date(2025, 10, 26)  # days of 23 and of 25 hours


def at(day, hours=0.0):
    """Moment so many hours after the midnight at which a day begins."""
    return periods.to_midnight(day) + timedelta(hours=hours)


def roll_all(connection):
    while roll_up(connection):
        pass


def slow_days(connection, keys, start, stop):
    """Days of box-1 by its rows: those with a sample, mean and number of the good values."""
    parts = []
    for key in keys:
        found = read_values(connection, key)
        found = found.query("node == 'box-1' and time >= @start and time < @stop")
        good = found["value"].where(found["good"]).groupby(found["day"])
        parts.append(pd.DataFrame({key: good.mean(), f"{key}_count": good.count()}))
    days = pd.concat(parts, axis=1).sort_index()
    days.insert(0, "time", [at(day) for day in days.index])
    return days.reset_index(drop=True)


STEP = st.one_of(
    st.tuples(
        st.just("write"),
        st.integers(0, 180),  # start, in half hours
        st.integers(1, 90),  # samples
        st.sampled_from([60, 600, 3600]),  # step
        st.integers(0, 2),  # seed: other values for the same moment are duplicates
    ),
    st.tuples(st.just("roll"), st.sampled_from([1, 5, 1000])),
    st.tuples(st.just("delete"), st.integers(0, 90), st.integers(1, 30)),
)


def take_step(connection, node, first, step):
    kind, *facts = step
    if kind == "write":
        half, count, width, seed = facts
        start = int(first.timestamp()) + 1800 * half
        write(connection, [make_samples(node.id, count, seed=seed, start=start, step=width)])
    elif kind == "roll":
        roll_up(connection, *facts)
    else:
        hour, hours = facts
        span = [node.id, first + timedelta(hours=hour), first + timedelta(hours=hour + hours)]
        with connection.transaction():
            connection.execute(
                "DELETE FROM private.observation WHERE node_id = %s AND time BETWEEN %s AND %s",
                span,
            )
            connection.execute("SELECT private.touch(%s, %s, %s)", span)


@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a smaller case costs minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.sampled_from([SPRING, AUTUMN]),
    st.lists(STEP, min_size=1, max_size=8),
    st.lists(st.integers(-40, 440), min_size=4, max_size=4),  # ends, in quarters of an hour
)
def test_days_are_what_all_rows_say_whatever_waits_and_wherever_a_period_ends(
    connection, changed, steps, ends
):
    forget_measured(connection)
    node = add_node(connection, "box-1", "box")
    first = at(changed - timedelta(days=1))
    for step in steps:
        take_step(connection, node, first, step)
    moments = sorted(first + timedelta(minutes=15 * end) for end in ends)
    spans = [
        *itertools.pairwise(moments),
        (at(changed), at(changed + timedelta(days=1))),
        (first, at(changed + timedelta(days=4))),
    ]
    for start, stop in spans:
        for keys in (["pm25"], ["co2", "pm1"]):
            found = reader.series(connection, "box-1", keys, start, stop, DAY_S)
            wanted = slow_days(connection, keys, start, stop)
            assert list(found.columns) == list(wanted.columns)
            assert found["time"].tolist() == wanted["time"].tolist()
            for column in wanted.columns[1:]:
                np.testing.assert_allclose(found[column], wanted[column].astype(float))


def test_a_year_of_days_comes_from_the_days_alone(connection):
    node = add_node(connection, "box-1", "box")
    first = at(date(2025, 1, 1))
    write(connection, [make_samples(node.id, 365 * 4, start=int(first.timestamp()), step=21_600)])
    stop = first + timedelta(days=365)
    wanted = slow_days(connection, ["pm25"], first, stop)
    roll_all(connection)
    connection.execute("TRUNCATE private.observation, private.rollup_hour")
    found = reader.series(connection, "box-1", ["pm25"], first, stop)
    assert len(found) == 365
    assert found["time"].tolist() == wanted["time"].tolist()
    assert found["pm25"].tolist() == pytest.approx(wanted["pm25"].tolist(), nan_ok=True)


def test_the_days_on_which_the_clock_changes_are_23_and_25_hours_long(connection):
    node = add_node(connection, "box-1", "box")
    for changed, hours in ((SPRING, 23), (AUTUMN, 25)):
        start = int(at(changed, -48).timestamp())
        made = make_samples(node.id, 5 * 24, start=start, step=3600)
        write(connection, [made])
        roll_all(connection)
        stop = at(changed + timedelta(days=1))
        assert stop - at(changed) == timedelta(hours=hours)
        found = reader.series(connection, "box-1", ["pm25"], at(changed), stop, DAY_S)
        wanted = slow_days(connection, ["pm25"], at(changed), stop)
        assert found["time"].tolist() == [at(changed)]
        assert found["pm25_count"].tolist() == wanted["pm25_count"].tolist()


def test_a_moving_or_unknown_node_has_no_days(connection):
    bike = add_node(connection, "bike-1", "bike")
    start = at(AUTUMN)
    write(connection, [make_samples(bike.id, 99, start=int(start.timestamp()), moving=True)])
    for name in ("bike-1", "nobody", "\0"):
        for stop in (start + timedelta(days=2), start + timedelta(hours=5)):
            assert reader.series(connection, name, ["pm25"], start, stop, DAY_S).empty


def test_width_is_the_narrowest_that_a_screen_can_show():
    start = datetime(2026, 1, 1, tzinfo=UTC)

    def chosen(points=1000, **length):
        return choose_width(start, start + timedelta(**length), points)

    assert chosen(minutes=1000) == 0
    assert chosen(minutes=1001) == 300
    assert chosen(minutes=5000) == 300
    assert chosen(minutes=5001) == 3600
    assert chosen(hours=1000) == 3600
    assert chosen(hours=1001) == DAY_S
    assert chosen(days=36_500) == DAY_S
    assert chosen(days=1, points=24) == 3600
    assert chosen(days=1, points=23) == DAY_S
    assert choose_width(start, start) == 0


def test_without_a_width_it_is_chosen(connection):
    node = add_node(connection, "box-1", "box")
    start = at(date(2026, 3, 1))
    write(connection, [make_samples(node.id, 2000, start=int(start.timestamp()), step=60)])
    for length in (timedelta(hours=2), timedelta(days=2), timedelta(days=20), timedelta(days=60)):
        span = (start, start + length)
        found = reader.series(connection, "box-1", ["pm25"], *span)
        width = choose_width(*span)
        wanted = reader.series(connection, "box-1", ["pm25"], *span, width)
        pd.testing.assert_frame_equal(found, wanted)
        assert ("pm25_flag" in found) == (width == 0)


def test_a_value_that_is_missing_is_so_whatever_the_packed_flags_say(connection):
    node = add_node(connection, "box-1", "box")
    write(connection, [make_samples(node.id, 100)])
    connection.execute("UPDATE private.observation SET flags = flags | (1 << 3)")  # PM2.5
    (start, stop) = connection.execute(
        "SELECT min(time), max(time) + INTERVAL '1 s' FROM private.observation"
    ).fetchone()
    found = reader.series(connection, "box-1", ["pm25"], start, stop, 0)
    assert 0 < found["pm25"].isna().sum() < 100
    assert ((found["pm25_flag"] == 9) == found["pm25"].isna()).all()
    connection.execute("UPDATE private.observation SET pm25 = NULL WHERE pm1 IS NOT NULL")
    latest = reader.latest(connection)
    assert "pm25" not in latest or latest["pm25"].notna().any()


def test_whole_days_of_a_period_begin_and_end_at_midnights():
    noon = at(SPRING, 12)
    found = periods.to_days(noon, noon + timedelta(days=3))
    assert (found["first_day"], found["after_day"]) == (date(2025, 3, 31), date(2025, 4, 2))
    assert (found["first"], found["after"]) == (at(date(2025, 3, 31)), at(date(2025, 4, 2)))
    whole = periods.to_days(at(SPRING), at(AUTUMN))
    assert (whole["first_day"], whole["after_day"]) == (SPRING, AUTUMN)
    none = periods.to_days(noon, noon + timedelta(hours=20))
    assert none["first_day"] == none["after_day"]
    assert (none["first"], none["after"]) == (none["stop"], none["stop"])


def test_questions_about_days_read_only_the_schema_public():
    assert {"series", "years"} < set(periods.DAYS)
    own = set(re.findall(r"(\w+) AS (?:MATERIALIZED )?\(\n", "\n".join(periods.DAYS.values())))
    for text in periods.DAYS.values():
        tables = set(re.findall(r"\b(?:FROM|JOIN)\s+(?!LATERAL)([\w.]+)", text)) - own
        assert tables
        assert all(table.startswith("public.") for table in tables)
