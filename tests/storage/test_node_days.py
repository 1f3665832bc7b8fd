"""Days of nodes against a slow answer over all rows, and beside the exceedances made of them."""

from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lokaalmeten.errors import StorageError
from lokaalmeten.observations import MISSING, to_observations
from lokaalmeten.quality import Flag
from storage import periods, reader
from storage.registry import add_node
from storage.rollups import roll_up
from storage.writer import write
from tests.services.emptied import forget_measured
from tests.services.observed import read_values

KEY = "pm25"
FIRST, AFTER = date(2025, 3, 28), date(2025, 4, 2)  # the clock goes ahead on 30 March


def make_days(node, day, days, seed, step):
    """Samples of some days: whole hours without any, values of every flag, some missing."""
    random = np.random.default_rng([seed, node, step])
    start = int(periods.to_midnight(day).timestamp())
    time = np.arange(start, start + days * 86_400, step, dtype=np.int64)
    silent = random.random(len(time) * step // 3600 + 1) < 0.2
    time = time[~silent[(time - start) // 3600]]
    counts = random.integers(0, 6000, (1, len(time))).astype(np.int32)
    counts[random.random(counts.shape) < 0.1] = MISSING
    made = to_observations(np.full(len(time), node, np.int32), time, [KEY], counts)
    good = np.where(random.random(counts.shape) < 0.85, Flag.GOOD, Flag.SUSPECT)
    made.flags[...] = np.where(counts == MISSING, Flag.MISSING, good)
    return made


def slow_days(connection, first, after):
    found = read_values(connection, KEY)
    for (node, day), own in found.groupby(["node", "day"]):
        if first <= day < after and own["good"].any():
            yield (node, str(day), *slow_day(own))


def slow_day(own):
    """Mean, good values, values of the fullest hour, hours that count and whether the day does."""
    good = own["steps"][own["good"]]
    hours = [part for _, part in own.groupby("hour")]
    expected = max(int(part["value"].notna().sum()) for part in hours)
    counted = [int(part["good"].sum()) for part in hours]
    count = sum(n > 0 and n >= 0.75 * expected for n in counted)
    mean = pytest.approx(int(good.sum()) / len(good) / 100)
    return mean, len(good), expected, count, count >= 18


def fast_days(connection, first, after, nodes=None):
    found = reader.node_days(connection, KEY, first, after, nodes)
    found = found.assign(day=found["day"].dt.strftime("%Y-%m-%d"))
    return list(found.itertuples(index=False, name=None))


STEP = st.one_of(
    st.tuples(
        st.just("write"),
        st.integers(0, 1),
        st.integers(28, 31),
        st.integers(1, 4),
        st.sampled_from([1200, 3600]),
    ),
    st.tuples(st.just("roll"), st.sampled_from([1, 20, 1000])),
)


@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(STEP, min_size=1, max_size=8))
def test_days_are_what_all_rows_say_whatever_waits(connection, steps):
    forget_measured(connection)
    nodes = [add_node(connection, name, "box") for name in ("box-1", "box-2")]
    for kind, *facts in steps:
        if kind == "roll":
            roll_up(connection, *facts)
        else:
            which, day, days, step = facts
            made = make_days(nodes[which].id, date(2025, 3, day), days, day, step)
            write(connection, [made])
    assert fast_days(connection, FIRST, AFTER) == list(slow_days(connection, FIRST, AFTER))


def test_the_days_that_count_are_those_of_the_exceedances(connection):
    nodes = [add_node(connection, name, "box") for name in ("box-1", "box-2")]
    for node in nodes:
        write(connection, [make_days(node.id, date(2025, 3, 1), 60, node.id, 1200)])
    for _ in range(2):
        days = reader.node_days(connection, KEY, date(2025, 1, 1), date(2026, 1, 1))
        years = reader.exceedances(connection, 2025, KEY)
        for node, own in days.loc[days["complete"]].groupby("node"):
            rows = years.loc[years["node"] == node].to_dict("records")
            for row in rows:
                assert row["mean"] == pytest.approx(own["mean"].mean())
                assert row["capture"] == len(own) / 365
                if row["period"] == "day":
                    assert row["above"] == (own["mean"] > row["value"]).sum()
        while roll_up(connection):
            pass


def test_only_the_nodes_that_were_asked_for(connection):
    for name in ("box-1", "box-2"):
        node = add_node(connection, name, "box")
        write(connection, [make_days(node.id, FIRST, 3, 1, 3600)])
    everything = fast_days(connection, FIRST, AFTER)
    assert {row[0] for row in everything} == {"box-1", "box-2"}
    one = [row for row in everything if row[0] == "box-2"]
    assert fast_days(connection, FIRST, AFTER, ["box-2"]) == one
    assert fast_days(connection, FIRST, AFTER, []) == []
    with pytest.raises(StorageError, match="there is no fixed node called 'nobody'"):
        reader.node_days(connection, KEY, FIRST, AFTER, ["nobody"])
    with pytest.raises(StorageError, match="there is no quantity 'soot'"):
        reader.node_days(connection, "soot", FIRST, AFTER)
