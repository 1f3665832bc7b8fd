"""Rows of the database to a table of counters, by hand."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from lokaalmeten.errors import FormatError
from predict.crowd.counts import IMPOSSIBLE, mark_empty, read_sources, to_counts

from .places import changed, plan

HOUR = 3600


def rows(*given):
    names = ["node", "step", "count_in", "count_out", "samples"]
    return pd.DataFrame(list(given), columns=names).assign(below_zero=False)


def sources():
    drawn = plan()
    for feature in drawn["features"]:
        said = feature["properties"]
        if said["kind"] == "counter":
            said["node"] = said["passage"]
    return read_sources(drawn)


def test_forward_is_what_a_node_counts_in_and_backward_out():
    found = sources()
    assert found.nodes == ("gate", "gate", "arch", "arch", "stairs", "stairs")
    assert found.sides == ("in", "out") * 3
    counts = to_counts(rows(("gate", 7, 30, 20, 5), ("arch", 7, 1, 2, 5)), found, 7, 1)
    np.testing.assert_array_equal(counts, [[30, 20, 1, 2, np.nan, np.nan]])


def test_a_counter_without_a_node_is_a_node_itself_and_may_say_which_side_it_is():
    drawn = changed("counter", "gate-b", counts="in")
    assert read_sources(drawn).nodes[1] == "gate-b"
    assert read_sources(drawn).sides[1] == "in"
    with pytest.raises(FormatError, match="counter 'gate-b': counts is in or out, not 'up'"):
        read_sources(changed("counter", "gate-b", counts="up"))


def test_an_interval_with_few_samples_is_made_up_for_and_with_too_few_unknown():
    full = [("gate", step, 50, 0, 5) for step in range(10)]
    found = to_counts(rows(*full, ("gate", 10, 40, 0, 4), ("gate", 11, 20, 0, 2)), sources(), 0, 12)
    assert found[10, 0] == 40 * 5 / 4
    assert np.isnan(found[11, 0])


def test_a_side_that_is_not_counted_is_unknown_and_rows_outside_are_left_out():
    given = rows(("gate", 3, 5, None, 1), ("gate", 99, 5, 5, 1), ("other", 3, 9, 9, 1))
    found = to_counts(given, sources(), 3, 2)
    assert found[0, 0] == 5
    assert np.isnan(found[0, 1])
    assert np.isnan(found[1]).all()


def test_an_interval_in_which_a_sample_counted_fewer_than_nobody_cannot_be():
    given = rows(("gate", 3, 15, 2, 4), ("arch", 3, 1, 1, 4))
    given.loc[0, "below_zero"] = True
    assert to_counts(given, sources(), 3, 1)[0, :4].tolist() == [IMPOSSIBLE, IMPOSSIBLE, 1, 1]


def test_no_rows_at_all_are_all_unknown():
    assert np.isnan(to_counts(rows(), sources(), 0, 3)).all()


def test_a_day_begins_at_its_hour_by_the_clock_in_winter_and_summer():
    winter, summer = datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC)
    for midnight, utc in ((winter, 4), (summer, 3)):  # five in the morning
        found = mark_empty(int(midnight.timestamp()) // HOUR, 24, HOUR, 5)
        assert np.flatnonzero(found).tolist() == [0, utc]


def test_a_day_begins_once_where_the_clock_is_put_back():
    noon = datetime(2026, 10, 24, 12, tzinfo=UTC)
    found = mark_empty(int(noon.timestamp()) // HOUR, 26, HOUR, 2)
    assert found[1:].sum() == 1


def test_a_clock_that_was_set_back_tells_two_intervals_at_once_and_is_not_believed():
    full = [("gate", step, 50, 0, 15) for step in range(10)]
    found = to_counts(rows(*full, ("gate", 10, 110, 0, 29)), sources(), 0, 11)
    assert found[10, 0] == IMPOSSIBLE
    seldom = [("gate", step, 50, 0, 1) for step in range(10)]
    late = to_counts(rows(*seldom, ("gate", 11, 90, 0, 2)), sources(), 0, 12)
    assert np.isnan(late[10, 0])
    assert late[11, 0] == 90  # one that came a moment late is not a clock
