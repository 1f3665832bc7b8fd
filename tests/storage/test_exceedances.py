"""Exceedances against a slow answer over all rows."""

import math
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lokaalmeten.errors import StorageError
from lokaalmeten.limits import LIMITS, find_limits
from lokaalmeten.observations import MISSING, to_observations
from lokaalmeten.quality import Flag
from storage import periods, reader
from storage.registry import add_node
from storage.rollups import roll_up
from storage.writer import write
from tests.services.emptied import forget_measured
from tests.services.observed import read_values

KEYS = ("pm25", "no2")
LEVELS = [500, 1000, 1500, 2500, 5000, 20_000, 20_001, 30_000]  # steps: at, and beside, limits


def make_days(node, day, days, *, seed, step=3600, missing=0.1):
    """Samples of some days at a level each, here and there another value, another flag, none."""
    random = np.random.default_rng([seed, node, days])
    start = int(periods.to_midnight(day).timestamp())
    time = np.arange(start, start + days * 86_400, step, dtype=np.int64)
    level = random.choice(LEVELS, (len(KEYS), len(time) // 12 + 1)).repeat(12, axis=1)
    counts = level[:, : len(time)].astype(np.int32)
    spread = random.random(counts.shape)
    counts = np.where(spread < 0.1, counts + 7, counts).astype(np.int32)
    counts[spread > 1 - missing] = MISSING
    made = to_observations(np.full(len(time), node, np.int32), time, KEYS, counts)
    good = np.where(random.random(counts.shape) < 0.95, Flag.GOOD, Flag.SUSPECT)
    made.flags[...] = np.where(counts == MISSING, Flag.MISSING, good)
    return made


def roll_all(connection):
    while roll_up(connection):
        pass


def slow_exceedances(connection, year, quantity):
    """One dict per node and limit, hour by hour and day by day."""
    found = read_values(connection, quantity)
    found = found.loc[found["day"].map(lambda day: day.year == year).astype(bool)]
    days_of_year = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    rows = []
    for node, own in found.groupby("node"):
        if own["value"].notna().any():
            days = [slow_day(part) for _, part in own.groupby("day")]
            rows += [slow_row(node, limit, days, days_of_year) for limit in find_limits(quantity)]
    return rows


def slow_day(rows):
    """Mean of a day or None, whether it is complete, and the means of its captured hours."""
    hours = [part for _, part in rows.groupby("hour")]
    expected = max(int(part["value"].notna().sum()) for part in hours)
    captured = []
    for part in hours:
        good = part["steps"][part["good"]]
        if len(good) and len(good) >= 0.75 * expected:
            captured.append(int(good.sum()) / len(good) / 100)
    good = rows["steps"][rows["good"]]
    mean = int(good.sum()) / len(good) / 100 if len(good) else None
    return mean, len(captured) >= 18, captured


def slow_row(node, limit, days, days_of_year):
    complete = [mean for mean, whole, _ in days if whole]
    hours = [mean for _, _, captured in days for mean in captured]
    mean = sum(complete) / len(complete) if complete else math.nan
    capture = len(complete) / days_of_year
    if limit.period == "hour":
        above, capture = sum(mean > limit.value for mean in hours), len(hours) / (24 * days_of_year)
    elif limit.period == "day":
        above = sum(mean > limit.value for mean in complete)
    else:
        above = int(mean > limit.value + 1e-9)
    counts = capture >= limit.capture
    verdict = "within" if counts else "unknown"
    if above > limit.allowed and (counts or limit.period != "year"):
        verdict = "above"
    facts = (limit.norm, limit.period, limit.value, limit.allowed, above)
    return (node, *facts, pytest.approx(mean, nan_ok=True), capture, counts, verdict)


def check(connection, year, quantity):
    found = reader.exceedances(connection, year, quantity)
    rows = list(found.itertuples(index=False, name=None))
    assert rows == slow_exceedances(connection, year, quantity)
    return found


STEP = st.one_of(
    st.tuples(
        st.just("write"),
        st.integers(0, 1),
        st.sampled_from([date(2024, 12, 30), date(2025, 3, 29), date(2025, 10, 25)]),
        st.integers(1, 4),
        st.sampled_from([1200, 3600]),
        st.integers(0, 2),
    ),
    st.tuples(st.just("roll"), st.sampled_from([1, 20, 1000])),
    st.tuples(st.just("delete"), st.integers(0, 1), st.integers(0, 60), st.integers(1, 20)),
)


def take_step(connection, nodes, step):
    kind, *facts = step
    if kind == "write":
        which, day, days, width, seed = facts
        write(connection, [make_days(nodes[which].id, day, days, seed=seed, step=width)])
    elif kind == "roll":
        roll_up(connection, *facts)
    else:
        which, hour, hours = facts
        first = periods.to_midnight(date(2025, 10, 25)) + timedelta(hours=hour)
        span = [nodes[which].id, first, first + timedelta(hours=hours)]
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
@given(st.lists(STEP, min_size=1, max_size=8))
def test_a_year_is_what_all_rows_say_whatever_waits(connection, steps):
    forget_measured(connection)
    nodes = [add_node(connection, name, "box") for name in ("box-1", "box-2")]
    for step in steps:
        take_step(connection, nodes, step)
    for year in (2024, 2025):
        for quantity in KEYS:
            check(connection, year, quantity)


@pytest.fixture(scope="module")
def whole_year():
    """Hours of 2025 of one box, nearly all of them good."""
    return make_days(1, date(2025, 1, 1), 365, seed=1, missing=0.01)


def test_a_whole_year_counts_and_comes_from_the_rollups_alone(connection, whole_year):
    add_node(connection, "box-1", "box")
    write(connection, [whole_year])
    wanted = {key: slow_exceedances(connection, 2025, key) for key in KEYS}
    roll_all(connection)
    connection.execute("TRUNCATE private.observation")
    for key in KEYS:
        found = reader.exceedances(connection, 2025, key)
        assert list(found.itertuples(index=False, name=None)) == wanted[key]
        assert found["counts"].all()
        assert {"above"} == set(found.loc[found["norm"] == "WHO 2021", "verdict"])


def test_what_is_at_a_limit_is_not_above_it(connection):
    node = add_node(connection, "box-1", "box")
    made = make_days(node.id, date(2025, 1, 1), 365, seed=1, missing=0)
    made.flags[...] = Flag.GOOD
    for steps, above in ((1500, 0), (1501, 365)):
        forget_measured(connection)
        made.counts[...] = steps
        write(connection, [made])
        for _ in range(2):  # while all waits, and from the rollups
            found = reader.exceedances(connection, 2025, "pm25").set_index(["norm", "period"])
            assert found.loc[("WHO 2021", "day"), "above"] == above
            assert found.loc[("WHO 2021", "year"), "verdict"] == "above"
            assert found.loc[("EU 2008/50/EC", "year"), "verdict"] == "within"
            assert found.loc[("EU 2024/2881", "year"), "mean"] == pytest.approx(steps / 100)
            roll_all(connection)


@pytest.mark.parametrize(
    ("days", "steps", "verdicts"),
    [
        (40, 6000, ("above", "above", "above", "unknown")),  # certain before the year is over
        (10, 6000, ("above", "unknown", "unknown", "unknown")),
        (350, 1000, ("within", "within", "within", "within")),
    ],
)
def test_too_little_measured_is_not_within(connection, days, steps, verdicts):
    node = add_node(connection, "box-1", "box")
    start = int(periods.to_midnight(date(2025, 1, 1)).timestamp())
    time = np.arange(start, start + days * 86_400, 3600, dtype=np.int64)
    counts = np.full((1, len(time)), steps, np.int32)
    made = to_observations(np.full(len(time), node.id, np.int32), time, ["pm10"], counts)
    made.flags[...] = Flag.GOOD
    write(connection, [made])
    found = reader.exceedances(connection, 2025, "pm10").set_index(["norm", "period"])["verdict"]
    asked = [(norm, "day") for norm in ("WHO 2021", "EU 2008/50/EC", "EU 2024/2881")]
    assert tuple(found[key] for key in [*asked, ("EU 2008/50/EC", "year")]) == verdicts


def test_only_the_nodes_that_were_asked_for(connection):
    nodes = [add_node(connection, name, "box") for name in ("box-1", "box-2", "silent")]
    for node in nodes[:2]:
        write(connection, [make_days(node.id, date(2025, 6, 1), 2, seed=1)])
    everything = reader.exceedances(connection, 2025, "pm25")
    assert set(everything["node"]) == {"box-1", "box-2"}
    one = reader.exceedances(connection, 2025, "pm25", ["box-2"])
    wanted = everything.loc[everything["node"] == "box-2"].reset_index(drop=True)
    pd.testing.assert_frame_equal(one, wanted)
    assert reader.exceedances(connection, 2025, "pm25", ["silent"]).empty
    assert reader.exceedances(connection, 2025, "pm25", []).empty
    assert reader.exceedances(connection, 2026, "pm25").empty
    add_node(connection, "bike-1", "bike")
    for name in ("nobody", "bike-1", "\0"):
        with pytest.raises(StorageError, match="there is no fixed node called"):
            reader.exceedances(connection, 2025, "pm25", ["box-1", name])


def test_every_quantity_with_a_limit_has_an_answer(connection):
    for quantity in {limit.quantity for limit in LIMITS}:
        found = reader.exceedances(connection, 2025, quantity)
        assert found.empty
        assert list(found.columns)[:5] == ["node", "norm", "period", "value", "allowed"]


def test_a_question_without_an_answer_is_refused(connection):
    with pytest.raises(StorageError, match="there is no limit for co2; there are limits for: pm25"):
        reader.exceedances(connection, 2025, "co2")
    with pytest.raises(StorageError, match="there is no quantity 'pm3'"):
        reader.exceedances(connection, 2025, "pm3")
    for year in (0, 1969, 9999):
        with pytest.raises(StorageError, match=f"there is no year {year}"):
            reader.exceedances(connection, year, "pm25")
